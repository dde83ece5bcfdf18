"""OpenID Connect: where to send somebody, and whether to believe what comes back.

Code flow with PKCE only. No cookie, no database; it asks the provider and nobody else.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import RequestException, codes

from wellbeing.domain.sign_in import (
    Flow,
    Identified,
    NotTrustedError,
    Provider,
    ProviderAwayError,
    ProviderRefusedError,
    Purpose,
)
from wellbeing.services.openid_claims import Claims, check, groups_in, was_asked_anew

_WAIT = (3.05, 6)
"""Seconds to wait for a connection, and for each part of an answer."""
_KNOWN_FOR = 600
"""Seconds for which what a provider says of itself is not asked again."""
_SIGNED_BY = frozenset(
    {
        *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
        *("ES256", "ES384", "ES512", "Ed25519"),
    }
)
"""Signatures that only the provider can make: never none, never a shared secret."""
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_LONGEST_TOKEN = 16_384
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a provider sends somebody back with; an empty text: nothing.

    Attributes:
        issuer: who says that it is the one that was asked (RFC 9207).
    """

    code: str = field(default="", repr=False)
    state: str = field(default="", repr=False)
    issuer: str = ""
    error: str = ""


def sign_in_address(provider: Provider, flow: Flow, back: str, now: datetime) -> str:
    """Return the provider's address at which somebody signs in.

    Args:
        provider: whom to ask.
        flow: this visit.
        back: the address of ours to which the provider sends them.
        now: this instant.

    Raises:
        ProviderAwayError: it does not say where.
    """
    about = _about(provider, now)
    more: dict[str, str] = {"prompt": provider.prompt}
    # Whoever confirms something grave is asked anew, whatever the provider remembers.
    max_age = 0 if flow.purpose is Purpose.CONFIRM else provider.max_age
    if max_age is not None:
        more["max_age"] = str(max_age)
    if provider.acr_values:
        more["acr_values"] = " ".join(provider.acr_values)
    with _client(provider, about, back) as client:
        address, _ = client.create_authorization_url(
            about["authorization_endpoint"],
            state=flow.state,
            nonce=flow.nonce,
            code_verifier=flow.verifier,
            **more,
        )
    return str(address)


def identify(
    provider: Provider, flow: Flow, answer: Answer, back: str, now: datetime
) -> Identified:
    """Return who somebody is who came back from a provider.

    Raises:
        ProviderRefusedError: the provider did not sign them in.
        ProviderAwayError: it does not answer as it should.
        NotTrustedError, ClocksApartError: what it says is not to be believed.
    """
    about = _about(provider, now)
    said_who = answer.issuer or not about.get(
        "authorization_response_iss_parameter_supported"
    )
    if not said_who or answer.issuer not in {"", provider.issuer}:
        raise NotTrustedError(provider.title, "another issuer answered")
    if answer.error or not answer.code:
        raise ProviderRefusedError(provider.title, "the provider refused")
    token = _token(provider, about, flow, answer.code, back)
    claims = _signed_claims(provider, about, token)
    check(provider, flow, claims, now)
    return Identified(
        issuer=provider.issuer,
        subject=claims["sub"],
        since=datetime.fromtimestamp(claims.get("auth_time") or claims["iat"], UTC),
        asked_anew=was_asked_anew(flow, claims),
        groups=groups_in(provider, claims),
        token=token if len(token) <= _LONGEST_TOKEN else "",
    )


def sign_out_address(
    provider: Provider, token: str, home: str, now: datetime
) -> str | None:
    """Return the provider's address at which somebody signs out; None: it has none.

    Args:
        provider: who signed them in.
        token: its words at that time, if they are known.
        home: the address of ours to come back to.
        now: this instant.
    """
    try:
        place = _about(provider, now).get("end_session_endpoint")
    except ProviderAwayError:
        return None
    if not isinstance(place, str) or not _is_safe(place):
        return None
    told = {"client_id": provider.client_id, "post_logout_redirect_uri": home}
    told |= {"id_token_hint": token} if token else {}
    return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(told)}"


def _about(provider: Provider, now: datetime) -> Claims:
    """Return what a provider publishes of itself; asked again every ten minutes."""
    try:
        about = _published(provider.issuer, int(now.timestamp()) // _KNOWN_FOR)
    except (RequestException, ValueError) as error:
        raise ProviderAwayError(provider.title, "no description") from error
    if about.get("issuer") != provider.issuer:
        raise ProviderAwayError(provider.title, "it describes another issuer")
    if not all(_is_safe(about.get(name)) for name in _NEEDED):
        raise ProviderAwayError(provider.title, "it describes no safe addresses")
    return about


@lru_cache(maxsize=16)
def _published(issuer: str, _period: int) -> Claims:
    return _got(f"{issuer.rstrip('/')}/.well-known/openid-configuration")


def _got(address: str) -> Claims:
    answer = requests.get(address, timeout=_WAIT, allow_redirects=False)
    answer.raise_for_status()
    found = answer.json()
    if answer.status_code != codes.ok or not isinstance(found, dict):
        message = "no description"
        raise ValueError(message)
    return found


def _is_safe(address: object) -> bool:
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in _LOOPBACK
    )


def _client(provider: Provider, about: Claims, back: str) -> OAuth2Session:
    ways = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    basic = "client_secret_basic"
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        token_endpoint_auth_method=basic if basic in ways else "client_secret_post",
        scope=provider.scope,
        redirect_uri=back,
        code_challenge_method="S256",
    )


def _token(provider: Provider, about: Claims, flow: Flow, code: str, back: str) -> str:
    """Return the token that a code is worth.

    Raises:
        ProviderAwayError, ProviderRefusedError, NotTrustedError.
    """
    title = provider.title
    try:
        with _client(provider, about, back) as client:
            told = client.fetch_token(
                about["token_endpoint"],
                code=code,
                code_verifier=flow.verifier,
                timeout=_WAIT,
                allow_redirects=False,
            )
    except AuthlibBaseError as error:
        raise ProviderRefusedError(title, "the code is worth nothing") from error
    except (RequestException, ValueError) as error:
        raise ProviderAwayError(title, "no token") from error
    token = told.get("id_token")
    if not isinstance(token, str):
        raise NotTrustedError(title, "no id token")
    return token


def _signed_claims(provider: Provider, about: Claims, token: str) -> Claims:
    """Return what a token says, if the provider signed it.

    Raises:
        ProviderAwayError, NotTrustedError.
    """
    try:
        keys = KeySet.import_key_set(_got(about["jwks_uri"]))  # type: ignore[arg-type]
    except (RequestException, JoseError, ValueError, KeyError) as error:
        raise ProviderAwayError(provider.title, "no keys") from error
    said = about.get("id_token_signing_alg_values_supported") or ["RS256"]
    registry = JWSRegistry(
        algorithms=sorted(_SIGNED_BY.intersection(said)), strict_check_header=False
    )
    try:
        return jwt.decode(token, keys, registry=registry).claims
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise NotTrustedError(provider.title, "not signed by the provider") from error
