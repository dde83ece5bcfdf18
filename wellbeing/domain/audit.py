"""The audit record: who did what that others must be able to see, in a chain.

It holds days, never times, and never an answer: an exact time beside a sign-in would
tell when somebody checked in.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wellbeing.domain.ids import ClinicId, PersonId

FIRST_SEAL = "0" * 64
"""What stands before the first record of a clinic."""


class Event(StrEnum):
    """What can be recorded."""

    SIGNED_IN = "signed_in"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (no password)
    RECOVERED = "recovered"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    INVITED = "invited"
    STARTED_OVER = "started_over"
    PERSON_ADDED = "person_added"
    ROLES_CHANGED = "roles_changed"
    TEAM_CHANGED = "team_changed"
    ACCESS_ENDED = "access_ended"
    ACCESS_GIVEN = "access_given"
    ACCOUNT_DELETED = "account_deleted"
    PEOPLE_LOADED = "people_loaded"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_ENDED = "second_factor_ended"
    TRENDS_READ = "trends_read"
    RULES_CHANGED = "rules_changed"
    STUDY_OPENED = "study_opened"
    STUDY_CLOSED = "study_closed"
    STUDY_HANDED_OVER = "study_handed_over"
    BUNDLE_MADE = "bundle_made"
    RESTORED = "restored"
    KEY_CONFIRMED = "key_confirmed"
    MOVED = "moved"
    KEEPING_CHANGED = "keeping_changed"
    OLD_DATA_REMOVED = "old_data_removed"


PRIVATE = frozenset(
    {
        Event.SIGNED_IN,
        Event.PASSWORD_CHANGED,
        Event.RECOVERED,
        Event.IDENTITY_LINKED,
        Event.IDENTITY_UNLINKED,
        Event.SECOND_FACTOR_SET,
        Event.SECOND_FACTOR_ENDED,
    }
)
"""What tells that somebody uses the program: it is not recorded of people who only
check in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One link of a clinic's chain.

    Attributes:
        number: counted from 1, without a gap.
        day: in UTC.
        actor: who did it; None: the program, or somebody at the server.
        concerning: whom it was done to; None: nobody in particular.
        about: ids, codes or a week; never words that somebody typed.
        seal: SHA-256 of the seal before it and of everything above.
    """

    clinic_id: ClinicId
    number: int
    day: date
    event: Event
    actor: PersonId | None
    concerning: PersonId | None
    about: str
    seal: str

    def is_sealed_after(self, before: str) -> bool:
        """Tell whether this record, as it stands, follows the one with that seal."""
        return self.seal == _seal(before, self)


def next_record(
    clinic_id: ClinicId,
    last: tuple[int, str] | None,
    *,
    day: date,
    event: Event,
    actor: PersonId | None,
    concerning: PersonId | None,
    about: str,
) -> Record:
    """Return the record that follows the last one of a clinic.

    Args:
        last: its number and seal; None: this is the first.
    """
    number, before = last or (0, FIRST_SEAL)
    unsealed = Record(
        clinic_id=clinic_id,
        number=number + 1,
        day=day,
        event=event,
        actor=actor,
        concerning=concerning,
        about=about,
        seal="",
    )
    fields = {name: getattr(unsealed, name) for name in _FIELDS}
    return Record(**fields, seal=_seal(before, unsealed))


_FIELDS = ("clinic_id", "number", "day", "event", "actor", "concerning", "about")


def _seal(before: str, record: Record) -> str:
    told = [
        None if value is None else str(value)
        for value in (getattr(record, name) for name in _FIELDS)
    ]
    text = json.dumps([before, *told], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
