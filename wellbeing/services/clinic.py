"""The clinic itself and the support contacts it offers."""

from dataclasses import replace

from wellbeing.domain.contacts import Contact, ContactKind
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.ids import ContactId, new_id
from wellbeing.domain.people import Clinic, Role, Viewer
from wellbeing.services.context import Context
from wellbeing.services.fields import clean_email, clean_name
from wellbeing.services.setup import check_place
from wellbeing.storage import clinic_queries

_LONGEST_REACH, _LONGEST_ABOUT = 200, 300


def support_contacts(ctx: Context, viewer: Viewer) -> tuple[Contact, ...]:
    """Return the clinic's own support contacts: the same for everybody."""
    with ctx.reading() as db:
        return tuple(clinic_queries.contacts_of(db, viewer.clinic_id))


def change_clinic(
    ctx: Context, viewer: Viewer, *, name: str, country: str, time_zone: str
) -> None:
    """Change name, country and time zone of the clinic.

    Another time zone moves the hours at which weeks begin and close, from now on.

    Raises:
        InvalidInputError: a field cannot be taken.
    """
    viewer.require(Role.ADMINISTRATOR)
    check_place(country, time_zone)
    clinic = Clinic(
        clinic_id=viewer.clinic_id,
        name=clean_name(name),
        country=country,
        time_zone=time_zone,
    )
    with ctx.writing() as db:
        clinic_queries.change_clinic(db, clinic)


def add_contact(
    ctx: Context,
    viewer: Viewer,
    *,
    name: str,
    reach: str,
    about: str,
    kind: ContactKind = ContactKind.OTHER,
    email: str = "",
    agreed: bool = False,
) -> None:
    """Add a support contact at the end of the list; it counts as checked today.

    Raises:
        InvalidInputError: a field is empty, too long or no address.
    """
    viewer.require(Role.ADMINISTRATOR)
    typed = Contact(
        contact_id=ContactId(new_id(ctx.now())),
        name=name,
        reach=reach,
        about=about,
        kind=kind,
        email=email,
        agreed=agreed,
    )
    contact = _checked(ctx, viewer, typed)
    with ctx.writing() as db:
        position = clinic_queries.next_position(db, viewer.clinic_id)
        clinic_queries.add_contact(db, viewer.clinic_id, contact, position)


def change_contact(ctx: Context, viewer: Viewer, changed: Contact) -> None:
    """Make this the support contact of its id; it counts as checked today.

    Raises:
        InvalidInputError: a field is empty, too long or no address.
        NotFoundError: there is no such contact.
    """
    viewer.require(Role.ADMINISTRATOR)
    contact = _checked(ctx, viewer, changed)
    with ctx.writing() as db:
        if not clinic_queries.change_contact(db, viewer.clinic_id, contact):
            raise NotFoundError("contact")


def remove_contact(ctx: Context, viewer: Viewer, contact_id: ContactId) -> None:
    """Remove a support contact."""
    viewer.require(Role.ADMINISTRATOR)
    with ctx.writing() as db:
        clinic_queries.drop_contact(db, viewer.clinic_id, contact_id)


def _checked(ctx: Context, viewer: Viewer, typed: Contact) -> Contact:
    """Return a contact as it is stored, checked on this day of the clinic."""
    reach, about = " ".join(typed.reach.split()), " ".join(typed.about.split())
    if not (reach.isprintable() and about.isprintable()):
        raise InvalidInputError("There are characters that cannot be shown. Type anew.")
    if not reach:
        raise InvalidInputError("Say how to reach them: a number, a room, an address.")
    if len(reach) > _LONGEST_REACH or len(about) > _LONGEST_ABOUT:
        raise InvalidInputError("That is too long. Keep it to a line or two.")
    email = clean_email(typed.email) if typed.email.strip() else ""
    if typed.agreed and not email:
        raise InvalidInputError("Add the address to which they agreed.")
    return replace(
        typed,
        name=clean_name(typed.name),
        reach=reach,
        about=about,
        email=email,
        checked_on=ctx.now().astimezone(viewer.clinic.zone).date(),
    )
