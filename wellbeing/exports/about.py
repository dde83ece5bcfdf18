"""What a bundle says of itself beside its tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from wellbeing.privacy.linkage import Check


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What is known of a bundle before its tables are written.

    Attributes:
        made_on: the one day that stands in it, the plan's own apart.
        version: of the program.
        people: how many have rows.
        by_period: how many have an answer in each period, the first first.
        cut: the share of periods left out because their gaps would name somebody.
        sheets_cut: the share of questionnaires left out for the same reason.
        guesses: how often a best guess with three known answers is right.
        telling: the column by which most are found with three known answers.
        notes: what merging did to the attributes.
        earlier: digests of the bundles it was compared with.
        rows: of each table.
    """

    made_on: date
    version: str
    people: int
    by_period: tuple[int, ...]
    cut: float
    sheets_cut: float
    guesses: float
    telling: str
    notes: tuple[str, ...]
    checks: tuple[Check, ...]
    earlier: tuple[str, ...]
    rows: Mapping[str, int]
