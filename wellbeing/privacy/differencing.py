"""What two bundles together tell: by what a ledger keeps of the earlier one."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from wellbeing.privacy.attribute_cells import SMALLEST_CELL, Cells
from wellbeing.privacy.linkage import Check, EarlierBundle
from wellbeing.privacy.study_data import TimeUnit

FEWEST_DIFFERING = 10
_TOO_FEW = (
    "An earlier bundle differs in too few people: what changed would be about them "
    "alone. Use that bundle, or wait for more people."
)
_RECALLED = (
    "An earlier bundle was recalled because somebody took their consent back, and this "
    "one differs from it in too few people: together they would show who. It can be "
    f"made when at least {FEWEST_DIFFERING} people differ."
)

_CONTENT, _CELL = 8, 4
_RECORD = _CONTENT + _CELL


def fingerprint(key: bytes, contents: Mapping[str, bytes], cells: Cells) -> bytes:
    """Return what of a bundle is kept for comparing: 12 bytes a member, in order.

    Eight are a keyed digest of what is said of the member, four of their attributes;
    neither can be turned back without the study's key.

    Args:
        key: the study's.
        contents: for each pseudonym a digest of its rows.
    """
    records = []
    for member in sorted(contents):
        cell = "\0".join(cells.released[member]).encode()
        digest = hmac.digest(key, contents[member] + cell, hashlib.sha256)
        group = hmac.digest(key, b"cell\0" + cell, hashlib.sha256)
        records.append(digest[:_CONTENT] + group[:_CELL])
    return b"".join(records)


def difference_checks(
    members: Collection[str],
    mark: bytes,
    columns: frozenset[str],
    unit: TimeUnit,
    earlier: Sequence[EarlierBundle],
) -> tuple[Check, ...]:
    """Check what two bundles together tell about the people of both.

    Args:
        members: pseudonyms of this bundle.
        mark: this bundle's fingerprint.
    """
    mine = _records(members, mark)
    checks = []
    for one in earlier:
        theirs = _records(one.members, one.fingerprint)
        both = mine.keys() & theirs.keys()
        differing = len(mine.keys() ^ theirs.keys())
        differing += sum(mine[m] != theirs[m] for m in both)
        reason = ""
        if not both or not differing:
            pass
        elif one.time_unit is not unit:
            reason = "An earlier bundle counts the time of the same people otherwise."
        elif one.columns != columns:
            reason = "An earlier bundle has other columns about the same people."
        elif differing < FEWEST_DIFFERING:
            reason = _RECALLED if one.recalled else _TOO_FEW
        elif _too_few_move(
            Counter((theirs[m][_CONTENT:], mine[m][_CONTENT:]) for m in both)
        ):
            reason = "With an earlier bundle a combination of attributes is too few "
            reason += "people."
        checks.append(
            Check(
                name=f"difference_to_{one.sha256[:12]}",
                measured=differing,
                limit=FEWEST_DIFFERING,
                passed=not reason,
                sentence="An earlier bundle of the same people is the same, or differs "
                f"in at least {FEWEST_DIFFERING} people and in neither columns nor "
                "time.",
                reason=reason,
            )
        )
    return tuple(checks)


def _records(members: Collection[str], mark: bytes) -> dict[str, bytes]:
    starts = range(0, len(mark), _RECORD)
    records = (mark[at : at + _RECORD] for at in starts)
    return dict(zip(sorted(members), records, strict=True))


def _too_few_move(pairs: Counter[tuple[bytes, bytes]]) -> bool:
    """Whether two ways of merging attributes together single a few people out."""
    before = Counter(one for one, _ in pairs)
    after = Counter(other for _, other in pairs)
    return any(
        size < SMALLEST_CELL
        for (one, other), size in pairs.items()
        if before[one] > 1 or after[other] > 1
    )
