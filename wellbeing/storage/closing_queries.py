"""What the closing job reads of people and check-ins. No screen may ask for this."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import (
    Connection,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
)

from wellbeing.domain.ids import ClinicId, PersonId, TeamId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role
from wellbeing.domain.weeks import Week
from wellbeing.privacy.closing import Levels
from wellbeing.privacy.panel import Panel
from wellbeing.privacy.periods import Period
from wellbeing.privacy.scales import TEAM_INDICATORS, level_of, scale_of
from wellbeing.privacy.units import UnitId
from wellbeing.storage.check_in_tables import CheckInRow
from wellbeing.storage.clinic_tables import (
    MembershipRow,
    PersonRoleRow,
    PersonRow,
    TeamRow,
)
from wellbeing.storage.team_trends_tables import PanelRow

_CHECK_IN: Table = CheckInRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Post:
    """A clinician who works in a team and leads none.

    Attributes:
        counted: whether they chose to be counted in team trends.
    """

    person_id: PersonId
    team_id: TeamId
    counted: bool


def first_check_in(db: Connection, clinic_id: ClinicId) -> Week | None:
    """Return the week of a clinic's first check-in."""
    week = db.scalar(
        select(func.min(_CHECK_IN.c.week)).where(_CHECK_IN.c.clinic_id == clinic_id)
    )
    return None if week is None else Week.parse(week)


def teams_with_sites(
    db: Connection, clinic_id: ClinicId
) -> dict[TeamId, tuple[str, str]]:
    """Return name and site of every team."""
    statement = select(TeamRow.team_id, TeamRow.name, TeamRow.site).where(
        TeamRow.clinic_id == clinic_id
    )
    return {TeamId(r.team_id): (r.name, r.site) for r in db.execute(statement)}


def posts_in(db: Connection, clinic_id: ClinicId, week: Week) -> list[Post]:
    """Return who worked where in a week: each person once."""
    statement = (
        select(
            MembershipRow.person_id,
            MembershipRow.team_id,
            PersonRow.team_trends,
        )
        .join(
            PersonRow,
            (PersonRow.clinic_id == MembershipRow.clinic_id)
            & (PersonRow.person_id == MembershipRow.person_id),
        )
        .where(
            MembershipRow.clinic_id == clinic_id,
            MembershipRow.from_week <= str(week),
            or_(MembershipRow.to_week.is_(None), MembershipRow.to_week >= str(week)),
            _holds(Role.CLINICIAN),
            ~_holds(Role.LEAD),
        )
        .order_by(MembershipRow.from_week)
    )
    found = {
        PersonId(row.person_id): Post(
            PersonId(row.person_id), TeamId(row.team_id), bool(row.team_trends)
        )
        for row in db.execute(statement)
    }
    return list(found.values())


def who_may_be_counted(db: Connection, clinic_id: ClinicId) -> set[PersonId]:
    """Return everybody who chose to be counted and leads no team."""
    statement = select(PersonRow.person_id).where(
        PersonRow.clinic_id == clinic_id,
        PersonRow.team_trends.is_(True),
        ~_holds(Role.LEAD),
    )
    return {PersonId(person) for person in db.scalars(statement)}


def _holds(role: Role):  # type: ignore[no-untyped-def]  # noqa: ANN202 (an SQL expression)
    return exists().where(
        PersonRoleRow.clinic_id == PersonRow.clinic_id,
        PersonRoleRow.person_id == PersonRow.person_id,
        PersonRoleRow.role == role,
    )


def has_panels(db: Connection, clinic_id: ClinicId) -> bool:
    """Tell whether a quarter was ever begun."""
    return bool(db.scalar(select(exists().where(PanelRow.clinic_id == clinic_id))))


def who_answered(
    db: Connection, clinic_id: ClinicId, first: Week, last: Week
) -> set[PersonId]:
    """Return who checked in within some weeks."""
    statement = (
        select(_CHECK_IN.c.person_id)
        .where(
            _CHECK_IN.c.clinic_id == clinic_id,
            _CHECK_IN.c.week >= str(first),
            _CHECK_IN.c.week <= str(last),
            or_(*(_CHECK_IN.c[i.value].is_not(None) for i in TEAM_INDICATORS)),
        )
        .distinct()
    )
    return {PersonId(person) for person in db.scalars(statement)}


def panels_of(
    db: Connection, clinic_id: ClinicId, quarter: Period
) -> dict[UnitId, Panel]:
    """Return the panels of a quarter."""
    people: dict[tuple[UnitId, str], set[PersonId]] = {}
    for row in db.execute(
        select(PanelRow.unit_id, PanelRow.person_id, PanelRow.since).where(
            PanelRow.clinic_id == clinic_id,
            PanelRow.quarter == str(quarter.first_week),
        )
    ):
        key = UnitId(row.unit_id), row.since
        people.setdefault(key, set()).add(PersonId(row.person_id))
    return {
        unit: Panel(people=frozenset(found), since=Period(Week.parse(since)))
        for (unit, since), found in people.items()
    }


def put_panels(
    db: Connection,
    clinic_id: ClinicId,
    quarter: Period,
    panels: Mapping[UnitId, Panel],
    *,
    forget_before: Period,
) -> None:
    """Write the panels of a quarter, in place of what a broken-off close left.

    Args:
        forget_before: panels of older quarters are not needed any more.
    """
    first = str(quarter.first_week)
    db.execute(
        delete(PanelRow).where(
            PanelRow.clinic_id == clinic_id,
            or_(
                PanelRow.quarter == first,
                PanelRow.quarter < str(forget_before.first_week),
            ),
        )
    )
    rows = [
        {
            "clinic_id": clinic_id,
            "quarter": first,
            "person_id": person,
            "unit_id": unit,
            "since": str(panel.since.first_week),
        }
        for unit, panel in panels.items()
        for person in panel.people
    ]
    if rows:
        db.execute(insert(PanelRow), rows)


def levels_since(
    db: Connection, clinic_id: ClinicId, periods: Sequence[Period]
) -> Iterator[tuple[PersonId, Levels]]:
    """Yield the values of everybody who chose to be counted, person by person.

    Args:
        periods: consecutive periods, oldest first.
    """
    number = case(
        *(
            (_CHECK_IN.c.week <= str(period.last_week), n)
            for n, period in enumerate(periods)
        )
    )
    means = [func.avg(_CHECK_IN.c[i.value]).label(i.value) for i in TEAM_INDICATORS]
    statement = (
        select(_CHECK_IN.c.person_id, number.label("number"), *means)
        .join(
            PersonRow,
            and_(
                PersonRow.clinic_id == _CHECK_IN.c.clinic_id,
                PersonRow.person_id == _CHECK_IN.c.person_id,
                PersonRow.team_trends.is_(True),
            ),
        )
        .where(
            _CHECK_IN.c.clinic_id == clinic_id,
            _CHECK_IN.c.week >= str(periods[0].first_week),
            _CHECK_IN.c.week <= str(periods[-1].last_week),
        )
        .group_by(_CHECK_IN.c.person_id, number)
        .order_by(_CHECK_IN.c.person_id)
    )
    scales = [(i, scale_of(i)) for i in TEAM_INDICATORS]
    rows = db.execution_options(yield_per=2000).execute(statement)
    for person, group in groupby(rows, key=lambda row: row[0]):
        levels: dict[Indicator, dict[Period, int]] = {i: {} for i in TEAM_INDICATORS}
        for row in group:
            for (indicator, scale), mean in zip(scales, row[2:], strict=True):
                if mean is not None:
                    levels[indicator][periods[row[1]]] = level_of(scale, float(mean))
        yield PersonId(person), levels
