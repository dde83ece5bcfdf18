"""What the value of a setting must look like; each raises the end of a sentence.

The sentence begins with the name of the setting.
"""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from urllib.parse import urlsplit

from pydantic import ValidationError
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_MAIL_SCHEMES = ("smtp", "smtps", "smtp+starttls")
_SHORTEST_TOKEN = 32
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.?")


def reason(error: ValidationError) -> str:
    """Return what is wrong with the first of some values, without the value."""
    return error.errors()[0]["msg"].removeprefix("Value error, ")


def database(url: str) -> str:
    """Return the URL of a database as SQLAlchemy takes it.

    Raises:
        ValueError: it is none that we know.
    """
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        message = "use sqlite:///FILE or postgresql://USER@HOST/NAME"
        raise ValueError(message)
    try:
        parsed = make_url(url)
        if parsed.drivername != "sqlite":
            # What the driver is told: hosts and ports have to fit.
            parsed.get_dialect()().create_connect_args(parsed)
    except ArgumentError:
        message = "it cannot be read; a password in it needs %-escapes"
        raise ValueError(message) from None
    if parsed.drivername == "sqlite" and not _is_a_file(parsed):
        message = "name a file and nothing else: sqlite:///FILE"
        raise ValueError(message)
    return url


def _is_a_file(url: URL) -> bool:
    # Without a name, or with :memory:, it would be gone with the process.
    return bool(url.database) and url.database != ":memory:" and not url.query


def public_address(url: str) -> str:
    """Return the address that people type, its scheme and host in small letters.

    Cookies are marked Secure and requests refused by it, so nothing may be left open.

    Raises:
        ValueError: it is more, or less, than a scheme, a host and a port.
    """
    if not url:
        return url
    message = "use https://HOST or https://HOST:PORT, with nothing after it"
    try:
        parts = urlsplit(url.removesuffix("/"))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(message) from None
    shown = f"[{host}]" if ":" in host else host
    plain = f"{parts.scheme}://{shown}" + ("" if port is None else f":{port}")
    whole = plain == url.removesuffix("/").lower()
    named = _HOST.fullmatch(host) is not None or ":" in host
    if parts.scheme not in {"http", "https"} or not (whole and named and port != 0):
        raise ValueError(message)
    usual = {"http": 80, "https": 443}[parts.scheme]
    # A browser leaves the usual port out of what it asks for.
    return plain.removesuffix(f":{usual}") if port == usual else plain


def mail_server(url: str) -> str:
    """Return the URL of a mail server; an empty one stays empty.

    Raises:
        ValueError: it is none, or its password would travel openly.
    """
    if not url:
        return url
    parts = urlsplit(url)
    try:
        known = parts.scheme in _MAIL_SCHEMES and bool(parts.hostname)
        known = known and parts.port != 0 and parts.path in ("", "/")
    except ValueError:
        known = False
    if not known:
        message = "use smtp://HOST, smtps://HOST or smtp+starttls://HOST"
        raise ValueError(message)
    if parts.password and parts.scheme == "smtp":
        message = "a password needs smtps:// or smtp+starttls://"
        raise ValueError(message)
    return url


def mail_address(address: str) -> str:
    """Return one e-mail address; an empty one stays empty.

    Raises:
        ValueError: it is none, or more than an address.
    """
    message = "use an address such as wellbeing@example.org"
    name, _, domain = address.rpartition("@")
    if address and not (name and domain and address.isprintable()):
        raise ValueError(message)
    try:
        return str(Address(addr_spec=address)) if address else ""
    except (HeaderParseError, ValueError):
        raise ValueError(message) from None


def token(value: str) -> str:
    """Return a token that nobody can guess; an empty one stays empty.

    Raises:
        ValueError: it is too short.
    """
    if value and len(value) < _SHORTEST_TOKEN:
        message = f"use at least {_SHORTEST_TOKEN} random characters"
        raise ValueError(message)
    return value
