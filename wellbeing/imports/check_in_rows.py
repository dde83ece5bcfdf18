"""One row of a file of check-ins: which cells it has, and what they say together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from wellbeing.domain.check_ins import (
    CONTEXT_LIMITS,
    Absence,
    Answer,
    Kind,
    Missing,
    SupportUsed,
    Tag,
    WorkContext,
)
from wellbeing.domain.errors import InvalidInputError
from wellbeing.domain.questions import Question, QuestionSet
from wellbeing.domain.weeks import Week
from wellbeing.imports import cells as reading
from wellbeing.imports.problems import echo
from wellbeing.imports.tables import RowCells, Table

NOTHING_GIVEN = WorkContext()
_ABSENCE = partial(reading.choice, Absence)
_KIND = partial(reading.choice, Kind)
_TAGS = partial(reading.choices, Tag)
_SUPPORT = partial(reading.choices, SupportUsed)
_NO_TAGS: frozenset[Tag] = frozenset()
_NO_SUPPORT: frozenset[SupportUsed] = frozenset()
_NO_REASONS: Mapping[str, Missing] = {}
_WITHOUT_ANSWERS = frozenset({Kind.NOT_THIS_WEEK, Kind.WITHDRAWN})


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckInRow:
    """One person and week of a file: all that a check-in is made of, but the scores.

    Attributes:
        line: the line of the file.
        email: in lower case.
        answers: one for each question, in the order of the question set.
        tags: what the person noted on the week.
        question_version: as the file says; None: it does not.
    """

    line: int
    email: str
    week: Week
    kind: Kind
    absence: Absence | None
    no_client_work: bool
    answers: tuple[Answer, ...]
    context: WorkContext
    tags: frozenset[Tag]
    question_version: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RowReader:
    """What is the same for every row of a file.

    Attributes:
        today: the week it is now; no row may lie after it.
        columns: the columns that the file has.
        answers: how the cell of each item is read.
        numbers: how each number of the work context is read.
    """

    questions: QuestionSet
    today: Week
    columns: frozenset[str]
    answers: Mapping[str, Callable[[str], Answer]]
    numbers: Mapping[str, Callable[[str], int]]

    def read(self, cells: RowCells) -> CheckInRow | None:
        """Return what a row says; None, if something is wrong with it."""
        address = cells.take("email", reading.email, None)
        if not cells.text("email"):
            cells.refuse("email", "This cell is empty. Fill it in.")
        week = self._week(cells)
        absence = cells.take("absence", _ABSENCE, None)
        kind, stated = self._kind(cells, absence)
        idle = cells.take("no_client_work", reading.yes_or_no, default=False)
        answers = self._answers(cells, kind, no_client_work=idle)
        if not stated and kind is Kind.FULL and cells.sound and not _any_given(answers):
            sentence = "Nothing is answered here. Write not_this_week under kind, or "
            cells.refuse(None, f"{sentence}take the line out.")
        context = self._context(cells)
        tags = cells.take("tags", _TAGS, _NO_TAGS)
        version = cells.take("question_version", self._version, None)
        if not cells.sound or address is None or week is None:
            return None
        return CheckInRow(
            line=cells.line,
            email=address,
            week=week,
            kind=kind,
            absence=absence,
            no_client_work=idle,
            answers=answers,
            context=context,
            tags=tags,
            question_version=version,
        )

    def _week(self, cells: RowCells) -> Week | None:
        written = cells.take("week", reading.week, None)
        of_day = cells.take("date", reading.week_of_day, None)
        column = "week" if "week" in self.columns else "date"
        if not cells.text("week") and not cells.text("date"):
            cells.refuse(column, "This cell is empty. Write a week like 2026-W47.")
        if written and of_day and written != of_day:
            sentence = f"The date lies in {of_day}, not in {written}. Mend one of them."
            cells.refuse("date", sentence)
        week = written or of_day
        if week and week > self.today:
            sentence = f"{week} has not begun yet. Check the year."
            cells.refuse("week" if written else "date", sentence)
        return week

    def _kind(self, cells: RowCells, absence: Absence | None) -> tuple[Kind, bool]:
        """Return the kind of a row, and whether the file says it."""
        kind = cells.take("kind", _KIND, None)
        if absence is not None and kind not in {None, *_WITHOUT_ANSWERS}:
            sentence = "An absence goes with the kind not_this_week only. Mend one."
            cells.refuse("absence", sentence)
        if kind is None:
            return (Kind.FULL if absence is None else Kind.NOT_THIS_WEEK), False
        return kind, True

    def _answers(
        self, cells: RowCells, kind: Kind, *, no_client_work: bool
    ) -> tuple[Answer, ...]:
        reasons = cells.take("missing", self._reasons, _NO_REASONS)
        free = not reasons and not no_client_work
        answers = []
        for question in self.questions.questions:
            item = question.id
            idle = no_client_work and question.client_work
            answer = cells.take(item, self.answers[item], None)
            if answer is None:
                reason = reasons.get(item) or self._reason(item, kind, idle=idle)
                answer = _missing(item, reason)
            elif not free:
                fault = _contradiction(question, reasons, idle=idle)
                if fault:
                    cells.refuse(item, fault)
            answers.append(answer)
        if kind in _WITHOUT_ANSWERS and _any_given(answers):
            sentence = f"A row of the kind {kind} has no answers, and this one does. "
            cells.refuse(None, f"{sentence}Mend the kind, or empty those cells.")
        return tuple(answers)

    def _reason(self, item: str, kind: Kind, *, idle: bool) -> Missing:
        """Return why an item is missing, where the row itself does not say."""
        if item not in self.columns:
            return Missing.NOT_ASKED
        if "missing" in self.columns:
            return Missing.SKIPPED
        if kind is Kind.WITHDRAWN:
            return Missing.WITHDRAWN
        return Missing.NOT_APPLICABLE if idle else Missing.SKIPPED

    def _reasons(self, text: str) -> Mapping[str, Missing]:
        """Read pairs such as ``control=not_asked``."""
        reasons: dict[str, Missing] = {}
        for pair in text.replace(";", " ").replace(",", " ").split():
            item, _, reason = pair.partition("=")
            if self.questions.find(item) is None or not reason:
                sentence = f"{echo(pair)} is not understood. Write it like "
                example = f"{self.questions.questions[0].id}=not_asked."
                raise InvalidInputError(sentence + example)
            if item in reasons:
                sentence = f"{item} stands here twice. Keep one reason."
                raise InvalidInputError(sentence)
            reasons[item] = reading.choice(Missing, reason)
        return reasons

    def _context(self, cells: RowCells) -> WorkContext:
        numbers = {
            name: cells.take(name, read, None) for name, read in self.numbers.items()
        }
        support = cells.take("support_used", _SUPPORT, _NO_SUPPORT)
        if not support and not any(n is not None for n in numbers.values()):
            return NOTHING_GIVEN
        return WorkContext(support_used=support, **numbers)

    def _version(self, text: str) -> str:
        text = text.strip()
        if text != self.questions.version:
            raise InvalidInputError(unknown_version(text))
        return text


def row_reader(table: Table, questions: QuestionSet, today: Week) -> RowReader:
    """Return how the rows of a table of check-ins are read."""
    whole = partial(reading.whole_number, decimal_comma=table.decimal_comma)

    def answers(question: Question) -> Callable[[str], Answer]:
        low, high = question.response.limits
        number = partial(whole, lowest=low, highest=high)
        return lambda cell: _given(question.id, number(cell))

    return RowReader(
        questions=questions,
        today=today,
        columns=frozenset(table.columns),
        answers={q.id: answers(q) for q in questions.questions},
        numbers={
            name: partial(whole, lowest=0, highest=most)
            for name, most in CONTEXT_LIMITS.items()
            if name in table.columns
        },
    )


def unknown_version(version: str) -> str:
    """Say that answers belong to questions that are not these."""
    return (
        f"These answers belong to version {echo(version)} of the questions, which is "
        "not known here. Load them where they came from."
    )


def _contradiction(
    question: Question, reasons: Mapping[str, Missing], *, idle: bool
) -> str | None:
    """Return why an answer cannot stand beside the rest of its row, if so."""
    if question.id in reasons:
        return "This is answered, and the column missing says why not. Mend one."
    if idle:
        return "This asks about client work, and no_client_work says yes. Mend one."
    return None


def _any_given(answers: Iterable[Answer]) -> bool:
    return any(answer.value is not None for answer in answers)


# A large file has few different answers: sharing them keeps it small in memory.
@lru_cache(maxsize=4096)
def _given(item: str, value: int) -> Answer:
    return Answer(item=item, value=value)


@lru_cache(maxsize=4096)
def _missing(item: str, reason: Missing) -> Answer:
    return Answer(item=item, missing=reason)
