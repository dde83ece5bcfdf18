"""The attack report: what somebody who knows a little could find in a bundle.

Every figure is measured on the de-identified rows before anything is written. The
attacks themselves are in linkage_attacks.py; differencing.py compares with earlier
bundles.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.studies import FEWEST_PARTICIPANTS
from wellbeing.privacy.attribute_cells import SMALLEST_CELL, Cells
from wellbeing.privacy.linkage_attacks import Ratings
from wellbeing.privacy.study_data import StudyPlan, TimeUnit

MOST_BY_GAPS = 0.10
MOST_BY_RATINGS = 0.05


class BundleRefusedError(WellbeingError):
    """A bundle that would tell too much; nothing of it was written."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(["This bundle was not written.", *reasons]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One line of the attack report.

    Attributes:
        name: what was tried.
        measured: people, or a share from 0 to 1.
        limit: what it may be at least or at most, as ``sentence`` says.
        passed: whether it is.
        accepted: whether a failure is part of what the study chose by name.
        sentence: what was tried and what holds, without a figure.
        reason: why a bundle is refused for it, and what to do; empty if passed.
    """

    name: str
    measured: float
    limit: float
    passed: bool
    accepted: bool = False
    sentence: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierBundle:
    """What the ledger keeps of a bundle, so that a later one can be compared.

    Attributes:
        sha256: of the file.
        members: pseudonyms of the people in it.
        columns: names of all its columns.
        fingerprint: as differencing.py makes it.
        recalled: somebody in it took their consent back before the freeze date.
    """

    sha256: str
    members: frozenset[str]
    columns: frozenset[str]
    time_unit: TimeUnit
    fingerprint: bytes
    recalled: bool = False


def people_check(people: int) -> Check:
    """Check that enough people have rows."""
    passed = people >= FEWEST_PARTICIPANTS
    return Check(
        name="people",
        measured=people,
        limit=FEWEST_PARTICIPANTS,
        passed=passed,
        sentence=f"At least {FEWEST_PARTICIPANTS} people have rows.",
        reason=""
        if passed
        else f"Fewer than {FEWEST_PARTICIPANTS} people have rows: wait for more.",
    )


def cell_checks(cells: Cells) -> tuple[Check, ...]:
    """Check that nobody stands out by their attributes."""
    sizes = cells.sizes()
    smallest = min(sizes.values(), default=0)
    alone = sum(size == 1 for size in sizes.values())
    reason = "A combination of attributes is too few people: leave an attribute out."
    return (
        Check(
            name="smallest_attribute_cell",
            measured=smallest,
            limit=SMALLEST_CELL,
            passed=smallest >= SMALLEST_CELL,
            sentence=f"Each combination of attributes is at least {SMALLEST_CELL} "
            "people.",
            reason="" if smallest >= SMALLEST_CELL else reason,
        ),
        Check(
            name="unique_combinations",
            measured=alone,
            limit=0,
            passed=not alone,
            sentence="Nobody is alone with a combination of attributes.",
            reason=reason if alone else "",
        ),
    )


def linkage_checks(plan: StudyPlan, gaps: float, found: Ratings) -> tuple[Check, ...]:
    """Check what an attacker finds who knows gaps, or three exact answers.

    A study that counts weeks has chosen the finer detail by name: what then fails is
    reported, and accepted.
    """
    finer = plan.time_unit is TimeUnit.WEEKS
    ratings = found.sure
    # Attributes stand in the same row, so both attackers are taken to know them.
    knows = "Somebody who knows"
    shorter, fewer = "or choose a shorter period", "or take that column out"
    if plan.attributes:
        knows += " the attributes of each person and"
        shorter = "choose a shorter period, or leave an attribute out"
        fewer = "take that column out, or leave an attribute out"
    return (
        Check(
            name="matched_by_gaps",
            measured=gaps,
            limit=MOST_BY_GAPS,
            passed=gaps <= MOST_BY_GAPS,
            accepted=finer and gaps > MOST_BY_GAPS,
            sentence=f"{knows} in which calendar weeks each person gave an answer to a "
            f"weekly question is sure of at most {MOST_BY_GAPS:.0%} of the people.",
            reason=""
            if gaps <= MOST_BY_GAPS
            else "Too many people could be found by the weeks in which they did not "
            f"check in: wait for more people, {shorter}.",
        ),
        Check(
            name="matched_by_three_ratings",
            measured=ratings,
            limit=MOST_BY_RATINGS,
            passed=ratings <= MOST_BY_RATINGS,
            accepted=finer and ratings > MOST_BY_RATINGS,
            sentence=f"{knows} three exact answers of a person to a weekly question, "
            f"with their weeks, is sure and right for at most {MOST_BY_RATINGS:.0%} of "
            f"the people. The most telling column is {found.telling or 'none'}.",
            reason=""
            if ratings <= MOST_BY_RATINGS
            else "Too many people could be found by three answers that somebody "
            f"knows, most easily by {found.telling}: wait for more people, {fewer}.",
        ),
    )


def sheet_checks(plan: StudyPlan, found: float) -> tuple[Check, ...]:
    """Check what an attacker finds who knows three answers of one questionnaire.

    They stand as they were given, so this fails almost always. A study that asks for
    questionnaires has chosen that by name: it is reported, and accepted.

    Args:
        found: the share of cases in which the right row alone is left.
    """
    if not plan.instruments:
        return ()
    passed = found <= MOST_BY_RATINGS
    return (
        Check(
            name="matched_by_three_sheet_answers",
            measured=found,
            limit=MOST_BY_RATINGS,
            passed=passed,
            accepted=not passed,
            sentence="For somebody who knows three exact answers of one published "
            "questionnaire, with the period of it, one row is left, and the right "
            f"one, in at most {MOST_BY_RATINGS:.0%} of cases.",
            reason=""
            if passed
            else "Questionnaires stand answer by answer: leave them out.",
        ),
    )


def sheet_gap_checks(plan: StudyPlan, found: float) -> tuple[Check, ...]:
    """Check what an attacker finds who knows when each person answered which sheet.

    Args:
        found: the share of people who are alone with that.
    """
    if not plan.instruments:
        return ()
    passed = found <= MOST_BY_GAPS
    finer = plan.time_unit is TimeUnit.WEEKS
    knows = "Somebody who knows"
    if plan.attributes:
        knows += " the attributes of each person and"
    return (
        Check(
            name="matched_by_sheet_gaps",
            measured=found,
            limit=MOST_BY_GAPS,
            passed=passed,
            accepted=finer and not passed,
            sentence=f"{knows} in which calendar weeks each person answered which "
            "questionnaire, and a weekly question, is sure of at most "
            f"{MOST_BY_GAPS:.0%} of the people.",
            reason=""
            if passed
            else "Too many people could be found by when they answered a "
            "questionnaire: wait for more people, choose a shorter period, or leave a "
            "questionnaire out.",
        ),
    )


def refuse_failed(checks: Sequence[Check]) -> None:
    """Refuse a bundle for every check that failed and was not chosen by name.

    Raises:
        BundleRefusedError: there is such a check; it has each reason once.
    """
    failed = [c.reason for c in checks if not c.passed and not c.accepted]
    if failed:
        raise BundleRefusedError(tuple(dict.fromkeys(failed)))
