"""Figures for a methods section, from the rows of one bundle and nothing else.

Whoever sees them has the bundle: they tell nothing that its rows do not. No bundle has
rows of fewer than 30 people, so there are no figures of fewer either.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles, stdev
from typing import TypeVar

from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.reliability import Estimate, cronbach_alpha, pearson
from wellbeing.domain.studies import (
    FEWEST_PARTICIPANTS,
    BundleId,
    SizeClass,
    size_class,
)
from wellbeing.exports.scales import BundleScale, indicator_items, scales_of
from wellbeing.privacy.attribute_cells import SMALLEST_CELL
from wellbeing.privacy.study_data import StudyPlan
from wellbeing.services.bundle_ledger import bundle_file, own_bundle
from wellbeing.services.context import Context
from wellbeing.storage import study_queries

_WIDE = "-wide_data.csv"
_WHO = "participant_id"
_Row = TypeVar("_Row")
_Values = Mapping[str, float]
_People = Mapping[str, Sequence[_Values]]
"""Pseudonym to the answered columns of each period, in order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Completeness:
    """How many of the weekly questions are answered in a period.

    Attributes:
        share: of the people who have this period, 0 to 1; None: fewer than 10.
    """

    period: int
    share: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Distribution:
    """How an indicator is spread over people, each by the mean of their periods."""

    people: int
    mean: float
    sd: float
    quartiles: tuple[float, float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """How an indicator goes with a scale of a published questionnaire."""

    indicator: Indicator
    scale: BundleScale
    found: Estimate | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyFigures:
    """What a methods section needs; None in a cell: fewer than 10 people.

    Attributes:
        alphas: of the indicators that are made of several questions.
        agreements: empty without a questionnaire.
    """

    people: SizeClass
    completeness: tuple[Completeness, ...]
    distributions: Mapping[Indicator, Distribution | None]
    alphas: Mapping[Indicator, Estimate | None]
    agreements: tuple[Agreement, ...]


def study_figures(ctx: Context, viewer: Viewer, bundle_id: BundleId) -> StudyFigures:
    """Return the figures of a bundle of a study that the viewer works with.

    Raises:
        NotFoundError: there is none, or it is not kept here.
        InvalidInputError: it has rows of fewer than 30 people.
    """
    viewer.require(Role.RESEARCHER)
    _, file = bundle_file(ctx, viewer, bundle_id)
    with ctx.reading() as db:
        line = own_bundle(db, viewer, bundle_id)
        found = study_queries.versions_of(db, viewer.clinic_id, line.study_id)
    [plan] = [each.plan for each in found if each.version == line.version]
    people = _people(file)
    if len(people) < FEWEST_PARTICIPANTS:
        raise InvalidInputError(
            f"This bundle has rows of fewer than {FEWEST_PARTICIPANTS} people, so "
            "there are no figures of it."
        )
    weekly = {q.id for q in ctx.questions.questions if q.turn is None}
    scales = scales_of(plan)
    shown = {Indicator(s.id): s for s in scales if _is_ours(s)}
    return StudyFigures(
        people=size_class(len(people)),
        completeness=tuple(
            _completeness(people, [item for item in plan.items if item in weekly])
        ),
        distributions={
            one: _distribution(people, scale.column) for one, scale in shown.items()
        },
        alphas={
            one: _enough(cronbach_alpha, _first(people, items))
            for one in shown
            if len(items := indicator_items(one)) > 1
        },
        agreements=tuple(_agreements(plan, people, shown, scales)),
    )


def _is_ours(scale: BundleScale) -> bool:
    return scale.id in set(Indicator) and not scale.title


def _people(file: Path) -> _People:
    found: dict[str, list[_Values]] = {}
    with zipfile.ZipFile(file) as bundle:
        names = [name for name in bundle.namelist() if name.endswith(_WIDE)]
        if not names:
            raise NotFoundError("bundle")
        with bundle.open(names[0]) as raw:
            text = io.TextIOWrapper(raw, "utf-8", newline="")
            for row in csv.DictReader(text):
                found.setdefault(row.pop(_WHO), []).append(dict(_numbers(row)))
    return found


def _numbers(row: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    for name, text in row.items():
        try:
            yield name, float(text)
        except ValueError:
            continue  # empty, or an attribute


def _completeness(people: _People, items: Sequence[str]) -> Iterator[Completeness]:
    longest = max(len(periods) for periods in people.values())
    for at in range(longest if items else 0):
        there = [periods[at] for periods in people.values() if len(periods) > at]
        given = fmean(fmean(item in row for item in items) for row in there)
        share = given if len(there) >= SMALLEST_CELL else None
        yield Completeness(period=at + 1, share=share)


def _distribution(people: _People, column: str) -> Distribution | None:
    means = [
        fmean(values)
        for periods in people.values()
        if (values := [row[column] for row in periods if column in row])
    ]
    if len(means) < SMALLEST_CELL:
        return None
    low, middle, high = quantiles(means, n=4, method="inclusive")
    return Distribution(
        people=len(means),
        mean=fmean(means),
        sd=stdev(means),
        quartiles=(low, middle, high),
    )


def _agreements(
    plan: StudyPlan,
    people: _People,
    shown: Mapping[Indicator, BundleScale],
    scales: Iterable[BundleScale],
) -> Iterator[Agreement]:
    published = [s for s in scales if s.instrument in plan.instruments]
    for indicator, own in shown.items():
        for scale in published:
            pairs = [(a, b) for a, b in _first(people, (own.column, scale.column))]
            found = _enough(pearson, pairs)
            yield Agreement(indicator=indicator, scale=scale, found=found)


def _first(people: _People, columns: Sequence[str]) -> list[tuple[float, ...]]:
    """Return each person's first period in which all of these columns have a value."""
    rows = []
    for periods in people.values():
        whole = (row for row in periods if all(c in row for c in columns))
        row = next(whole, None)
        if row is not None:
            rows.append(tuple(row[c] for c in columns))
    return rows


def _enough(
    estimate: Callable[[Sequence[_Row]], Estimate | None], rows: Sequence[_Row]
) -> Estimate | None:
    return estimate(rows) if len(rows) >= SMALLEST_CELL else None
