"""Invented support logs: some people keep one; with one of them something shows."""

from collections.abc import Mapping
from random import Random
from statistics import fmean

from sqlalchemy import Connection

from wellbeing.domain.check_ins import SupportUsed
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.support import MOST_HELPFUL, Lasted, SupportEntry
from wellbeing.domain.weeks import Week
from wellbeing.services.demo_people import Invented
from wellbeing.storage import check_in_queries, support_queries

_KEEPS, _SURE, _LASTS = 0.25, 0.95, 0.3
_SHOWN = "clinician, weeks getting harder"
"""The part of the one whose weeks after a talk with a peer are better."""


def keep_support_logs(
    db: Connection, clinic_id: ClinicId, people: Mapping[PersonId, Invented], seed: int
) -> None:
    """Write support logs beside the check-ins of some people; same seed, same logs."""
    # A generator of its own: the check-ins of a seed stay what they were.
    rng = Random(f"support {seed}")  # noqa: S311 (invented logs need a seed, not a secret)
    for person_id, person in people.items():
        own = clinic_id, person_id
        if person.part == _SHOWN:
            weeks = _before_better_weeks(db, rng, own)
        elif rng.random() < _KEEPS:
            weeks = support_queries.told_in_check_ins(db, *own)
        else:
            continue
        for week, used in weeks.items():
            entries = [_entry(rng, kind) for kind in SupportUsed if kind in used]
            support_queries.put_week(db, *own, week, entries)
            support_queries.tell_check_in(db, *own, week, used)


def _entry(rng: Random, kind: SupportUsed) -> SupportEntry:
    helped = rng.choice([None, 1, 2, 3, 3, MOST_HELPFUL])
    return SupportEntry(kind=kind, lasted=rng.choice([None, *Lasted]), helped=helped)


def _before_better_weeks(
    db: Connection, rng: Random, own: tuple[ClinicId, PersonId]
) -> dict[Week, frozenset[SupportUsed]]:
    """Return kinds by week: a talk with a peer before weeks better than expected."""
    rows = check_in_queries.scores_of(db, *own)
    overall = {Week.parse(row.week): row.overall for row in rows}
    known = {week: value for week, value in overall.items() if value is not None}
    usual = fmean(known.values()) if known else 0
    weeks = {}
    for week, value in known.items():
        expected = usual + _LASTS * (value - usual)
        better = known.get(week.plus(1), usual) > expected
        talked = better if rng.random() < _SURE else not better
        also = rng.choice([{SupportUsed.REST}, {SupportUsed.TEAM}])
        weeks[week] = frozenset(also | ({SupportUsed.PEER} if talked else set()))
    return weeks
