"""What the value of a setting must look like; each raises the end of a sentence.

The sentence begins with the name of the setting.
"""

from email.errors import HeaderParseError
from email.headerregistry import Address
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

_MAIL_SCHEMES = ("smtp", "smtps", "smtp+starttls")
_SHORTEST_TOKEN = 32


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
        make_url(url)
    except ArgumentError:
        message = "it cannot be read; a password in it needs %-escapes"
        raise ValueError(message) from None
    return url


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
