"""Failed sign-ins, counted by account and by network address."""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import Connection

from wellbeing.domain.errors import TooManyAttemptsError
from wellbeing.domain.ids import ClinicId
from wellbeing.services import passwords
from wellbeing.services.context import Context
from wellbeing.storage import account_queries
from wellbeing.storage.account_queries import Attempts

_WINDOW = timedelta(minutes=15)
_PER_ACCOUNT, _PER_ADDRESS = 8, 60
_DAY = timedelta(days=1)
_ONE_LINE = 64
"""So many first bits of an IPv6 address are one connection's; the rest it chooses."""


def count_attempt(
    ctx: Context,
    clinic_id: ClinicId,
    whose: str,
    address: str,
    *,
    per_account: int = _PER_ACCOUNT,
    per_day: int | None = None,
) -> tuple[str, ...]:
    """Count a try under whose it is and the address, and return both keys.

    A try that is not looked at raises no count, and leaves no row: a single address
    can neither fill the table nor use up somebody's day.

    Args:
        ctx: the surroundings.
        clinic_id: where it is tried.
        whose: the account as it was typed, or the person who is signed in.
        address: of the network; empty: not counted.
        per_account: so many tries in a quarter of an hour are looked at.
        per_day: so many in a day; None: it is not counted. Its key is ``day_key``.

    Raises:
        TooManyAttemptsError: one of them has had too many in that time.
    """
    # Counted before the password is looked at, so that many tries sent at once
    # cannot slip through together; forgiven afterwards when it was right.
    account, limits = passwords.hash_token(whose), []
    keys = [account]
    if address:
        keys.append(passwords.hash_token(f"address {_connection(address)}"))
        limits.append((keys[1], _PER_ADDRESS, _WINDOW))
    limits.append((account, per_account, _WINDOW))
    if per_day is not None:
        limits.append((day_key(whose), per_day, _DAY))
    now, counts = ctx.now(), {}
    with ctx.writing() as db:
        account_queries.lock_attempts(db)
        for key, most, window in limits:
            counted = account_queries.attempts(db, clinic_id, key)
            if counted is None or now - counted.since > window:
                counted = Attempts(failures=0, since=now)
            if counted.failures >= most:
                left = counted.since + window - now
                raise TooManyAttemptsError(max(1, -(-left // timedelta(minutes=1))))
            counts[key] = Attempts(failures=counted.failures + 1, since=counted.since)
        for key, more in counts.items():
            account_queries.put_attempts(db, clinic_id, key, more)
    return tuple(keys)


def _connection(address: str) -> str:
    """Return what is counted of an address: of IPv6 the part that is not chosen."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, _ONE_LINE), strict=False))


def day_key(whose: str) -> str:
    """Return the key under which somebody's tries of a day are counted."""
    return passwords.hash_token(f"day {whose}")


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
