"""Gatherings: offered to all, joined privately or visibly, never told by a number."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time, timedelta
from threading import Barrier
from uuid import uuid4

import pytest

from tests.clinic import make_person
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.gatherings import GatheringKind, Repeats, Room
from wellbeing.domain.people import Role
from wellbeing.privacy.policy import RULES, small_teams
from wellbeing.services import gathering_offers, gatherings, my_data, people
from wellbeing.services.gathering_fields import NewGathering
from wellbeing.storage import people_queries, policy_queries

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
CIRCLE = NewGathering(
    kind=GatheringKind.PEER_GROUP,
    title="Friday circle",
    about="Half an hour, no notes.",
    day=date(2026, 11, 27),
    clock=time(12, 30),
    zone="Europe/Berlin",
    minutes=30,
    place="Room 2.14",
    link="",
    places=2,
)


def offer(ctx, host, **other):
    return gathering_offers.offer(ctx, host, replace(CIRCLE, **other)).gathering_id


def seen_by(ctx, viewer, gathering_id):
    found = gatherings.offered(ctx, viewer)
    return next(one for one in found if one.gathering.gathering_id == gathering_id)


def join(ctx, viewer, gathering_id, *, visible=False):
    return gatherings.join(ctx, viewer, gathering_id, visible=visible)


@ON_SQLITE
def test_everybody_sees_what_is_offered_and_by_whom(ctx, cast):
    circle = offer(ctx, cast.bob)
    for viewer in (cast.alice, cast.dora, cast.rita, cast.ada):
        seen = seen_by(ctx, viewer, circle)
        assert (seen.gathering.title, seen.gathering.host) == ("Friday circle", "Bob")
        assert (seen.mine, seen.names, seen.totals) == (None, None, None)
    assert seen_by(ctx, cast.bob, circle).hosts


def test_who_joins_privately_is_named_to_nobody(ctx, cast):
    circle = offer(ctx, cast.bob)
    join(ctx, cast.alice, circle)
    join(ctx, cast.charlie, circle, visible=True)
    for viewer in (cast.bob, cast.charlie):
        assert seen_by(ctx, viewer, circle).names == ("Charlie",)
    assert seen_by(ctx, cast.alice, circle).names is None
    for viewer in (cast.dora, cast.ada, cast.rita):
        seen = seen_by(ctx, viewer, circle)
        assert (seen.names, seen.totals) == (None, None)


@ON_SQLITE
def test_only_the_host_sees_totals(ctx, cast):
    circle = offer(ctx, cast.bob)
    for viewer in (cast.alice, cast.charlie, cast.rita):
        join(ctx, viewer, circle, visible=viewer is cast.charlie)
    totals = seen_by(ctx, cast.bob, circle).totals
    assert (totals.taken, totals.waiting) == (2, 1)
    assert seen_by(ctx, cast.charlie, circle).totals is None


@ON_SQLITE
def test_how_full_a_small_one_is_is_not_said_to_anybody(ctx, cast):
    circle = offer(ctx, cast.bob, places=7)
    rooms = set()
    for n in range(7):
        join(ctx, make_person(ctx, cast.clinic, f"Person{n}"), circle)
        rooms.add(seen_by(ctx, cast.dora, circle).room)
    assert rooms == {Room.UNSAID}


@ON_SQLITE
def test_room_never_tells_of_fewer_people_than_the_least(ctx, cast):
    circle = offer(ctx, cast.bob, places=10)
    rooms = [seen_by(ctx, cast.dora, circle).room]
    for n in range(10):
        join(ctx, make_person(ctx, cast.clinic, f"Person{n}"), circle)
        rooms.append(seen_by(ctx, cast.dora, circle).room)
    assert set(rooms[:8]) == {Room.OPEN}
    assert rooms[8:] == [Room.NEARLY_FULL, Room.NEARLY_FULL, Room.FULL]


@ON_SQLITE
def test_a_clinic_that_shows_smaller_teams_says_no_more_of_a_gathering(ctx, cast):
    # The word on room would tell lookers-on of four who joined privately.
    week = ctx.this_week(cast.clinic)
    with ctx.writing() as db:
        policy_queries.put_policy(db, cast.clinic.clinic_id, week, small_teams())
    assert small_teams().least_people < RULES.least_people
    circle = offer(ctx, cast.bob, places=6)
    join(ctx, cast.alice, circle)
    assert seen_by(ctx, cast.dora, circle).room is Room.UNSAID


def test_whoever_comes_when_all_places_are_taken_waits_and_moves_up(ctx, cast):
    circle = offer(ctx, cast.bob, places=1)
    assert not join(ctx, cast.alice, circle).waits
    assert join(ctx, cast.charlie, circle).waits
    assert join(ctx, cast.rita, circle).waits
    gatherings.leave(ctx, cast.alice, circle)
    assert not seen_by(ctx, cast.charlie, circle).mine.waits
    assert seen_by(ctx, cast.rita, circle).mine.waits


@pytest.mark.parametrize("how", ["deletes", "leaves"])
def test_who_leaves_the_clinic_makes_room(ctx, cast, how):
    circle = offer(ctx, cast.bob, places=1)
    join(ctx, cast.alice, circle)
    join(ctx, cast.charlie, circle)
    own = cast.clinic.clinic_id, cast.alice.person_id
    if how == "deletes":
        with ctx.writing() as db:
            people_queries.drop_person(db, *own)
    else:
        people.end_access(ctx, cast.ada, cast.alice.person_id)
        gathering_offers.tidy(ctx)
        people.let_in_again(ctx, cast.ada, cast.alice.person_id)
    assert not seen_by(ctx, cast.charlie, circle).mine.waits
    assert seen_by(ctx, cast.bob, circle).totals.taken == 1


def test_joining_twice_counts_once_and_may_change_what_is_seen(ctx, cast):
    circle = offer(ctx, cast.bob, places=2)
    join(ctx, cast.alice, circle)
    join(ctx, cast.charlie, circle)
    assert join(ctx, cast.alice, circle, visible=True).visible
    assert not seen_by(ctx, cast.alice, circle).mine.waits
    assert seen_by(ctx, cast.bob, circle).totals.taken == 2
    gatherings.leave(ctx, cast.alice, circle)
    gatherings.leave(ctx, cast.alice, circle)
    assert seen_by(ctx, cast.alice, circle).mine is None


def at_once(*actions):
    together = Barrier(len(actions))

    def one(action):
        together.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [f.result() for f in [pool.submit(one, a) for a in actions]]


def test_the_last_place_is_taken_once_however_many_ask_at_the_same_second(ctx, cast):
    crowd = [make_person(ctx, cast.clinic, f"Person{n}") for n in range(6)]
    for n in range(3):
        circle = offer(ctx, cast.bob, places=1, title=f"Circle {n}")
        taken = at_once(*[lambda v=v: join(ctx, v, circle) for v in crowd])  # noqa: B023 (called before the next)
        assert sorted(one.waits for one in taken) == [False] + [True] * 5
        totals = seen_by(ctx, cast.bob, circle).totals
        assert (totals.taken, totals.waiting) == (1, 5)


def test_a_double_click_offers_one(ctx, cast):
    def once():
        try:
            return offer(ctx, cast.bob)
        except InvalidInputError:
            return None

    assert [m is None for m in sorted(at_once(once, once), key=str)].count(True) == 1
    assert len(gatherings.offered(ctx, cast.alice)) == 1


@ON_SQLITE
def test_a_host_is_there_anyway(ctx, cast):
    circle = offer(ctx, cast.bob)
    with pytest.raises(InvalidInputError, match="You offer this"):
        join(ctx, cast.bob, circle)


def test_joiners_see_that_it_changed_until_they_say_so(ctx, cast):
    circle = offer(ctx, cast.bob)
    join(ctx, cast.alice, circle)
    assert not seen_by(ctx, cast.alice, circle).mine.changed
    later = replace(CIRCLE, clock=time(13))
    assert gathering_offers.change(ctx, cast.bob, circle, later).revision == 1
    assert seen_by(ctx, cast.alice, circle).mine.changed
    gatherings.know_change(ctx, cast.alice, circle)
    assert not seen_by(ctx, cast.alice, circle).mine.changed


def test_places_that_people_have_are_not_taken_away(ctx, cast):
    circle = offer(ctx, cast.bob)
    join(ctx, cast.alice, circle)
    join(ctx, cast.charlie, circle)
    with pytest.raises(InvalidInputError, match="Keep theirs"):
        gathering_offers.change(ctx, cast.bob, circle, replace(CIRCLE, places=1))


def test_a_cancelled_one_stays_visible_and_can_be_left_only(ctx, cast):
    circle = offer(ctx, cast.bob)
    join(ctx, cast.alice, circle)
    gathering_offers.cancel(ctx, cast.bob, circle)
    gathering_offers.cancel(ctx, cast.bob, circle)
    seen = seen_by(ctx, cast.alice, circle)
    assert (seen.gathering.cancelled, seen.mine.changed) == (True, True)
    with pytest.raises(InvalidInputError):
        join(ctx, cast.charlie, circle)
    with pytest.raises(InvalidInputError):
        gathering_offers.change(ctx, cast.bob, circle, CIRCLE)
    gatherings.leave(ctx, cast.alice, circle)
    assert seen_by(ctx, cast.alice, circle).mine is None


@ON_SQLITE
def test_a_series_is_not_cut_so_short_that_it_is_over_untold(ctx, cast, clock):
    weekly = replace(CIRCLE, repeats=Repeats.WEEKLY, times=12)
    circle = gathering_offers.offer(ctx, cast.bob, weekly).gathering_id
    clock.turn(days=30)
    with pytest.raises(InvalidInputError, match="Cancel it instead"):
        gathering_offers.change(ctx, cast.bob, circle, replace(weekly, times=2))
    assert not seen_by(ctx, cast.alice, circle).gathering.cancelled


def test_what_somebody_offered_who_has_left_is_cancelled_for_good(ctx, cast):
    circle = offer(ctx, cast.bob)
    people.end_access(ctx, cast.ada, cast.bob.person_id)
    assert seen_by(ctx, cast.alice, circle).gathering.cancelled
    gathering_offers.tidy(ctx)
    people.let_in_again(ctx, cast.ada, cast.bob.person_id)
    assert seen_by(ctx, cast.alice, circle).gathering.cancelled


@pytest.mark.parametrize("who", ["alice", "ada", "dora", "rita"])
@ON_SQLITE
def test_nobody_but_the_host_changes_or_cancels(ctx, cast, who):
    circle, viewer = offer(ctx, cast.bob), getattr(cast, who)
    with pytest.raises(NotFoundError):
        gathering_offers.change(ctx, viewer, circle, CIRCLE)
    with pytest.raises(NotFoundError):
        gathering_offers.cancel(ctx, viewer, circle)
    assert not seen_by(ctx, cast.alice, circle).gathering.cancelled


def test_another_clinics_gathering_is_not_there(ctx, cast):
    circle = offer(ctx, cast.bob)
    other = replace(cast.clinic, clinic_id=uuid4())
    stranger = replace(cast.alice, clinic=other)
    assert gatherings.offered(ctx, stranger) == ()
    for attempt in (
        lambda: join(ctx, stranger, circle),
        lambda: gatherings.know_change(ctx, stranger, circle),
        lambda: gathering_offers.cancel(ctx, stranger, circle),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def test_past_ones_come_last_and_are_forgotten_after_a_year(ctx, cast, clock):
    circle = offer(ctx, cast.bob)
    join(ctx, cast.alice, circle, visible=True)
    clock.turn(days=20)
    ahead = offer(ctx, cast.bob, day=date(2027, 1, 15))
    found = gatherings.offered(ctx, cast.alice)
    assert [one.gathering.gathering_id for one in found] == [ahead, circle]
    assert (found[1].next_begin, found[1].names) == (None, None)
    clock.turn(days=357)
    gathering_offers.tidy(ctx)
    found = gatherings.offered(ctx, cast.alice)
    assert [one.gathering.gathering_id for one in found] == [ahead]


@ON_SQLITE
def test_it_repeats_until_a_day_or_so_many_times(ctx, cast):
    monthly = {"repeats": Repeats.MONTHLY, "until": date(2027, 3, 31)}
    made = seen_by(ctx, cast.bob, offer(ctx, cast.bob, **monthly)).gathering
    assert made.timing.times == 5
    assert made.timing.days()[-1] == date(2027, 3, 26)
    twice = {"repeats": Repeats.FORTNIGHTLY, "times": 2, "title": "Other"}
    made = seen_by(ctx, cast.bob, offer(ctx, cast.bob, **twice)).gathering
    assert made.timing.days() == (date(2026, 11, 27), date(2026, 12, 11))


@ON_SQLITE
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"day": date(2026, 11, 17), "clock": time(10)}, "in the past"),
        ({"day": date(1, 1, 1)}, "in the past"),
        ({"day": date(9999, 12, 31)}, "too far ahead"),
        ({"minutes": 0}, "how long"),
        ({"minutes": 60 * 24 * 15}, "how long"),
        ({"repeats": Repeats.WEEKLY}, "when it ends"),
        ({"repeats": Repeats.WEEKLY, "times": 0}, "1 to 104 times"),
        ({"repeats": Repeats.WEEKLY, "until": date(2026, 11, 1)}, "1 to 104 times"),
        ({"repeats": Repeats.WEEKLY, "until": date(2040, 1, 1)}, "1 to 104 times"),
        ({"places": 0}, "places"),
        ({"places": 501}, "places"),
        ({"title": " "}, "Write a sentence"),
        ({"title": "x" * 121}, "too long"),
        ({"about": "x" * 100_000}, "too long"),
        ({"about": "a\x00b"}, "cannot be shown"),
        ({"place": "x" * 201}, "too long"),
        ({"place": " "}, "Say where"),
        ({"zone": "Mars/Olympus"}, "time zone"),
        ({"link": "javascript:alert(1)"}, "https://"),
        ({"link": "data:text/html,x"}, "https://"),
        ({"link": "https://"}, "https://"),
        ({"link": "https://user:secret@example.org"}, "https://"),
        ({"link": 'https://example.org/"onclick=x'}, "https://"),
        ({"link": "https://example.org/a b"}, "https://"),
        ({"link": "https://example.org:99999/"}, "https://"),
        ({"link": "https://[::1"}, "https://"),
        ({"link": "https://example.org/" + "x" * 500}, "too long"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(ctx, cast, wrong, sentence):
    with pytest.raises(InvalidInputError, match=sentence):
        offer(ctx, cast.bob, **wrong)
    assert gatherings.offered(ctx, cast.bob) == ()


@ON_SQLITE
def test_the_download_holds_what_one_offers_and_joined_and_nobody_else(ctx, cast):
    circle = offer(ctx, cast.bob)
    join(ctx, cast.alice, circle, visible=True)
    join(ctx, cast.charlie, circle)
    for viewer, others in ((cast.alice, "Charlie"), (cast.bob, "Alice")):
        told = gatherings.gathering_files(ctx, viewer)["gatherings.json"].decode()
        assert "Friday circle" in told
        assert others not in told
    assert gatherings.gathering_files(ctx, cast.rita) == {}
    assert b"gatherings.json" in my_data.my_archive(ctx, cast.alice)


@ON_SQLITE
def test_a_gathering_is_over_only_after_its_last_time(ctx, cast, clock):
    circle = offer(ctx, cast.bob, repeats=Repeats.WEEKLY, times=3)
    clock.turn(days=12)
    assert seen_by(ctx, cast.alice, circle).next_begin.date() == date(2026, 12, 4)
    clock.turn(days=13)
    assert seen_by(ctx, cast.alice, circle).next_begin is None
    with pytest.raises(InvalidInputError):
        join(ctx, cast.alice, circle)


@ON_SQLITE
def test_words_of_a_series_under_way_can_be_changed(ctx, cast, clock):
    weekly = replace(CIRCLE, repeats=Repeats.WEEKLY, times=3)
    circle = gathering_offers.offer(ctx, cast.bob, weekly).gathering_id
    clock.turn(days=12)
    new = replace(weekly, about="Bring tea.")
    assert gathering_offers.change(ctx, cast.bob, circle, new).about == "Bring tea."
    moved = replace(new, day=CIRCLE.day + timedelta(days=1))
    with pytest.raises(InvalidInputError, match="in the past"):
        gathering_offers.change(ctx, cast.bob, circle, moved)


@ON_SQLITE
def test_roles_make_no_difference(ctx, cast):
    boss = make_person(ctx, cast.clinic, "Boss", Role.LEAD, leads=(cast.north,))
    circle = offer(ctx, boss)
    join(ctx, cast.alice, circle)
    seen = seen_by(ctx, boss, circle)
    assert (seen.names, seen.totals.taken) == ((), 1)
