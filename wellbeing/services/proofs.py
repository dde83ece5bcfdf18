"""What is grave needs a proof, not older than ten minutes, that it is really them.

A session is open for days, on a phone that lies about. Research bundles and tokens,
changing what somebody may do, ending accounts, and whatever ends or renews a key or
erases what it locks ask for the password again, and for the code where there is a
second factor. One's own archive does not: it holds what the session shows anyway. The
proof belongs to one session and ends with it. Signing in is one for those who do more
than check in; of those who only check in it is not kept: it would tell when they came.
"""

from datetime import timedelta

from sqlalchemy import Connection

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Role, Viewer
from wellbeing.services import factors
from wellbeing.services.context import Context
from wellbeing.storage import proof_queries, second_factor_queries

LASTS = timedelta(minutes=10)
_ONLY_CHECK_IN = frozenset({Role.CLINICIAN})


class ProofNeededError(WellbeingError):
    """What was asked for is grave, and the last proof is too long ago."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was done: this needs your password again. Confirm on the screen "
            "that it is you, then do it once more within ten minutes."
        )


def remember_entry(
    ctx: Context,
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    session: str,
) -> None:
    """Note that somebody who has just signed in proved who they are."""
    if not second_factor_queries.roles_of(db, clinic_id, person_id) <= _ONLY_CHECK_IN:
        remember(ctx, db, clinic_id, session)


def remember(ctx: Context, db: Connection, clinic_id: ClinicId, session: str) -> None:
    """Note that the person of a session has just proved who they are.

    The one place where a proof begins, whoever has seen it: password and code here,
    or an identity provider that has just asked them anew.

    Args:
        db: an open write transaction.
        session: the hash of the session's token.
    """
    proof_queries.put_proof(db, clinic_id, session, ctx.now() + LASTS)


def is_proved(ctx: Context, viewer: Viewer) -> bool:
    """Tell whether the viewer has just proved, in this session, who they are."""
    with ctx.reading() as db:
        return proof_queries.is_proved(db, viewer.clinic_id, viewer.session, ctx.now())


def needs_code(ctx: Context, viewer: Viewer) -> bool:
    """Tell whether the viewer's account asks for a code beside the password."""
    with ctx.reading() as db:
        return factors.is_on(db, viewer.clinic_id, viewer.person_id)


def require_proof(ctx: Context, viewer: Viewer) -> None:
    """Let the viewer pass only with a fresh proof.

    Raises:
        ProofNeededError.
    """
    if not is_proved(ctx, viewer):
        raise ProofNeededError


def require_proved(ctx: Context, viewer: Viewer, role: Role) -> None:
    """Let the viewer pass only with a role, and with a fresh proof.

    Raises:
        NotAllowedError, ProofNeededError.
    """
    viewer.require(role)
    require_proof(ctx, viewer)


def require_code_given(ctx: Context, viewer: Viewer) -> None:
    """Let the viewer pass to what asks for the password itself.

    That password is the fresh proof; only who has a second factor needs more.

    Raises:
        ProofNeededError: they have one, and gave no code lately.
    """
    if needs_code(ctx, viewer):
        require_proof(ctx, viewer)
