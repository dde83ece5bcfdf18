"""The author's own log of supervision and professional development."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping

from wellbeing.content.load import choice_text
from wellbeing.domain.errors import InvalidInputError
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
    OpenRow,
    clean_line,
    drop_rows,
    open_rows,
    put_row,
)
from wellbeing.services.private_texts import OpenKeys

_COLUMNS = ("week", "week_start", "kind", "kind_in_words", "minutes", "about")


def practice_log(
    ctx: Context, viewer: Viewer, keys: OpenKeys
) -> tuple[PracticeEntry, ...]:
    """Return the viewer's log, newest week first."""
    viewer.require(Role.CLINICIAN)
    rows = open_rows(ctx, viewer, keys, PrivateKind.PRACTICE).rows
    return tuple(
        PracticeEntry(
            text_id=row.text_id,
            week=row.week,
            practice=Practice(row.values["practice"]),
            minutes=row.values["minutes"],
            text=row.values["text"],
        )
        for row in reversed(rows)
    )


def put_practice(
    ctx: Context, viewer: Viewer, keys: OpenKeys, entry: PracticeEntry
) -> None:
    """Write an entry, new or changed; under the same id it is the same one.

    Raises:
        InvalidInputError: the minutes are none, too many, or the week has not begun.
    """
    if not 1 <= entry.minutes <= MOST_MINUTES:
        sentence = f"Give the minutes as a whole number from 1 to {MOST_MINUTES}."
        raise InvalidInputError(sentence)
    if entry.week > ctx.this_week(viewer.clinic):
        raise InvalidInputError("This week has not begun. Choose one that has.")
    text = clean_line(entry.text, LONGEST_LINE, may_be_empty=True)
    values = {"practice": entry.practice, "minutes": entry.minutes, "text": text}
    row = OpenRow(text_id=entry.text_id, week=entry.week, values=values)
    with ctx.writing() as db:
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


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if starts_like_formula(text) else text
