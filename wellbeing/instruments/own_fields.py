"""A key as it is typed on a screen: plain texts, one field each."""

from collections.abc import Sequence
from dataclasses import dataclass

from wellbeing.instruments.model import Instrument, Method, Rule, Scale
from wellbeing.instruments.own import PREFIX


@dataclass(frozen=True, kw_only=True, slots=True)
class ScaleFields:
    """A scale as it is typed.

    Attributes:
        items: places on the sheet, such as ``1, 4, 7 to 9``.
        lowest, highest: read only if the mean is rescaled; else they follow.
    """

    name: str
    items: str
    method: Method = Method.SUM
    needs: int = 1
    rule: Rule = Rule.OURS
    rule_source: str
    lowest: str = "0"
    highest: str = "100"
    higher_means: str


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyFields:
    """A key as it is typed; nothing is checked yet.

    Attributes:
        short: its id without ``own``.
        window_days: 0: none is stated.
        codes: such as ``0, 1, 2, 3``.
        reversed: places on the sheet; empty: none.
        unsure: what nobody has verified, one sentence each.
    """

    short: str
    title: str
    citation: str
    doi: str
    holder: str
    allows: str
    wording: str
    sheet: str
    window_days: int
    shortest_interval_days: int
    codes: str
    count: int
    reversed: str
    scales: tuple[ScaleFields, ...]
    unsure: tuple[str, ...] = ()


def fields_of(key: Instrument) -> KeyFields:
    """Return a key as it would be typed."""
    return KeyFields(
        short=key.id.removeprefix(PREFIX),
        title=key.title,
        citation=key.citation,
        doi=key.doi or "",
        holder=key.licence.holder,
        allows=key.licence.allows,
        wording=key.licence.wording,
        sheet=key.sheet,
        window_days=key.window_days or 0,
        shortest_interval_days=key.shortest_interval_days,
        codes=", ".join(map(str, key.codes)),
        count=len(key.items),
        reversed=spans([i.position for i in key.items if i.reversed]),
        scales=tuple(_scale_fields(key, scale) for scale in key.scales),
        unsure=key.unsure,
    )


def _scale_fields(key: Instrument, scale: Scale) -> ScaleFields:
    places = [i.position for i in key.items if i.id in scale.items]
    return ScaleFields(
        name=scale.id.removeprefix(f"{key.id}_").replace("_", " "),
        items=spans(places),
        method=scale.method,
        needs=scale.needs,
        rule=scale.rule,
        rule_source=scale.rule_source,
        lowest=f"{scale.lowest:g}",
        highest=f"{scale.highest:g}",
        higher_means=scale.higher_means,
    )


def spans(places: Sequence[int]) -> str:
    """Return places as they are typed: ``1, 4, 7 to 9``."""
    parts: list[tuple[int, int]] = []
    for n in sorted(places):
        if parts and parts[-1][1] == n - 1:
            parts[-1] = parts[-1][0], n
        else:
            parts.append((n, n))
    return ", ".join(
        f"{first} to {last}"
        if last - first > 1
        else f"{first}, {last}"
        if last > first
        else str(first)
        for first, last in parts
    )
