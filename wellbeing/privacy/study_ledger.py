"""A line of the ledger of bundles: what was made for whom, not whose rows are in it."""

from dataclasses import dataclass
from datetime import date

from wellbeing.domain.studies import BundleId, SizeClass, Through
from wellbeing.privacy.study_data import TimeUnit


@dataclass(frozen=True, kw_only=True, slots=True)
class PassedCheck:
    """A check that a bundle was put to before it was written.

    Attributes:
        told: what was found, in words; shares, never people.
    """

    name: str
    passed: bool
    told: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerLine:
    """A bundle as it stands in the ledger.

    Attributes:
        maker: who asked for it; None: the command line, or the account is gone.
        recalled: somebody in it took their consent back before the freeze date.
    """

    bundle_id: BundleId
    study_id: str
    version: int
    made_on: date
    through: Through
    maker: str | None
    file: str
    sha256: str
    size: SizeClass
    time_unit: TimeUnit
    extras: tuple[str, ...]
    checks: tuple[PassedCheck, ...]
    recalled: bool
