"""What somebody does about the key of their own private texts."""

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import NoClinicError, WrongRecoveryError
from wellbeing.domain.people import Viewer
from wellbeing.domain.sign_in import PasswordsOffError
from wellbeing.domain.text_locks import (
    PasswordOpensError,
    StillLockedError,
    WrongFormerError,
)
from wellbeing.services import factors, keyring, lost_keys, passwords
from wellbeing.services.accounts import begin_session, check_own_password, plain_email
from wellbeing.services.audit import record
from wellbeing.services.context import Context
from wellbeing.services.keyring import TextsLockedError
from wellbeing.services.private_texts import OpenKeys, password_secret
from wellbeing.services.proofs import require_code_given, require_proof
from wellbeing.services.throttle import count_attempt, forgive
from wellbeing.storage import (
    account_queries,
    clinic_queries,
    key_queries,
    session_queries,
)


def open_texts(
    ctx: Context, viewer: Viewer, *, password: str, secret: bytes
) -> OpenKeys:
    """Open the viewer's private texts in a session that could not read them.

    Args:
        ctx: the surroundings.
        viewer: whose texts they are.
        password: as typed.
        secret: what the session's token comes to.

    Raises:
        WrongPasswordError, TooManyAttemptsError: it may not be them.
        TextsLockedError: the password is right and yet does not open the key;
            ``open_with_former`` may.
    """
    check_own_password(ctx, viewer, password)
    own = viewer.clinic_id, viewer.person_id
    typed = password_secret(password, keyring.salt_of(ctx, *own))
    with ctx.writing() as db:
        keys = keyring.open_or_make(db, *own, password, typed)
        if keys is None:
            raise TextsLockedError
        keyring.hold(db, *own, session=viewer.session, secret=secret, keys=keys)
    return keys


def open_with_former(
    ctx: Context, viewer: Viewer, *, password: str, former: str, secret: bytes
) -> OpenKeys:
    """Open the viewer's private texts with what opened them last, and join the two.

    For texts whose passphrase or recovery code changed while no password opened
    anything here. The password opens them from now on, and their recovery code stays.

    Args:
        ctx: the surroundings.
        viewer: whose texts they are.
        password: as typed.
        former: their passphrase, an earlier password, or the code of their texts.
        secret: what the session's token comes to.

    Raises:
        WrongPasswordError, TooManyAttemptsError: it may not be them.
        WrongFormerError: that opens nothing; the texts stay as they are.
        PasswordsOffError: nobody's password opens anything here.
    """
    _check_password(ctx, viewer, password)
    own, whose = (viewer.clinic_id, viewer.person_id), f"former {viewer.person_id}"
    counted = count_attempt(ctx, viewer.clinic_id, whose, "")
    typed = password_secret(former, keyring.salt_of(ctx, *own))
    after = password_secret(password)
    with ctx.writing() as db:
        forgive(db, viewer.clinic_id, counted)
        keys = lost_keys.join(db, *own, former=former, typed=typed, new=after)
        if keys is None:
            raise WrongFormerError
        key_queries.drop_session_wraps(db, *own, but=viewer.session)
        keyring.hold(db, *own, session=viewer.session, secret=secret, keys=keys)
    return keys


def begin_texts_anew(
    ctx: Context, viewer: Viewer, *, password: str, secret: bytes
) -> None:
    """Erase what nothing opens any more; the password opens what is written next.

    What goes and what stays is told in ``passphrases.begin_texts_anew``.

    Raises:
        ProofNeededError, WrongPasswordError, TooManyAttemptsError: it may not be them.
        PasswordOpensError: the password opens them, so nothing has to go.
        PasswordsOffError: nobody's password opens anything here.
    """
    require_proof(ctx, viewer)
    _check_password(ctx, viewer, password)
    own = viewer.clinic_id, viewer.person_id
    typed = password_secret(password, keyring.salt_of(ctx, *own))
    after = password_secret(password)  # not while others wait to write
    with ctx.writing() as db:
        if keyring.open_or_make(db, *own, password, typed) is not None:
            raise PasswordOpensError
        keys = lost_keys.erase_and_make(db, *own, after)
        key_queries.drop_session_wraps(db, *own, but=viewer.session)
        keyring.hold(db, *own, session=viewer.session, secret=secret, keys=keys)


def _check_password(ctx: Context, viewer: Viewer, password: str) -> None:
    if not ctx.settings.takes_passwords:
        raise PasswordsOffError
    check_own_password(ctx, viewer, password)


def code_opens_texts(ctx: Context, viewer: Viewer) -> bool:
    """Tell whether the viewer's recovery code would open their private texts."""
    with ctx.reading() as db:
        wraps = key_queries.wraps_of(db, viewer.clinic_id, viewer.person_id)
    return wraps is not None and None not in {wraps.by_code, wraps.shred}


def new_recovery_code(ctx: Context, viewer: Viewer, *, password: str) -> str:
    """Return a new recovery code, shown once; the old one stops working.

    Raises:
        WrongPasswordError, TooManyAttemptsError: it may not be them.
        ProofNeededError: they have a second factor, and gave no code lately.
        StillLockedError: the password does not open their texts, nor would the code.
    """
    require_code_given(ctx, viewer)
    check_own_password(ctx, viewer, password)
    own = viewer.clinic_id, viewer.person_id
    typed = password_secret(password, keyring.salt_of(ctx, *own))
    code = passwords.new_recovery_code()
    with ctx.writing() as db:
        keys = keyring.open_or_make(db, *own, password, typed)
        if keys is None:
            raise StillLockedError
        keyring.change_code(db, *own, keys, code)
        account_queries.set_recovery_code(db, *own, passwords.hash_code(code))
    return code


def recover(
    ctx: Context,
    *,
    email: str,
    code: str,
    password: str,
    address: str,
    factor_code: str = "",
) -> tuple[str | None, str]:
    """Set a new password with the recovery code; return a session token and a new code.

    No administrator can do this for somebody else: whoever sets a password can
    read the check-ins behind it. Private texts that the code does not open stay
    locked as they are: ``open_with_former`` may open them.

    Args:
        factor_code: of the second factor, or one of its recovery codes; an account
            without one does not look at it.

    Returns:
        No token for somebody who has to set up a second factor first: they sign in
        with the new password.

    Raises:
        WrongRecoveryError, WeakPasswordError, TooManyAttemptsError, NoClinicError.
        WrongCodeError: the recovery code is right, and not enough; nothing changed.
        PasswordsOffError: nobody signs in with a password here.
    """
    if not ctx.settings.takes_passwords:
        raise PasswordsOffError
    email = plain_email(email)
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
    if clinic is None:
        raise NoClinicError
    passwords.judge(password, email)
    whose = f"account {email}"
    counted = count_attempt(ctx, clinic.clinic_id, whose, address)
    fresh, new_code = passwords.hash_password(password), passwords.new_recovery_code()
    secret = password_secret(password)
    with ctx.reading() as db:
        found = account_queries.whose_recovery_code(
            db, clinic.clinic_id, email, passwords.hash_code(code)
        )
    if found is None:
        raise WrongRecoveryError
    # Only the right code counts against the day: no stranger can use that up.
    of_factor = f"factor {found}"
    tried = factors.count(ctx, clinic.clinic_id, of_factor, "")
    with ctx.writing() as db:
        # First, as at signing in: two who lock the same in turn wait for each other.
        forgive(db, clinic.clinic_id, counted)
        factors.forgive_right(db, clinic.clinic_id, of_factor, tried)
        person_id = account_queries.take_recovery_code(
            db,
            clinic.clinic_id,
            email,
            old=passwords.hash_code(code),
            new=passwords.hash_code(new_code),
        )
        if person_id is None:
            raise WrongRecoveryError
        own = clinic.clinic_id, person_id
        account_queries.set_password(db, *own, fresh)
        session_queries.drop_sessions(db, *own)
        keys = lost_keys.recover(db, *own, old_code=code, new_code=new_code, new=secret)
        entering = factors.is_on(db, *own)
        if entering:
            factors.accept(ctx, db, *own, keys, factor_code)
        token = None
        if entering or not factors.is_asked_of(ctx, db, *own):
            token = begin_session(ctx, db, *own, keys, proved=True)
        record(ctx, db, own[0], Event.RECOVERED, actor=own[1])
        return token, new_code
