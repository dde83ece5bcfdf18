"""What a questionnaire file is, by its content, and what it says."""

from collections.abc import Mapping
from dataclasses import replace

from wellbeing.instruments.formats import fhir, own_json, own_template, redcap
from wellbeing.instruments.formats.archive import is_archive, unpacked
from wellbeing.instruments.formats.decoding import (
    Json,
    check_size,
    decoded,
    json_of,
)
from wellbeing.instruments.formats.questionnaire import (
    NeedsLeavingOutError,
    Questionnaire,
    QuestionnaireRefusedError,
)
from wellbeing.instruments.formats.tables import Numbered, csv_lines, told
from wellbeing.instruments.formats.texts import quoted
from wellbeing.instruments.formats.workbook import is_workbook, sheets_of

_NOT_KNOWN = (
    "This file is no questionnaire that can be read. Give a REDCap data dictionary "
    "(CSV, JSON or instrument zip), a FHIR Questionnaire in JSON, or the template."
)
_MARKUP = "This file is XML or HTML. Ask for the questionnaire as JSON, CSV or XLSX."


def understand(
    data: bytes, *, form: str | None = None, language: str | None = None
) -> Questionnaire:
    """Return what a file says, and in it what cannot be taken over.

    Args:
        data: the file. Its name does not matter.
        form: which form of a REDCap dictionary; None: all of them.
        language: which wording; None: the main one.

    Raises:
        QuestionnaireRefusedError: it is none, is broken or too large, or nothing in it
            can be asked. Takes bounded time and memory, whatever the file is.
    """
    check_size(data)
    notes: list[str] = []
    if is_archive(data):
        read = _archive(data, notes, form)
    else:
        read = _text(decoded(data, notes), form, language)
    if language is not None and read.language != language:
        sentence = f"The file does not say that its wording is {quoted(language)}."
        raise QuestionnaireRefusedError(sentence)
    return replace(read, notes=(*notes, *read.notes))


def read_questionnaire(
    data: bytes,
    *,
    leave_out: bool = False,
    form: str | None = None,
    language: str | None = None,
) -> Questionnaire:
    """Return the questionnaire of a file, to be used.

    Args:
        data: the file. Its name does not matter.
        leave_out: a person's word that what cannot be taken over is to be left out.
        form: which form of a REDCap dictionary; None: all of them.
        language: which wording; None: the main one.

    Raises:
        QuestionnaireRefusedError: see ``understand``.
        NeedsLeavingOutError: something cannot be taken over, and there is no word.
    """
    read = understand(data, form=form, language=language)
    if read.needs_word and not leave_out:
        raise NeedsLeavingOutError(read.needs_word)
    return read


def _text(text: str, form: str | None, language: str | None) -> Questionnaire:
    start = text.lstrip()[:1]
    if start == "<":
        raise QuestionnaireRefusedError(_MARKUP)
    if start in {"{", "["}:
        return _json(json_of(text), form, language)
    lines = tuple(csv_lines(text))
    if lines and redcap.looks_like_redcap(lines[0][1]):
        return redcap.read_lines(lines, form)
    raise QuestionnaireRefusedError(_NOT_KNOWN)


def _json(file: Json, form: str | None, language: str | None) -> Questionnaire:
    if isinstance(file, dict):
        _check_no_form(form)
    if isinstance(file, dict) and "resourceType" in file:
        return fhir.read_resource(file, language)
    if isinstance(file, dict) and "items" in file:
        return own_json.read_object(file)
    first = file[0] if isinstance(file, list) and file else None
    if isinstance(first, dict) and isinstance(file, list) and "field_name" in first:
        return redcap.read_records(file, form)
    raise QuestionnaireRefusedError(_NOT_KNOWN)


def _archive(data: bytes, notes: list[str], form: str | None) -> Questionnaire:
    parts = unpacked(data)
    if is_workbook(parts):
        return _sheets(sheets_of(data, parts), form)
    by_name = {name.rpartition("/")[2].lower(): part for name, part in parts.items()}
    if "instrument.csv" in by_name:
        ours = {"instrument.csv", "originid.txt", "authorid.txt", "instrumentid.txt"}
        if others := sorted(by_name.keys() - ours):
            notes.append(f"Parts of the archive that were not read: {told(others)}.")
        text = decoded(by_name["instrument.csv"], notes)
        return redcap.read_lines(csv_lines(text), form)
    tables = {
        n.removesuffix(".csv"): p for n, p in by_name.items() if n.endswith("csv")
    }
    return _sheets(
        {name: tuple(csv_lines(decoded(part, notes))) for name, part in tables.items()},
        form,
    )


def _sheets(
    sheets: Mapping[str, tuple[Numbered, ...]], form: str | None
) -> Questionnaire:
    if own_template.is_template(sheets):
        _check_no_form(form)
        return own_template.read_sheets(sheets)
    for lines in sheets.values():
        if lines and redcap.looks_like_redcap(lines[0][1]):
            return redcap.read_lines(lines, form)
    raise QuestionnaireRefusedError(_NOT_KNOWN)


def _check_no_form(form: str | None) -> None:
    if form is not None:
        raise QuestionnaireRefusedError("Only a REDCap dictionary has forms.")
