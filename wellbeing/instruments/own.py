"""A clinic's own key: the same definition as a shipped one, with narrower limits."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wellbeing.domain.errors import ImportRefusedError, WellbeingError
from wellbeing.instruments.errors import DefinitionFaultError
from wellbeing.instruments.formats.texts import visible
from wellbeing.instruments.model import Instrument, NotShipped
from wellbeing.instruments.reading import make_instrument, schema_faults
from wellbeing.instruments.registry import instruments, not_shipped

PREFIX = "own"
"""No shipped id begins so: a later release can never bring a key of the same id."""

SHORT_NAME = "2 to 20 small letters and digits"
MOST_ITEMS, MOST_SCALES, MOST_CODES, LARGEST_CODE = 200, 20, 12, 100
FARTHEST_END = 10_000
LONGEST_INTERVAL = 728
"""Days: an instrument is asked for at least every 104 weeks."""

_LONGEST = {
    "title": 120,
    "citation": 600,
    "doi": 200,
    "holder": 300,
    "allows": 1000,
    "wording": 1000,
    "sheet": 300,
    "rule_source": 300,
    "higher_means": 100,
    "unsure": 300,
    "scale": 60,
}
_ID = re.compile(rf"{PREFIX}[a-z0-9]{{2,20}}")
_SCALE_ID = re.compile(r"[a-z][a-z0-9]*(_[a-z]+)+")
_LONGEST_FAULT = 200
_NOT_OURS = ("bands", "norms", "reliability")
_NO_WORD = re.compile(r"[\W_]+")


class KeyRefusedError(ImportRefusedError):
    """A key with problems, one sentence each; nothing of it was kept."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(problems)
        count = len(problems)
        WellbeingError.__init__(
            self,
            f"Nothing was kept yet: {count} "
            f"{'thing needs' if count == 1 else 'things need'} mending.",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnKey:
    """A clinic's own key, checked.

    Attributes:
        text: its definition as JSON, in one fixed order.
        sha256: of the text, in hexadecimal digits.
        notes: what to know about it, as sentences; it is taken all the same.
    """

    instrument: Instrument
    text: str
    sha256: str
    notes: tuple[str, ...]


def own_key(values: object, version: int) -> OwnKey:
    """Check what is to be a clinic's own key.

    It has to fit the schema and the rules of shipped definitions. Its id begins with
    ``own``, its codes lie between 0 and 100, and it has no bands, norms or
    reliabilities: nobody here has read their sources.

    Args:
        values: a definition, as TOML, JSON or a screen gives it.
        version: of the key; a version that stands in the definition is replaced.

    Raises:
        KeyRefusedError: something is missing or does not fit, one sentence each.
    """
    if not isinstance(values, Mapping):
        raise KeyRefusedError(("A key is a table of names and values.",))
    clean = _whole(values) | {"version": str(version)}
    faults = [f"{where} {problem}." for where, problem in schema_faults(clean)]
    if not faults:
        faults = [*_limits(clean), *_clashes(clean)]
    if not faults:
        try:
            found = make_instrument(clean, "The key")
        except DefinitionFaultError as error:
            faults = [str(error)]
    if faults:
        raise KeyRefusedError(tuple(visible(one[:_LONGEST_FAULT]) for one in faults))
    text = json.dumps(clean, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return OwnKey(
        instrument=found,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        notes=tuple(_notes(found)),
    )


def read_own(text: str, examples: int) -> Instrument:
    """Return the instrument of a definition that was checked when it was kept.

    Args:
        examples: how many worked examples agree with it.

    Raises:
        DefinitionFaultError: it is not what was kept.
    """
    return replace(make_instrument(json.loads(text), "The key"), examples=examples)


def _whole(value: Any) -> Any:  # noqa: ANN401 (as JSON or TOML gives it)
    """Return a value in which whole numbers are ints and texts have one line."""
    if isinstance(value, Mapping):
        return {str(key): _whole(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return " ".join(value.split()) if isinstance(value, str) else value


def _limits(values: Mapping[str, Any]) -> Iterator[str]:
    if not _ID.fullmatch(values["id"]):
        yield (f"A short name has {SHORT_NAME}, and its id begins with {PREFIX}.")
    codes = values["codes"]
    if not all(0 <= code <= LARGEST_CODE for code in codes):
        yield f"Codes have to lie between 0 and {LARGEST_CODE}."
    for count, most, what in (
        (len(codes), MOST_CODES, "answers to an item"),
        (values["items"]["count"], MOST_ITEMS, "items"),
        (len(values["scales"]), MOST_SCALES, "scales"),
    ):
        if count > most:
            yield f"More than {most} {what} cannot be shown."
    for name in ("window_days", "shortest_interval_days"):
        if values.get(name, 1) > LONGEST_INTERVAL:
            yield f"{name} has to be at most {LONGEST_INTERVAL} days."
    yield from _scale_limits(values["scales"])
    for name, text in _texts(values):
        if len(text) > _LONGEST[name]:
            yield f"{name} is longer than {_LONGEST[name]} characters."
        if not text.isprintable():
            yield f"{name} holds characters that cannot be shown. Type it anew."


def _scale_limits(scales: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for scale in scales:
        if not _SCALE_ID.fullmatch(scale["id"]):
            yield f"The name of a scale has letters a to z only: {scale['id']}."
        if not all(abs(end) <= FARTHEST_END for end in scale["range"]):
            yield f"{scale['id']}: its range lies too far from zero."
        for name in _NOT_OURS:
            if name in scale:
                yield f"{scale['id']} has {name}. Leave them out: nobody checked them."


def _texts(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("title", "citation", "doi", "sheet"):
        yield name, values.get(name, "")
    yield from values["licence"].items()
    for sentence in values["unsure"]:
        yield "unsure", sentence
    for scale in values["scales"]:
        yield "scale", scale["id"]
        yield "rule_source", scale["rule_source"]
        yield "higher_means", scale["higher_means"]


def _clashes(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield why an instrument of this name has no key of the clinic's own."""
    short, title = values["id"].removeprefix(PREFIX), values["title"]
    for one in instruments():
        if short == one.id or _bare(title) == _bare(one.title):
            yield (
                f"{one.title} is here already, with a key that was checked. Bring its "
                "wording, or choose another short name and title."
            )
    for left_out in not_shipped():
        if left_out.licensed_as and _is_licensed(left_out, short, title):
            yield f"{left_out.title} cannot be used here. {left_out.reason}"


def _is_licensed(left_out: NotShipped, short: str, title: str) -> bool:
    words = {_bare(word) for word in title.split()}
    names = [_bare(name) for name in left_out.licensed_as]
    # A name of several words may stand anywhere; a short one only as a word.
    return (
        short == left_out.id
        or _bare(title) == _bare(left_out.title)
        or any(name in words for name in names)
        or any(" " in n and _bare(n) in _bare(title) for n in left_out.licensed_as)
    )


def _notes(key: Instrument) -> Iterator[str]:
    title = _bare(key.title)
    short = key.id.removeprefix(PREFIX)
    for left_out in not_shipped():
        if short == left_out.id or _bare(left_out.title) in title:
            yield (
                f"{left_out.title} is left out of the keys that are shipped: "
                f"{left_out.reason} Have its key and its terms at hand."
            )


def _bare(text: str) -> str:
    return _NO_WORD.sub("", text).casefold()
