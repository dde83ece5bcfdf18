"""Signing in and out, sessions, passwords."""

from datetime import timedelta

from sqlalchemy import Connection

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import (
    NoClinicError,
    SignedOutError,
    WrongOwnPasswordError,
    WrongPasswordError,
)
from wellbeing.domain.hours import end_of_hour, hour_of
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.people import Standing, Viewer
from wellbeing.domain.sign_in import PasswordsOffError
from wellbeing.services import half_sessions, keyring, passwords, proofs
from wellbeing.services.audit import note, record
from wellbeing.services.context import Context
from wellbeing.services.forgetting import forget_old
from wellbeing.services.half_sessions import CodeAskedError
from wellbeing.services.private_texts import OpenKeys, password_secret, session_secret
from wellbeing.services.throttle import count_attempt, forgive
from wellbeing.storage import (
    account_queries,
    clinic_queries,
    people_queries,
    session_queries,
)
from wellbeing.storage.session_queries import Session


def sign_in(ctx: Context, *, email: str, password: str, address: str) -> str:
    """Begin a session and return its token, which is stored nowhere.

    Unknown address, wrong password and closed account give the same answer after
    the same work. Failures are counted by account and by network address.

    Raises:
        CodeAskedError: they are right, and the account needs a second step.
        WrongPasswordError, TooManyAttemptsError, NoClinicError, PasswordsOffError.
    """
    if not ctx.settings.takes_passwords:
        raise PasswordsOffError
    email = plain_email(email)
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
    if clinic is None:
        raise NoClinicError
    counted = count_attempt(ctx, clinic.clinic_id, f"account {email}", address)
    with ctx.reading() as db:
        account = account_queries.account(db, clinic.clinic_id, email)
    usable = account is not None and account.standing is Standing.ACTIVE
    hashed = account.password_hash if account is not None and usable else None
    # First the work, then the question whether there is such an account: the time
    # it takes must not tell.
    right = passwords.matches(hashed, password)
    if account is None or not right:
        raise WrongPasswordError
    # Only who is in has their key opened: what a refusal costs is the same for all.
    own = clinic.clinic_id, account.person_id
    secret = password_secret(password, keyring.salt_of(ctx, *own))
    with ctx.writing() as db:
        forgive(db, clinic.clinic_id, counted)
        forget_old(ctx, db, clinic)
        keys = keyring.open_or_make(db, *own, password, secret)
        half = half_sessions.begin_if_asked(ctx, db, *own, keys)
        if half is None:
            return enter(ctx, db, *own, keys)
    raise CodeAskedError(half)


def enter(
    ctx: Context,
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    keys: OpenKeys | None,
) -> str:
    """Begin the session of somebody who has given all that is asked of them."""
    token = begin_session(ctx, db, clinic_id, person_id, keys, proved=True)
    record(ctx, db, clinic_id, Event.SIGNED_IN, actor=person_id)
    return token


def begin_session(
    ctx: Context,
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    keys: OpenKeys | None = None,
    *,
    proved: bool = False,
) -> str:
    """Write a session and return its token; the caller has checked who it is.

    Args:
        ctx: the surroundings.
        db: an open write transaction.
        clinic_id, person_id: whose session it is.
        keys: what the session can read private texts with; None: it cannot.
        proved: they have given a password just now, and the code that goes with it.
    """
    token, now = passwords.new_token(), ctx.now()
    session = Session(
        token_hash=passwords.hash_token(token),
        started_at=hour_of(now),
        seen_at=end_of_hour(now),
    )
    session_queries.add_session(db, clinic_id, person_id, session)
    if keys is not None:
        keyring.hold(
            db,
            clinic_id,
            person_id,
            session=session.token_hash,
            secret=session_secret(token),
            keys=keys,
        )
    if proved:
        proofs.remember_entry(ctx, db, clinic_id, person_id, session.token_hash)
    return token


def plain_email(email: str) -> str:
    """Return an address as it is stored; one that cannot be is nobody's."""
    email = email.strip().lower()
    return email if email.isprintable() else ""


def viewer_of_token(ctx: Context, token: str | None) -> Viewer:
    """Return who holds a cookie.

    Raises:
        SignedOutError: there is no such session, or it has ended.
    """
    if not token or len(token) > 100:  # noqa: PLR2004 (longer than any of ours)
        raise SignedOutError
    return viewer_of(ctx, passwords.hash_token(token))


def viewer_of(ctx: Context, session: str | None) -> Viewer:
    """Return who a session belongs to; asked again at every run of a page.

    Args:
        ctx: the surroundings.
        session: the hash of the session's token.

    Raises:
        SignedOutError: there is no such session, or it has ended.
    """
    if not session:
        raise SignedOutError
    with ctx.reading() as db:
        found = session_queries.session_viewer(db, session)
    if found is None:
        raise SignedOutError
    viewer, stored = found
    now = ctx.now()
    if not is_alive(ctx, stored):
        raise SignedOutError
    if now > stored.seen_at:
        with ctx.writing() as db:
            session_queries.touch_session(db, session, end_of_hour(now))
    return viewer


def is_alive(ctx: Context, session: Session) -> bool:
    """Tell whether a session has ended neither by its age nor by its idleness."""
    now = ctx.now()
    idle = now - session.seen_at > timedelta(hours=ctx.settings.idle_hours)
    old = now - session.started_at > timedelta(days=ctx.settings.session_days)
    return not idle and not old


def sign_out(ctx: Context, token: str | None) -> None:
    """End the session of a cookie; nothing happens if there is none."""
    if token:
        with ctx.writing() as db:
            session_queries.drop_session(db, passwords.hash_token(token))


def sign_out_everywhere(ctx: Context, viewer: Viewer) -> None:
    """End every session of the viewer, this one too."""
    with ctx.writing() as db:
        session_queries.drop_sessions(db, viewer.clinic_id, viewer.person_id)


def change_password(ctx: Context, viewer: Viewer, *, old: str, new: str) -> None:
    """Change the viewer's password and end their other sessions.

    Their private texts stay as they are: only the key to them is wrapped anew.

    Raises:
        WrongPasswordError, WeakPasswordError, TooManyAttemptsError.
        ProofNeededError: they have a second factor, and gave no code lately.
        SignedOutError: their access, or this session, has ended meanwhile.
    """
    proofs.require_code_given(ctx, viewer)
    check_own_password(ctx, viewer, old)
    passwords.judge(new, viewer.name, viewer.email)
    own = viewer.clinic_id, viewer.person_id
    hashed = passwords.hash_password(new)
    before = password_secret(old, keyring.salt_of(ctx, *own))
    after = password_secret(new)
    with ctx.writing() as db:
        # Whoever is shut out meanwhile must not let themselves in again.
        people_queries.lock_person(db, *own)
        if session_queries.session_viewer(db, viewer.session) is None:
            raise SignedOutError
        keyring.change_password(db, *own, before, after)
        account_queries.set_password(db, *own, hashed)
        session_queries.drop_sessions(db, *own, but=viewer.session)
        note(ctx, db, viewer, Event.PASSWORD_CHANGED)


def check_own_password(ctx: Context, viewer: Viewer, password: str) -> None:
    """Make sure that it is the viewer who asks for something grave.

    Counted apart from sign-ins, so that no stranger keeps them from it.

    Raises:
        WrongOwnPasswordError, TooManyAttemptsError.
    """
    keys = count_attempt(ctx, viewer.clinic_id, f"own {viewer.person_id}", "")
    with ctx.reading() as db:
        hashed = account_queries.password_hash(db, viewer.clinic_id, viewer.person_id)
    if not passwords.matches(hashed, password):
        raise WrongOwnPasswordError
    with ctx.writing() as db:
        forgive(db, viewer.clinic_id, keys)
