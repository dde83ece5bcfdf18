"""Reading a past of check-ins, one row a person and week, and writing one's own."""

import csv
import io
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from wellbeing.domain.check_ins import (
    CONTEXT_LIMITS,
    CheckIn,
    Missing,
    Tag,
    answered,
)
from wellbeing.domain.errors import InvalidInputError
from wellbeing.domain.indicators import SCORING_VERSION, score
from wellbeing.domain.questions import QuestionSet
from wellbeing.domain.weeks import Week
from wellbeing.imports.check_in_rows import (
    CheckInRow,
    RowReader,
    row_reader,
    unknown_version,
)
from wellbeing.imports.problems import ProblemList, Refused, kept_notes, repeats_note
from wellbeing.imports.tables import Memo, RowCells, Table, read_table

__all__ = [
    "CheckInRow",
    "CheckInsFile",
    "read_check_ins",
    "to_check_in",
    "write_check_ins",
]

MOST_BYTES = 32_000_000
"""A full year of a large clinic: 200,000 rows with every column fit in."""

_FIRST = ("email", "week", "kind", "absence", "no_client_work")
_LAST = ("missing", *CONTEXT_LIMITS, "support_used", "tags", "question_version")
_SPELLINGS: dict[str, tuple[str, ...]] = {"email": ("mail", "e-mail address")}


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckInsFile:
    """The check-ins of a file, each once, and notes on what was left out."""

    rows: tuple[CheckInRow, ...]
    notes: tuple[str, ...]


def read_check_ins(
    data: bytes, questions: QuestionSet, today_week: Week
) -> CheckInsFile | Refused[CheckInRow]:
    """Read a file of check-ins: all of it, or none and why.

    An empty cell is an item that was skipped, unless the column ``missing`` says why;
    in a file without that column, an item about client work is not applicable where
    no_client_work says yes. An item that has no column was not asked.

    Args:
        data: a table with the columns email, week or date, and any of: the ids of
            items, kind, absence, no_client_work, missing, sessions, trauma_sessions,
            admin_hours, days_off, support_used, tags, question_version.
        questions: the questions that the answers belong to.
        today_week: the week it is now; no row may lie after it.
    """
    items = [question.id for question in questions.questions]
    names = [*_FIRST, "date", *items, *_LAST]
    table = read_table(
        data,
        columns={name: _SPELLINGS.get(name, ()) for name in names},
        required={"email"},
        max_bytes=MOST_BYTES,
    )
    problems = ProblemList(table.problems, table.total)
    if table.columns and not {"week", "date"} & table.columns.keys():
        sentence = "The column week is missing. Add it, or a column date."
        problems.add(table.header_line, None, sentence)
        return problems.refused()
    reader = row_reader(table, questions, today_week)
    return _read_rows(table, reader, problems)


def _read_rows(
    table: Table, reader: RowReader, problems: ProblemList
) -> CheckInsFile | Refused[CheckInRow]:
    found: dict[tuple[str, Week], CheckInRow] = {}
    notes: list[str] = []
    memo: Memo = {}
    for row in table.rows:
        cells = RowCells(table, row, problems, memo)
        read = reader.read(cells)
        if read is None:
            continue
        first = found.setdefault((read.email, read.week), read)
        if first is read:
            continue
        if replace(read, line=first.line) == first:
            notes.append(repeats_note(read.line, first.line))
        else:
            sentence = f"This line and line {first.line} are about the same person "
            cells.refuse(None, f"{sentence}and week and differ. Keep one of them.")
    if problems.total:
        return problems.refused(found.values())
    return CheckInsFile(rows=tuple(found.values()), notes=kept_notes(notes))


def to_check_in(row: CheckInRow, questions: QuestionSet) -> CheckIn:
    """Return the check-in of a row, its scores computed anew.

    Raises:
        InvalidInputError: the answers belong to another version of the questions.
    """
    version = row.question_version or questions.version
    if version != questions.version:
        raise InvalidInputError(unknown_version(version))
    return CheckIn(
        week=row.week,
        kind=row.kind,
        absence=row.absence,
        no_client_work=row.no_client_work,
        answers=row.answers,
        context=row.context,
        scores=score(answered(row.answers)),
        question_version=version,
        scoring_version=SCORING_VERSION,
    )


def write_check_ins(
    check_ins: Sequence[CheckIn],
    email: str,
    tags: Mapping[Week, AbstractSet[Tag]] | None = None,
) -> bytes:
    """Write one person's check-ins so that ``read_check_ins`` gives them back.

    UTF-8 without a mark, commas, line feeds. Every cell is a code or a number of ours,
    so none can be a formula, but for the e-mail, which stands as it is.

    Args:
        check_ins: the check-ins, in the order they are to stand.
        email: whose they are.
        tags: what the person noted on weeks.
    """
    items = dict.fromkeys(a.item for c in check_ins for a in c.answers)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [*_FIRST, *items, *_LAST], lineterminator="\n")
    writer.writeheader()
    for check_in in check_ins:
        noted = (tags or {}).get(check_in.week, frozenset())
        writer.writerow(
            {
                "email": email,
                "week": check_in.week,
                "kind": check_in.kind,
                "absence": check_in.absence or "",
                "no_client_work": "yes" if check_in.no_client_work else "no",
                **check_in.values(),
                "missing": _reasons(check_in, items),
                **{name: getattr(check_in.context, name) for name in CONTEXT_LIMITS},
                "support_used": " ".join(sorted(check_in.context.support_used)),
                "tags": " ".join(sorted(noted)),
                "question_version": check_in.question_version,
            }
        )
    return out.getvalue().encode()


def _reasons(check_in: CheckIn, items: Mapping[str, None]) -> str:
    """Write why items are missing, skipped ones left out, as that is the default."""
    reasons = {a.item: a.missing for a in check_in.answers}
    pairs = ((item, reasons.get(item, Missing.NOT_ASKED)) for item in items)
    return " ".join(f"{i}={r}" for i, r in pairs if r and r is not Missing.SKIPPED)
