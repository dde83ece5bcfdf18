"""The author's own log of supervision and professional development."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping

from wellbeing.charts.log_page import LogPage, log_pdf
from wellbeing.charts.typeset import NoPdfError, pdf_is_possible
from wellbeing.content.load import choice_text, say
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.private_kinds import PrivateKind
from wellbeing.domain.reflections import (
    LONGEST_LINE,
    MOST_MINUTES,
    Practice,
    PracticeEntry,
)
from wellbeing.imports.cells import starts_like_formula
from wellbeing.services.context import Context
from wellbeing.services.private_rows import (
    ChangedElsewhereError,
    OpenRow,
    clean_line,
    drop_rows,
    open_rows,
    put_row,
    row_in,
)
from wellbeing.services.private_texts import OpenKeys
from wellbeing.storage import people_queries

_HOUR = 60
_COLUMNS = ("week", "week_start", "kind", "kind_in_words", "minutes", "about")


def practice_log(
    ctx: Context, viewer: Viewer, keys: OpenKeys
) -> tuple[PracticeEntry, ...]:
    """Return the viewer's log, newest week first."""
    viewer.require(Role.CLINICIAN)
    rows = open_rows(ctx, viewer, keys, PrivateKind.PRACTICE).rows
    return tuple(_entry(row) for row in reversed(rows))


def put_practice(
    ctx: Context, viewer: Viewer, keys: OpenKeys, entry: PracticeEntry
) -> None:
    """Write a new entry; under the same id it is the same one.

    Raises:
        InvalidInputError: the minutes are none, too many, or the week has not begun.
    """
    row = _row(ctx, viewer, entry)
    with ctx.writing() as db:
        put_row(db, viewer, keys, PrivateKind.PRACTICE, row)


def _row(ctx: Context, viewer: Viewer, entry: PracticeEntry) -> OpenRow:
    if not 1 <= entry.minutes <= MOST_MINUTES:
        sentence = f"Give the minutes as a whole number from 1 to {MOST_MINUTES}."
        raise InvalidInputError(sentence)
    if entry.week > ctx.this_week(viewer.clinic):
        raise InvalidInputError("This week has not begun. Choose one that has.")
    text = clean_line(entry.text, LONGEST_LINE, may_be_empty=True)
    values = {"practice": entry.practice, "minutes": entry.minutes, "text": text}
    return OpenRow(text_id=entry.text_id, week=entry.week, values=values)


def _entry(row: OpenRow) -> PracticeEntry:
    return PracticeEntry(
        text_id=row.text_id,
        week=row.week,
        practice=Practice(row.values["practice"]),
        minutes=row.values["minutes"],
        text=row.values["text"],
    )


def change_practice(
    ctx: Context,
    viewer: Viewer,
    keys: OpenKeys,
    entry: PracticeEntry,
    was: PracticeEntry,
) -> None:
    """Write a changed entry in place of the one that the viewer saw.

    Args:
        ctx: the surroundings.
        viewer: whose log it is.
        keys: to their texts.
        entry: as it shall be, under the same id.
        was: as they saw it when they began to change it.

    Raises:
        InvalidInputError: as for a new entry.
        ChangedElsewhereError: another tab has changed or deleted it meanwhile.
    """
    viewer.require(Role.CLINICIAN)
    row = _row(ctx, viewer, entry)
    with ctx.writing() as db:
        people_queries.lock_person(db, viewer.clinic_id, viewer.person_id)
        stored = row_in(db, viewer, keys, PrivateKind.PRACTICE, was.text_id)
        now = None if stored is None else _entry(stored)
        # The same once more is a press that came twice.
        if now not in {was, _entry(row)} or row.text_id != was.text_id:
            raise ChangedElsewhereError
        put_row(db, viewer, keys, PrivateKind.PRACTICE, row)


def delete_practice(ctx: Context, viewer: Viewer, text_id: str) -> None:
    """Delete one entry of the viewer's log."""
    drop_rows(ctx, viewer, PrivateKind.PRACTICE, [text_id])


def minutes_by_kind(entries: Iterable[PracticeEntry]) -> Mapping[Practice, int]:
    """Return the minutes of each kind that has any, in the order of the kinds."""
    counted: Counter[Practice] = Counter()
    for entry in entries:
        counted[entry.practice] += entry.minutes
    return {kind: counted[kind] for kind in Practice if counted[kind]}


def practice_csv(ctx: Context, viewer: Viewer, keys: OpenKeys) -> bytes:
    """Return the viewer's log as CSV, oldest week first: RFC 4180, UTF-8, no mark.

    Columns: week (ISO), week_start (its Monday), kind, kind_in_words, minutes, about
    (may be empty). The hours by kind are the sum of the minutes.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for entry in reversed(practice_log(ctx, viewer, keys)):
        writer.writerow(
            (
                entry.week,
                entry.week.monday.isoformat(),
                entry.practice.value,
                choice_text(entry.practice),
                entry.minutes,
                _plain(entry.text),
            )
        )
    return out.getvalue().encode()


def hours_words(minutes: int) -> str:
    """Return minutes as hours, like ``1.5 h``."""
    return say(
        "log.hours_value", hours=f"{minutes / _HOUR:.2f}".rstrip("0").rstrip(".")
    )


def practice_pdf(ctx: Context, viewer: Viewer, keys: OpenKeys) -> bytes:
    """Return the viewer's log as PDF, tagged for screen readers, newest week first.

    It holds what the screen shows, the viewer's name, and no time of its making.

    Raises:
        NotFoundError: the log is empty.
        NoPdfError: what makes the PDF is not installed.
        PictureError: it cannot be made now.
    """
    entries = practice_log(ctx, viewer, keys)
    if not pdf_is_possible():
        raise NoPdfError
    if not entries:
        raise NotFoundError("entry")
    hours = [
        (choice_text(kind), hours_words(minutes))
        for kind, minutes in minutes_by_kind(entries).items()
    ]
    everything = hours_words(sum(entry.minutes for entry in entries))
    first, last = entries[-1].week, entries[0].week
    heads = tuple(say(f"log.{name}") for name in ("week", "kind", "minutes", "about"))
    page = LogPage(
        title=say("log.pdf_title", name=viewer.name),
        period=say("log.pdf_period", first=first, last=last, hours=everything),
        hours_title=say("log.hours"),
        hours=((say("log.kind"), say("log.pdf_hours")), *hours),
        entries_title=say("log.all"),
        entries=(heads, *(_cells(entry) for entry in entries)),
        note=say("log.pdf_note"),
    )
    return log_pdf(page)


def _cells(entry: PracticeEntry) -> tuple[str, ...]:
    kind, minutes = choice_text(entry.practice), str(entry.minutes)
    return str(entry.week), kind, minutes, entry.text


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if starts_like_formula(text) else text
