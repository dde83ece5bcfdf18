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
    ctx: Context, clinic_id: ClinicId, email: str, address: str
) -> tuple[str, ...]:
    """Count a try under the account and the address, and return both keys.

    Raises:
        TooManyAttemptsError: one of them has had too many in a quarter of an hour.
    """
    # Counted before the password is looked at, so that many tries sent at once
    # cannot slip through together; forgiven afterwards when it was right.
    limits = {passwords.hash_token(f"account {email}"): _PER_ACCOUNT}
    if address:
        limits[passwords.hash_token(f"address {address}")] = _PER_ADDRESS
    now = ctx.now()
    with ctx.writing() as db:
        account_queries.lock_attempts(db)
        for key, most in limits.items():
            counted = account_queries.attempts(db, clinic_id, key)
            if counted is None or now - counted.since > _WINDOW:
                counted = Attempts(failures=0, since=now)
            if counted.failures >= most:
                left = counted.since + _WINDOW - now
                raise TooManyAttemptsError(max(1, -(-left.seconds // 60)))
            more = Attempts(failures=counted.failures + 1, since=counted.since)
            account_queries.put_attempts(db, clinic_id, key, more)
    return tuple(limits)


def forgive(db: Connection, clinic_id: ClinicId, keys: tuple[str, ...]) -> None:
    """Take back a counted try that was right."""
    account_queries.lock_attempts(db)
    account, *others = keys
    account_queries.drop_attempts_of(db, clinic_id, account)
    for key in others:
        counted = account_queries.attempts(db, clinic_id, key)
        if counted is not None:
            fewer = Attempts(failures=max(0, counted.failures - 1), since=counted.since)
            account_queries.put_attempts(db, clinic_id, key, fewer)
