"""A clinic's own key is kept, tried on examples, looked at twice, and confirmed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import InvalidInputError, WellbeingError
from wellbeing.domain.own_keys import Hand, KeyState
from wellbeing.domain.people import Role, Viewer
from wellbeing.instruments.model import Instrument
from wellbeing.instruments.own import own_key
from wellbeing.instruments.own_fields import KeyFields
from wellbeing.instruments.own_reading import values_of
from wellbeing.instruments.worked import Example, agrees
from wellbeing.services.audit import note
from wellbeing.services.context import Context
from wellbeing.services.own_key_steps import (
    ChangedMeanwhileError,
    draft_of,
    example_of,
    fingerprint,
    looks_again,
    newest_version,
    today_of,
    tried_examples,
    unproved_of,
    what_lacks,
)
from wellbeing.storage import (
    clinic_queries,
    instrument_queries,
    own_instrument_queries,
    people_queries,
    response_queries,
)
from wellbeing.storage.own_instrument_queries import StoredKey

MOST_EXAMPLES = 20
_TAKEN = "There is a key with this short name. Choose another one, or go on with it."


class DisagreesError(WellbeingError):
    """An example was to be kept whose scores are not those of the key."""

    def __init__(self) -> None:
        super().__init__(
            "The key gives other scores than you expect, so the example was not kept. "
            "Follow the steps below: the key or the calculation by hand is wrong."
        )


class NotProvedError(WellbeingError):
    """A key was to be confirmed whose examples do not show enough."""

    def __init__(self, lacks: tuple[str, ...]) -> None:
        self.lacks = lacks
        super().__init__(" ".join(lacks))


class SecondLookError(WellbeingError):
    """A key was to be confirmed by somebody who made it."""

    def __init__(self) -> None:
        super().__init__(
            "You had a hand in this key. Ask another administrator to look at it. If "
            "every administrator had, look at it again on a later day."
        )


def keep_draft(
    ctx: Context, viewer: Viewer, fields: KeyFields, was: str = ""
) -> tuple[Instrument, tuple[str, ...]]:
    """Keep a key as a draft: a new one, a change of a draft, or the next version.

    The button pressed twice keeps it once.

    Args:
        fields: as they were typed.
        was: ``seen`` of the version that it goes on from; empty: a new key.

    Returns:
        The key, and what to know about it.

    Raises:
        KeyRefusedError: it is no key, one sentence for each reason.
        ChangedMeanwhileError: it goes on from something that is not the newest.
        InvalidInputError: the short name is taken, or nothing is different.
    """
    viewer.require(Role.ADMINISTRATOR)
    values = values_of(fields)
    checked = own_key(values, 1)
    with ctx.writing() as db:
        clinic_queries.lock_clinic(db, viewer.clinic_id)
        newest = newest_version(db, viewer, checked.instrument.id)
        if newest is not None:
            if fingerprint(newest) != was:
                if _is_own_draft(viewer, newest, values):
                    return own_key(values, newest.version).instrument, checked.notes
                raise ChangedMeanwhileError if was else InvalidInputError(_TAKEN)
            begins_new = newest.state is KeyState.CONFIRMED
            if own_key(values, newest.version).sha256 == newest.sha256:
                raise InvalidInputError("Nothing is different from what is kept.")
            checked = own_key(values, newest.version + begins_new)
        elif was:
            raise InvalidInputError(
                "The short name of a key stays. Begin a new key to choose another."
            )
        clinic_id, today = viewer.clinic_id, today_of(ctx, viewer)
        own_instrument_queries.put_draft(db, clinic_id, checked, today)
        own_instrument_queries.put_hand(
            db, clinic_id, checked.instrument, viewer.person_id, Hand.MADE
        )
    return checked.instrument, checked.notes


def drop_draft(ctx: Context, viewer: Viewer, instrument_id: str, seen: str) -> None:
    """Remove a draft and its examples; versions that were confirmed stay.

    Raises:
        NotFoundError, ChangedMeanwhileError: there is no such draft, or not any more.
    """
    viewer.require(Role.ADMINISTRATOR)
    with ctx.writing() as db:
        draft = draft_of(db, viewer, instrument_id, seen)
        own_instrument_queries.drop_draft(db, viewer.clinic_id, draft)


def add_example(
    ctx: Context,
    viewer: Viewer,
    instrument_id: str,
    seen: str,
    *,
    answers: str,
    expected: Mapping[str, str],
    source: str,
) -> None:
    """Keep an example of a draft that agrees with it; pressed twice, once.

    Args:
        answers, expected: as ``try_example``.
        source: where the example comes from, and who computed it.

    Raises:
        DisagreesError: the key gives other scores.
        InvalidInputError: something cannot be, or there are too many examples.
        NotFoundError, ChangedMeanwhileError: there is no such draft, or not any more.
    """
    viewer.require(Role.ADMINISTRATOR)
    with ctx.writing() as db:
        clinic_queries.lock_clinic(db, viewer.clinic_id)
        before, last = _without_last(draft_of(db, viewer, instrument_id))
        if fingerprint(before) == seen and last == example_of(
            before.instrument, answers, expected, source
        ):
            return
        draft = draft_of(db, viewer, instrument_id, seen)
        example = example_of(draft.instrument, answers, expected, source)
        if not agrees(draft.instrument, example):
            raise DisagreesError
        if len(draft.examples) >= MOST_EXAMPLES:
            raise InvalidInputError(f"Keep at most {MOST_EXAMPLES} examples.")
        if example in draft.examples.values():
            raise InvalidInputError("This example is kept already.")
        own_instrument_queries.add_example(db, viewer.clinic_id, draft, example)
        _touch(ctx, db, viewer, draft)


def drop_example(
    ctx: Context, viewer: Viewer, instrument_id: str, seen: str, number: int
) -> None:
    """Remove an example of a draft.

    Raises:
        NotFoundError, ChangedMeanwhileError: there is no such draft, or not any more.
    """
    viewer.require(Role.ADMINISTRATOR)
    with ctx.writing() as db:
        draft = draft_of(db, viewer, instrument_id, seen)
        own_instrument_queries.drop_example(db, viewer.clinic_id, draft, number)
        _touch(ctx, db, viewer, draft)


def confirm(ctx: Context, viewer: Viewer, instrument_id: str, seen: str) -> None:
    """Confirm a draft as the second look at it; from now on it scores answers.

    Earlier versions keep the scores that people have by them. The instrument is asked
    for no more until words are brought for this version and a rhythm is chosen.

    Raises:
        NotProvedError: its examples do not show enough.
        SecondLookError: the viewer had a hand in it.
        NotFoundError, ChangedMeanwhileError: there is no such draft, or not any more.
    """
    viewer.require(Role.ADMINISTRATOR)
    clinic_id, today = viewer.clinic_id, today_of(ctx, viewer)
    with ctx.writing() as db:
        draft = draft_of(db, viewer, instrument_id, seen)
        lacks = what_lacks(tried_examples(draft), unproved_of(draft))
        if lacks:
            raise NotProvedError(lacks)
        people = people_queries.people_of(db, clinic_id)
        if not looks_again(viewer, draft, people, today):
            raise SecondLookError
        own_instrument_queries.confirm(db, clinic_id, draft, today)
        key = draft.instrument
        own_instrument_queries.put_hand(
            db, clinic_id, key, viewer.person_id, Hand.CONFIRMED
        )
        # Taps and rounds belong to the version before: its items may be others.
        response_queries.drop_tapped_on(db, clinic_id, key.id)
        instrument_queries.drop_rhythms(db, clinic_id, [key.id])
        note(ctx, db, viewer, Event.KEY_CONFIRMED, about=f"{key.id} {key.version}")


def _is_own_draft(viewer: Viewer, newest: StoredKey, values: Mapping[str, Any]) -> bool:
    """Tell whether the newest version is a draft of the viewer's that reads so."""
    return (
        newest.state is KeyState.DRAFT
        and (viewer.person_id, Hand.MADE) in newest.hands
        and own_key(values, newest.version).sha256 == newest.sha256
    )


def _without_last(draft: StoredKey) -> tuple[StoredKey, Example | None]:
    """Return a draft as it was before its newest example, and that."""
    *before, newest = sorted(draft.examples) or [0]
    kept = {number: draft.examples[number] for number in before}
    return replace(draft, examples=kept), draft.examples.get(newest)


def _touch(ctx: Context, db: Connection, viewer: Viewer, draft: StoredKey) -> None:
    own_instrument_queries.touch(
        db, viewer.clinic_id, draft, viewer.person_id, today_of(ctx, viewer)
    )
