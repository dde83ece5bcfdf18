"""Settings: ``WELLBEING_*`` environment variables, read once, strict."""

import os
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from wellbeing.domain.errors import WellbeingError

PREFIX = "WELLBEING_"
ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
_MAIL_SCHEMES = ("smtp", "smtps", "smtp+starttls")


class SettingsError(WellbeingError):
    """A setting that cannot be used; the start is refused."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class Settings(BaseSettings):
    """How this installation runs. The README's table lists every variable."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    database_url: str = Field(
        default=f"sqlite:///{DATA / 'wellbeing.db'}",
        description="Where the data is: sqlite:///FILE or postgresql://USER@HOST/NAME.",
    )
    releases_url: str = Field(
        default="",
        description="Where team trends are read from. SQLite: a second file, by "
        "default beside the first. PostgreSQL: the same database by the identity that "
        "`python -m wellbeing grant-lead` makes; empty: no team trends are shown.",
    )
    address: str = Field(
        default="127.0.0.1", description="Address that the app listens on."
    )
    port: int = Field(
        default=8501, ge=1, le=65535, description="Port that the app listens on."
    )
    public_url: str = Field(
        default="",
        description="Address that people type, such as https://wellbeing.example.org; "
        "with https the cookies are marked Secure. Empty: http, address and port.",
    )
    proxies: int = Field(
        default=0,
        ge=0,
        le=5,
        description="How many reverse proxies of yours stand in front; "
        "X-Forwarded-For is read only then.",
    )
    idle_hours: int = Field(
        default=8,
        ge=1,
        le=72,
        description="A session ends after so many hours without use.",
    )
    session_days: int = Field(
        default=30,
        ge=1,
        le=90,
        description="A session ends after so many days in any case.",
    )
    invitation_days: int = Field(
        default=14, ge=1, le=60, description="An invitation link works so many days."
    )
    study_keys: str = Field(
        default="",
        description="Folder of the keys of studies, outside the database. Empty: "
        "study_keys beside an SQLite database, data/study_keys with PostgreSQL.",
    )
    study_bundles: str = Field(
        default="",
        description="Folder of the bundles made on the screen. Empty: study_bundles, "
        "beside the keys.",
    )
    smtp_url: str = Field(
        default="",
        repr=False,
        description="Mail server: smtp://HOST:PORT, smtps://USER:PASSWORD@HOST:PORT "
        "or smtp+starttls://USER:PASSWORD@HOST:PORT; file:///PATH reads it from the "
        "first line of a file. Empty: the app sends no mail.",
    )
    mail_from: str = Field(
        default="",
        validate_default=True,
        description="Address that mail of the app comes from; a mail needs both.",
    )

    @field_validator("database_url", "releases_url")
    @classmethod
    def _known_database(cls, url: str, field: ValidationInfo) -> str:
        if not url and field.field_name == "releases_url":
            return url
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

    @field_validator("releases_url")
    @classmethod
    def _apart(cls, url: str, fields: ValidationInfo) -> str:
        other = fields.data.get("database_url", "")
        if url and url.partition(":")[0] != other.partition(":")[0]:
            message = "it must be of the same kind as WELLBEING_DATABASE_URL"
            raise ValueError(message)
        if url == other:
            message = "releases need a file, or an identity, of their own"
            raise ValueError(message)
        return url

    @field_validator("smtp_url")
    @classmethod
    def _known_mail_server(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme == "file":
            try:
                url = Path(parts.path).read_text("utf-8").partition("\n")[0].strip()
            except (OSError, UnicodeDecodeError):
                message = "the file that it names cannot be read"
                raise ValueError(message) from None
            parts = urlsplit(url)
        if not url:
            return url
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

    @field_validator("mail_from")
    @classmethod
    def _one_address(cls, address: str, fields: ValidationInfo) -> str:
        if bool(address) != bool(fields.data.get("smtp_url", address)):
            message = "it and WELLBEING_SMTP_URL are needed together"
            raise ValueError(message)
        message = "use an address such as wellbeing@example.org"
        name, _, domain = address.rpartition("@")
        if address and not (name and domain and address.isprintable()):
            raise ValueError(message)
        try:
            return str(Address(addr_spec=address)) if address else ""
        except (HeaderParseError, ValueError):
            raise ValueError(message) from None

    @property
    def https(self) -> bool:
        """Whether people reach the app over TLS."""
        return self.public_url.startswith("https://")

    @property
    def url(self) -> str:
        """The address that people open, without a slash at its end."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def host(self) -> str:
        """Host and port that a request must be for, when a public address is set."""
        return self.public_url.split("://", 1)[-1].split("/", 1)[0]


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a variable is unknown or its value cannot be used.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(v for v in os.environ if v.startswith(PREFIX) and v not in known)
    if unknown:
        sentence = f"{unknown[0]} is not a setting. Known: {', '.join(sorted(known))}."
        raise SettingsError(sentence)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingsError(f"{name}: {first['msg']}.") from None
