"""Our own template: a workbook, or a zip of CSV files, of ``items`` and ``options``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wellbeing.instruments.formats.collecting import Collected
from wellbeing.instruments.formats.conditions import parse, written
from wellbeing.instruments.formats.questionnaire import (
    Item,
    ItemType,
    NotRepresentableError,
    Number,
    Option,
    Questionnaire,
    QuestionnaireRefusedError,
)
from wellbeing.instruments.formats.tables import Numbered, Row, Table, table_of, told
from wellbeing.instruments.formats.texts import code_of, number_of, plain, quoted
from wellbeing.instruments.formats.workbook import workbook_of

ITEMS: Mapping[str, tuple[str, ...]] = {
    "id": (),
    "text": ("question",),
    "type": (),
    "options": ("list",),
    "heading": (),
    "hint": (),
    "required": (),
    "lowest": ("min",),
    "highest": ("max",),
    "step": (),
    "show_if": (),
}
"""The columns of the sheet ``items``: one row an item, in order."""

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "list": ("options",),
    "code": (),
    "label": (),
    "score": (),
    "to_confirm": (),
}
"""The columns of the sheet ``options``: one row an option; items share a list."""

ABOUT: Mapping[str, tuple[str, ...]] = {
    "title": (),
    "language": (),
    "copyright": (),
    "source": (),
}
"""The columns of the sheet ``about``, which may be missing: one row."""

_SHEETS = {"items": ITEMS, "options": OPTIONS, "about": ABOUT}
_NEEDED = {"items": {"id", "text", "type"}, "options": {"list", "code", "label"}}
_YES_NO = {"": False, "no": False, "false": False, "0": False} | dict.fromkeys(
    ("yes", "true", "1", "y"), True
)


def is_template(sheets: Iterable[str]) -> bool:
    """Whether some sheets or CSV files are those of the template."""
    return "items" in set(sheets)


def read_sheets(sheets: Mapping[str, Iterable[Numbered]]) -> Questionnaire:
    """Read the template. A mistake in it is refused, never guessed.

    Args:
        sheets: the rows of each sheet, by its name.

    Raises:
        QuestionnaireRefusedError: something is not as it has to be; it names the row.
    """
    tables = {name: _table(name, sheets.get(name, ())) for name in _SHEETS}
    about = tables["about"].rows
    lists = _lists(tables["options"])
    found = Collected()
    used: set[str] = set()
    for row in tables["items"].rows:
        where = f"items, row {row.line}"
        with_where = _At(where)
        item = with_where.item(row, lists)
        used.add(row.text("options"))
        found.see(item.id, where)
        with_where.take(found, item)
    others = sorted((sheets.keys() - _SHEETS.keys()) | (lists.keys() - used))
    if others:
        found.notes.append(f"Sheets or lists that no item uses: {told(others)}.")
    first = about[0] if about else Row(1, {})
    if len(about) > 1:
        raise QuestionnaireRefusedError("The sheet about has more than one row.")
    texts = {name: _At("about").text(first, name) for name in ABOUT}
    language = texts.pop("language") or None
    return found.finish(texts.pop("title"), language, **texts)


def _table(name: str, lines: Iterable[Numbered]) -> Table:
    try:
        table = table_of(lines, _SHEETS[name], "row")
    except QuestionnaireRefusedError as error:
        raise QuestionnaireRefusedError(f"Sheet {name}: {error}") from None
    missing = sorted(_NEEDED.get(name, set()) - table.columns)
    if missing and (table.rows or name == "items"):
        sentence = f"Sheet {name}: the column {missing[0]} is missing."
        raise QuestionnaireRefusedError(sentence)
    if table.unknown:
        known = ", ".join(_SHEETS[name])
        sentence = f"Sheet {name}: {told(table.unknown)} is not known. Known are "
        raise QuestionnaireRefusedError(f"{sentence}{known}.")
    return table


def _lists(table: Table) -> Mapping[str, tuple[Option, ...]]:
    lists: dict[str, list[Option]] = {}
    for row in table.rows:
        at = _At(f"options, row {row.line}")
        lists.setdefault(row.text("list"), []).append(at.option(row))
    return {name: tuple(options) for name, options in lists.items()}


@dataclass(frozen=True, slots=True)
class _At:
    """A row of the template; what is wrong with it is refused under its name."""

    where: str

    def option(self, row: Row) -> Option:
        if not row.text("list"):
            raise self.wrong("The name of the list is missing.")
        score = self.number(row, "score")
        sure = not self.flag(row, "to_confirm")
        return Option(
            code=self.code(row, "code"),
            label=self.text(row, "label"),
            score=score,
            to_confirm=score is not None and not sure,
        )

    def item(self, row: Row, lists: Mapping[str, tuple[Option, ...]]) -> Item:
        kind, name = row.text("type").lower(), row.text("options")
        if kind not in set(ItemType):
            known = ", ".join(ItemType)
            raise self.wrong(f"The type {quoted(kind)} is none of {known}.")
        if name and name not in lists:
            sentence = f"The sheet options has no list called {quoted(name)}."
            raise self.wrong(sentence)
        try:
            show_if = parse(row.text("show_if"))
        except NotRepresentableError as error:
            raise self.wrong(str(error)) from None
        return Item(
            id=self.code(row, "id"),
            text=self.text(row, "text"),
            type=ItemType(kind),
            options=lists[name] if name else (),
            heading=self.text(row, "heading"),
            hint=self.text(row, "hint"),
            required=self.flag(row, "required"),
            lowest=self.number(row, "lowest"),
            highest=self.number(row, "highest"),
            step=self.number(row, "step"),
            show_if=show_if,
        )

    def take(self, found: Collected, item: Item) -> None:
        try:
            found.take(item)
        except NotRepresentableError as error:
            raise self.wrong(str(error)) from None

    def text(self, row: Row, column: str) -> str:
        try:
            return plain(row.text(column))
        except NotRepresentableError as error:
            raise self.wrong(f"{column}: {error}") from None

    def code(self, row: Row, column: str) -> str:
        try:
            return code_of(row.text(column))
        except NotRepresentableError as error:
            raise self.wrong(f"{column}: {error}") from None

    def number(self, row: Row, column: str) -> Number | None:
        try:
            return number_of(row.text(column)) if row.text(column) else None
        except NotRepresentableError as error:
            raise self.wrong(f"{column}: {error}") from None

    def flag(self, row: Row, column: str) -> bool:
        word = row.text(column).lower()
        if word not in _YES_NO:
            raise self.wrong(f"{column}: {quoted(word)} is neither yes nor no.")
        return _YES_NO[word]

    def wrong(self, sentence: str) -> QuestionnaireRefusedError:
        return QuestionnaireRefusedError(f"{self.where}: {sentence}")


def write(questionnaire: Questionnaire) -> bytes:
    """Return the template, filled in, as a workbook that reads back the same.

    What was left out, and notes, have no place in it.
    """
    lists: dict[tuple[Option, ...], str] = {}
    items: list[list[str | Number | None]] = [list(ITEMS)]
    for item in questionnaire.items:
        name = ""
        if item.options:
            name = lists.setdefault(item.options, f"list_{len(lists) + 1}")
        shown = written(item.show_if)
        yes = "yes" if item.required else ""
        bounds = (item.lowest, item.highest, item.step)
        cells = (item.id, item.text, item.type.value, name, item.heading, item.hint)
        items.append([*cells, yes, *bounds, shown])
    options: list[list[str | Number | None]] = [list(OPTIONS)]
    options += [
        [name, o.code, o.label, o.score, "yes" if o.to_confirm else ""]
        for key, name in lists.items()
        for o in key
    ]
    about = [questionnaire.title, questionnaire.language or ""]
    about += [questionnaire.copyright, questionnaire.source]
    return workbook_of(
        {"items": items, "options": options, "about": [list(ABOUT), about]}
    )
