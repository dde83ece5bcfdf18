"""All tables together, for migrations and tests."""

from wellbeing.storage import (
    account_tables,
    check_in_tables,
    clinic_tables,
    instrument_tables,
    team_trends_tables,
)
from wellbeing.storage.base import Base
from wellbeing.storage.release_tables import ReleaseBase

__all__ = [
    "METADATA",
    "RELEASE_METADATA",
    "account_tables",
    "check_in_tables",
    "clinic_tables",
    "instrument_tables",
    "team_trends_tables",
]

METADATA = Base.metadata
RELEASE_METADATA = ReleaseBase.metadata
