"""Links by which a program fetches a bundle: short-lived, counted, taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from wellbeing.domain.errors import InvalidInputError, NotFoundError, WellbeingError
from wellbeing.domain.ids import new_id
from wellbeing.domain.people import Role, Standing, Viewer
from wellbeing.domain.studies import BundleId, StudyTokenId
from wellbeing.services import passwords
from wellbeing.services.bundle_files import kept_file
from wellbeing.services.bundle_ledger import own_bundle
from wellbeing.services.context import Context
from wellbeing.services.proofs import require_proved
from wellbeing.storage import (
    bundle_queries,
    people_queries,
    study_queries,
    study_token_queries,
)
from wellbeing.storage.study_token_queries import StudyToken

MOST_DAYS, MOST_USES = 30, 10


class TokenRefusedError(WellbeingError):
    """A token that is unknown, ended, used up, taken back, or somebody else's by now.

    Which of these it is is not told.
    """

    def __init__(self) -> None:
        super().__init__(
            "This token opens nothing. Ask the researcher who made it for a new one."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenToken:
    """A token of the viewer's, without what opens it.

    Attributes:
        file: the name of the bundle that it opens.
        works: it has neither ended nor been used up.
    """

    token_id: StudyTokenId
    bundle_id: BundleId
    file: str
    expires_at: datetime
    uses_left: int
    works: bool


def make_token(
    ctx: Context, viewer: Viewer, bundle_id: BundleId, *, days: int, uses: int
) -> str:
    """Return a new token that fetches a bundle; it is shown once and not stored.

    It works from the first network address that uses it, and from no other.

    Args:
        days: for so many days, 1 to 30.
        uses: so many times, 1 to 10.

    Raises:
        InvalidInputError: too long, or too often.
        NotFoundError: there is no such bundle of the viewer's, or it is not kept here.
        ProofNeededError: the viewer gave no password lately.
    """
    require_proved(ctx, viewer, Role.RESEARCHER)
    if not (1 <= days <= MOST_DAYS and 1 <= uses <= MOST_USES):
        sentence = (
            f"A token works for 1 to {MOST_DAYS} days and 1 to {MOST_USES} times."
        )
        raise InvalidInputError(sentence)
    secret, now = passwords.new_token(), ctx.now()
    token = StudyToken(
        token_id=StudyTokenId(new_id(now)),
        bundle_id=bundle_id,
        expires_at=now + timedelta(days=days),
        uses_left=uses,
    )
    with ctx.writing() as db:
        if kept_file(ctx, own_bundle(db, viewer, bundle_id)) is None:
            raise NotFoundError("bundle")
        study_token_queries.add_token(
            db,
            viewer.clinic_id,
            viewer.person_id,
            token,
            passwords.hash_token(secret),
        )
    return secret


def my_tokens(ctx: Context, viewer: Viewer) -> tuple[SeenToken, ...]:
    """Return the viewer's tokens, the one that ends last first."""
    viewer.require(Role.RESEARCHER)
    now = ctx.now()
    with ctx.reading() as db:
        own = viewer.clinic_id, viewer.person_id
        found = study_token_queries.tokens_of(db, *own)
        lines = {
            one.bundle_id: bundle_queries.bundle_of(db, own[0], one.bundle_id)
            for one in found
        }
    return tuple(
        SeenToken(
            token_id=one.token_id,
            bundle_id=one.bundle_id,
            file=line.file,
            expires_at=one.expires_at,
            uses_left=one.uses_left,
            works=one.uses_left > 0 and one.expires_at > now and not line.recalled,
        )
        for one in found
        if (line := lines[one.bundle_id]) is not None
    )


def revoke_token(ctx: Context, viewer: Viewer, token_id: StudyTokenId) -> None:
    """Take a token back; it opens nothing from now on."""
    viewer.require(Role.RESEARCHER)
    with ctx.writing() as db:
        study_token_queries.drop_token(db, viewer.clinic_id, viewer.person_id, token_id)


def use_token(ctx: Context, secret: str, address: str) -> tuple[str, Path]:
    """Return name and file of the bundle that a token opens, and count the use.

    Who made it must still be a researcher of the study, and the bundle not recalled.

    Args:
        address: the network address that asks; only its hash is stored.

    Raises:
        TokenRefusedError: it does not open anything; nothing is counted then.
    """
    with ctx.writing() as db:
        used = study_token_queries.use_token(
            db,
            passwords.hash_token(secret),
            passwords.hash_token(f"study token from {address}"),
            ctx.now(),
        )
        if used is None:
            raise TokenRefusedError
        clinic_id, person_id, bundle_id = used
        [person] = people_queries.people_of(db, clinic_id, person_id)
        line = bundle_queries.bundle_of(db, clinic_id, bundle_id)
        own = study_queries.studies_of_researcher(db, clinic_id, person_id)
        holds = person.standing is Standing.ACTIVE and Role.RESEARCHER in person.roles
        file = None if line is None else kept_file(ctx, line)
        if line is None or file is None or not holds or line.study_id not in own:
            raise TokenRefusedError
    return line.file, file
