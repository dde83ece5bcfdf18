"""Queries of who may be paired, and of what people chose about it."""

from collections.abc import Collection

from sqlalchemy import Connection, Table, and_, delete, func, insert, or_, select

from wellbeing.domain.ids import ClinicId, PersonId, TeamId
from wellbeing.domain.pairings import Colleague, PeerSettings
from wellbeing.domain.people import Role, Standing
from wellbeing.domain.weeks import Week
from wellbeing.storage.clinic_tables import (
    LeadRow,
    MembershipRow,
    PersonRoleRow,
    PersonRow,
    TeamRow,
)
from wellbeing.storage.engine import upsert
from wellbeing.storage.peer_tables import PeerRoundRow, PeerSettingRow

_SETTING: Table = PeerSettingRow.__table__  # type: ignore[assignment]


def clinicians_of(
    db: Connection,
    clinic_id: ClinicId,
    week: Week,
    among: Collection[PersonId] | None = None,
) -> dict[PersonId, Colleague]:
    """Return the clinicians who have an account now, by id, in the order of names.

    Args:
        among: only these people; None: everybody.
    """
    leads: dict[PersonId, set[TeamId]] = {}
    led_teams = select(LeadRow.person_id, LeadRow.team_id).where(
        LeadRow.clinic_id == clinic_id
    )
    if among is not None:
        led_teams = led_teams.where(LeadRow.person_id.in_(among))
    for led in db.execute(led_teams):
        leads.setdefault(PersonId(led.person_id), set()).add(TeamId(led.team_id))
    of_week = and_(
        MembershipRow.clinic_id == PersonRow.clinic_id,
        MembershipRow.person_id == PersonRow.person_id,
        MembershipRow.from_week <= str(week),
        or_(MembershipRow.to_week.is_(None), MembershipRow.to_week >= str(week)),
    )
    people = (
        select(
            PersonRow.person_id,
            PersonRow.name,
            TeamRow.team_id,
            TeamRow.name.label("team"),
            TeamRow.site,
            func.coalesce(PeerSettingRow.may_be_asked, True).label("may_be_asked"),
        )
        .join(
            PersonRoleRow,
            and_(
                PersonRoleRow.clinic_id == PersonRow.clinic_id,
                PersonRoleRow.person_id == PersonRow.person_id,
                PersonRoleRow.role == Role.CLINICIAN,
            ),
        )
        .outerjoin(MembershipRow, of_week)
        .outerjoin(
            TeamRow,
            and_(
                TeamRow.clinic_id == MembershipRow.clinic_id,
                TeamRow.team_id == MembershipRow.team_id,
            ),
        )
        .outerjoin(
            PeerSettingRow,
            and_(
                PeerSettingRow.clinic_id == PersonRow.clinic_id,
                PeerSettingRow.person_id == PersonRow.person_id,
            ),
        )
        .where(PersonRow.clinic_id == clinic_id, PersonRow.standing == Standing.ACTIVE)
        .order_by(
            func.lower(PersonRow.name), PersonRow.person_id, MembershipRow.from_week
        )
    )
    if among is not None:
        people = people.where(PersonRow.person_id.in_(among))
    return {
        PersonId(row.person_id): Colleague(
            person_id=PersonId(row.person_id),
            name=row.name,
            team_id=None if row.team_id is None else TeamId(row.team_id),
            team=row.team or "",
            site=row.site or "",
            leads=frozenset(leads.get(row.person_id, ())),
            may_be_asked=bool(row.may_be_asked),
        )
        for row in db.execute(people)
    }


def settings_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId | None = None
) -> dict[PersonId, tuple[PeerSettings, Week | None]]:
    """Return what people chose, and since when they wait in the pool; or one of them.

    Whoever chose nothing yet is not in it.
    """
    statement = select(_SETTING).where(_SETTING.c.clinic_id == clinic_id)
    if person_id is not None:
        statement = statement.where(_SETTING.c.person_id == person_id)
    return {
        PersonId(row.person_id): (
            PeerSettings(
                may_be_asked=row.may_be_asked,
                in_pool=row.pool_since is not None,
                rests=row.rests,
                rhythm=row.rhythm,
                pause_until=row.pause_until and Week.parse(row.pause_until),
            ),
            row.pool_since and Week.parse(row.pool_since),
        )
        for row in db.execute(statement)
    }


def put_settings(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    chosen: PeerSettings,
    pool_since: Week | None,
) -> None:
    """Write what somebody chose, and since when they wait in the pool."""
    row = {
        "clinic_id": clinic_id,
        "person_id": person_id,
        "may_be_asked": chosen.may_be_asked,
        "rests": chosen.rests,
        "rhythm": chosen.rhythm,
        "pool_since": None if pool_since is None else str(pool_since),
        "pause_until": chosen.pause_until and str(chosen.pause_until),
    }
    upsert(db, _SETTING, [row])


def is_round_done(db: Connection, clinic_id: ClinicId, week: Week) -> bool:
    """Tell whether the pool has made its suggestions of a week."""
    statement = select(PeerRoundRow.week).where(
        PeerRoundRow.clinic_id == clinic_id, PeerRoundRow.week == str(week)
    )
    return db.scalar(statement) is not None


def put_round(db: Connection, clinic_id: ClinicId, week: Week) -> None:
    """Write that the pool has made its suggestions of a week; older ones go."""
    db.execute(delete(PeerRoundRow).where(PeerRoundRow.clinic_id == clinic_id))
    db.execute(insert(PeerRoundRow).values(clinic_id=clinic_id, week=str(week)))
