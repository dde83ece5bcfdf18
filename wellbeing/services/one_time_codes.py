"""Codes of six digits that change every 30 seconds: RFC 6238 with SHA-1.

No database, no viewer, no clock: the instant is given.
"""

import hashlib
import hmac
import io
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
import segno

STEP_SECONDS = 30
"""What every authenticator app takes for granted, as it does SHA-1 and six digits."""
DIGITS = 6
_SKEW = 1
"""Steps that a clock may be slow or fast (RFC 6238, section 5.2)."""
_ISSUER = "Wellbeing"
_MARK = 16


@dataclass(frozen=True, slots=True)
class NewSecret:
    """What an authenticator app is given once.

    Attributes:
        text: the secret in base 32, to type.
        address: the same with the account's name, as an ``otpauth`` address.
        picture: that address as a QR code: SVG, black on white.
    """

    text: str = field(repr=False)
    address: str = field(repr=False)
    picture: str = field(repr=False)


def new_secret() -> str:
    """Return 160 random bits in base 32."""
    return pyotp.random_base32()


def told(secret: str, email: str, title: str) -> NewSecret:
    """Return a secret as it is shown to its owner.

    Args:
        secret: in base 32.
        email: by which the app names the account.
        title: of the picture, for who does not see it.
    """
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=_ISSUER)
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out,
        kind="svg",
        border=4,
        light="white",
        xmldecl=False,
        omitsize=True,
        title=title,
    )
    picture = out.getvalue().decode().strip()
    return NewSecret(
        text=secret,
        address=address,
        picture=picture.replace("<svg", '<svg role="img"', 1),
    )


def spaced(secret: str) -> str:
    """Return a secret in groups of four, as it is easily typed."""
    return " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))


def step_at(now: datetime) -> int:
    """Return which step of 30 seconds it is, counted from 1970."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """Return the code of a step: six digits."""
    return pyotp.HOTP(secret, digits=DIGITS).at(step)


def accept(secret: str, typed: str, now: datetime, used: bytes | None) -> bytes | None:
    """Return the mark of the step that a code is of, or None: it does not count.

    A code counts from one step before its own until one step after, and only if no
    code of its step or of a later one has counted before.

    Args:
        secret: in base 32.
        typed: six digits.
        now: this instant.
        used: the mark of the last step that counted; None: none has.
    """
    this, found = step_at(now), None
    for step in range(this - _SKEW, this + _SKEW + 1):
        mark = _mark(secret, step)
        if used is not None and hmac.compare_digest(mark, used):
            found = None
        elif hmac.compare_digest(code_at(secret, step).encode(), typed.encode()):
            found = mark
    return found


def _mark(secret: str, step: int) -> bytes:
    # The number of the step would tell, to half a minute, when somebody signed in.
    # Under the secret it tells nothing, and the few steps that count can be tried.
    told_apart = f"step {step}".encode()
    return hmac.new(secret.encode(), told_apart, hashlib.sha256).digest()[:_MARK]
