"""All tables together, for migrations and tests."""

from wellbeing.storage import account_tables, check_in_tables, clinic_tables
from wellbeing.storage.base import Base

__all__ = ["METADATA", "account_tables", "check_in_tables", "clinic_tables"]

METADATA = Base.metadata
