"""Released participants on disk, so that a bundle of any size fits into memory."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from wellbeing.privacy.deidentification import (
    Period,
    Places,
    Released,
    ReleasedResponse,
)


class Spool:
    """A temporary file without a name; what is in it is de-identified already.

    People are put in as they come; once it is told what to keep of each, they are read
    in the order of their pseudonyms.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by __exit__)
        self._places: dict[str, int] = {}
        self._kept: Mapping[str, tuple[int, Places]] = {}

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Delete the file."""
        self._file.close()

    def add(self, person: Released) -> bytes:
        """Keep a participant, and return what was written of them.

        Raises:
            ValueError: there is one of that pseudonym already.
        """
        if person.pseudonym in self._places:
            message = "somebody stands in this study twice"
            raise ValueError(message)
        self._places[person.pseudonym] = self._file.seek(0, 2)
        line = json.dumps(_packed(person), separators=(",", ":")).encode() + b"\n"
        self._file.write(line)
        return line

    def keep(self, kept: Mapping[str, tuple[int, Places]]) -> None:
        """Read only so many periods, and these questionnaires, from now on.

        Args:
            kept: for each pseudonym.
        """
        self._kept = kept

    def people(self) -> Iterator[Released]:
        """Return every participant, in the order of the pseudonyms."""
        for name in sorted(self._places):
            self._file.seek(self._places[name])
            person = _unpacked(name, json.loads(self._file.readline()))
            yield person.only(*self._kept[name])


def _packed(person: Released) -> list[Any]:
    return [
        [
            p.index,
            p.version,
            dict(p.values),
            [[r.instrument, r.key_version, dict(r.answers)] for r in p.responses],
        ]
        for p in person.periods
    ]


def _unpacked(name: str, packed: list[Any]) -> Released:
    periods = (
        Period(
            index=index,
            version=version,
            values=values,
            responses=tuple(
                ReleasedResponse(instrument=i, key_version=k, answers=answers)
                for i, k, answers in responses
            ),
        )
        for index, version, values, responses in packed
    )
    return Released(pseudonym=name, periods=tuple(periods))
