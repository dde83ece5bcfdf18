"""A team's picture, ready to read: what moved since the one before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import TeamId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.seats import Seat
from wellbeing.privacy.bands import Band
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.services.team_trends import PeriodPicture, TeamPicture, team_picture
from wellbeing.storage.release_engine import Door, DoorClosedError

LEAST_APART = 10
"""Points between the first band of a run and the last for it to be called real."""


class TrendsNotReadyError(WellbeingError):
    """The clinic's team trends are not set up; the log has the operator's sentence."""

    def __init__(self) -> None:
        super().__init__(
            "Team trends are not set up here yet, so there is no picture to show. "
            "Whoever runs Wellbeing for your clinic can finish the set-up; until then "
            "everything else works as before."
        )


class Change(StrEnum):
    """What a figure did since the picture before it."""

    FIRST = "first"
    SAME = "same"
    HIGHER = "higher"
    LOWER = "lower"
    STILL_HIGHER = "still_higher"
    STILL_LOWER = "still_lower"

    @property
    def moved(self) -> bool:
        """Whether the two bands have no point in common."""
        return self not in {Change.FIRST, Change.SAME}

    @property
    def running(self) -> bool:
        """Whether it is called probably real."""
        return self in {Change.STILL_HIGHER, Change.STILL_LOWER}


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamView:
    """A team's picture and what moved in its last period.

    Attributes:
        changes: each indicator that is shown in the last period.
    """

    picture: TeamPicture
    changes: Mapping[Indicator, Change]

    @property
    def last(self) -> PeriodPicture | None:
        """The last closed period; None: there is none yet."""
        return self.picture.periods[-1] if self.picture.periods else None


def team_view(door: Door, seat: Seat, team_id: TeamId) -> TeamView:
    """Return what is shown about a team's unit.

    Raises:
        NotFoundError: the viewer neither leads the team nor belongs to it.
        TrendsNotReadyError: the door is not set up.
    """
    try:
        picture = team_picture(door, seat, team_id)
    except DoorClosedError as error:
        raise TrendsNotReadyError from error
    return TeamView(picture=picture, changes=changes_of(picture))


def changes_of(picture: TeamPicture) -> dict[Indicator, Change]:
    """Return what each indicator did that is shown in the last period."""
    found = {i: change_of(_same_unit(picture, i)) for i in TEAM_INDICATORS}
    return {i: change for i, change in found.items() if change is not None}


def change_of(bands: Sequence[Band | None]) -> Change | None:
    """Say what a figure did, so that chance is not taken for news.

    Bands that overlap are the same. A single step is often chance: the sampling error
    of a panel of 8 to 12 people is up to 7 of 100 points, that of a difference half as
    much again, and a step is 5 or 10 points. A change is called probably real only
    when two or more pictures in a row moved the same way and ten points at least lie
    between the band before them and the band now. Where nothing changes, chance alone
    does that in up to 5 of 100 pictures, and a single step in 36 to 72 (simulated with
    errors of 2.5 to 7 points; tests/unit/test_team_views.py does it again). It is slow
    on purpose: within a quarter pictures lie ten points apart at most (R7).

    Args:
        bands: of the same unit, one picture after the other, the newest last; None:
            withheld.

    Returns:
        None: the newest is withheld.
    """
    now, *earlier = reversed(bands or [None])
    if now is None:
        return None
    if not earlier or earlier[0] is None:
        return Change.FIRST
    for above, once, running in (
        (_above, Change.HIGHER, Change.STILL_HIGHER),
        (_below, Change.LOWER, Change.STILL_LOWER),
    ):
        run = [now]
        for band in earlier:
            if band is None or not above(run[-1], band, 0):
                break
            run.append(band)
        if len(run) > 1:
            lasting = len(run) > 2 and above(now, run[-1], LEAST_APART)  # noqa: PLR2004 (two moves)
            return running if lasting else once
    return Change.SAME


def _above(band: Band, other: Band, points: int) -> bool:
    """Tell whether so many points or more lie between a band and one below it."""
    return (
        band.lower is not None
        and other.upper is not None
        and band.lower - other.upper >= points
    )


def _below(band: Band, other: Band, points: int) -> bool:
    return _above(other, band, points)


def _same_unit(picture: TeamPicture, indicator: Indicator) -> list[Band | None]:
    """Return the bands since the unit is the one that it is now."""
    if not picture.periods:
        return []
    unit = picture.periods[-1].unit.unit_id
    since = takewhile(lambda p: p.unit.unit_id == unit, reversed(picture.periods))
    return [p.figures[indicator].band for p in since][::-1]
