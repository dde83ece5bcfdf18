"""Peer check-ins: one contact a week, each side's own record, sealed texts."""

import pytest
from sqlalchemy import select

from tests.clinic import LAST_WEEK, THIS_WEEK, give_keys
from tests.peers import pair
from tests.services.test_races import at_once
from wellbeing.domain.errors import InvalidInputError, NotFoundError, WeekClosedError
from wellbeing.domain.peer_check_ins import (
    Guide,
    How,
    Length,
    PeerRecord,
    PeerSupport,
)
from wellbeing.domain.reflections import Area
from wellbeing.services import pairings, peer_check_ins
from wellbeing.services.peer_check_ins import Texts
from wellbeing.services.peer_texts import NoKeyYetError, ReadTexts
from wellbeing.storage.peer_tables import PeerContactRow, PeerRecordRow, PeerSentenceRow

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FULL = PeerRecord(
    week=THIS_WEEK,
    guide=Guide.MONTHLY,
    how=How.VIDEO,
    length=Length.MEDIUM,
    areas=frozenset({Area.VICARIOUS_TRAUMA, Area.SELF_CARE}),
    given=frozenset({PeerSupport.LISTENING}),
    received=frozenset(PeerSupport),
    connected=0,
    wants_more=False,
)
PLAIN = PeerRecord(week=THIS_WEEK)


@pytest.fixture
def two(ctx, cast):
    """alice and bob are paired."""
    pair(ctx, cast.alice, cast.bob)
    return cast


def record(ctx, one, other, kept=PLAIN, **texts):
    peer_check_ins.record(ctx, one, other.person_id, kept, Texts(**texts))


def rows(ctx, table):
    with ctx.reading() as db:
        return db.execute(select(table.__table__)).all()


def test_what_one_records_stays_as_it_was_and_is_theirs_alone(ctx, two):
    record(ctx, two.alice, two.bob, FULL)
    key = two.bob.person_id, THIS_WEEK
    assert peer_check_ins.my_records(ctx, two.alice) == {key: FULL}
    assert peer_check_ins.my_records(ctx, two.bob) == {}


def test_a_contact_counts_once_whoever_records_it(ctx, two):
    record(ctx, two.alice, two.bob)
    contacts = {two.alice.person_id: [THIS_WEEK]}
    assert peer_check_ins.my_contacts(ctx, two.bob) == contacts
    at_once(
        *[lambda: record(ctx, two.alice, two.bob)] * 2,
        *[lambda: record(ctx, two.bob, two.alice)] * 2,
    )
    assert peer_check_ins.my_contacts(ctx, two.bob) == contacts
    assert len(rows(ctx, PeerContactRow)) == 1
    assert len(rows(ctx, PeerRecordRow)) == 2


@ON_SQLITE
def test_a_second_record_of_a_week_replaces_the_first(ctx, two):
    record(ctx, two.alice, two.bob, FULL)
    record(ctx, two.alice, two.bob)
    assert list(peer_check_ins.my_records(ctx, two.alice).values()) == [PLAIN]


@ON_SQLITE
def test_only_this_week_and_the_last_can_be_recorded(ctx, two):
    record(ctx, two.alice, two.bob, PeerRecord(week=LAST_WEEK))
    for week in (LAST_WEEK.plus(-1), THIS_WEEK.plus(1)):
        with pytest.raises(WeekClosedError):
            record(ctx, two.alice, two.bob, PeerRecord(week=week))


@ON_SQLITE
def test_what_no_form_offers_is_refused(ctx, two):
    for wrong in (
        {"connected": 11},
        {"connected": -1},
        {"areas": frozenset(list(Area)[:3])},
    ):
        with pytest.raises(InvalidInputError):
            record(ctx, two.alice, two.bob, PeerRecord(week=THIS_WEEK, **wrong))
    assert peer_check_ins.my_contacts(ctx, two.alice) == {}


def test_nobody_records_a_contact_with_somebody_they_are_not_paired_with(ctx, two):
    for other in (two.charlie, two.alice, two.dora, two.ada):
        with pytest.raises(NotFoundError):
            record(ctx, two.alice, other)
    pairings.end(ctx, two.bob, two.alice.person_id)
    with pytest.raises(NotFoundError):
        record(ctx, two.alice, two.bob)


def test_a_record_can_be_erased_and_the_contact_stays_if_the_other_has_one(ctx, two):
    record(ctx, two.alice, two.bob)
    record(ctx, two.bob, two.alice)
    peer_check_ins.forget(ctx, two.alice, two.bob.person_id, THIS_WEEK)
    assert peer_check_ins.my_records(ctx, two.alice) == {}
    assert peer_check_ins.my_contacts(ctx, two.alice) != {}
    pairings.end(ctx, two.alice, two.bob.person_id)
    peer_check_ins.forget(ctx, two.bob, two.alice.person_id, THIS_WEEK)
    assert peer_check_ins.my_contacts(ctx, two.alice) == {}
    with pytest.raises(NotFoundError):
        peer_check_ins.forget(ctx, two.bob, two.alice.person_id, THIS_WEEK)


def test_an_intention_is_for_its_author_and_a_sentence_for_both(ctx, two):
    alice, bob = give_keys(ctx, two.alice), give_keys(ctx, two.bob)
    record(
        ctx,
        two.alice,
        two.bob,
        keys=alice,
        intention="  One walk before the last session ",
        sentence="Next time at the pond",
    )
    record(ctx, two.bob, two.alice, sentence="Gladly")
    assert peer_check_ins.my_texts(ctx, two.alice, alice) == {
        (two.bob.person_id, THIS_WEEK): ReadTexts(
            intention="One walk before the last session",
            mine="Next time at the pond",
            theirs="Gladly",
        )
    }
    assert peer_check_ins.my_texts(ctx, two.bob, bob) == {
        (two.alice.person_id, THIS_WEEK): ReadTexts(
            mine="Gladly", theirs="Next time at the pond"
        )
    }
    assert peer_check_ins.my_texts(ctx, two.charlie, give_keys(ctx, two.charlie)) == {}


def test_nothing_that_was_written_stands_in_the_database(ctx, two):
    keys = give_keys(ctx, two.alice)
    give_keys(ctx, two.bob)
    words = "pond walk"
    record(ctx, two.alice, two.bob, keys=keys, intention=words, sentence=words)
    stored = [*rows(ctx, PeerRecordRow), *rows(ctx, PeerSentenceRow)]
    assert not [row for row in stored if words.encode() in str(tuple(row)).encode()]
    assert len({row.sealed for row in rows(ctx, PeerSentenceRow)}) == 2


@ON_SQLITE
def test_other_keys_open_nothing(ctx, two):
    keys = give_keys(ctx, two.alice)
    bob = give_keys(ctx, two.bob)
    record(ctx, two.alice, two.bob, keys=keys, intention="Rest", sentence="Pond")
    (read,) = peer_check_ins.my_texts(ctx, two.alice, bob).values()
    assert read == ReadTexts()


def test_texts_that_are_not_given_stay_and_empty_ones_go(ctx, two):
    keys = give_keys(ctx, two.alice)
    give_keys(ctx, two.bob)
    record(ctx, two.alice, two.bob, keys=keys, intention="Rest", sentence="Pond")
    record(ctx, two.alice, two.bob, FULL)
    (read,) = peer_check_ins.my_texts(ctx, two.alice, keys).values()
    assert read == ReadTexts(intention="Rest", mine="Pond")
    record(ctx, two.alice, two.bob, keys=keys, intention=" ", sentence="")
    assert peer_check_ins.my_texts(ctx, two.alice, keys) == {}
    assert rows(ctx, PeerSentenceRow) == []


@ON_SQLITE
@pytest.mark.parametrize("field", ["intention", "sentence"])
def test_texts_that_are_too_long_or_cannot_be_shown_are_refused(ctx, two, field):
    keys = give_keys(ctx, two.alice)
    for text in ("x" * 301, "x" * 100_000, "a\x00b"):
        with pytest.raises(InvalidInputError):
            record(ctx, two.alice, two.bob, **{"keys": keys, field: text})
    assert peer_check_ins.my_contacts(ctx, two.alice) == {}


@ON_SQLITE
def test_without_keys_nothing_can_be_written_and_nothing_is_lost(ctx, two):
    with pytest.raises(InvalidInputError, match="private texts"):
        record(ctx, two.alice, two.bob, intention="Rest")
    give_keys(ctx, two.alice)
    with pytest.raises(NoKeyYetError):
        record(ctx, two.alice, two.bob, sentence="Pond")
    assert rows(ctx, PeerRecordRow) == rows(ctx, PeerSentenceRow) == []
