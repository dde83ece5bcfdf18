"""What is wrong with a file, line by line, and how it is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from wellbeing.domain.errors import ImportRefusedError

MOST_PROBLEMS = 200
"""How many problems, or notes, are kept word for word; the rest is counted."""

_LONGEST_ECHO = 40
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file cannot be taken, at one place of it.

    Attributes:
        line: the line of the file, from 1; a row over several lines: its first.
        column: the heading as the file spells it; None: the whole line.
        sentence: what is wrong and what to do. Holds no name, e-mail or answer.
    """

    line: int
    column: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Refused(Generic[_Row]):
    """A file of which nothing is taken, and why.

    Attributes:
        problems: the first problems found, in the order of their lines.
        total: how many there are, those not kept included.
        rows: those with which nothing is wrong so far, to be looked at further, so
            that one report tells everything.
    """

    problems: tuple[Problem, ...]
    total: int
    rows: tuple[_Row, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """None: what was left out is told of a file that is taken."""
        return ()


class ProblemList:
    """The problems found so far: the first ones kept, all of them counted."""

    def __init__(self, problems: Iterable[Problem] = (), total: int = 0) -> None:
        self._kept = list(problems)
        self.total = max(total, len(self._kept))

    def add(self, line: int, column: str | None, sentence: str) -> None:
        """Note one more problem."""
        self.total += 1
        if len(self._kept) < MOST_PROBLEMS:
            self._kept.append(Problem(line, column, sentence))

    @classmethod
    def of(cls, read: object) -> "ProblemList":
        """Return what a reader found: nobody mends that only to be told the rest."""
        if isinstance(read, Refused):
            return cls(read.problems, read.total)
        return cls()

    def refuse_any(self) -> None:
        """Refuse the file if anything was found.

        Raises:
            ImportRefusedError: by line.
        """
        if self.total:
            kept = sorted(self._kept, key=lambda p: p.line)
            raise ImportRefusedError(report(kept, self.total), self.total)

    def refused(self, rows: Iterable[_Row] = ()) -> Refused[_Row]:
        """Return what was found, in the order of the lines, and the sound rows."""
        kept = tuple(sorted(self._kept, key=lambda p: p.line))
        return Refused(kept, self.total, tuple(rows))


def report(problems: Sequence[Problem], total: int) -> list[str]:
    """Return one sentence a problem, then how many more there are, if any."""
    lines = [
        f"Line {p.line}: {p.sentence}"
        if p.column is None
        else f"Line {p.line}, column {p.column}: {p.sentence}"
        for p in problems
    ]
    more = total - len(lines)
    if more > 0:
        noun = "problem" if more == 1 else "problems"
        lines.append(f"And {more} more {noun}. Mend these first, then try again.")
    return lines


def repeats_note(line: int, first: int) -> str:
    """Say that a line repeats an earlier one and is counted once."""
    return f"Line {line} says the same as line {first} and is counted once."


def kept_notes(notes: Sequence[str]) -> tuple[str, ...]:
    """Return the first notes, and how many more there are."""
    more = len(notes) - MOST_PROBLEMS
    rest = (f"And {more} more such lines.",) if more > 0 else ()
    return (*notes[:MOST_PROBLEMS], *rest)


def echo(text: str) -> str:
    """Return a cell in quotation marks, fit for a sentence."""
    return f"“{shortened(text)}”"


def shortened(text: str) -> str:
    """Return a cell as it may be repeated: short, and nothing invisible in it."""
    shown = text[:_LONGEST_ECHO]
    if len(text) > _LONGEST_ECHO:
        shown = shown[:-1] + "\N{HORIZONTAL ELLIPSIS}"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
