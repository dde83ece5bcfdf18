"""Reads everybody once: rows go to disk, and what the attack needs stays."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wellbeing.domain.questions import QuestionSet
from wellbeing.exports.layout import Layout
from wellbeing.exports.scales import WEEKLY
from wellbeing.exports.spool import Spool
from wellbeing.privacy.attribute_cells import Cells, merge_cells
from wellbeing.privacy.deidentification import (
    Released,
    pseudonym,
    release,
)
from wellbeing.privacy.follow_up import shorten_within
from wellbeing.privacy.linkage import (
    MOST_BY_GAPS,
    Check,
    cell_checks,
    linkage_checks,
    people_check,
    refuse_failed,
    sheet_checks,
)
from wellbeing.privacy.linkage_attacks import (
    NOTHING,
    CellNumbers,
    Codes,
    Columns,
    Ratings,
    Trace,
    attack_by_gaps,
    attack_by_ratings,
)
from wellbeing.privacy.own_time import in_own_time
from wellbeing.privacy.sheet_attack import Sheets, attack_by_sheets
from wellbeing.privacy.study_data import Participant, StudyPlan, TimeUnit
from wellbeing.privacy.traces import columns_of, sheets_of, trace_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """Everybody of a bundle, as far as it has to stay in memory.

    Attributes:
        names: the pseudonyms, in order.
        digests: for each pseudonym a digest of what the bundle says.
        by_period: how many people have a value in each period.
        cut: the share of periods left out because their gaps would name somebody.
        answered: for each period that is shown, how many rows of responses it has,
            and to which instruments there is a response.
    """

    names: tuple[str, ...]
    digests: Mapping[str, bytes]
    cells: Cells
    found: Ratings
    checks: tuple[Check, ...]
    by_period: tuple[int, ...]
    cut: float
    answered: tuple[tuple[int, tuple[str, ...]], ...]

    def rows_of(self, layout: Layout) -> dict[str, int]:
        """Return how many rows each table has."""
        scales = [s.instrument for s in layout.scales]
        ours = scales.count(WEEKLY)
        theirs = {name: scales.count(name) for name in layout.plan.instruments}
        return {
            "responses": sum(rows for rows, _ in self.answered),
            "scores": sum(
                ours + sum(theirs[name] for name in names) for _, names in self.answered
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
    series are shortened, and attacked again. Attributes stand in the same rows, so the
    crowd that hides somebody is their own combination of them.

    Raises:
        BundleRefusedError: fewer people than a bundle needs have rows.
    """
    columns = columns_of(plan, questions)
    given: dict[str, Mapping[str, str]] = {}
    digests: dict[str, bytes] = {}
    traces: dict[str, Trace] = {}
    sheets: dict[str, Sheets] = {}
    answered: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
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
    spool.keep(dict(zip(names, kept, strict=True)))
    found = attack_by_ratings(columns, in_order, kept, which)
    by_sheets = attack_by_sheets([sheets[name] for name in names], kept, which)
    shown = [
        answered[name][:periods] for name, periods in zip(names, kept, strict=True)
    ]
    before = sum(len(one) for one in answered.values())
    return Gathered(
        names=names,
        digests={
            name: hashlib.sha256(digests[name] + str(n).encode()).digest()
            for name, n in zip(names, kept, strict=True)
        },
        cells=cells,
        found=found,
        checks=(
            enough,
            *cell_checks(cells),
            *linkage_checks(plan, gaps, found),
            *sheet_checks(plan, by_sheets),
        ),
        by_period=_by_period(in_order, kept),
        cut=1 - sum(kept) / before,
        answered=tuple(period for one in shown for period in one),
    )


def _kept(
    plan: StudyPlan, columns: Columns, traces: Sequence[Trace], cells: CellNumbers
) -> tuple[list[int], float]:
    """Return how many periods of each person stay, and the share found by gaps."""
    kept = [trace.released.shape[1] for trace in traces]
    gaps = attack_by_gaps(columns, traces, kept, cells)
    if gaps > MOST_BY_GAPS and plan.time_unit is TimeUnit.BLOCKS:
        each = [at for at, n in enumerate(columns.names) if columns.each_period(n)]
        present = [_present(t.released[each]) for t in traces]
        kept = shorten_within(present, cells.tolist())
        gaps = attack_by_gaps(columns, traces, kept, cells)
    return kept, gaps


def _answered(released: Released) -> list[tuple[int, tuple[str, ...]]]:
    return [
        (
            len(period.values) + sum(len(r.answers) for r in period.responses),
            tuple(r.instrument for r in period.responses),
        )
        for period in released.periods
    ]


def _by_period(traces: Sequence[Trace], kept: Sequence[int]) -> tuple[int, ...]:
    counts = Counter[int]()
    for trace, periods in zip(traces, kept, strict=True):
        present = _present(trace.released[:, :periods])
        counts.update(at for at, there in enumerate(present) if there)
    return tuple(counts[at] for at in range(max(kept)))


def _present(released: Codes) -> tuple[bool, ...]:
    """Return for each period whether there is a value in one of the columns."""
    return tuple(bool(column.max(initial=NOTHING) >= 0) for column in released.T)
