"""Reads everybody once: rows go to disk, and what the attack needs stays."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wellbeing.domain.questions import QuestionSet
from wellbeing.exports.layout import Layout
from wellbeing.exports.scales import WEEKLY
from wellbeing.exports.spool import Spool
from wellbeing.privacy.attribute_cells import Cells, merge_cells
from wellbeing.privacy.deidentification import (
    Places,
    Released,
    pseudonym,
    release,
)
from wellbeing.privacy.follow_up import presences, present, shorten_within
from wellbeing.privacy.linkage import (
    MOST_BY_GAPS,
    Check,
    cell_checks,
    linkage_checks,
    people_check,
    refuse_failed,
    sheet_checks,
    sheet_gap_checks,
)
from wellbeing.privacy.linkage_attacks import (
    CellNumbers,
    Columns,
    Ratings,
    Trace,
    attack_by_gaps,
    attack_by_ratings,
)
from wellbeing.privacy.own_time import in_own_time
from wellbeing.privacy.sheet_attack import Sheets, attack_by_sheets
from wellbeing.privacy.sheet_gaps import (
    kept_sheets,
    only_places,
    places_of,
)
from wellbeing.privacy.study_data import Participant, StudyPlan, TimeUnit
from wellbeing.privacy.traces import columns_of, sheets_of, trace_of

_Answered = tuple[int, Mapping[str, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """Everybody of a bundle, as far as it has to stay in memory.

    Attributes:
        names: the pseudonyms, in order.
        digests: for each pseudonym a digest of what the bundle says.
        by_period: how many people have a value in each period.
        cut: the share of periods left out because their gaps would name somebody.
        sheets_cut: the share of questionnaires left out for the same reason.
        answered: for each period that is shown, how many weekly values it has, and how
            many answers to each instrument.
    """

    names: tuple[str, ...]
    digests: Mapping[str, bytes]
    cells: Cells
    found: Ratings
    checks: tuple[Check, ...]
    by_period: tuple[int, ...]
    cut: float
    sheets_cut: float
    answered: tuple[_Answered, ...]

    def rows_of(self, layout: Layout) -> dict[str, int]:
        """Return how many rows each table has."""
        scales = [s.instrument for s in layout.scales]
        ours = scales.count(WEEKLY)
        theirs = {name: scales.count(name) for name in layout.plan.instruments}
        return {
            "responses": sum(
                weekly + sum(given.values()) for weekly, given in self.answered
            ),
            "scores": sum(
                ours + sum(theirs[name] for name in given) for _, given in self.answered
            ),
            "wide": len(self.answered),
        }


def gather(
    plan: StudyPlan,
    questions: QuestionSet,
    people: Iterable[Participant],
    key: bytes,
    spool: Spool,
) -> Gathered:
    """Read everybody, keep their rows on disk, and attack what they would show.

    If too many people could be found by the blocks in which they did not check in,
    series are shortened, and attacked again; and if it is by when they answered a
    questionnaire, questionnaires are left out. Attributes stand in the same rows, so
    the crowd that hides somebody is their own combination of them.

    Raises:
        BundleRefusedError: fewer people than a bundle needs have rows.
    """
    columns = columns_of(plan, questions)
    given: dict[str, Mapping[str, str]] = {}
    digests: dict[str, bytes] = {}
    traces: dict[str, Trace] = {}
    sheets: dict[str, Sheets] = {}
    answered: dict[str, list[_Answered]] = {}
    for person in people:
        own = in_own_time(plan, person)
        if own is None:
            continue
        name = pseudonym(key, person.person_id)
        released = release(plan, questions, own, name)
        digests[name] = hashlib.sha256(spool.add(released)).digest()
        traces[name] = trace_of(columns, own, released)
        sheets[name] = sheets_of(plan, released)
        answered[name] = _answered(released)
        given[name] = person.attributes
    enough = people_check(len(given))
    refuse_failed([enough])
    names = tuple(sorted(given))
    cells = merge_cells(plan.attributes, given)
    which = np.array(cells.numbers(), dtype=np.intp)
    in_order = [traces[name] for name in names]
    kept, gaps = _kept(plan, columns, in_order, which)
    whole = [sheets[name] for name in names]
    there = [places_of(one) for one in whole]
    kept, stay, by_sheet_gaps = kept_sheets(
        plan.time_unit, columns, in_order, there, kept, which
    )
    left = dict(zip(names, zip(kept, stay, strict=True), strict=True))
    spool.keep(left)
    found = attack_by_ratings(columns, in_order, kept, which)
    seen = [only_places(*one) for one in zip(whole, stay, strict=True)]
    by_sheets = attack_by_sheets(seen, kept, which)
    before = sum(len(one) for one in answered.values())
    return Gathered(
        names=names,
        digests={
            name: _digest(digests[name], *left[name], there[at])
            for at, name in enumerate(names)
        },
        cells=cells,
        found=found,
        checks=(
            enough,
            *cell_checks(cells),
            *linkage_checks(plan, gaps, found),
            *sheet_gap_checks(plan, by_sheet_gaps),
            *sheet_checks(plan, by_sheets),
        ),
        by_period=_by_period(in_order, kept),
        cut=1 - sum(kept) / before,
        sheets_cut=1 - sum(map(len, stay)) / max(1, sum(map(len, there))),
        answered=tuple(
            period for name in names for period in _shown(answered[name], *left[name])
        ),
    )


def _kept(
    plan: StudyPlan, columns: Columns, traces: Sequence[Trace], cells: CellNumbers
) -> tuple[list[int], float]:
    """Return how many periods of each person stay, and the share found by gaps."""
    kept = [trace.released.shape[1] for trace in traces]
    gaps = attack_by_gaps(columns, traces, kept, cells)
    if gaps > MOST_BY_GAPS and plan.time_unit is TimeUnit.BLOCKS:
        kept = shorten_within(presences(columns, traces), cells.tolist())
        gaps = attack_by_gaps(columns, traces, kept, cells)
    return kept, gaps


def _answered(released: Released) -> list[_Answered]:
    return [
        (len(period.values), {r.instrument: len(r.answers) for r in period.responses})
        for period in released.periods
    ]


def _shown(
    answered: Sequence[_Answered], periods: int, places: Places
) -> Iterator[_Answered]:
    for at, (weekly, given) in enumerate(answered[:periods]):
        yield weekly, {name: n for name, n in given.items() if (at, name) in places}


def _digest(whole: bytes, periods: int, stay: Places, there: Places) -> bytes:
    gone = sorted(one for one in there - stay if one[0] < periods)
    told = f"{periods}" + "".join(f" {at} {name}" for at, name in gone)
    return hashlib.sha256(whole + told.encode()).digest()


def _by_period(traces: Sequence[Trace], kept: Sequence[int]) -> tuple[int, ...]:
    counts = Counter[int]()
    for trace, periods in zip(traces, kept, strict=True):
        answered = present(trace.released[:, :periods])
        counts.update(at for at, there in enumerate(answered) if there)
    return tuple(counts[at] for at in range(max(kept)))
