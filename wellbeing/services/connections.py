"""Which account at a provider is whose: found, or connected.

Steps inside a transaction of a service that has checked what the provider said.
"""

from sqlalchemy import Connection

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import LinkUsedOrExpiredError
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Clinic, Standing, Viewer
from wellbeing.domain.sign_in import (
    AccessOverError,
    AlreadyConnectedError,
    Flow,
    Identified,
    IdentityTakenError,
    NotTrustedError,
    Provider,
    UnknownIdentityError,
    VisitOverError,
)
from wellbeing.services import passwords, proofs
from wellbeing.services.audit import note, record
from wellbeing.services.context import Context
from wellbeing.storage import account_queries, identity_queries, people_queries
from wellbeing.storage.identity_queries import Identity


def known_person(
    db: Connection, clinic: Clinic, provider: Provider, said: Identified
) -> PersonId:
    """Return whose account it is, when nobody can end their access any more.

    Raises:
        UnknownIdentityError, AccessOverError.
    """
    where = clinic.clinic_id, said.issuer, said.subject
    found = identity_queries.person_behind(db, *where)
    if found is not None:
        people_queries.lock_person(db, clinic.clinic_id, found.person_id)
        found = identity_queries.person_behind(db, *where)
    if found is None or found.standing is Standing.INVITED:
        raise UnknownIdentityError(provider.title)
    if found.standing is Standing.LEFT:
        raise AccessOverError
    return found.person_id


def accept(
    ctx: Context,
    db: Connection,
    clinic: Clinic,
    provider: Provider,
    flow: Flow,
    said: Identified,
) -> PersonId:
    """Use an invitation up for the person it is for, who then has no password.

    Raises:
        LinkUsedOrExpiredError, IdentityTakenError, AlreadyConnectedError.
    """
    hashed = passwords.hash_token(flow.ticket)
    found = account_queries.invited(db, hashed, ctx.now())
    if found is None:
        raise LinkUsedOrExpiredError
    own = found[:2]
    people_queries.lock_person(db, *own)
    if account_queries.invited(db, hashed, ctx.now()) is None:
        raise LinkUsedOrExpiredError
    _connect(ctx, db, clinic, own[1], provider, said)
    if not account_queries.take_invitation(db, hashed):
        raise LinkUsedOrExpiredError
    people_queries.set_standing(db, *own, Standing.ACTIVE)
    record(ctx, db, own[0], Event.IDENTITY_LINKED, actor=own[1])
    return own[1]


def connect_own(
    ctx: Context,
    db: Connection,
    viewer: Viewer,
    provider: Provider,
    flow: Flow,
    said: Identified,
) -> None:
    """Connect an account with the viewer, who asked for it a moment ago.

    Raises:
        VisitOverError: it was not them who asked.
        IdentityTakenError, AlreadyConnectedError.
    """
    own = viewer.clinic_id, viewer.person_id
    people_queries.lock_person(db, *own)
    hashed = passwords.hash_token(flow.ticket)
    if not identity_queries.take_ticket(db, *own, hashed, ctx.now()):
        raise VisitOverError("no ticket of this person")
    _connect(ctx, db, viewer.clinic, own[1], provider, said)
    note(ctx, db, viewer, Event.IDENTITY_LINKED)


def confirm(
    ctx: Context, db: Connection, viewer: Viewer, provider: Provider, said: Identified
) -> None:
    """Note that the provider has just made sure that it is the viewer.

    Raises:
        NotTrustedError: it has not, or it is somebody else.
    """
    if known_person(db, viewer.clinic, provider, said) != viewer.person_id:
        raise NotTrustedError(provider.title, "somebody else confirmed")
    if not said.asked_anew:
        raise NotTrustedError(provider.title, "it did not ask anew")
    proofs.remember(ctx, db, viewer.clinic_id, viewer.session)


def _connect(
    ctx: Context,
    db: Connection,
    clinic: Clinic,
    person_id: PersonId,
    provider: Provider,
    said: Identified,
) -> None:
    own = clinic.clinic_id, person_id
    whose = identity_queries.person_behind(
        db, clinic.clinic_id, said.issuer, said.subject
    )
    if whose is not None and whose.person_id != person_id:
        raise IdentityTakenError(provider.title)
    there = identity_queries.identities_of(db, *own)
    if any(one.issuer == said.issuer for one in there):
        raise AlreadyConnectedError(provider.title)
    today = ctx.now().astimezone(clinic.zone).date()
    identity = Identity(issuer=said.issuer, subject=said.subject, connected_on=today)
    identity_queries.add_identity(db, *own, identity)
