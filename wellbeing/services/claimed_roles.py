"""Roles that a provider's claim gives and takes, where the settings say so."""

from sqlalchemy import Connection

from wellbeing.domain.audit import Event
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Clinic, Role
from wellbeing.domain.sign_in import Provider
from wellbeing.services import factors
from wellbeing.services.audit import record
from wellbeing.services.context import Context
from wellbeing.services.peers_around import leave_peers
from wellbeing.storage import clinic_queries, people_queries


def follow_claim(
    ctx: Context,
    db: Connection,
    clinic: Clinic,
    person_id: PersonId,
    provider: Provider,
    groups: frozenset[str],
) -> None:
    """Let somebody hold, of the roles that groups give, those of their groups.

    Every other role stays as it is. A lead does not become an administrator, and the
    last administrator stays one.

    Args:
        ctx: the surroundings.
        db: the transaction in which they sign in.
        clinic: theirs.
        person_id: who they are.
        provider: which groups give which roles; none: nothing happens.
        groups: what it says they are in; a claim that is missing is an empty one.
    """
    if not provider.roles:
        return
    clinic_queries.lock_clinic(db, clinic.clinic_id)
    own = clinic.clinic_id, person_id
    [person] = people_queries.people_of(db, *own)
    given = {role for group, role in provider.roles.items() if group in groups}
    held = (person.roles - set(provider.roles.values())) | given
    if Role.LEAD in held:
        held -= {Role.ADMINISTRATOR}
    if Role.ADMINISTRATOR in person.roles - held and _is_last(db, clinic):
        held |= {Role.ADMINISTRATOR}
    if held == person.roles:
        return
    if Role.CLINICIAN in person.roles - held:
        leave_peers(ctx, db, clinic, person_id)
    people_queries.set_roles(db, *own, held)
    factors.end_sessions_without(ctx, db, *own)
    listed = ", ".join(sorted(held))
    record(
        ctx,
        db,
        clinic.clinic_id,
        Event.ROLES_CHANGED,
        actor=None,
        concerning=person_id,
        about=listed,
    )


def _is_last(db: Connection, clinic: Clinic) -> bool:
    return people_queries.count_active_administrators(db, clinic.clinic_id) <= 1
