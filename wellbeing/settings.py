"""Settings: ``WELLBEING_*`` environment variables, read once, strict."""

import os
from pathlib import Path

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from wellbeing.domain.errors import WellbeingError

PREFIX = "WELLBEING_"
ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"


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
