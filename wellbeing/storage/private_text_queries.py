"""Queries of what one person wrote for themselves. Each names the person."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, Table, delete, exists, func, select

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.private_kinds import PrivateKind
from wellbeing.domain.weeks import Week
from wellbeing.storage.engine import upsert
from wellbeing.storage.private_text_tables import PrivateTextRow

_TEXT: Table = PrivateTextRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedText:
    """A text as it is stored."""

    text_id: str
    week: Week
    content: bytes = field(repr=False)


def texts_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, kind: PrivateKind
) -> list[LockedText]:
    """Return a person's texts of a kind, the oldest week first."""
    found = db.execute(
        select(_TEXT.c.text_id, _TEXT.c.week, _TEXT.c.content)
        .where(
            _TEXT.c.clinic_id == clinic_id,
            _TEXT.c.person_id == person_id,
            _TEXT.c.kind == kind,
        )
        .order_by(_TEXT.c.week, _TEXT.c.text_id)
    )
    return [
        LockedText(text_id=row.text_id, week=Week.parse(row.week), content=row.content)
        for row in found
    ]


def text_of(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    kind: PrivateKind,
    text_id: str,
) -> LockedText | None:
    """Return one of a person's texts; None: there is none of this id."""
    row = db.execute(
        select(_TEXT.c.week, _TEXT.c.content).where(
            _TEXT.c.clinic_id == clinic_id,
            _TEXT.c.person_id == person_id,
            _TEXT.c.kind == kind,
            _TEXT.c.text_id == text_id,
        )
    ).one_or_none()
    if row is None:
        return None
    return LockedText(text_id=text_id, week=Week.parse(row.week), content=row.content)


def how_many(
    db: Connection, clinic_id: ClinicId, person_id: PersonId, kind: PrivateKind
) -> int:
    """Return how many texts of a kind a person has."""
    counted = db.scalar(
        select(func.count()).where(
            _TEXT.c.clinic_id == clinic_id,
            _TEXT.c.person_id == person_id,
            _TEXT.c.kind == kind,
        )
    )
    return counted or 0


def put_text(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    kind: PrivateKind,
    text: LockedText,
) -> None:
    """Write a text, in place of an earlier one under the same id."""
    row = {
        "clinic_id": clinic_id,
        "person_id": person_id,
        "kind": kind,
        "text_id": text.text_id,
        "week": str(text.week),
        "content": text.content,
    }
    upsert(db, _TEXT, [row])


def drop_texts(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    kind: PrivateKind,
    text_ids: list[str],
) -> None:
    """Delete some of a person's texts."""
    db.execute(
        delete(_TEXT).where(
            _TEXT.c.clinic_id == clinic_id,
            _TEXT.c.person_id == person_id,
            _TEXT.c.kind == kind,
            _TEXT.c.text_id.in_(text_ids),
        )
    )


def has_texts(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> bool:
    """Tell whether a person has any text."""
    theirs = (_TEXT.c.clinic_id == clinic_id, _TEXT.c.person_id == person_id)
    return bool(db.scalar(select(exists().where(*theirs))))


def drop_all_texts(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> None:
    """Delete every text of a person."""
    db.execute(
        delete(_TEXT).where(
            _TEXT.c.clinic_id == clinic_id, _TEXT.c.person_id == person_id
        )
    )
