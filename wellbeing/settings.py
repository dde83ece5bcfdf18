"""Settings: ``WELLBEING_*`` environment variables, read once, strict."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from wellbeing import setting_checks
from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.keeping import (
    LEAST_DAYS,
    LEAST_MONTHS,
    MOST_DAYS,
    MOST_MONTHS,
)
from wellbeing.domain.second_factor import Asked
from wellbeing.secret_files import from_file

PREFIX = "WELLBEING_"
ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"


class LogForm(StrEnum):
    """How a line of the log is written."""

    PLAIN = "plain"
    JSON = "json"


class SettingsError(WellbeingError):
    """A setting that cannot be used; the start is refused."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class Settings(BaseSettings):
    """How this installation runs. The README's table lists every variable."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    database_url: str = Field(
        default=f"sqlite:///{DATA / 'wellbeing.db'}",
        repr=False,
        description="Where the data is: sqlite:///FILE or postgresql://USER@HOST/NAME; "
        "file:///PATH reads it from the first line of a file.",
    )
    releases_url: str = Field(
        default="",
        repr=False,
        description="Where team trends are read from. SQLite: a second file, by "
        "default beside the first. PostgreSQL: the same database by the identity that "
        "`python -m wellbeing grant-lead` makes, or file:///PATH; empty: no team "
        "trends are shown.",
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
    second_factor: Asked = Field(
        default=Asked.ADMINISTRATORS_AND_RESEARCHERS,
        description="Of whom a code beside the password is asked, from their next "
        "sign-in on: administrators-and-researchers, everybody or nobody. Anybody "
        "else may set one up. The demo clinic asks nobody.",
    )
    keep_months: int = Field(
        default=MOST_MONTHS,
        ge=LEAST_MONTHS,
        le=MOST_MONTHS,
        description="Ratings are kept so many months, then removed. A shorter time "
        "holds four weeks after people could read of it.",
    )
    keep_texts_days: int = Field(
        default=MOST_DAYS,
        ge=LEAST_DAYS,
        le=MOST_DAYS,
        description="What somebody wrote for themselves is kept so many days after "
        "their access ended.",
    )
    backup_key_file: str = Field(
        default="",
        description="File of the key that backups are encrypted with, made by "
        "`python -m wellbeing backup-key`. Empty: backups are not encrypted.",
    )
    passwords: Literal["on", "off"] = Field(
        default="on",
        description="off: nobody signs in with a password, only through a provider of "
        "WELLBEING_SIGN_IN_FILE.",
    )
    sign_in_file: str = Field(
        default="",
        description="Whole path of a file outside of the program that names the "
        "providers of single sign-on; others must not be able to read it. Empty: none.",
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

    log: LogForm = Field(
        default=LogForm.PLAIN, description="Form of the log's lines: plain or json."
    )
    metrics_token: str = Field(
        default="",
        repr=False,
        description="What /metrics asks for as a bearer token; file:///PATH reads it "
        "from the first line of a file. Empty: it answers this machine only.",
    )
    backups: str = Field(
        default="",
        description="Folder of backups; /metrics tells the age of the newest.",
    )

    @field_validator("metrics_token")
    @classmethod
    def _long_enough(cls, token: str) -> str:
        return setting_checks.token(from_file(token))

    @field_validator("database_url", "releases_url")
    @classmethod
    def _known_database(cls, url: str, field: ValidationInfo) -> str:
        url = from_file(url)
        if not url and field.field_name == "releases_url":
            return url
        return setting_checks.database(url)

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

    @field_validator("public_url")
    @classmethod
    def _known_address(cls, url: str) -> str:
        return setting_checks.public_address(url)

    @field_validator("smtp_url")
    @classmethod
    def _known_mail_server(cls, url: str) -> str:
        return setting_checks.mail_server(from_file(url))

    @field_validator("mail_from")
    @classmethod
    def _one_address(cls, address: str, fields: ValidationInfo) -> str:
        if bool(address) != bool(fields.data.get("smtp_url", address)):
            message = "it and WELLBEING_SMTP_URL are needed together"
            raise ValueError(message)
        return setting_checks.mail_address(address)

    @property
    def https(self) -> bool:
        """Whether people reach the app over TLS."""
        return self.public_url.startswith("https://")

    @property
    def takes_passwords(self) -> bool:
        """Whether somebody can sign in with a password."""
        return self.passwords == "on"

    @property
    def url(self) -> str:
        """The address that people open, without a slash at its end."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def host(self) -> str:
        """Host and port that a request must be for, when a public address is set."""
        return self.public_url.partition("://")[2]


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
        name = PREFIX + str(error.errors()[0]["loc"][0]).upper()
        raise SettingsError(f"{name}: {setting_checks.reason(error)}.") from None
