"""A clinic's own instruments as an administrator sees them; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from wellbeing.domain.own_keys import Hand, KeyState
from wellbeing.domain.people import Person, Role, Viewer
from wellbeing.instruments.model import Instrument
from wellbeing.instruments.own_files import FileRead, read_key_file
from wellbeing.instruments.worked import Unproved, Work, work
from wellbeing.services.archive import Files, as_json
from wellbeing.services.context import Context
from wellbeing.services.own_key_steps import (
    TriedExample,
    draft_of,
    example_of,
    fingerprint,
    looks_again,
    today_of,
    tried_examples,
    unproved_of,
    what_lacks,
)
from wellbeing.storage import own_instrument_queries, people_queries
from wellbeing.storage.own_instrument_queries import StoredKey


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnInstrument:
    """A version of a clinic's own key, as an administrator sees it.

    Attributes:
        definition: as JSON, to keep or to take to another clinic.
        seen: changes with key and examples: only what was seen can be confirmed.
        unproved: what no example would notice.
        lacks: what has to be done before it can be confirmed, one sentence each.
        made_by, confirmed_by: names of those who still have an account.
        may_confirm: whether the viewer's look would be the second one.
    """

    instrument: Instrument
    version: int
    state: KeyState
    definition: str
    seen: str
    changed_on: date
    confirmed_on: date | None
    examples: tuple[TriedExample, ...]
    unproved: Unproved
    lacks: tuple[str, ...]
    made_by: tuple[str, ...]
    confirmed_by: tuple[str, ...]
    may_confirm: bool


def own_instruments(ctx: Context, viewer: Viewer) -> tuple[OwnInstrument, ...]:
    """Return every version of the clinic's own keys, by instrument, newest first."""
    viewer.require(Role.ADMINISTRATOR)
    with ctx.reading() as db:
        stored = own_instrument_queries.stored_keys(db, viewer.clinic_id)
        people = people_queries.people_of(db, viewer.clinic_id)
    today = today_of(ctx, viewer)
    found = [_seen_by(viewer, one, people, today) for one in reversed(stored)]
    return tuple(sorted(found, key=lambda one: one.instrument.id))


def read_file(
    ctx: Context,  # noqa: ARG001 (as each service)
    viewer: Viewer,
    data: bytes,
    *,
    form: str = "",
    language: str = "",
) -> FileRead:
    """Return what a file tells about a key; write nothing.

    Args:
        data, form, language: as ``read_key_file``.

    Raises:
        Those of ``read_key_file``.
    """
    viewer.require(Role.ADMINISTRATOR)
    return read_key_file(data, form=form.strip(), language=language.strip())


def try_example(
    ctx: Context,
    viewer: Viewer,
    instrument_id: str,
    answers: str,
    expected: Mapping[str, str],
) -> tuple[Work, ...]:
    """Return how the draft of a key scores an example, step by step; write nothing.

    Args:
        answers: codes in the order of the sheet, - where there is none.
        expected: id of a scale to its score, as typed; empty: nothing is expected.

    Raises:
        InvalidInputError: an answer or a score that cannot be.
        NotFoundError: there is no such draft.
    """
    viewer.require(Role.ADMINISTRATOR)
    with ctx.reading() as db:
        draft = draft_of(db, viewer, instrument_id)
    key = draft.instrument
    return work(key, example_of(key, answers, expected, "Not kept"))


def titles(ctx: Context, viewer: Viewer) -> Mapping[str, str]:
    """Return the titles of all instruments that a study can ask for, by their ids."""
    viewer.require(Role.RESEARCHER)
    with ctx.reading() as db:
        known = own_instrument_queries.instruments_of(db, viewer.clinic_id)
    return {one.id: one.title for one in known}


def own_key_files(ctx: Context, viewer: Viewer) -> Files:
    """Return the archive's file of keys in which the viewer had a hand, if any."""
    with ctx.reading() as db:
        own = viewer.clinic_id, viewer.person_id
        found = own_instrument_queries.hands_of(db, *own)
    if not found:
        return {}
    told = [
        {"instrument": name, "key_version": str(version), "you": hand.value}
        for name, version, hand in found
    ]
    return {"own_instruments.json": as_json(told)}


def _seen_by(
    viewer: Viewer,
    stored: StoredKey,
    people: Sequence[Person],
    today: date,
) -> OwnInstrument:
    tried, found = tried_examples(stored), unproved_of(stored)
    names = {person.person_id: person.name for person in people}

    def who(did: Hand) -> tuple[str, ...]:
        return tuple(sorted(names[p] for p, hand in stored.hands if hand is did))

    return OwnInstrument(
        instrument=stored.instrument,
        version=stored.version,
        state=stored.state,
        definition=stored.definition,
        seen=fingerprint(stored),
        changed_on=stored.changed_on,
        confirmed_on=stored.confirmed_on,
        examples=tried,
        unproved=found,
        lacks=what_lacks(tried, found),
        made_by=who(Hand.MADE),
        confirmed_by=who(Hand.CONFIRMED),
        may_confirm=looks_again(viewer, stored, people, today),
    )
