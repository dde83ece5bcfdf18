"""REDCap data dictionaries: CSV, the API's JSON, instrument zips."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from wellbeing.instruments.formats.collecting import Collected
from wellbeing.instruments.formats.decoding import Json
from wellbeing.instruments.formats.limits import MOST_TOLD
from wellbeing.instruments.formats.questionnaire import (
    NotRepresentableError,
    Questionnaire,
    QuestionnaireRefusedError,
)
from wellbeing.instruments.formats.redcap_fields import Dictionary, choices, item_of
from wellbeing.instruments.formats.tables import Numbered, Row, Table, table_of, told
from wellbeing.instruments.formats.texts import code_of, quoted, without_markup

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "field_name": ("Variable / Field Name",),
    "form_name": (),
    "section_header": (),
    "field_type": (),
    "field_label": (),
    "select_choices_or_calculations": (
        "Choices, Calculations, OR Slider Labels",
        "Choices OR Calculations",
        "Choices or Calculations or Slider Labels",
    ),
    "field_note": (),
    "text_validation_type_or_show_slider_number": ("Text Validation Type",),
    "text_validation_min": (),
    "text_validation_max": (),
    "identifier": ("Identifier?",),
    "branching_logic": ("Branching Logic (Show field only if...)",),
    "required_field": ("Required Field?",),
    "custom_alignment": (),
    "question_number": ("Question Number (surveys only)",),
    "matrix_group_name": (),
    "matrix_ranking": ("Matrix Ranking?",),
    "field_annotation": ("Field Annotation",),
}
"""The columns by the names of REDCap's API, each with its headings in the CSV file."""

_NEEDED = ("field_name", "field_type", "field_label")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,254}")
_RECORD_ID = re.compile(
    r"(record|study|participant|subject|patient|case)_?(id|no|number)|id|record",
    re.IGNORECASE,
)
_TAG = re.compile(r"@([A-Z][A-Z0-9_-]+)")
_HIDDEN = frozenset({"HIDDEN", "HIDDEN-SURVEY", "HIDDEN-FORM"})
_COMPUTED = frozenset({"CALCTEXT", "CALCDATE", "READONLY", "READONLY-SURVEY"})


def looks_like_redcap(header: Iterable[str]) -> bool:
    """Whether a first row names the columns that every dictionary has."""
    found = table_of([(1, tuple(header))], COLUMNS).columns
    return found.issuperset(_NEEDED)


def read_lines(lines: Iterable[Numbered], form: str | None) -> Questionnaire:
    """Read a dictionary from the rows of a CSV file or of a sheet.

    Args:
        lines: its rows, the header first.
        form: which of its forms; None: all of them, one after another.

    Raises:
        QuestionnaireRefusedError: a row does not fit, a name stands twice, the rows of
            a form lie apart, or nothing can be asked.
    """
    return _read(table_of(lines, COLUMNS), form, "line")


def read_records(records: Sequence[Json], form: str | None) -> Questionnaire:
    """Read a dictionary from the list of objects that REDCap's API gives."""
    rows: list[Row] = []
    unknown: dict[str, None] = {}
    for n, record in enumerate(records, 1):
        if not isinstance(record, dict):
            sentence = f"Entry {n} of the list is no object with a field_name."
            raise QuestionnaireRefusedError(sentence)
        cells = {k: _cell(v, n) for k, v in record.items() if _is_read(k, v)}
        unknown |= dict.fromkeys(
            key for key, value in record.items() if value and not _is_read(key, value)
        )
        rows.append(Row(n, cells))
    table = Table(columns=frozenset(COLUMNS), rows=tuple(rows), unknown=tuple(unknown))
    return _read(table, form, "entry")


def _is_read(key: str, value: Json) -> bool:
    # Some programs keep settings of their own in the annotation.
    return key in COLUMNS and not (
        key == "field_annotation" and isinstance(value, dict)
    )


def _cell(value: Json, n: int) -> str:
    """Return a value as the cell it would be in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        return " | ".join(_choice(one, n) for one in value)
    raise _strange(n)


def _choice(value: Json, n: int) -> str:
    """Return an object of code and label as one choice of a cell."""
    pair = (value.get("code"), value.get("label")) if isinstance(value, dict) else ()
    if not pair or not all(isinstance(v, str | int) for v in pair):
        raise _strange(n)
    code, label = (str(v).replace("|", "&#124;") for v in pair)
    return f"{code}, {label}"


def _strange(n: int) -> QuestionnaireRefusedError:
    sentence = f"Entry {n} of the list holds something else than texts and choices."
    return QuestionnaireRefusedError(sentence)


@dataclass(slots=True)
class _Reading:
    """What is the same for all rows of a form, and what one row leaves to the next."""

    found: Collected
    dictionary: Dictionary
    heading: str = ""
    tags: Counter[str] = field(default_factory=Counter)
    identifying: list[str] = field(default_factory=list)

    def row(self, row: Row, *, first: bool) -> None:
        """Take one row, or note why not."""
        name = row.text("field_name")
        where = self.found.places[name]
        tags = set(_TAG.findall(row.text("field_annotation")))
        kind = row.text("field_type").lower()
        if first and kind == "text" and _RECORD_ID.fullmatch(name):
            reason = "It names the record and is no question."
            self.found.leave_out(where, reason, asked=False)
            return
        try:
            if row.text("section_header"):
                self.heading = without_markup(row.text("section_header"))
            if tags & _HIDDEN:
                reason = "It is hidden, so nobody is asked it."
                self.found.leave_out(where, reason, asked=False)
                return
            if tags & _COMPUTED:
                _refuse("It is computed or cannot be changed by the person asked.")
            self.found.take(item_of(row, self.dictionary, self.heading))
        except NotRepresentableError as error:
            self.found.leave_out(where, str(error))
            return
        self.heading = ""
        self.tags.update(tags)
        if row.text("identifier").lower() == "y":
            self.identifying.append(name)


def _refuse(sentence: str) -> None:
    raise NotRepresentableError(sentence)


def _read(table: Table, form: str | None, called: str) -> Questionnaire:
    forms = _forms(table.rows, called)
    if form is not None and form not in forms:
        sentence = f"There is no form {quoted(form)} in this file, but {told(forms)}."
        raise QuestionnaireRefusedError(sentence)
    chosen = [form] if form is not None else forms
    rows = [r for r in table.rows if r.text("form_name") in chosen]
    found = Collected()
    for row in rows:
        name = row.text("field_name")
        found.see(name, f"{called} {row.line} ({name})")
    for name in chosen:
        of_form = [r for r in rows if r.text("form_name") == name]
        reading = _Reading(found, _dictionary(of_form))
        for row in of_form:
            reading.row(row, first=row is table.rows[0])
        _note_what_was_set_aside(reading)
    if table.unknown:
        found.notes.append(f"Columns that were not read: {told(table.unknown)}.")
    more = len(chosen) - MOST_TOLD
    title = ", ".join(name for name in chosen[:MOST_TOLD] if name)
    return found.finish(f"{title} and {more} more" if more > 0 else title)


def _note_what_was_set_aside(reading: _Reading) -> None:
    if reading.tags:
        tags = told([f"@{tag}" for tag in reading.tags])
        reading.found.notes.append(f"Action tags that were not read: {tags}.")
    if reading.identifying:
        names = told(reading.identifying)
        sentence = f"Marked as identifying a person: {names}. Do not ask them here."
        reading.found.notes.append(sentence)


def _forms(rows: Sequence[Row], called: str) -> list[str]:
    """Return the names of the forms in order, having checked names and contiguity."""
    forms: list[str] = []
    for row in rows:
        name = row.text("field_name")
        if not _NAME.fullmatch(name):
            sentence = f"{called.capitalize()} {row.line}: {quoted(name)} is no name "
            rule = "of a field. It is a letter, then letters, digits and underscores."
            raise QuestionnaireRefusedError(sentence + rule)
        form = row.text("form_name")
        if form in forms and form != forms[-1]:
            sentence = f"{called.capitalize()} {row.line}: the rows of the form "
            rule = f"{quoted(form)} lie apart. Put them together."
            raise QuestionnaireRefusedError(sentence + rule)
        if form not in forms:
            forms.append(_form(form))
    if not forms:
        raise QuestionnaireRefusedError("There are no fields in this dictionary.")
    return forms


def _form(name: str) -> str:
    try:
        return code_of(name) if name else ""
    except NotRepresentableError as error:
        raise QuestionnaireRefusedError(f"Form Name: {error}") from None


def _dictionary(rows: Sequence[Row]) -> Dictionary:
    """Return what one row of a form may ask of the others."""
    codes: dict[str, tuple[str, ...]] = {}
    for row in rows:
        try:
            codes[row.text("field_name")] = tuple(o.code for o in choices(row))
        except NotRepresentableError:
            continue
    return Dictionary(
        names=frozenset(row.text("field_name") for row in rows), codes=codes
    )
