"""Errors of instruments, each with its sentence. None repeats an answer's meaning."""

from wellbeing.domain.errors import InvalidInputError, WellbeingError


class DefinitionFaultError(WellbeingError):
    """A definition that cannot be taken; ``where`` names the file and the key."""

    def __init__(self, where: str, problem: str) -> None:
        self.where, self.problem = where, problem
        super().__init__(f"{where} {problem}. Mend the definition.")


class UnknownInstrumentError(InvalidInputError):
    """An instrument was named that is not there."""

    def __init__(self, instrument_id: str, known: tuple[str, ...]) -> None:
        self.instrument_id, self.known = instrument_id, known
        shown = instrument_id if instrument_id.isprintable() else repr(instrument_id)
        super().__init__(
            f"“{shown[:40]}” is no instrument that is installed. "
            f"Name one of {', '.join(known)}."
        )


class NotShippedError(InvalidInputError):
    """An instrument was named that is left out on purpose."""

    def __init__(self, *, title: str, reason: str) -> None:
        self.title, self.reason = title, reason
        hint = "Score it with the means of its owner."
        super().__init__(f"{title} is not shipped. {reason} {hint}")


class WrongItemsError(InvalidInputError):
    """Answers whose items are not those of the instrument."""

    def __init__(
        self, instrument_id: str, *, missing: list[str], unknown: list[str]
    ) -> None:
        self.missing, self.unknown = tuple(missing), tuple(unknown)
        lacks = f"lack {', '.join(missing)}" if missing else ""
        has = f"hold {', '.join(unknown)}, which it has not" if unknown else ""
        sentence = " and ".join(part for part in (lacks, has) if part)
        super().__init__(
            f"The answers to {instrument_id} {sentence}. "
            "Give one column for each of its items, and no other."
        )


class UnequalColumnsError(InvalidInputError):
    """Columns of answers that are not equally long."""

    def __init__(self, item: str, rows: int, expected: int) -> None:
        self.item, self.rows, self.expected = item, rows, expected
        super().__init__(
            f"Column {item} has {rows} rows and the first column {expected}. "
            "Give every column one value a response; None or NaN where there is none."
        )


class ImpossibleCodeError(InvalidInputError):
    """A value that is no code of the instrument; ``row`` counts from 1."""

    def __init__(self, *, row: int, item: str, codes: tuple[int, ...]) -> None:
        self.row, self.item, self.codes = row, item, codes
        super().__init__(
            f"Row {row}, column {item}: the codes are {spoken(codes)}. "
            "Write one of them as a number, or leave it out."
        )


def spoken(codes: tuple[int, ...]) -> str:
    """Return codes as they stand in a sentence."""
    first, last = codes[0], codes[-1]
    if codes == tuple(range(first, last + 1)):
        return f"whole numbers from {first} to {last}"
    return f"{', '.join(map(str, codes[:-1]))} and {last}"
