"""Steps around a clinic's own key: which draft it is, what its examples show."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from wellbeing.domain.errors import NotFoundError, WellbeingError
from wellbeing.domain.ids import PersonId
from wellbeing.domain.own_keys import Hand, KeyState, may_look_again
from wellbeing.domain.people import Person, Role, Standing, Viewer
from wellbeing.instruments.model import Instrument
from wellbeing.instruments.own_fields import spans
from wellbeing.instruments.worked import (
    Example,
    Unproved,
    Work,
    agrees,
    answers_of,
    expected_of,
    fits,
    unproved,
    work,
)
from wellbeing.services.context import Context
from wellbeing.services.fields import clean_words
from wellbeing.storage import clinic_queries, own_instrument_queries
from wellbeing.storage.own_instrument_queries import StoredKey

LONGEST_SOURCE = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class TriedExample:
    """An example of a key; no works: it does not fit the key any more."""

    number: int
    example: Example
    works: tuple[Work, ...]
    agrees: bool


class ChangedMeanwhileError(WellbeingError):
    """A key was to be changed that is another one by now."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed this key meanwhile, so nothing was changed here. Look at "
            "it as it is now, then go on."
        )


def today_of(ctx: Context, viewer: Viewer) -> date:
    """Return the day it is at the clinic."""
    return ctx.now().astimezone(viewer.clinic.zone).date()


def newest_version(
    db: Connection, viewer: Viewer, instrument_id: str
) -> StoredKey | None:
    """Return the newest version of a clinic's own key, draft or not."""
    found = own_instrument_queries.stored_keys(db, viewer.clinic_id, instrument_id)
    return found[-1] if found else None


def draft_of(
    db: Connection, viewer: Viewer, instrument_id: str, seen: str | None = None
) -> StoredKey:
    """Return the draft of a key; nobody else changes it until the transaction ends.

    Args:
        seen: what the viewer has seen of it; None: only to read it.

    Raises:
        NotFoundError: there is none.
        ChangedMeanwhileError: it is not what the viewer has seen.
    """
    if seen is not None:
        clinic_queries.lock_clinic(db, viewer.clinic_id)
    newest = newest_version(db, viewer, instrument_id)
    if newest is None or newest.state is not KeyState.DRAFT:
        raise NotFoundError("draft")
    if seen is not None and fingerprint(newest) != seen:
        raise ChangedMeanwhileError
    return newest


def fingerprint(stored: StoredKey) -> str:
    """Return what changes whenever a version or its examples do."""
    examples = [
        [number, one.answers, sorted(one.expected.items()), one.source]
        for number, one in stored.examples.items()
    ]
    told = json.dumps([stored.sha256, stored.state, examples])
    return hashlib.sha256(told.encode()).hexdigest()


def example_of(
    key: Instrument, answers: str, expected: Mapping[str, str], source: str
) -> Example:
    """Return an example as it was typed.

    Raises:
        InvalidInputError: an answer, a score or the source cannot be.
    """
    return Example(
        answers=answers_of(key, answers),
        expected=expected_of(key, expected),
        source=clean_words(source, LONGEST_SOURCE),
    )


def tried_examples(stored: StoredKey) -> tuple[TriedExample, ...]:
    """Return the examples of a version with how its key scores them."""
    key = stored.instrument
    return tuple(
        TriedExample(
            number=number,
            example=one,
            works=work(key, one) if fits(key, one) else (),
            agrees=fits(key, one) and agrees(key, one),
        )
        for number, one in stored.examples.items()
    )


def unproved_of(stored: StoredKey) -> Unproved:
    """Return what no example of a version would notice."""
    key = stored.instrument
    good = [e for e in stored.examples.values() if fits(key, e) and agrees(key, e)]
    return unproved(key, good)


def what_lacks(tried: Sequence[TriedExample], found: Unproved) -> tuple[str, ...]:
    """Return what has to be done before a key can be confirmed, as sentences."""
    if not tried:
        return ("Add a worked example: answers, and the scores computed by hand.",)
    lacks = [
        f"Example {one.number} does not agree with the key as it is now. Mend the key, "
        "or remove the example."
        for one in tried
        if not one.agrees
    ]
    if found.scales:
        names = ", ".join(found.scales)
        lacks.append(f"No example expects a score of {names}. Add one that does.")
    if found.reversed:
        lacks.append(
            f"No example shows that items {spans(found.reversed)} are reversed. Add "
            "one in which they are answered, and not in the middle."
        )
    return tuple(lacks)


def looks_again(
    viewer: Viewer, stored: StoredKey, people: Sequence[Person], today: date
) -> bool:
    """Tell whether the viewer's look at a version would be the second one."""
    makers = {person for person, hand in stored.hands if hand is Hand.MADE}
    admins: set[PersonId] = {
        person.person_id
        for person in people
        if Role.ADMINISTRATOR in person.roles and person.standing is Standing.ACTIVE
    }
    return may_look_again(
        viewer.person_id,
        makers=makers,
        administrators=admins,
        changed_on=stored.changed_on,
        today=today,
    )
