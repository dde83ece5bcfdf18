"""Reading a key that was typed: lists of places, codes, ends of ranges."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wellbeing.instruments.formats.texts import quoted
from wellbeing.instruments.model import Method
from wellbeing.instruments.own import MOST_ITEMS, PREFIX, SHORT_NAME, KeyRefusedError
from wellbeing.instruments.own_fields import KeyFields, ScaleFields

_PART = re.compile(r"([0-9]{1,3})(?:\s*(?:-|to)\s*([0-9]{1,3}))?")
_NUMBER = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,6})?")
_SHORT = re.compile(r"[a-z0-9]{2,20}")
_SPACES = re.compile(r"\s+")


def values_of(fields: KeyFields) -> dict[str, Any]:
    """Return the definition of what was typed; ``own_key`` checks it.

    Raises:
        KeyRefusedError: a list of places, codes or an end of a range cannot be read.
    """
    problems: list[str] = []
    codes = _codes(fields.codes, problems)
    named = {
        "the title": fields.title,
        "the citation": fields.citation,
        "who holds the rights": fields.holder,
        "what the licence allows": fields.allows,
        "what the licence says about the wording": fields.wording,
        "which sheet the order of the items follows": fields.sheet,
    }
    problems += [f"Write {what}." for what, text in named.items() if not text.strip()]
    short = fields.short.strip().casefold().removeprefix(PREFIX)
    if not _SHORT.fullmatch(short):
        problems.append(f"A short name has {SHORT_NAME}.")
    values: dict[str, Any] = {
        "id": f"{PREFIX}{short}",
        "version": "1",
        "title": fields.title,
        "citation": fields.citation,
        "licence": {
            "holder": fields.holder,
            "allows": fields.allows,
            "wording": fields.wording,
        },
        "sheet": fields.sheet,
        "shortest_interval_days": fields.shortest_interval_days,
        "codes": codes,
        "items": {
            "count": fields.count,
            "reversed": _places(fields.reversed, "Reversed items", problems),
        },
        "unsure": [one for one in fields.unsure if one.strip()],
    }
    if fields.doi.strip():
        values["doi"] = fields.doi.strip()
    if fields.window_days:
        values["window_days"] = fields.window_days
    values["scales"] = [
        _scale(values["id"], codes, scale, f"Scale {n}", problems)
        for n, scale in enumerate(fields.scales, start=1)
    ]
    problems += _left_over(fields.count, values)
    if problems:
        raise KeyRefusedError(tuple(problems))
    return values


def _places(text: str, where: str, problems: list[str]) -> list[int]:
    found: list[int] = []
    for part in filter(None, (one.strip() for one in re.split(r"[,;]", text))):
        read = _PART.fullmatch(part)
        if read is None:
            problems.append(
                f"{where}: {quoted(part)} is no place on the sheet. Write places like "
                "1, 4, 7 to 9."
            )
            continue
        first = int(read[1])
        places = range(first, int(read[2] or first) + 1)
        if not places or places[-1] > MOST_ITEMS:
            problems.append(f"{where}: {quoted(part)} leads nowhere.")
            continue
        twice = sorted({*places} & {*found})
        if twice:
            problems.append(f"{where}: item {twice[0]} stands twice.")
        found += [n for n in places if n not in found]
    return found


def _codes(text: str, problems: list[str]) -> list[int]:
    if "." in text or (";" in text and "," in text):
        problems.append(
            "Codes: a code is a whole number. Where a manual has halves, double them "
            "all and rescale the scale."
        )
        return []
    parts = [one for one in re.split(r"[\s,;]+", text.strip()) if one]
    words = [one for one in parts if not re.fullmatch(r"-?[0-9]{1,4}", one)]
    if words:
        problems.append(
            f"Codes: {quoted(words[0])} is no whole number. Write what each answer "
            "counts, such as 0, 1, 2, 3, 4."
        )
        return []
    if not parts:
        problems.append("Codes: write what each answer counts, such as 0, 1, 2, 3, 4.")
    codes = [int(one) for one in parts]
    if len({*codes}) < len(codes):
        problems.append("Codes: one stands twice. Each answer has its own.")
    return sorted({*codes})


def _scale(
    own: str,
    codes: Sequence[int],
    fields: ScaleFields,
    where: str,
    problems: list[str],
) -> dict[str, Any]:
    name = _SPACES.sub("_", fields.name.strip().casefold())
    if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name):
        problems.append(
            f"{where}: its name has letters a to z and blanks only, such as strain."
        )
    items = _places(fields.items, where, problems)
    if not items:
        problems.append(f"{where}: write the places of its items, such as 1 to 5.")
    for text, what in (
        (fields.higher_means, "what a higher score means"),
        (fields.rule_source, "where the rule for missing answers stands"),
    ):
        if not text.strip():
            problems.append(f"{where}: write {what}.")
    return {
        "id": f"{own}_{name}",
        "items": items,
        "method": fields.method.value,
        "needs": fields.needs,
        "rule": fields.rule.value,
        "rule_source": fields.rule_source,
        "range": _range(codes, len(items), fields, where, problems),
        "higher_means": fields.higher_means,
    }


def _range(
    codes: Sequence[int],
    count: int,
    fields: ScaleFields,
    where: str,
    problems: list[str],
) -> list[float]:
    if fields.method is not Method.RESCALED:
        times = count if fields.method is Method.SUM else 1
        return [codes[0] * times, codes[-1] * times] if codes else [0, 1]
    ends = [fields.lowest.strip(), fields.highest.strip()]
    for end in ends:
        if not _NUMBER.fullmatch(end):
            hint = end.replace(",", ".") if "," in end else "0 or 100"
            problems.append(
                f"{where}: {quoted(end)} is no end of a range. Write it like {hint}."
            )
            return [0, 1]
    return [float(end) for end in ends]


def _left_over(count: int, values: Mapping[str, Any]) -> list[str]:
    used = {n for scale in values["scales"] for n in scale["items"]}
    every = set(range(1, count + 1))
    problems = [
        f"Item {n} is in no scale. Put it into one, or leave it off the sheet."
        for n in sorted(every - used)
    ]
    beyond = sorted((used | {*values["items"]["reversed"]}) - every)
    problems += [f"There is no item {n}: the sheet has {count}." for n in beyond]
    return problems
