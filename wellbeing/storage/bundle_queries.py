"""Queries of the ledger of bundles: written once, read by those it is about."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.studies import BundleId
from wellbeing.privacy.linkage import EarlierBundle
from wellbeing.privacy.study_ledger import LedgerLine, PassedCheck
from wellbeing.storage.clinic_tables import PersonRow
from wellbeing.storage.study_tables import (
    BundleMakerRow,
    BundleMemberRow,
    BundleRecallRow,
    BundleRow,
)

_BUNDLE: Table = BundleRow.__table__  # type: ignore[assignment]
_MAKER: Table = BundleMakerRow.__table__  # type: ignore[assignment]
_MEMBER: Table = BundleMemberRow.__table__  # type: ignore[assignment]
_RECALL: Table = BundleRecallRow.__table__  # type: ignore[assignment]
_HEAVY = {"clinic_id", "columns", "members", "fingerprint"}
_LINE = [c for c in _BUNDLE.c if c.name not in _HEAVY]


@dataclass(frozen=True, kw_only=True, slots=True)
class NewBundle:
    """What is written into the ledger at once.

    Attributes:
        people: who has rows in it, and how their attributes stand there.
    """

    line: LedgerLine
    comparison: EarlierBundle
    maker: PersonId | None
    people: Mapping[PersonId, tuple[str, ...]]


def add_bundle(db: Connection, clinic_id: ClinicId, new: NewBundle) -> None:
    """Write a bundle into the ledger, and who has rows in it."""
    line, compared = new.line, new.comparison
    key = {"clinic_id": clinic_id, "bundle_id": line.bundle_id}
    checks = [{"name": c.name, "passed": c.passed, "told": c.told} for c in line.checks]
    db.execute(
        insert(_BUNDLE).values(
            **key,
            study_id=line.study_id,
            version=line.version,
            made_on=line.made_on,
            through=line.through,
            file=line.file,
            sha256=line.sha256,
            size=line.size,
            time_unit=line.time_unit,
            extras=" ".join(line.extras),
            checks=json.dumps(checks, ensure_ascii=False),
            columns=json.dumps(sorted(compared.columns)),
            members=json.dumps(sorted(compared.members)),
            fingerprint=compared.fingerprint,
        )
    )
    if new.maker is not None:
        db.execute(insert(_MAKER).values(**key, person_id=new.maker))
    people = [
        key | {"person_id": person, "cell": json.dumps(cell)}
        for person, cell in sorted(new.people.items())
    ]
    if people:
        db.execute(insert(_MEMBER), people)


def bundles_of_study(
    db: Connection, clinic_id: ClinicId, study_id: str
) -> list[LedgerLine]:
    """Return a study's bundles, newest first."""
    return _lines(db, clinic_id, _BUNDLE.c.study_id == study_id)


def bundle_of(
    db: Connection, clinic_id: ClinicId, bundle_id: BundleId
) -> LedgerLine | None:
    """Return one bundle, if there is such a one."""
    found = _lines(db, clinic_id, _BUNDLE.c.bundle_id == bundle_id)
    return found[0] if found else None


def bundles_with(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> list[LedgerLine]:
    """Return the bundles that hold rows of a person, newest first."""
    theirs = select(_MEMBER.c.bundle_id).where(
        _MEMBER.c.clinic_id == clinic_id, _MEMBER.c.person_id == person_id
    )
    return _lines(db, clinic_id, _BUNDLE.c.bundle_id.in_(theirs))


def cells_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> dict[BundleId, tuple[str, ...]]:
    """Return how a person's attributes stand in each bundle with rows of theirs."""
    rows = db.execute(
        select(_MEMBER.c.bundle_id, _MEMBER.c.cell).where(
            _MEMBER.c.clinic_id == clinic_id, _MEMBER.c.person_id == person_id
        )
    )
    return {BundleId(row.bundle_id): tuple(json.loads(row.cell)) for row in rows}


def _lines(db: Connection, clinic_id: ClinicId, which: Any) -> list[LedgerLine]:  # noqa: ANN401 (an SQL expression)
    made_by = (
        select(PersonRow.name)
        .join(
            _MAKER,
            (_MAKER.c.clinic_id == PersonRow.clinic_id)
            & (_MAKER.c.person_id == PersonRow.person_id),
        )
        .where(
            _MAKER.c.clinic_id == _BUNDLE.c.clinic_id,
            _MAKER.c.bundle_id == _BUNDLE.c.bundle_id,
        )
        .scalar_subquery()
    )
    rows = db.execute(
        select(*_LINE, made_by.label("maker"), _is_recalled())
        .where(_BUNDLE.c.clinic_id == clinic_id, which)
        .order_by(_BUNDLE.c.made_on.desc(), _BUNDLE.c.bundle_id.desc())
    )
    return [_line(row) for row in rows]


def _is_recalled() -> Any:  # noqa: ANN401 (an SQL expression)
    recalled = select(1).where(
        _RECALL.c.clinic_id == _BUNDLE.c.clinic_id,
        _RECALL.c.bundle_id == _BUNDLE.c.bundle_id,
    )
    return recalled.exists().label("recalled")


def _line(row: Any) -> LedgerLine:  # noqa: ANN401 (a row)
    values = {c.name: getattr(row, c.name) for c in _LINE}
    checks = tuple(PassedCheck(**one) for one in json.loads(row.checks))
    values |= {"extras": tuple(row.extras.split()), "checks": checks}
    return LedgerLine(**values, maker=row.maker, recalled=bool(row.recalled))


def comparisons_of(
    db: Connection, clinic_id: ClinicId, study_id: str
) -> list[EarlierBundle]:
    """Return what a new bundle of a study is compared with: every earlier one."""
    statement = (
        select(
            _BUNDLE.c.sha256,
            _BUNDLE.c.time_unit,
            _BUNDLE.c.columns,
            _BUNDLE.c.members,
            _BUNDLE.c.fingerprint,
            _is_recalled(),
        )
        .where(_BUNDLE.c.clinic_id == clinic_id, _BUNDLE.c.study_id == study_id)
        .order_by(_BUNDLE.c.bundle_id)
    )
    return [
        EarlierBundle(
            sha256=row.sha256,
            time_unit=row.time_unit,
            columns=frozenset(json.loads(row.columns)),
            members=frozenset(json.loads(row.members)),
            fingerprint=row.fingerprint,
            recalled=bool(row.recalled),
        )
        for row in db.execute(statement)
    ]


def members_elsewhere(
    db: Connection, clinic_id: ClinicId, study_id: str
) -> list[dict[PersonId, tuple[str, ...]]]:
    """Return the people of each bundle of all other studies, with their attributes.

    They stand as in the file. It names people: for comparing bundles, and for nobody's
    eyes.
    """
    rows = db.execute(
        select(_BUNDLE.c.bundle_id, _MEMBER.c.person_id, _MEMBER.c.cell)
        .join(
            _MEMBER,
            (_MEMBER.c.clinic_id == _BUNDLE.c.clinic_id)
            & (_MEMBER.c.bundle_id == _BUNDLE.c.bundle_id),
        )
        .where(_BUNDLE.c.clinic_id == clinic_id, _BUNDLE.c.study_id != study_id)
        .order_by(_BUNDLE.c.bundle_id)
    )
    found: dict[BundleId, dict[PersonId, tuple[str, ...]]] = {}
    for row in rows:
        people = found.setdefault(BundleId(row.bundle_id), {})
        people[PersonId(row.person_id)] = tuple(json.loads(row.cell))
    return list(found.values())


def recall(db: Connection, clinic_id: ClinicId, bundles: Iterable[BundleId]) -> None:
    """Write that these bundles must not be used any more."""
    known = set(
        db.scalars(select(_RECALL.c.bundle_id).where(_RECALL.c.clinic_id == clinic_id))
    )
    rows = [{"clinic_id": clinic_id, "bundle_id": one} for one in set(bundles) - known]
    if rows:
        db.execute(insert(_RECALL), rows)
