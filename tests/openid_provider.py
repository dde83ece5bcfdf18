"""A provider of single sign-on for tests: it signs whatever a test wants it to."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

CLIENT, SECRET = "wellbeing", "a-secret-of-the-tests"
SIGNED_WITH = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
STRANGER = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
"""A key of the same name that the provider does not publish."""

Key = ECKey | OctKey | OKPKey | RSAKey


def signed(claims: dict[str, Any], key: Key = SIGNED_WITH, alg: str = "ES256") -> str:
    """Return a token of these claims."""
    header = {"alg": alg, "kid": "one"}
    return jwt.encode(header, claims, key, algorithms=[alg])


@dataclass(kw_only=True)
class OpenIdProvider:
    """One provider on a port of this machine, and how it misbehaves.

    Attributes:
        home: where it answers.
        issuer: what it calls itself.
        metadata: what its own description says otherwise; None: left out.
        claims: what its tokens say otherwise; None: left out.
        sign: makes a token of claims; a test replaces it to forge one.
        answers: status of the answer to each kind of request, if not 200.
        asked: what has been asked for a token, so far.
        one_use: whether a code is worth anything a second time.
    """

    home: str = ""
    issuer: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    keys: tuple[Key, ...] = (SIGNED_WITH,)
    sign: Callable[[dict[str, Any]], str] = signed
    answers: dict[str, int] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    one_use: bool = True
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def begin_anew(self) -> None:
        """Be another provider, which does all as it should."""
        # What a provider says of itself is remembered by its address.
        self.issuer = f"{self.home}/{secrets.token_hex(4)}"
        self.metadata, self.claims, self.answers = {}, {}, {}
        self.sign, self.one_use = signed, True
        self.asked.clear()
        self._codes.clear()

    def back_from(self, address: str, subject: str = "alice-at-the-provider") -> str:
        """Sign somebody in who comes with this address, and return where they go on.

        Returns:
            The path and query of the address to which the provider sends them back.
        """
        wanted = dict(parse_qsl(urlsplit(address).query))
        code = secrets.token_urlsafe(12)
        self._codes[code] = {**wanted, "sub": subject}
        back = urlsplit(wanted["redirect_uri"])
        return f"{back.path}?{urlencode({'code': code, 'state': wanted['state']})}"

    def describe(self) -> dict[str, Any]:
        """Return the description that a provider publishes of itself."""
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end",
            "id_token_signing_alg_values_supported": ["ES256", "RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            **self.metadata,
        }
        return {name: value for name, value in told.items() if value is not None}

    def token(self, asked: dict[str, str]) -> dict[str, Any] | None:
        """Return what a code is worth; None: nothing."""
        self.asked.append(asked)
        take = self._codes.pop if self.one_use else self._codes.get
        begun = take(asked.get("code", ""), None)
        verifier = asked.get("code_verifier", "")
        if begun is None or begun.get("code_challenge", "") != challenge(verifier):
            return None
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "sub": begun["sub"],
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": begun.get("nonce"),
            **self.claims,
        }
        told = {name: value for name, value in said.items() if value is not None}
        return {
            "access_token": "access",
            "token_type": "Bearer",
            "id_token": self.sign(told),
        }


def unsigned(claims: dict[str, Any]) -> str:
    """Return a token that says that it needs no signature."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join(_url_safe(part) for part in parts) + "."


def challenge(verifier: str) -> str:
    """Return what a client shows beforehand of its verifier (RFC 7636, S256)."""
    return _url_safe(hashlib.sha256(verifier.encode()).digest())


def _url_safe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def serving() -> Iterator[OpenIdProvider]:
    """Let a provider answer on a free port."""
    provider = OpenIdProvider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(provider))
    provider.home = f"http://127.0.0.1:{server.server_port}"
    provider.begin_anew()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answering(provider: OpenIdProvider) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path.removeprefix(urlsplit(provider.issuer).path)
            if path == "/authorize":
                self.send_response(302)
                query = urlsplit(self.path).query
                home = parse_qs(query)["redirect_uri"][0].split("/", 3)[:3]
                self.send_header("location", "/".join(home) + self._back())
                self.end_headers()
            elif path == "/keys":
                public = [key.as_dict(private=False) for key in provider.keys]
                self._say("keys", {"keys": public})
            elif path == "/.well-known/openid-configuration":
                self._say("metadata", provider.describe())
            else:
                self._say("end", {})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"]))
            asked = {"authorization": self.headers.get("authorization", "")}
            found = provider.token(asked | dict(parse_qsl(sent.decode())))
            wrong = {"error": "invalid_grant", "error_description": "alice@example.org"}
            self._say("token", found or wrong, 200 if found else 400)

        def _back(self) -> str:
            return provider.back_from(self.path)

        def _say(self, kind: str, what: object, status: int = 200) -> None:
            self.send_response(provider.answers.get(kind, status))
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(what).encode())

        def log_message(self, *_words: object) -> None:
            """Say nothing: a test's output is its own."""

    return Answering


def provider_named(issuer: str) -> OpenIdProvider:
    """Return a provider that somebody else wrote and runs."""
    return OpenIdProvider(issuer=issuer)


def provider_file(folder: Path, *providers: OpenIdProvider, more: str = "") -> Path:
    """Write the settings' file of these providers; the first is called uni.

    Args:
        folder: where to write it.
        providers: the first is uni, the second other.
        more: further lines about the last one.
    """
    file = folder / "sign_in.toml"
    tables = [
        f'[{name}]\ntitle = "{name.upper()} of tests"\nissuer = "{provider.issuer}"\n'
        f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
        for name, provider in zip(("uni", "other"), providers, strict=False)
    ]
    file.write_text("\n".join(tables) + more, "utf-8")
    file.chmod(0o600)
    return file
