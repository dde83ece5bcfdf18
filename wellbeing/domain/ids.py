"""Identities: one type for each, so that two of them cannot be confused."""

import secrets
from datetime import datetime
from typing import NewType
from uuid import UUID

ClinicId = NewType("ClinicId", UUID)
PersonId = NewType("PersonId", UUID)
TeamId = NewType("TeamId", UUID)
InvitationId = NewType("InvitationId", UUID)
ContactId = NewType("ContactId", UUID)


def new_id(now: datetime) -> UUID:
    """Return a UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits.

    The time inside is readable by whoever sees the id. Check-ins, drafts and tags
    must therefore never be given one: their key is (clinic, person, week).
    """
    milliseconds = int(now.timestamp() * 1000)
    random = secrets.randbits(74)
    value = milliseconds << 80 | 0x7 << 76 | (random >> 62) << 64
    return UUID(int=value | 0b10 << 62 | (random & (1 << 62) - 1))
