"""What somebody does about their second factor, and an administrator about a lost one.

Everything here needs a fresh proof of who asks (``proofs``).
"""

from dataclasses import dataclass

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import InvalidInputError
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Role, Viewer
from wellbeing.services import factor_setup, factors
from wellbeing.services.accounts import plain_email
from wellbeing.services.archive import Files, as_json
from wellbeing.services.audit import note, record
from wellbeing.services.context import Context
from wellbeing.services.one_time_codes import NewSecret
from wellbeing.services.people import one_person
from wellbeing.services.private_texts import OpenKeys
from wellbeing.services.proofs import require_proof, require_proved
from wellbeing.storage import (
    account_queries,
    clinic_queries,
    people_queries,
    second_factor_queries,
    session_queries,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class MySecondFactor:
    """How it stands with the viewer's second factor.

    Attributes:
        on: signing in asks for a code.
        asked: the viewer has to have one.
        codes_left: how many recovery codes have not been used.
    """

    on: bool
    asked: bool
    codes_left: int


def my_second_factor(ctx: Context, viewer: Viewer) -> MySecondFactor:
    """Return how it stands with the viewer's second factor."""
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        return MySecondFactor(
            on=factors.is_on(db, *own),
            asked=factors.is_asked_of(ctx, db, *own),
            codes_left=second_factor_queries.count_codes(db, *own),
        )


def begin_factor(ctx: Context, viewer: Viewer, keys: OpenKeys) -> NewSecret:
    """Return a new secret for the viewer's authenticator app, until it is confirmed.

    A second factor that is on stays as it is until then. In this session it is the
    same one for ten minutes.

    Args:
        ctx: the surroundings.
        viewer: whose it is.
        keys: with which it is locked.

    Raises:
        ProofNeededError.
    """
    require_proof(ctx, viewer)
    with ctx.writing() as db:
        own = viewer.clinic_id, viewer.person_id
        return factor_setup.begin(ctx, db, *own, keys, shown_in=viewer.session)


def confirm_factor(
    ctx: Context, viewer: Viewer, keys: OpenKeys, code: str
) -> tuple[str, ...]:
    """Turn the second factor on with its first code; return ten recovery codes.

    The viewer's other sessions end: they began without it.

    Raises:
        ProofNeededError, TooManyAttemptsError.
        WrongCodeError: the code is not of the new secret.
    """
    require_proof(ctx, viewer)
    own, whose = (viewer.clinic_id, viewer.person_id), f"factor {viewer.person_id}"
    counted = factors.count(ctx, viewer.clinic_id, whose, "")
    with ctx.writing() as db:
        factors.forgive_right(db, viewer.clinic_id, whose, counted)
        people_queries.lock_person(db, *own)
        session_queries.drop_sessions(db, *own, but=viewer.session)
        here = viewer.session
        return factor_setup.confirm(ctx, db, *own, keys, code, shown_in=here)


def renew_codes(ctx: Context, viewer: Viewer) -> tuple[str, ...]:
    """Return ten new recovery codes; the old ones stop working.

    Raises:
        ProofNeededError.
        InvalidInputError: there is no second factor.
    """
    require_proof(ctx, viewer)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        factors.require_on(db, *own)
        codes = factors.new_codes(db, *own)
        note(ctx, db, viewer, Event.SECOND_FACTOR_SET)
    return codes


def end_factor(ctx: Context, viewer: Viewer) -> None:
    """Turn the viewer's second factor off.

    Raises:
        ProofNeededError.
        InvalidInputError: they have to have one.
    """
    require_proof(ctx, viewer)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        if factors.is_asked_of(ctx, db, *own):
            raise InvalidInputError(
                "With your roles a second factor is needed. You can move it to another "
                "device instead."
            )
        second_factor_queries.drop_factor(db, *own)
        note(ctx, db, viewer, Event.SECOND_FACTOR_ENDED)


def end_factor_of(ctx: Context, viewer: Viewer, person_id: PersonId) -> None:
    """Let somebody who lost their second factor sign in with the password alone.

    Their sessions end. Nothing of theirs is opened by this: the password is still
    needed, and nobody but them has it. Whether there was a second factor is not told.

    Raises:
        NotAllowedError, ProofNeededError.
        NotFoundError: there is no such person.
    """
    require_proved(ctx, viewer, Role.ADMINISTRATOR)
    own = viewer.clinic_id, person_id
    with ctx.writing() as db:
        one_person(db, viewer, person_id)
        people_queries.lock_person(db, *own)
        second_factor_queries.drop_factor(db, *own)
        session_queries.drop_sessions(db, *own)
        note(ctx, db, viewer, Event.SECOND_FACTOR_ENDED, person_id)


def end_factor_by_operator(ctx: Context, email: str) -> None:
    """Do the same for whoever runs the server, when nobody else can.

    For the only administrator, and after a restore without the file of secrets, when
    no code can be looked at. Nobody is known to have done it.

    Raises:
        InvalidInputError: nobody has this address.
    """
    with ctx.writing() as db:
        clinic = clinic_queries.the_clinic(db)
        found = None
        if clinic is not None:
            wanted = plain_email(email)
            found = account_queries.account(db, clinic.clinic_id, wanted)
        if clinic is None or found is None:
            raise InvalidInputError("Nobody here has this e-mail address. Check it.")
        own = clinic.clinic_id, found.person_id
        people_queries.lock_person(db, *own)
        second_factor_queries.drop_factor(db, *own)
        session_queries.drop_sessions(db, *own)
        event = Event.SECOND_FACTOR_ENDED
        record(ctx, db, own[0], event, actor=None, concerning=own[1])


def second_factor_files(ctx: Context, viewer: Viewer) -> Files:
    """Return the archive's file of the second factor, if there is one; no secret."""
    found = my_second_factor(ctx, viewer)
    if not found.on:
        return {}
    told = {"on": True, "recovery_codes_left": found.codes_left}
    return {"second_factor.json": as_json(told)}
