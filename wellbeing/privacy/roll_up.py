"""Site and clinic level: computed from published bands, never from raw data (R8)."""

from collections.abc import Iterable
from dataclasses import dataclass

from wellbeing.privacy.bands import Band, BandSet
from wellbeing.privacy.release import Figure

_LEAST_UNITS = 2
_COARSE = BandSet((30, 40, 50, 60, 70), 10)
_END = 10


@dataclass(frozen=True, slots=True)
class Overview:
    """What the published figures of several units say together.

    Attributes:
        band: None: fewer than two of the units have a figure.
        shown, units: how many of the units have a figure, of how many.
    """

    band: Band | None
    shown: int
    units: int


def overview(figures: Iterable[tuple[Figure, int]]) -> Overview:
    """Return the middle of several units' bands, weighted by posts, as a band.

    Whoever has the published figures can compute it, so it tells nothing new.

    Args:
        figures: each unit's figure of one period and indicator, and its posts.
    """
    pairs = list(figures)
    shown = [(f.band, posts) for f, posts in pairs if f.band is not None]
    if len(shown) < _LEAST_UNITS:
        return Overview(band=None, shown=len(shown), units=len(pairs))
    weight = sum(posts for _, posts in shown)
    mean = sum(_middle(band) * posts for band, posts in shown) / weight
    band = _COARSE.bands[_COARSE.index_of(mean)]
    return Overview(band=band, shown=len(shown), units=len(pairs))


def _middle(band: Band) -> float:
    # A band at an end counts as ten points wide, whatever the others' width is.
    if band.lower is None and band.upper is None:
        return 50.0
    lower = band.upper - _END if band.lower is None and band.upper else band.lower
    upper = band.lower + _END if band.upper is None and band.lower else band.upper
    return ((lower or 0) + (upper or 0)) / 2
