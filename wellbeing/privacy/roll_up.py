"""Site and clinic level: computed from published bands, never from raw data (R8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wellbeing.domain.indicators import Indicator
from wellbeing.privacy.bands import Band, BandSet
from wellbeing.privacy.release import Figure
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.privacy.units import UnitId

LEAST_UNITS = 3
"""Fewer units with a figure: nothing is said about all of them together.

Of two, whoever sees the picture of one could work out the other's.
"""

CLINIC = "clinic"
"""The scope of what is said about the whole clinic."""

_COARSE = BandSet((30, 40, 50, 60, 70), 10)
_END = 10


def site_scope(site: str) -> str:
    """Return the scope of what is said about one site."""
    return f"site:{site}"


@dataclass(frozen=True, slots=True)
class Overview:
    """What the published figures of several units say together.

    Attributes:
        band: None: fewer than LEAST_UNITS of the units have a figure.
        shown, units: how many of the units have a figure, of how many.
    """

    band: Band | None
    shown: int
    units: int


def overview(figures: Iterable[tuple[Figure, int]]) -> Overview:
    """Return the middle of several units' bands, weighted by posts, as a band.

    Whoever has the published figures can compute it. Of their people it tells nothing
    new; of units whose picture one does not see it tells the rough middle.

    Args:
        figures: each unit's figure of one period and indicator, and its posts.
    """
    pairs = list(figures)
    shown = [(f.band, posts) for f, posts in pairs if f.band is not None]
    if len(shown) < LEAST_UNITS:
        return Overview(band=None, shown=len(shown), units=len(pairs))
    weight = sum(posts for _, posts in shown)
    mean = sum(_middle(band) * posts for band, posts in shown) / weight
    band = _COARSE.bands[_COARSE.index_of(mean)]
    return Overview(band=band, shown=len(shown), units=len(pairs))


def overviews(
    figures: Mapping[tuple[UnitId, Indicator], Figure],
    units: Mapping[UnitId, tuple[str, int]],
) -> dict[tuple[str, Indicator], Overview]:
    """Return what the figures of one period say about each site and the clinic.

    Args:
        figures: every unit's figures.
        units: each unit's site and posts.

    Returns:
        Scope and indicator to an overview; teams without a site have no site's.
    """
    scopes: dict[str, list[UnitId]] = {CLINIC: list(units)}
    for unit, (site, _) in units.items():
        if site:
            scopes.setdefault(site_scope(site), []).append(unit)
    return {
        (scope, indicator): overview(
            (figures[unit, indicator], units[unit][1]) for unit in members
        )
        for scope, members in scopes.items()
        for indicator in TEAM_INDICATORS
    }


def _middle(band: Band) -> float:
    # A band at an end counts as ten points wide, whatever the others' width is.
    if band.lower is not None:
        upper = band.lower + _END if band.upper is None else band.upper
        return (band.lower + upper) / 2
    return 50.0 if band.upper is None else band.upper - _END / 2
