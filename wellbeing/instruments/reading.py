"""Reading a definition: TOML against one schema, then what a schema cannot see."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from wellbeing.instruments.errors import DefinitionFaultError
from wellbeing.instruments.model import (
    Band,
    Bands,
    Coefficient,
    Instrument,
    Item,
    Licence,
    Method,
    Norm,
    Reliability,
    Rule,
    Scale,
)

FOLDER = files("wellbeing.instruments").joinpath("definitions")


def read_toml(text: str, where: str) -> dict[str, Any]:
    """Read TOML.

    Args:
        text: the file.
        where: its name, for refusals.

    Raises:
        DefinitionFaultError: it is not TOML; the sentence names the line.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
        problem = f"is not TOML: {reason[:1].lower()}{reason[1:]}"
        raise DefinitionFaultError(f"{where}:", problem) from error


def parse_definition(text: str, where: str) -> Instrument:
    """Make an instrument of a definition.

    Args:
        text: the TOML of one instrument.
        where: the name of the file, for refusals.

    Raises:
        DefinitionFaultError: something is missing, mistyped or does not fit; the
            sentence names the file and the line or the key.
    """
    return make_instrument(read_toml(text, where), where)


def make_instrument(values: Mapping[str, Any], where: str) -> Instrument:
    """Make an instrument of what a definition says.

    Args:
        values: as TOML or JSON gives them.
        where: what they are called, for refusals.

    Raises:
        DefinitionFaultError: as ``parse_definition``.
    """
    _check_schema(values, where)
    _check_items(values, where)
    for n, scale in enumerate(values["scales"]):
        _check_scale(values, scale, f"{where}: scales[{n}]")
    return _instrument(values)


@cache
def _schema() -> Draft202012Validator:
    text = FOLDER.joinpath("schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text))


def schema_faults(values: object) -> list[tuple[str, str]]:
    """Return what the schema does not allow: each key, and what is wrong with it."""
    faults = sorted(_schema().iter_errors(values), key=lambda e: list(map(str, e.path)))
    return [(_key(fault.absolute_path), _problem(fault)) for fault in faults]


def _check_schema(values: Mapping[str, Any], where: str) -> None:
    for key, problem in schema_faults(values):
        raise DefinitionFaultError(f"{where}: {key}", problem)


def _key(path: Sequence[str | int]) -> str:
    key = ""
    for part in path:
        key += f"[{part}]" if isinstance(part, int) else f".{part}"
    return key.lstrip(".") or "the top level"


def _problem(fault: Any) -> str:  # noqa: ANN401 (jsonschema ships no types)
    if fault.validator == "required":
        lacking = [k for k in fault.validator_value if k not in fault.instance]
        return f"lacks {', '.join(lacking)}"
    if fault.validator == "additionalProperties":
        known = fault.schema["properties"]
        return f"has unknown keys: {', '.join(set(fault.instance) - set(known))}"
    return f"is wrong: {fault.message}"


def _check_items(values: Mapping[str, Any], where: str) -> None:
    codes, items = values["codes"], values["items"]
    positions = set(range(1, items["count"] + 1))
    if codes != sorted(codes):
        raise DefinitionFaultError(f"{where}: codes", "must go up")
    if not set(items["reversed"]) <= positions:
        problem = f"must lie between 1 and {items['count']}"
        raise DefinitionFaultError(f"{where}: items.reversed", problem)
    turned = sorted(codes[0] + codes[-1] - code for code in codes)
    if items["reversed"] and turned != codes:
        problem = "must be the same when turned round, as there are reversed items"
        raise DefinitionFaultError(f"{where}: codes", problem)
    used = {n for scale in values["scales"] for n in scale["items"]}
    if used != positions:
        odd = ", ".join(map(str, sorted(used ^ positions)))
        problem = f"and the items must fit together; these do not: {odd}"
        raise DefinitionFaultError(f"{where}: scales", problem)
    ids = [scale["id"] for scale in values["scales"]]
    if len(set(ids)) < len(ids):
        raise DefinitionFaultError(f"{where}: scales", "must have different ids")


def _check_scale(values: Mapping[str, Any], scale: Any, where: str) -> None:  # noqa: ANN401 (as TOML gives it)
    codes, count = values["codes"], len(scale["items"])
    if not scale["id"].startswith(f"{values['id']}_"):
        raise DefinitionFaultError(f"{where}.id", f"must begin with {values['id']}_")
    if scale["needs"] > count:
        problem = f"is more than the {count} items of the scale"
        raise DefinitionFaultError(f"{where}.needs", problem)
    times = count if scale["method"] == Method.SUM else 1
    ends = [codes[0] * times, codes[-1] * times]
    low, high = scale["range"]
    if low >= high or (scale["method"] != Method.RESCALED and [low, high] != ends):
        problem = f"must be {ends} for this method and these items"
        raise DefinitionFaultError(f"{where}.range", problem)
    if "bands" not in scale:
        return
    limits = [x for band in scale["bands"]["bands"] for x in band["range"]]
    parted = all(a < b for a, b in zip(limits[1:-1:2], limits[2::2], strict=True))
    if [limits[0], limits[-1]] != [low, high] or limits != sorted(limits) or not parted:
        problem = "must go up without overlap from one end of the range to the other"
        raise DefinitionFaultError(f"{where}.bands", problem)


def _instrument(values: Mapping[str, Any]) -> Instrument:
    own, items = values["id"], values["items"]
    plain = ("id", "version", "title", "citation", "sheet", "shortest_interval_days")
    return Instrument(
        **{key: values[key] for key in plain},
        doi=values.get("doi"),
        licence=Licence(**values["licence"]),
        window_days=values.get("window_days"),
        codes=tuple(values["codes"]),
        items=tuple(
            Item(id=f"{own}_{n}", position=n, reversed=n in items["reversed"])
            for n in range(1, items["count"] + 1)
        ),
        scales=tuple(_scale(own, scale) for scale in values["scales"]),
        unsure=tuple(values["unsure"]),
    )


def _scale(own: str, values: Mapping[str, Any]) -> Scale:
    low, high = values["range"]
    plain = ("id", "needs", "rule_source", "higher_means")
    return Scale(
        **{key: values[key] for key in plain},
        items=tuple(f"{own}_{n}" for n in sorted(values["items"])),
        method=Method(values["method"]),
        rule=Rule(values["rule"]),
        lowest=low,
        highest=high,
        bands=_bands(values["bands"]) if "bands" in values else None,
        norms=tuple(Norm(**norm) for norm in values.get("norms", ())),
        reliability=tuple(
            Reliability(**one | {"coefficient": Coefficient(one["coefficient"])})
            for one in values.get("reliability", ())
        ),
    )


def _bands(values: Mapping[str, Any]) -> Bands:
    bands = tuple(
        Band(name=one["name"], lowest=one["range"][0], highest=one["range"][1])
        for one in values["bands"]
    )
    return Bands(**{**values, "bands": bands})
