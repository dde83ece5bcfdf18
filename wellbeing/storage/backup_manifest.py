"""What a backup says of itself."""

from dataclasses import asdict, dataclass
from typing import Any

FORMAT = 1
"""Counts up when an older version of the program could not read the file."""

CHECK_INS, RELEASES = "check_ins", "releases"
"""The folders of the two databases in the file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One table in a backup.

    Attributes:
        columns: in the order of each row's values.
        sha256: of its lines, in hexadecimal digits.
    """

    table: str
    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One of the two databases in a backup; tables that others refer to come first."""

    revision: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        program: the version that made it.
        engine: what it was made of; it can be restored into either.
        made_at: an instant in UTC, in ISO 8601.
    """

    program: str
    engine: str
    made_at: str
    check_ins: Side
    releases: Side

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return sum(p.rows for s in (self.check_ins, self.releases) for p in s.parts)

    def as_json(self) -> dict[str, Any]:
        """Return it as it stands in the file."""
        return {"format": FORMAT} | asdict(self)


def manifest_of(found: dict[str, Any]) -> Manifest:
    """Return a manifest as it was written.

    Raises:
        KeyError, TypeError: it is none.
    """
    return Manifest(
        program=found["program"],
        engine=found["engine"],
        made_at=found["made_at"],
        check_ins=_side(found[CHECK_INS]),
        releases=_side(found[RELEASES]),
    )


def _side(found: dict[str, Any]) -> Side:
    parts = (
        Part(**part | {"columns": tuple(part["columns"])}) for part in found["parts"]
    )
    return Side(revision=found["revision"], parts=tuple(parts))
