"""Kind notes: only who receives one can read it, and only they can delete it."""

import pytest
from sqlalchemy import select, update

from tests.clinic import THIS_WEEK, give_keys
from tests.peers import pair
from tests.services.test_races import at_once
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.services import kind_notes, pairings, peer_blocks
from wellbeing.services.peer_texts import NoKeyYetError
from wellbeing.storage.peer_tables import PeerNoteRow

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
WORDS = "You stayed calm on Tuesday. That helped me."


@pytest.fixture
def two(ctx, cast):
    """alice and bob are paired."""
    pair(ctx, cast.alice, cast.bob)
    return cast


def send(ctx, two, text=WORDS):
    kind_notes.send_note(ctx, two.alice, two.bob.person_id, text)


def rows(ctx):
    with ctx.reading() as db:
        return db.execute(select(PeerNoteRow.__table__)).all()


def test_a_note_reaches_the_peer_and_nobody_else(ctx, two):
    alice, bob = give_keys(ctx, two.alice), give_keys(ctx, two.bob)
    send(ctx, two)
    (note,) = kind_notes.my_notes(ctx, two.bob, bob)
    assert (note.sender, note.week, note.text) == ("Alice", THIS_WEEK, WORDS)
    assert kind_notes.has_notes(ctx, two.bob)
    for other in (two.alice, two.charlie):
        assert kind_notes.my_notes(ctx, other, alice) == ()
        assert not kind_notes.has_notes(ctx, other)


def test_the_database_does_not_hold_it_and_the_senders_keys_do_not_open_it(ctx, two):
    alice = give_keys(ctx, two.alice)
    give_keys(ctx, two.bob)
    send(ctx, two)
    (row,) = rows(ctx)
    assert b"calm" not in row.sealed
    (note,) = kind_notes.my_notes(ctx, two.bob, alice)
    assert note.text is None


@ON_SQLITE
def test_a_note_that_is_moved_to_another_row_cannot_be_read(ctx, two):
    give_keys(ctx, two.alice)
    bob = give_keys(ctx, two.bob)
    send(ctx, two)
    with ctx.writing() as db:
        db.execute(update(PeerNoteRow).values(peer_id=two.charlie.person_id))
    (note,) = kind_notes.my_notes(ctx, two.bob, bob)
    assert (note.sender, note.text) == ("Charlie", None)


def test_a_second_note_of_a_week_replaces_the_first_and_the_next_week_adds(
    ctx, two, clock
):
    bob = give_keys(ctx, two.bob)
    at_once(*[lambda: send(ctx, two)] * 4)
    send(ctx, two, "Thank you")
    clock.turn_to(THIS_WEEK.plus(1))
    send(ctx, two, "And again")
    texts = [note.text for note in kind_notes.my_notes(ctx, two.bob, bob)]
    assert texts == ["And again", "Thank you"]


def test_who_received_a_note_can_delete_it_and_nobody_else(ctx, two):
    bob = give_keys(ctx, two.bob)
    send(ctx, two)
    for other in (two.alice, two.charlie):
        with pytest.raises(NotFoundError):
            kind_notes.delete_note(ctx, other, two.alice.person_id, THIS_WEEK)
    kind_notes.delete_note(ctx, two.bob, two.alice.person_id, THIS_WEEK)
    assert kind_notes.my_notes(ctx, two.bob, bob) == ()
    with pytest.raises(NotFoundError):
        kind_notes.delete_note(ctx, two.bob, two.alice.person_id, THIS_WEEK)


@ON_SQLITE
def test_a_note_that_is_empty_too_long_or_cannot_be_shown_is_refused(ctx, two):
    give_keys(ctx, two.bob)
    for text in ("", "  ", "x" * 301, "x" * 100_000, "a\x00b"):
        with pytest.raises(InvalidInputError):
            send(ctx, two, text)


@ON_SQLITE
def test_nobody_writes_to_somebody_they_are_not_paired_with(ctx, two):
    for other in (two.charlie, two.alice, two.dora, two.ada):
        give_keys(ctx, other)
        with pytest.raises(NotFoundError):
            kind_notes.send_note(ctx, two.alice, other.person_id, WORDS)


@ON_SQLITE
@pytest.mark.parametrize("ends", [pairings.end, peer_blocks.block])
def test_after_the_end_nothing_can_be_sent_and_what_came_stays(ctx, two, ends):
    bob = give_keys(ctx, two.bob)
    send(ctx, two)
    ends(ctx, two.bob, two.alice.person_id)
    with pytest.raises(NotFoundError):
        send(ctx, two, "Again")
    (note,) = kind_notes.my_notes(ctx, two.bob, bob)
    assert note.text == WORDS


@ON_SQLITE
def test_a_peer_without_a_key_cannot_be_written_to_yet(ctx, two):
    with pytest.raises(NoKeyYetError):
        send(ctx, two)
    assert rows(ctx) == []
