"""The second step of signing in: a code, or setting up the factor that it comes from.

Nobody is a viewer here yet. What a step is given is the token of a waiting sign-in.
"""

from dataclasses import replace

from sqlalchemy import Connection

from wellbeing.services import factor_setup, factors, half_sessions, passwords
from wellbeing.services.accounts import enter
from wellbeing.services.context import Context
from wellbeing.services.half_sessions import HalfEndedError, HalfSession
from wellbeing.services.one_time_codes import NewSecret
from wellbeing.storage import people_queries


def secret_to_set_up(ctx: Context, half: str | None) -> NewSecret | None:
    """Return what an authenticator app is to be given; None: a code is asked for.

    Raises:
        HalfEndedError: nobody waits.
        KeyClosedError: no second factor can be set up here.
    """
    # Read first: anybody can ask for this page, and most of them wait for nothing.
    if not _who(ctx, half)[0].sets_up:
        return None
    with ctx.writing() as db:
        who = half_sessions.holder_of(ctx, db, half)
        if not who.sets_up:
            return None
        own = who.clinic_id, who.person_id
        here = passwords.hash_token(half or "")
        return factor_setup.begin(ctx, db, *own, who.keys, shown_in=here)


def enter_with_code(ctx: Context, half: str | None, code: str, address: str) -> str:
    """Begin a session with a code or a recovery code, and return its token.

    Raises:
        HalfEndedError, WrongCodeError, TooManyAttemptsError.
    """
    who, whose = _who(ctx, half)
    if who.sets_up:
        raise HalfEndedError
    counted = factors.count(ctx, who.clinic_id, whose, address)
    with ctx.writing() as db:
        factors.forgive_right(db, who.clinic_id, whose, counted)
        who = _take(ctx, db, half)
        own = who.clinic_id, who.person_id
        factors.accept(ctx, db, *own, who.keys, code)
        return enter(ctx, db, *own, who.keys)


def enter_with_new_factor(
    ctx: Context, half: str | None, code: str, address: str
) -> tuple[str, tuple[str, ...]]:
    """Confirm a new second factor; return a session's token and the recovery codes.

    Raises:
        HalfEndedError, WrongCodeError, TooManyAttemptsError.
    """
    who, whose = _who(ctx, half)
    counted = factors.count(ctx, who.clinic_id, whose, address)
    with ctx.writing() as db:
        factors.forgive_right(db, who.clinic_id, whose, counted)
        who = _take(ctx, db, half)
        if not who.sets_up:
            raise HalfEndedError
        own = who.clinic_id, who.person_id
        here = passwords.hash_token(half or "")
        codes = factor_setup.confirm(ctx, db, *own, who.keys, code, shown_in=here)
        return enter(ctx, db, *own, who.keys), codes


def _who(ctx: Context, half: str | None) -> tuple[HalfSession, str]:
    with ctx.reading() as db:
        who = half_sessions.holder_of(ctx, db, half)
    return who, f"factor {who.person_id}"


def _take(ctx: Context, db: Connection, half: str | None) -> HalfSession:
    who = half_sessions.holder_of(ctx, db, half)
    people_queries.lock_person(db, who.clinic_id, who.person_id)
    half_sessions.take(db, half or "")
    # Asked once more: it may have been set up in another tab in between.
    on = factors.is_on(db, who.clinic_id, who.person_id)
    return replace(who, sets_up=not on)
