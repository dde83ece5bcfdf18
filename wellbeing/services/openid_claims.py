"""What a token must say before anybody believes it."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wellbeing.domain.sign_in import (
    LEEWAY,
    ClocksApartError,
    Flow,
    NotTrustedError,
    Provider,
)

Claims = Mapping[str, Any]
_LONGEST_SUBJECT = 255
_END_OF_TIME = 32_503_680_000
"""The year 3000: what is later is no time in seconds."""


def check(provider: Provider, flow: Flow, claims: Claims, now: datetime) -> None:
    """Refuse a token that is not about this visit (OpenID Connect Core 3.1.3.7).

    Raises:
        NotTrustedError, ClocksApartError.
    """
    title = provider.title
    audience = claims.get("aud")
    several = isinstance(audience, list) and audience != [provider.client_id]
    subject, nonce = claims.get("sub"), claims.get("nonce")
    wrong = {
        "issuer": claims.get("iss") != provider.issuer,
        "audience": provider.client_id
        not in (audience if isinstance(audience, list) else [audience]),
        "authorized party": claims.get("azp", None if several else provider.client_id)
        != provider.client_id,
        "nonce": not isinstance(nonce, str)
        or not hmac.compare_digest(nonce.encode(), flow.nonce.encode()),
        "subject": not isinstance(subject, str)
        or not 0 < len(subject) <= _LONGEST_SUBJECT,
        "way of making sure": bool(provider.acr_values)
        and claims.get("acr") not in provider.acr_values,
        "times": not all(_is_time(claims.get(name)) for name in ("exp", "iat"))
        or not all(_is_time(claims.get(n, 0)) for n in ("nbf", "auth_time")),
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise NotTrustedError(title, f"wrong {name}")
    early, late = (now - LEEWAY).timestamp(), (now + LEEWAY).timestamp()
    seen = claims.get("auth_time")
    if provider.max_age is not None and (seen or 0) < early - provider.max_age:
        raise NotTrustedError(title, "signed in too long ago")
    begins = flow.began - LEEWAY.total_seconds()
    if (
        claims["exp"] <= early
        or not begins <= claims["iat"] <= late
        or claims.get("nbf", 0) > late
        or (seen or 0) > late
    ):
        raise ClocksApartError(title, "not of this time")


def _is_time(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value < _END_OF_TIME  # type: ignore[operator]


def was_asked_anew(flow: Flow, claims: Claims) -> bool:
    """Tell whether the provider made sure of somebody after this visit began."""
    began: float = claims.get("auth_time") or 0
    return began >= flow.began - LEEWAY.total_seconds()


def groups_in(provider: Provider, claims: Claims) -> frozenset[str]:
    """Return the values of the claim that gives roles; a missing one has none."""
    value = claims.get(provider.roles_claim) if provider.roles_claim else None
    values = value if isinstance(value, list) else [value]
    return frozenset(each for each in values if isinstance(each, str))
