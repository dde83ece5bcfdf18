"""Single sign-on in plain values: who may say who somebody is, and what they said."""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.people import Role

LEEWAY = timedelta(seconds=60)
"""So far may the clocks of a provider and of this program be apart."""
LASTS = timedelta(minutes=10)
"""So long may somebody be away at a provider."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """Somebody who may say who a person is, by OpenID Connect.

    Attributes:
        name: stands in addresses.
        title: what people call it.
        issuer: the address by which it names itself in every token.
        max_age: it must have seen the person within so many seconds; None: any time.
        acr_values: it must have made sure in one of these ways; empty: in any way.
        roles_claim: where its tokens say which groups somebody is in; empty: nowhere.
        roles: which role each of these groups gives, and takes from all others.
    """

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = "openid email profile"
    prompt: str = "login"
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    roles_claim: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Identified:
    """What a provider said about somebody, once everything about it was checked.

    Attributes:
        issuer, subject: the two together are one account and never another one.
        since: when the provider made sure of it.
        asked_anew: it says that it did so on this very visit.
        groups: what it says in the claim that gives roles.
        token: its own words, which sign-out shows it again.
    """

    issuer: str
    subject: str
    since: datetime
    asked_anew: bool = False
    groups: frozenset[str] = frozenset()
    token: str = field(default="", repr=False)


class Purpose(StrEnum):
    """What somebody goes to a provider for."""

    ENTER = "enter"
    INVITATION = "invitation"
    LINK = "link"
    CONFIRM = "confirm"


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """One visit to a provider, as the browser's cookie holds it.

    What the provider is asked with is made of all of it. So nothing of it can be
    changed on the way, and nobody without the cookie can finish what it began.

    Attributes:
        key: random; it never leaves the cookie.
        began: seconds since 1970.
        ticket: what lets the account be connected; empty when it is already.
        next_path: a path of ours to go on to.
    """

    key: str = field(repr=False)
    began: int
    provider: str
    purpose: Purpose = Purpose.ENTER
    ticket: str = field(default="", repr=False)
    next_path: str = "/"

    @property
    def state(self) -> str:
        """What ties the way back to this browser."""
        return self._made_for("state")

    @property
    def nonce(self) -> str:
        """What ties the token to this visit."""
        return self._made_for("nonce")

    @property
    def verifier(self) -> str:
        """What only we can show for the code (RFC 7636)."""
        return self._made_for("verifier")

    def _made_for(self, use: str) -> str:
        told = [str(getattr(self, one.name)) for one in fields(self)[1:]]
        said = "\x1f".join([use, *told]).encode()
        made = hmac.new(self.key.encode(), said, "sha256").digest()
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


class SignInFailedError(WellbeingError):
    """Signing in through a provider came to nothing, for a reason in few words.

    Attributes:
        why: for the log; nothing about the person.
    """

    def __init__(self, sentence: str, why: str) -> None:
        self.why = why
        super().__init__(sentence)


class ProviderAwayError(SignInFailedError):
    """The provider does not answer, or not as it should."""

    def __init__(self, title: str, why: str) -> None:
        super().__init__(
            f"{title} does not answer as it should. Wait a few minutes and try again. "
            "Nothing of yours is lost.",
            why,
        )


class ProviderRefusedError(SignInFailedError):
    """The provider did not sign the person in."""

    def __init__(self, title: str, why: str) -> None:
        super().__init__(
            f"{title} did not sign you in. Try again; if that does not help, ask "
            f"those who run {title}.",
            why,
        )


class NotTrustedError(SignInFailedError):
    """What the provider sent is not what it must be."""

    def __init__(self, title: str, why: str) -> None:
        super().__init__(
            f"What {title} sent cannot be trusted, so nobody was signed in. Try again; "
            "if that does not help, tell your administrator.",
            why,
        )


class ClocksApartError(SignInFailedError):
    """What the provider sent is from another time."""

    def __init__(self, title: str, why: str) -> None:
        super().__init__(
            f"What {title} sent is too old, or from the future. Try again; if that "
            "does not help, tell your administrator that the clocks may be more than a "
            "minute apart.",
            why,
        )


class VisitOverError(SignInFailedError):
    """A way back that was used, is too old, or began in another browser."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "This way back works once, for ten minutes, in the browser in which it "
            "began. Sign in again.",
            why,
        )


class UnknownIdentityError(SignInFailedError):
    """The provider knows the person; this clinic does not."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"Your account at {title} is not connected with anybody here. Open your "
            f"invitation and continue with {title} from there, or sign in as you did "
            "before and connect it under My data.",
            "unknown subject",
        )


class IdentityTakenError(SignInFailedError):
    """The account at the provider belongs to somebody else here."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"This account at {title} is connected with somebody else here. Sign out "
            f"at {title} and come back with your own.",
            "subject of somebody else",
        )


class AlreadyConnectedError(SignInFailedError):
    """The person has another account at this provider connected."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"Another account at {title} is connected with you already. Disconnect "
            "that one first, under My data.",
            "second subject of a person",
        )


class AccessOverError(SignInFailedError):
    """The provider knows the person; their access to this clinic has ended."""

    def __init__(self) -> None:
        super().__init__(
            "Your access to this clinic has ended. Ask your administrator if that is "
            "a mistake.",
            "access has ended",
        )


class PasswordsOffError(WellbeingError):
    """Nobody gets in with a password here."""

    def __init__(self) -> None:
        super().__init__(
            "Passwords are switched off here. Choose one of the ways on the sign-in "
            "page."
        )
