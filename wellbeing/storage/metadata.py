"""All tables together, for migrations and tests."""

from wellbeing.storage import (
    account_tables,
    appointment_tables,
    audit_tables,
    check_in_tables,
    clinic_tables,
    gathering_tables,
    identity_tables,
    instrument_tables,
    keeping_tables,
    key_tables,
    own_instrument_tables,
    peer_tables,
    private_text_tables,
    reminder_tables,
    second_factor_tables,
    study_tables,
    support_tables,
    team_trends_tables,
)
from wellbeing.storage.base import Base
from wellbeing.storage.release_tables import ReleaseBase

__all__ = [
    "METADATA",
    "RELEASE_METADATA",
    "account_tables",
    "appointment_tables",
    "audit_tables",
    "check_in_tables",
    "clinic_tables",
    "gathering_tables",
    "identity_tables",
    "instrument_tables",
    "keeping_tables",
    "key_tables",
    "own_instrument_tables",
    "peer_tables",
    "private_text_tables",
    "reminder_tables",
    "second_factor_tables",
    "study_tables",
    "support_tables",
    "team_trends_tables",
]

METADATA = Base.metadata
RELEASE_METADATA = ReleaseBase.metadata
