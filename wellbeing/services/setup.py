"""First start: an empty database becomes a clinic with one administrator."""

from dataclasses import dataclass

from wellbeing.content.places import countries, time_zones
from wellbeing.domain.errors import (
    AlreadySetUpError,
    InvalidInputError,
    LinkUsedOrExpiredError,
)
from wellbeing.domain.ids import ClinicId, PersonId, new_id
from wellbeing.domain.people import Clinic, Role
from wellbeing.services import keyring, passwords
from wellbeing.services.accounts import enter
from wellbeing.services.context import Context
from wellbeing.services.fields import clean_email, clean_name
from wellbeing.services.private_texts import password_secret
from wellbeing.storage import account_queries, clinic_queries, people_queries


@dataclass(frozen=True, kw_only=True, slots=True)
class Entrance:
    """What somebody gets who has just got an account.

    Attributes:
        token: of the new session; None: they sign in, and set up a second factor.
        recovery_code: shown once; stored only as a hash.
    """

    token: str | None
    recovery_code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NewClinic:
    """What the set-up page asks."""

    name: str
    country: str
    time_zone: str
    administrator: str
    email: str
    password: str
    checks_in: bool


def clinic_exists(ctx: Context) -> bool:
    """Tell whether the database holds a clinic; asked before anybody signs in."""
    with ctx.reading() as db:
        return clinic_queries.the_clinic(db) is not None


def new_setup_link(ctx: Context) -> str | None:
    """Return a fresh one-time address for an empty database; None once set up.

    The few addresses before it work, too, until the clinic is there: a second process
    may have been started beside the first. Only the terminal ever shows one, so that
    nobody who merely finds the port can claim the clinic.
    """
    token = passwords.new_token()
    with ctx.writing() as db:
        if clinic_queries.the_clinic(db) is not None:
            return None
        clinic_id = ClinicId(new_id(ctx.now()))
        clinic_queries.put_setup_link(db, clinic_id, passwords.hash_token(token))
    return f"{ctx.settings.url}/set-up/{token}"


def setup_link_works(ctx: Context, token: str) -> bool:
    """Tell whether a set-up address can be used now."""
    with ctx.reading() as db:
        link = clinic_queries.setup_link(db, passwords.hash_token(token))
        return link is not None and clinic_queries.the_clinic(db) is None


def set_up(ctx: Context, token: str, wanted: NewClinic) -> Entrance:
    """Make the clinic and its first administrator, and sign them in.

    Raises:
        LinkUsedOrExpiredError, AlreadySetUpError: the address does not work.
        InvalidInputError, WeakPasswordError: a field cannot be taken.
    """
    name, administrator = clean_name(wanted.name), clean_name(wanted.administrator)
    email = clean_email(wanted.email)
    check_place(wanted.country, wanted.time_zone)
    passwords.judge(wanted.password, administrator, email, name)
    hashed, code = (
        passwords.hash_password(wanted.password),
        passwords.new_recovery_code(),
    )
    secret = password_secret(wanted.password)
    with ctx.writing() as db:
        if clinic_queries.the_clinic(db) is not None:
            raise AlreadySetUpError
        clinic_id = clinic_queries.take_setup_link(db, passwords.hash_token(token))
        if clinic_id is None:
            raise LinkUsedOrExpiredError
        clinic = Clinic(
            clinic_id=clinic_id,
            name=name,
            country=wanted.country,
            time_zone=wanted.time_zone,
        )
        clinic_queries.add_clinic(db, clinic)
        person_id = PersonId(new_id(ctx.now()))
        roles = {Role.ADMINISTRATOR} | ({Role.CLINICIAN} if wanted.checks_in else set())
        people_queries.add_person(
            db, clinic_id, person_id, name=administrator, email=email, roles=roles
        )
        account_queries.set_password(db, clinic_id, person_id, hashed)
        account_queries.set_recovery_code(
            db, clinic_id, person_id, passwords.hash_code(code)
        )
        keys = keyring.make(db, clinic_id, person_id, secret, code)
        token = enter(ctx, db, clinic_id, person_id, keys)
    return Entrance(token=token, recovery_code=code)


def check_place(country: str, time_zone: str) -> None:
    """Refuse a country or time zone that the lists do not have.

    Raises:
        InvalidInputError: with what to choose.
    """
    if country not in countries():
        raise InvalidInputError("Choose the country from the list.")
    if time_zone not in time_zones():
        raise InvalidInputError("Choose the time zone from the list.")
