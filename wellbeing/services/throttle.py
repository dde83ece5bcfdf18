"""Failed sign-ins, counted by account and by network address."""

from datetime import timedelta

from sqlalchemy import Connection

from wellbeing.domain.errors import TooManyAttemptsError
from wellbeing.domain.ids import ClinicId
from wellbeing.services import passwords
from wellbeing.services.context import Context
from wellbeing.storage import account_queries
from wellbeing.storage.account_queries import Attempts

_WINDOW = timedelta(minutes=15)
_PER_ACCOUNT, _PER_ADDRESS = 8, 60


def count_attempt(
    ctx: Context,
    clinic_id: ClinicId,
    whose: str,
    address: str,
    *,
    window: timedelta = _WINDOW,
    per_account: int = _PER_ACCOUNT,
) -> tuple[str, ...]:
    """Count a try under whose it is and the address, and return both keys.

    Args:
        ctx: the surroundings.
        clinic_id: where it is tried.
        whose: the account as it was typed, or the person who is signed in.
        address: of the network; empty: not counted.
        window: how long a try counts; at most a day.
        per_account: so many tries in that time are looked at.

    Raises:
        TooManyAttemptsError: one of them has had too many in that time.
    """
    # Counted before the password is looked at, so that many tries sent at once
    # cannot slip through together; forgiven afterwards when it was right.
    limits = {passwords.hash_token(whose): per_account}
    if address:
        limits[passwords.hash_token(f"address {address}")] = _PER_ADDRESS
    now = ctx.now()
    with ctx.writing() as db:
        account_queries.lock_attempts(db)
        for key, most in limits.items():
            counted = account_queries.attempts(db, clinic_id, key)
            if counted is None or now - counted.since > window:
                counted = Attempts(failures=0, since=now)
            if counted.failures >= most:
                left = counted.since + window - now
                raise TooManyAttemptsError(max(1, -(-left.seconds // 60)))
            more = Attempts(failures=counted.failures + 1, since=counted.since)
            account_queries.put_attempts(db, clinic_id, key, more)
    return tuple(limits)


def forgive(db: Connection, clinic_id: ClinicId, keys: tuple[str, ...]) -> None:
    """Take back a counted try that was right.

    Nothing is left of a try beside which none has failed: its row would tell from
    where and when somebody signed in.
    """
    account_queries.lock_attempts(db)
    account, *others = keys
    account_queries.drop_attempts_of(db, clinic_id, account)
    for key in others:
        counted = account_queries.attempts(db, clinic_id, key)
        if counted is None or counted.failures <= 1:
            account_queries.drop_attempts_of(db, clinic_id, key)
        else:
            fewer = Attempts(failures=counted.failures - 1, since=counted.since)
            account_queries.put_attempts(db, clinic_id, key, fewer)
