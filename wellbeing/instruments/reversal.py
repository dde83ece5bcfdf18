"""Whether answers look as if somebody had reversed items already."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from wellbeing.instruments.model import Instrument, Scale
from wellbeing.instruments.scoring import Column

FEWEST_RESPONSES = 30
_STANDARD_ERRORS = 3.0


def looks_reversed(
    instrument: Instrument, answers: Mapping[str, Column]
) -> dict[str, float]:
    """Return reversed items that rise with the others, as they should not yet.

    As people answered them, an item that the key reverses falls when the items that
    it does not reverse rise. One that rises with them has probably been reversed
    before, and scoring would turn it back. An item is named when its correlation with
    the mean of the scale's other items, those not reversed, lies three standard errors
    above zero and at least thirty responses have both.

    It cannot see a file of which every item is coded the other way round.

    Args:
        instrument: whose key is used.
        answers: as ``score`` takes them, codes that it would accept.

    Returns:
        Id of each such item to its correlation, 0 to 1; empty: nothing to see.
    """
    found: dict[str, float] = {}
    turned = {item.id for item in instrument.items if item.reversed}
    for scale in instrument.scales:
        for item in turned.intersection(scale.items) - found.keys():
            rises = _correlation(scale, turned, answers, item)
            if rises is not None:
                found[item] = rises
    return {item: found[item] for item in instrument.item_ids if item in found}


def _correlation(
    scale: Scale, turned: set[str], answers: Mapping[str, Column], item: str
) -> float | None:
    """Return the correlation of an item with those not reversed, if clearly above 0."""
    others = [_floats(answers[o]) for o in scale.items if o not in turned]
    if not others:
        return None
    table = np.vstack([_floats(answers[item]), *others])
    whole = table[:, ~np.isnan(table).any(axis=0)]
    if whole.shape[1] < FEWEST_RESPONSES:
        return None
    own, rest = whole[0], whole[1:].mean(axis=0)
    if own.std() == 0 or rest.std() == 0:
        return None
    r = float(np.corrcoef(own, rest)[0, 1])
    # Fisher's z: its standard error does not depend on the correlation.
    z = np.arctanh(min(r, 1 - 1e-9)) * np.sqrt(whole.shape[1] - 3)
    return r if z > _STANDARD_ERRORS else None


def _floats(column: Column) -> NDArray[np.float64]:
    return np.array(column, dtype=np.float64)
