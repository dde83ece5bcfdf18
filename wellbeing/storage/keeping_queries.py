"""What goes when it is old, or when its person has left; nothing is read of it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sqlalchemy import (
    Connection,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.sql import ColumnElement

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.keeping import KeepingRule
from wellbeing.domain.people import Standing
from wellbeing.domain.studies import Decision
from wellbeing.domain.weeks import Week
from wellbeing.storage.account_tables import InvitationRow
from wellbeing.storage.clinic_tables import PersonRow
from wellbeing.storage.engine import upsert
from wellbeing.storage.keeping_tables import KeepingRuleRow, LeavingRow
from wellbeing.storage.metadata import METADATA
from wellbeing.storage.study_tables import (
    StudyConsentRow,
    StudyRow,
    StudyTokenRow,
    StudyVersionRow,
)

_RULE: Table = KeepingRuleRow.__table__  # type: ignore[assignment]
_LEAVING: Table = LeavingRow.__table__  # type: ignore[assignment]

RATINGS: Mapping[str, str] = {
    "check_in": "check_ins",
    "week_tag": "check_ins",
    "response": "questionnaires",
    "support_week": "support_log",
    "peer_contact": "peer_contacts",
    "peer_record": "peer_contacts",
    "peer_sentence": "peer_contacts",
    "peer_share": "peer_contacts",
    "peer_pair": "peer_contacts",
}
"""Tables whose rows go with their week, and what their kind is called; what depends on
a row goes with it."""
_FOR_STUDIES = frozenset({"check_in", "response"})
TEXTS = (
    "private_text",
    "peer_note",
    "peer_sentence",
    "person_key",
    "text_secret",
    "second_factor",
    "second_factor_code",
    "calendar_feed",
    "reminder",
    "reminder_stop_link",
    "draft",
    "response_draft",
)
"""Tables whose rows of somebody who has left go; what their key opens goes with it."""


def rules_of(db: Connection, clinic_id: ClinicId) -> list[KeepingRule]:
    """Return the rules of a clinic, the one that began first first."""
    statement = select(_RULE).where(_RULE.c.clinic_id == clinic_id)
    return [
        KeepingRule(from_day=row.from_day, months=row.months, text_days=row.text_days)
        for row in db.execute(statement.order_by(_RULE.c.from_day))
    ]


def put_rule(
    db: Connection, clinic_id: ClinicId, rule: KeepingRule, today: date
) -> None:
    """Write a rule in place of those that have not begun."""
    db.execute(
        delete(_RULE).where(_RULE.c.clinic_id == clinic_id, _RULE.c.from_day > today)
    )
    row = {
        "clinic_id": clinic_id,
        "from_day": rule.from_day,
        "months": rule.months,
        "text_days": rule.text_days,
    }
    upsert(db, _RULE, [row])


def removed_before(db: Connection, clinic_id: ClinicId) -> Week | None:
    """Return the week before which ratings were removed; None: none were yet."""
    found = db.scalar(
        select(func.max(_RULE.c.removed_before)).where(_RULE.c.clinic_id == clinic_id)
    )
    return None if found is None else Week.parse(found)


def set_removed_before(
    db: Connection, clinic_id: ClinicId, rule: KeepingRule, week: Week
) -> None:
    """Write down that ratings of earlier weeks are gone by a rule."""
    db.execute(
        update(_RULE)
        .where(_RULE.c.clinic_id == clinic_id, _RULE.c.from_day == rule.from_day)
        .values(removed_before=str(week))
    )


def drop_ratings(
    db: Connection, clinic_id: ClinicId, before: Week, today: date
) -> None:
    """Remove what is older than a week, but for what an open study still needs."""
    for table, goes in _old(clinic_id, before, today):
        db.execute(delete(table).where(goes))


def count_ratings(
    db: Connection, clinic_id: ClinicId, before: Week, today: date
) -> dict[str, int]:
    """Return how many rows ``drop_ratings`` would remove, by kind."""
    found = dict.fromkeys(RATINGS.values(), 0)
    for table, goes in _old(clinic_id, before, today):
        count = select(func.count()).select_from(table).where(goes)
        found[RATINGS[table.name]] += db.scalar(count) or 0
    return found


def _old(
    clinic_id: ClinicId, before: Week, today: date
) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    for name in RATINGS:
        table = METADATA.tables[name]
        goes = and_(table.c.clinic_id == clinic_id, _is_old(table, str(before)))
        if name in _FOR_STUDIES:
            goes = and_(goes, ~_needed(table, today))
        yield table, goes


def _is_old(table: Table, before: str) -> ColumnElement[bool]:
    if table.name == "peer_share":
        return table.c.last_week < before
    if table.name == "peer_pair":
        never = and_(table.c.began_week.is_(None), table.c.asked_week < before)
        return or_(table.c.ended_week < before, never)
    return table.c.week < before


def _needed(table: Table, today: date) -> ColumnElement[bool]:
    """Tell whether a study that they agreed to asks for the week and is not frozen."""
    consent, version, study = (
        row.__table__.c for row in (StudyConsentRow, StudyVersionRow, StudyRow)
    )
    return exists().where(
        consent.clinic_id == table.c.clinic_id,
        consent.person_id == table.c.person_id,
        consent.decision == Decision.AGREED,
        version.clinic_id == consent.clinic_id,
        version.study_id == consent.study_id,
        version.version == consent.version,
        version.from_week <= table.c.week,
        version.through_week >= table.c.week,
        version.freeze_date >= today,
        study.clinic_id == consent.clinic_id,
        study.study_id == consent.study_id,
        study.ended.is_(False),
    )


def drop_useless_links(db: Connection, clinic_id: ClinicId, now: datetime) -> None:
    """Forget invitations and tokens of studies that open nothing any more."""
    for row in (InvitationRow, StudyTokenRow):
        table: Table = row.__table__  # type: ignore[assignment]
        mine = table.c.clinic_id == clinic_id
        db.execute(delete(table).where(mine, table.c.expires_at < now))


def note_leavers(db: Connection, clinic_id: ClinicId, today: date) -> None:
    """Write down whose access has ended since the last look, and who is back."""
    left = select(PersonRow.person_id).where(
        PersonRow.clinic_id == clinic_id, PersonRow.standing == Standing.LEFT
    )
    mine = _LEAVING.c.clinic_id == clinic_id
    db.execute(delete(_LEAVING).where(mine, _LEAVING.c.person_id.not_in(left)))
    known = select(_LEAVING.c.person_id).where(mine)
    rows = [
        {
            "clinic_id": clinic_id,
            "person_id": person_id,
            "day": today,
            "texts_gone": False,
        }
        for person_id in db.scalars(left.where(PersonRow.person_id.not_in(known)))
    ]
    if rows:
        db.execute(insert(_LEAVING), rows)


def leavers_of(
    db: Connection, clinic_id: ClinicId
) -> dict[PersonId, tuple[date, bool]]:
    """Return who has left, on which day, and whether their texts are gone."""
    rows = db.execute(select(_LEAVING).where(_LEAVING.c.clinic_id == clinic_id))
    return {PersonId(row.person_id): (row.day, row.texts_gone) for row in rows}


def has_left(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> bool:
    """Tell whether somebody's access has ended; nobody changes it until the end."""
    standing = db.scalar(
        select(PersonRow.standing)
        .where(PersonRow.clinic_id == clinic_id, PersonRow.person_id == person_id)
        .with_for_update()
    )
    return standing is Standing.LEFT


def drop_texts(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> None:
    """Remove what somebody who has left wrote or got for themselves, and its keys."""
    for name in TEXTS:
        table = METADATA.tables[name]
        own = table.c.clinic_id == clinic_id, table.c.person_id == person_id
        db.execute(delete(table).where(*own))
    record = METADATA.tables["peer_record"]
    own = record.c.clinic_id == clinic_id, record.c.person_id == person_id
    db.execute(update(record).where(*own).values(intention=None))
    own = _LEAVING.c.clinic_id == clinic_id, _LEAVING.c.person_id == person_id
    db.execute(update(_LEAVING).where(*own).values(texts_gone=True))


def oldest_week(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> Week | None:
    """Return the first week of which something of somebody's goes with its week."""
    found = []
    for name in ("check_in", "response", "support_week", "week_tag", "peer_record"):
        table = METADATA.tables[name]
        own = table.c.clinic_id == clinic_id, table.c.person_id == person_id
        found.append(db.scalar(select(func.min(table.c.week)).where(*own)))
    weeks = [week for week in found if week is not None]
    return Week.parse(min(weeks)) if weeks else None
