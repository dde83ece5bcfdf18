"""Reading the file of providers: strictly, because a slip in it lets people in."""

import os
import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from wellbeing.content.reading import Section, refuse
from wellbeing.domain.people import Role
from wellbeing.domain.sign_in import Provider
from wellbeing.secret_files import from_file
from wellbeing.settings import PREFIX, ROOT, Settings, SettingsError

_NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
_OTHERS_MAY = 0o027
"""Bits of a file's mode that let others than its owner write it, or strangers read."""
_KEYS = (
    *("title", "issuer", "client_id", "client_secret", "client_secret_from"),
    *("scope", "prompt", "max_age", "acr_values", "roles_claim", "roles"),
)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_LONGEST_TITLE, _LONGEST_ISSUER = 40, 200


def read_providers(settings: Settings) -> tuple[Provider, ...]:
    """Return the providers of the settings' file, in its order; none without a file.

    Raises:
        SettingsError: the file cannot be used, or nobody could sign in.
    """
    found: tuple[Provider, ...] = ()
    if settings.sign_in_file:
        name = f"{PREFIX}SIGN_IN_FILE"
        text = _read(Path(settings.sign_in_file), name)
        try:
            tables = Section(settings.sign_in_file, tomllib.loads(text))
            found = tuple(_provider(tables.section(key), key) for key in tables.values)
        except ValueError as error:
            raise SettingsError(f"{name}: {error}.") from None
    if not settings.takes_passwords and not found:
        sentence = (
            f"{PREFIX}PASSWORDS is off and {PREFIX}SIGN_IN_FILE names no provider, so "
            "nobody could sign in. Name one, or leave passwords on."
        )
        raise SettingsError(sentence)
    if len({one.issuer for one in found}) < len(found):
        sentence = f"{PREFIX}SIGN_IN_FILE: two providers have the same issuer."
        raise SettingsError(sentence)
    return found


def _read(file: Path, name: str) -> str:
    if not file.is_absolute() or file.resolve().is_relative_to(ROOT):
        sentence = f"{name}: give the whole path of a file outside of the program."
        raise SettingsError(sentence)
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            text = opened.read().decode()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{name}: the file cannot be read.") from None
    if mode & _OTHERS_MAY:
        sentence = (
            f"{name}: the file holds secrets, and others can read or change it. "
            f"Run: chmod 600 {file}"
        )
        raise SettingsError(sentence)
    return text


def _provider(section: Section, name: str) -> Provider:
    section.only(*_KEYS)
    if not _NAME.fullmatch(name):
        refuse(section.where, "is no name: use small letters, digits and dashes")
    issuer = section.text("issuer")
    if not _is_safe(issuer) or len(issuer) > _LONGEST_ISSUER:
        refuse(section.at("issuer"), "must be an https address")
    title = section.text("title")
    if len(title) > _LONGEST_TITLE or not title.isprintable():
        refuse(section.at("title"), f"has more than {_LONGEST_TITLE} letters")
    scope = _text_or(section, "scope", "openid email profile")
    if "openid" not in scope.split():
        refuse(section.at("scope"), "must contain openid")
    max_age = section.take("max_age", int) if "max_age" in section.values else None
    has_ways = "acr_values" in section.values
    claim = _text_or(section, "roles_claim", "")
    if bool(claim) != ("roles" in section.values):
        refuse(section.where, "needs roles_claim and roles together, or neither")
    return Provider(
        name=name,
        title=title,
        issuer=issuer,
        client_id=section.text("client_id"),
        client_secret=_secret(section),
        scope=scope,
        prompt=_text_or(section, "prompt", "login"),
        max_age=max_age,
        acr_values=section.texts("acr_values") if has_ways else (),
        roles_claim=claim,
        roles=_roles(section.section("roles")) if claim else {},
    )


def _is_safe(address: str) -> bool:
    """Tell whether nobody on the way can read what is sent there."""
    try:
        parts = urlsplit(address)
        local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username)
    return plain and bool(parts.hostname) and (parts.scheme == "https" or local)


def _secret(section: Section) -> str:
    """Return the secret, from the file or from the variable that it names."""
    if ("client_secret" in section.values) == ("client_secret_from" in section.values):
        refuse(section.where, "needs client_secret or client_secret_from, one of them")
    if "client_secret" in section.values:
        return from_file(section.text("client_secret"))
    variable = section.text("client_secret_from")
    found = os.environ.get(variable, "")
    if not found:
        refuse(section.at("client_secret_from"), f"names {variable}, which is not set")
    return found


def _roles(section: Section) -> dict[str, Role]:
    known = {role.value: role for role in Role if role is not Role.LEAD}
    found: dict[str, Role] = {}
    for group in section.values:
        name = section.text(group)
        if name not in known:
            # A lead leads a team, and which one no provider can say.
            refuse(section.at(group), f"must be one of: {', '.join(sorted(known))}")
        found[group] = known[name]
    return found


def _text_or(section: Section, key: str, default: str) -> str:
    return section.text(key) if key in section.values else default
