"""The rows of each table, made from what was released of one participant."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wellbeing.domain.indicators import Indicator, score
from wellbeing.exports.columns import Cell, Row, Table
from wellbeing.exports.layout import (
    NO_RESPONSE,
    OTHER_BLOCK,
    OTHER_KEY,
    TOO_FEW,
    Layout,
)
from wellbeing.exports.scales import DECIMALS, WEEKLY, BundleScale
from wellbeing.exports.variables import CONTEXT
from wellbeing.instruments.model import Instrument
from wellbeing.instruments.scoring import score as score_many
from wellbeing.privacy.deidentification import (
    Period,
    Released,
    Value,
)


def rows_of(layout: Layout, table: Table, person: Released) -> Iterator[Row]:
    """Return one participant's rows of a table, in the order of its columns."""
    if table is layout.responses:
        return _responses(layout, person)
    return _scores(layout, person) if table is layout.scores else _wide(layout, person)


def _responses(layout: Layout, person: Released) -> Iterator[Row]:
    for period in person.periods:
        start = person.pseudonym, period.index
        for name in (WEEKLY, CONTEXT):
            for column in layout.groups[name]:
                if column.name in period.values:
                    value = _split(period.values[column.name])
                    yield (*start, name, period.version or None, column.name, *value)
        for response in period.responses:
            version = response.key_version
            for item, answer in response.answers.items():
                value = _split(answer)
                yield (*start, response.instrument, version, item, *value)


def _split(value: Value) -> tuple[Cell, Cell]:
    return (None, value) if isinstance(value, str) else (value, None)


def _scores(layout: Layout, person: Released) -> Iterator[Row]:
    for period, scored in _scored(layout, person):
        for one in scored:
            yield (
                person.pseudonym,
                period.index,
                one.scale.instrument,
                one.scale.id,
                _split(one.score)[0],
                len(one.scale.items),
                one.answered,
                one.scale.version,
                _split(one.score)[1],
            )


def _wide(layout: Layout, person: Released) -> Iterator[Row]:
    attributes = layout.cells.released[person.pseudonym]
    instruments = layout.plan.instruments
    of_instruments = [c.name for name in instruments for c in layout.groups[name]]
    of_instruments += [s.column for s in layout.scales if s.instrument in instruments]
    for period, scored in _scored(layout, person):
        cells: dict[str, Cell] = dict.fromkeys(layout.wide.header, OTHER_BLOCK)
        cells |= {"participant_id": person.pseudonym, layout.time: period.index}
        cells |= zip(layout.cells.names, attributes, strict=True)
        cells |= dict.fromkeys(of_instruments, NO_RESPONSE)
        cells |= period.values
        for response in period.responses:
            cells |= response.answers
        cells |= {one.scale.column: one.score for one in scored}
        yield tuple(cells[name] for name in layout.wide.header)


@dataclass(frozen=True, slots=True)
class _Scored:
    """A score of one period, or why there is none, and the questions with a value."""

    scale: BundleScale
    score: Value
    answered: int


def _scored(layout: Layout, person: Released) -> Iterator[tuple[Period, list[_Scored]]]:
    """Return each period with its scores, made from what is exported of it."""
    published = {
        name: _published(layout.plan.key(name), person)
        for name in layout.plan.instruments
    }
    for period in person.periods:
        values = {i: v for i, v in period.values.items() if not isinstance(v, str)}
        ours = score(values)
        given = {r.instrument: r.answers for r in period.responses}
        found = []
        for scale in layout.scales:
            if scale.instrument == WEEKLY:
                answered = sum(item in values for item in scale.items)
                one = _rounded(ours[Indicator(scale.id)])
                found.append(_Scored(scale, one, answered))
            elif scale.instrument in given:
                answers = given[scale.instrument]
                answered = sum(not isinstance(answers[i], str) for i in scale.items)
                one = published[scale.instrument][period.index][scale.id]
                found.append(_Scored(scale, one, answered))
        yield period, found


def _published(
    instrument: Instrument, person: Released
) -> dict[int, Mapping[str, Value]]:
    """Return one person's scores of an instrument by period, all scored at once."""
    found = [
        (period.index, response)
        for period in person.periods
        for response in period.responses
        if response.instrument == instrument.id
    ]
    present = [one for one in found if one[1].key_version == instrument.version]
    scores = score_many(
        instrument,
        {
            item: [
                None if isinstance(v := response.answers[item], str) else v
                for _, response in present
            ]
            for item in instrument.item_ids
        },
    )
    other = dict.fromkeys((scale.id for scale in instrument.scales), OTHER_KEY)
    result: dict[int, Mapping[str, Value]] = {index: other for index, _ in found}
    for at, (index, _) in enumerate(present):
        result[index] = {
            scale: TOO_FEW if math.isnan(values[at]) else _rounded(float(values[at]))
            for scale, values in scores.items()
        }
    return result


def _rounded(value: float | None) -> Value:
    if value is None:
        return TOO_FEW
    rounded = round(value, DECIMALS)
    return int(rounded) if rounded.is_integer() else rounded
