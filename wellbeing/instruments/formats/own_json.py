"""Our own JSON: everything a questionnaire has, and nothing else."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from wellbeing.instruments.formats.collecting import Collected
from wellbeing.instruments.formats.conditions import tidy
from wellbeing.instruments.formats.decoding import Json
from wellbeing.instruments.formats.questionnaire import (
    Condition,
    Item,
    ItemType,
    NotRepresentableError,
    Number,
    Option,
    Questionnaire,
    QuestionnaireRefusedError,
    ShowIf,
)
from wellbeing.instruments.formats.texts import bounded, code_of, plain, quoted

T = TypeVar("T")

_ROOT = ["title", "language", "copyright", "source", "items", "left_out", "notes"]
_ITEM = [
    "id",
    "text",
    "type",
    "options",
    "heading",
    "hint",
    "required",
    "lowest",
    "highest",
    "step",
    "show_if",
]
_OPTION = ["code", "label", "score", "to_confirm"]
_SHOW_IF = ["any_of", "conditions"]
_CONDITION = ["item", "codes", "is_not"]
_LEFT_OUT = ["where", "reason", "asked"]


@dataclass(frozen=True, slots=True)
class _Place:
    """An object of the file, and where it stands, so that a refusal can say so."""

    where: str
    values: Mapping[str, Json]

    def only(self, keys: list[str]) -> None:
        for key in self.values:
            if key not in keys:
                raise self.wrong(key, f"is not known. Known are {', '.join(keys)}.")

    def wrong(self, key: str, problem: str) -> QuestionnaireRefusedError:
        dot = "." if self.where else ""
        name = f"{self.where}{dot}{key[:40]}"
        return QuestionnaireRefusedError(f"{name}: this {problem}")

    def text(self, key: str, read: Callable[[str], str] = plain) -> str:
        value = self.values.get(key)
        if value is not None and not isinstance(value, str):
            raise self.wrong(key, "is not a text.")
        try:
            return read(value or "")
        except NotRepresentableError as error:
            raise self.wrong(key, f"cannot be taken. {error}") from None

    def number(self, key: str) -> Number | None:
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(key, "is neither a number nor null.")
        try:
            return bounded(value)
        except NotRepresentableError as error:
            raise self.wrong(key, f"cannot be taken. {error}") from None

    def flag(self, key: str, *, usual: bool = False) -> bool:
        value = self.values.get(key, usual)
        if not isinstance(value, bool):
            raise self.wrong(key, "is neither true nor false.")
        return value

    def objects(self, key: str, read: Callable[["_Place"], T]) -> tuple[T, ...]:
        found = []
        for n, value in enumerate(self.values_of(key)):
            at = f"{self.where}.{key}[{n}]" if self.where else f"{key}[{n}]"
            if not isinstance(value, dict):
                raise QuestionnaireRefusedError(f"{at}: this is not an object.")
            found.append(read(_Place(at, value)))
        return tuple(found)

    def values_of(self, key: str) -> list[Json]:
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(key, "is not a list.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.values_of(key)
        if not all(isinstance(v, str) for v in values):
            raise self.wrong(key, "is not a list of texts.")
        return tuple(_Place(f"{self.where}.{key}", {"": v}).text("") for v in values)


def read_object(file: Mapping[str, Json]) -> Questionnaire:
    """Read the object that ``write`` writes. A mistake in it is refused, never guessed.

    Raises:
        QuestionnaireRefusedError: something is not as it has to be; it names the place.
    """
    root = _Place("", file)
    root.only(_ROOT)
    found = Collected()
    for place, item in root.objects("items", lambda place: (place, _item(place))):
        found.see(item.id, place.where)
        try:
            found.take(item)
        except NotRepresentableError as error:
            raise QuestionnaireRefusedError(f"{place.where}: {error}") from None
    for where, reason, asked in root.objects("left_out", _left_out):
        found.leave_out(where, reason, asked=asked)
    found.notes.extend(root.texts("notes"))
    return found.finish(
        root.text("title"),
        root.text("language") or None,
        copyright=root.text("copyright"),
        source=root.text("source"),
    )


def _left_out(place: _Place) -> tuple[str, str, bool]:
    place.only(_LEFT_OUT)
    return place.text("where"), place.text("reason"), place.flag("asked", usual=True)


def _item(place: _Place) -> Item:
    place.only(_ITEM)
    kind = place.text("type")
    if kind not in set(ItemType):
        known = ", ".join(ItemType)
        raise place.wrong("type", f"is {quoted(kind)}, not one of {known}.")
    return Item(
        id=place.text("id", code_of),
        text=place.text("text"),
        type=ItemType(kind),
        options=place.objects("options", _option),
        heading=place.text("heading"),
        hint=place.text("hint"),
        required=place.flag("required"),
        lowest=place.number("lowest"),
        highest=place.number("highest"),
        step=place.number("step"),
        show_if=_show_if(place),
    )


def _option(place: _Place) -> Option:
    place.only(_OPTION)
    score = place.number("score")
    return Option(
        code=place.text("code", code_of),
        label=place.text("label"),
        score=score,
        to_confirm=place.flag("to_confirm") and score is not None,
    )


def _show_if(place: _Place) -> ShowIf | None:
    value = place.values.get("show_if")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise place.wrong("show_if", "is neither an object nor null.")
    inside = _Place(f"{place.where}.show_if", value)
    inside.only(_SHOW_IF)
    conditions = inside.objects("conditions", _condition)
    if not conditions:
        raise inside.wrong("conditions", "is empty.")
    return tidy(conditions, any_of=inside.flag("any_of"))


def _condition(place: _Place) -> Condition:
    place.only(_CONDITION)
    codes = place.texts("codes")
    if not codes:
        raise place.wrong("codes", "is empty.")
    item = place.text("item", code_of)
    return Condition(item=item, codes=codes, is_not=place.flag("is_not"))


def write(questionnaire: Questionnaire) -> bytes:
    """Return the file that reads back as the same questionnaire."""
    about = {key: getattr(questionnaire, key) for key in ("copyright", "source")}
    file = {
        "title": questionnaire.title,
        "language": questionnaire.language,
        **{key: value for key, value in about.items() if value},
        "items": [_written(item) for item in questionnaire.items],
        "left_out": [
            {"where": one.where, "reason": one.reason, "asked": one.asked}
            for one in questionnaire.left_out
        ],
        "notes": list(questionnaire.notes),
    }
    return (json.dumps(file, ensure_ascii=False, indent=1) + "\n").encode()


def _written(item: Item) -> dict[str, Json]:
    always = {"id": item.id, "text": item.text, "type": item.type.value}
    options = [
        {"code": o.code, "label": o.label, "score": o.score}
        | ({"to_confirm": True} if o.to_confirm else {})
        for o in item.options
    ]
    names = ("heading", "hint", "required", "lowest", "highest", "step")
    sometimes = {name: getattr(item, name) for name in names}
    told = {
        k: v for k, v in sometimes.items() if v not in {"", None} and v is not False
    }
    if item.show_if is not None:
        told["show_if"] = {
            "any_of": item.show_if.any_of,
            "conditions": [
                {"item": c.item, "codes": list(c.codes), "is_not": c.is_not}
                for c in item.show_if.conditions
            ],
        }
    return {**always, "options": options, **told}
