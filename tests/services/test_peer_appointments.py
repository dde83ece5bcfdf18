"""A day and an hour with a peer: agreed by both, and told to nobody."""

import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import pairwise

import pytest
import recurring_ical_events
from icalendar import Calendar

from tests.clinic import THIS_WEEK
from tests.mail_server import mail_server, with_mail
from tests.peers import agree_on, pair
from tests.services.test_calendar_feed import read
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.pairings import PeerRhythm
from wellbeing.domain.peer_appointments import AgreedTime, PeerTime
from wellbeing.domain.peer_check_ins import PeerRecord
from wellbeing.services import (
    calendar_feed,
    my_data,
    pairings,
    peer_appointments,
    peer_blocks,
    peer_check_ins,
    people,
    reminders,
)
from wellbeing.services.peer_appointments import ProposedAnewError, SeenTimes
from wellbeing.services.reminder_sending import send_due
from wellbeing.storage import people_queries
from wellbeing.storage.metadata import METADATA

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FRIDAY = PeerTime(weekday=4, hour=12)
MONDAY = PeerTime(weekday=0, hour=8)
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
"""Friday 12:00 at the clinic, in the week in which tests begin."""


@pytest.fixture
def two(ctx, cast):
    pair(ctx, cast.alice, cast.bob)
    return cast


@pytest.fixture
def server():
    with mail_server() as started:
        yield started


def seen(ctx, viewer, peer):
    return peer_appointments.my_times(ctx, viewer).get(peer.person_id)


def rows(ctx):
    with ctx.reading() as db:
        return db.execute(METADATA.tables["peer_appointment"].select()).all()


def feed_of(ctx, viewer, first, last):
    calendar = Calendar.from_ical(read(ctx, calendar_feed.make_feed(ctx, viewer)))
    found = recurring_ical_events.of(calendar).between(first, last)
    return sorted((str(e["SUMMARY"]), e["DTSTART"].dt) for e in found)


def test_one_proposes_and_the_other_agrees(ctx, two):
    alice, bob = two.alice, two.bob
    peer_appointments.propose(ctx, alice, bob.person_id, FRIDAY)
    assert seen(ctx, alice, bob) == SeenTimes(proposed=FRIDAY, mine=True)
    assert seen(ctx, bob, alice) == SeenTimes(proposed=FRIDAY)
    for _ in range(2):
        peer_appointments.agree(ctx, bob, alice.person_id, FRIDAY)
    agreed = SeenTimes(agreed=FRIDAY, next_begin=NOON)
    assert seen(ctx, alice, bob) == seen(ctx, bob, alice) == agreed


def test_nobody_agrees_to_their_own_proposal_or_to_one_that_has_changed(ctx, two):
    alice, bob = two.alice, two.bob
    peer_appointments.propose(ctx, alice, bob.person_id, FRIDAY)
    with pytest.raises(ProposedAnewError):
        peer_appointments.agree(ctx, alice, bob.person_id, FRIDAY)
    peer_appointments.propose(ctx, alice, bob.person_id, MONDAY)
    with pytest.raises(ProposedAnewError):
        peer_appointments.agree(ctx, bob, alice.person_id, FRIDAY)
    assert seen(ctx, bob, alice) == SeenTimes(proposed=MONDAY)


def test_another_time_holds_only_when_both_agree_on_it(ctx, two):
    alice, bob = two.alice, two.bob
    agree_on(ctx, alice, bob, FRIDAY)
    peer_appointments.propose(ctx, bob, alice.person_id, MONDAY)
    assert seen(ctx, alice, bob).agreed == FRIDAY
    peer_appointments.drop_proposal(ctx, alice, bob.person_id)
    assert seen(ctx, bob, alice) == SeenTimes(agreed=FRIDAY, next_begin=NOON)
    agree_on(ctx, bob, alice, MONDAY)
    assert seen(ctx, alice, bob).agreed == MONDAY
    assert len(rows(ctx)) == 1


def test_the_same_proposed_by_both_at_the_same_moment_is_agreed(ctx, two):
    def propose(one, other):
        peer_appointments.propose(ctx, one, other.person_id, FRIDAY)

    with ThreadPoolExecutor(2) as pool:
        sides = (two.alice, two.bob), (two.bob, two.alice)
        for done in [pool.submit(propose, *side) for side in sides]:
            done.result()
    assert seen(ctx, two.alice, two.bob).agreed == FRIDAY


@ON_SQLITE
def test_proposing_what_is_agreed_takes_the_other_proposal_back(ctx, two):
    agree_on(ctx, two.alice, two.bob, FRIDAY)
    peer_appointments.propose(ctx, two.alice, two.bob.person_id, MONDAY)
    peer_appointments.propose(ctx, two.alice, two.bob.person_id, FRIDAY)
    assert seen(ctx, two.bob, two.alice).proposed is None


def test_either_drops_it_and_the_pairing_stays(ctx, two):
    agree_on(ctx, two.alice, two.bob, FRIDAY)
    for _ in range(2):
        peer_appointments.drop_agreed(ctx, two.bob, two.alice.person_id)
    assert seen(ctx, two.alice, two.bob) is None
    peer_appointments.propose(ctx, two.alice, two.bob.person_id, FRIDAY)


def end(ctx, two):
    pairings.end(ctx, two.bob, two.alice.person_id)


def block(ctx, two):
    peer_blocks.block(ctx, two.bob, two.alice.person_id)


def leave(ctx, two):
    people.end_access(ctx, two.ada, two.bob.person_id)


@pytest.mark.parametrize("way", [end, block, leave])
def test_it_ends_with_the_pairing(ctx, two, way):
    agree_on(ctx, two.alice, two.bob, FRIDAY)
    peer_appointments.propose(ctx, two.alice, two.bob.person_id, MONDAY)
    way(ctx, two)
    assert peer_appointments.my_times(ctx, two.alice) == {}
    assert rows(ctx) == []
    assert feed_of(ctx, two.alice, date(2026, 11, 16), date(2026, 12, 16)) == []
    with pytest.raises(NotFoundError):
        peer_appointments.propose(ctx, two.alice, two.bob.person_id, FRIDAY)


@ON_SQLITE
def test_it_rests_while_one_leads_the_other(ctx, two):
    agree_on(ctx, two.alice, two.bob, FRIDAY)
    with ctx.writing() as db:
        people_queries.set_leads(
            db, two.clinic.clinic_id, two.bob.person_id, [two.north.team_id]
        )
    assert peer_appointments.my_times(ctx, two.alice) == {}
    assert feed_of(ctx, two.alice, date(2026, 11, 16), date(2026, 12, 16)) == []


@ON_SQLITE
@pytest.mark.parametrize(
    "at", [PeerTime(weekday=7, hour=9), PeerTime(weekday=1, hour=5)]
)
def test_an_impossible_time_is_refused(ctx, two, at):
    with pytest.raises(InvalidInputError):
        peer_appointments.propose(ctx, two.alice, two.bob.person_id, at)


@ON_SQLITE
def test_only_the_two_see_it(ctx, two):
    agree_on(ctx, two.alice, two.bob, FRIDAY)
    assert peer_appointments.my_times(ctx, two.charlie) == {}
    with pytest.raises(NotFoundError):
        peer_appointments.propose(ctx, two.charlie, two.bob.person_id, FRIDAY)
    with pytest.raises(NotFoundError):
        peer_appointments.agree(ctx, two.charlie, two.bob.person_id, FRIDAY)


def test_the_first_one_is_in_the_week_in_which_a_check_in_is_due(ctx, two):
    alice, bob = two.alice, two.bob
    pairings.change_rhythm(ctx, alice, bob.person_id, PeerRhythm.FORTNIGHTLY)
    agree_on(ctx, alice, bob, MONDAY)  # past in this week
    assert seen(ctx, alice, bob).next_begin == datetime(2026, 11, 23, 7, tzinfo=UTC)
    peer_check_ins.record(ctx, alice, bob.person_id, PeerRecord(week=THIS_WEEK))
    agree_on(ctx, bob, alice, FRIDAY)
    assert seen(ctx, alice, bob).next_begin == datetime(2026, 12, 4, 11, tzinfo=UTC)


@ON_SQLITE
def test_the_next_one_is_the_one_under_way_and_then_the_next(ctx, two, clock):
    agree_on(ctx, two.alice, two.bob, FRIDAY)
    clock.instant = NOON
    clock.turn(minutes=14)
    assert seen(ctx, two.alice, two.bob).next_begin == NOON
    clock.turn(minutes=1)
    later = datetime(2026, 11, 27, 11, tzinfo=UTC)
    assert seen(ctx, two.alice, two.bob).next_begin == later


@ON_SQLITE
@pytest.mark.parametrize(("rhythm", "days"), [("weekly", 7), ("monthly", 28)])
def test_a_calendar_holds_it_at_the_same_hour_over_a_clock_change(
    ctx, two, rhythm, days
):
    alice, bob = two.alice, two.bob
    pairings.change_rhythm(ctx, alice, bob.person_id, PeerRhythm(rhythm))
    agree_on(ctx, alice, bob, FRIDAY)
    found = feed_of(ctx, alice, date(2026, 11, 16), date(2027, 11, 1))
    assert {title for title, _ in found} == {"Peer check-in"}
    assert {begins.hour for _, begins in found} == {12}
    assert {begins.astimezone(UTC).hour for _, begins in found} == {10, 11}
    apart = {(b[1] - a[1]).days for a, b in pairwise(found)}
    assert apart == {days}
    agreed = AgreedTime(at=FRIDAY, from_week=THIS_WEEK, weeks=days // 7)
    for _, begins in found:
        assert agreed.next_after(begins, two.clinic.zone) == begins


@ON_SQLITE
def test_a_calendar_tells_neither_with_whom_nor_that_two_belong_together(ctx, two):
    agree_on(ctx, two.alice, two.bob, FRIDAY)
    texts = [
        read(ctx, calendar_feed.make_feed(ctx, one)) for one in (two.alice, two.bob)
    ]
    for text in texts:
        for hidden in ("Alice", "Bob", "weekly check", str(two.bob.person_id)):
            assert hidden not in text
    uids = {line for text in texts for line in text.split() if line.startswith("UID")}
    assert len(uids) == 2


def remind(ctx, viewer, **other):
    values = {"check_in": False, "weekday": 0, "hour": 9, "gatherings": False}
    reminders.choose_reminders(ctx, viewer, **values | {"peers": True} | other)


def test_who_asked_is_reminded_a_day_before_once(ctx, two, clock, server):
    mailing = with_mail(ctx, server.url)
    remind(ctx, two.alice)
    agree_on(ctx, two.alice, two.bob, FRIDAY)
    clock.instant = NOON
    clock.turn(days=-1, minutes=-1)
    send_due(mailing)
    assert server.mails == []
    clock.turn(minutes=1)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(send_due, mailing) for _ in range(2)]:
            done.result()
    assert server.recipients == ["alice@example.org"]
    text = server.mails[0].as_string()
    assert "an agreed check-in takes place soon" in text
    assert "/peers" in text
    assert "Bob" not in text
    assert "peer" not in str(server.mails[0]["Subject"]).lower()
    clock.turn(days=7)
    send_due(mailing)
    assert len(server.mails) == 2


@ON_SQLITE
def test_what_was_dropped_or_paused_is_not_reminded_of(ctx, two, clock, server):
    mailing = with_mail(ctx, server.url)
    for one in (two.alice, two.bob):
        remind(ctx, one)
    reminders.pause(ctx, two.bob, THIS_WEEK.plus(1))
    agree_on(ctx, two.alice, two.bob, FRIDAY)
    server.refuses = {two.alice.email}
    clock.instant = NOON
    clock.turn(days=-1)
    assert send_due(mailing).failed == 1
    server.refuses = set()
    peer_appointments.drop_agreed(ctx, two.bob, two.alice.person_id)
    clock.turn(hours=1)
    send_due(mailing)
    assert server.mails == []


@ON_SQLITE
def test_two_reminders_a_week_at_most_with_those_of_peers(ctx, two, clock, server):
    mailing = with_mail(ctx, server.url)
    pair(ctx, two.alice, two.charlie)
    remind(ctx, two.alice, check_in=True, weekday=2)
    agree_on(ctx, two.alice, two.bob, FRIDAY)
    agree_on(ctx, two.alice, two.charlie, PeerTime(weekday=5, hour=12))
    for _ in range(5 * 24):
        clock.turn(hours=1)
        send_due(mailing)
    assert len(server.mails) == 2


@ON_SQLITE
def test_who_does_not_check_in_cannot_ask_to_be_reminded_of_it(ctx, two):
    with pytest.raises(Exception, match="clinician"):
        remind(ctx, two.dora)


@ON_SQLITE
def test_ones_own_download_holds_it(ctx, two):
    agree_on(ctx, two.alice, two.bob, FRIDAY)
    peer_appointments.propose(ctx, two.alice, two.bob.person_id, MONDAY)
    remind(ctx, two.alice)
    archive = zipfile.ZipFile(BytesIO(my_data.my_archive(ctx, two.alice)))
    assert json.loads(archive.read("peers.json"))["times"] == [
        {
            "with": "Bob",
            "agreed": {"weekday": 4, "hour": 12, "from_week": str(THIS_WEEK)},
            "proposed": {"weekday": 0, "hour": 8, "by_me": True},
        }
    ]
    assert json.loads(archive.read("reminders.json"))["peers"] is True
