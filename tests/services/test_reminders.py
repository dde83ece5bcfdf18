"""Reminders: asked for, once, in waking hours, and learned from by nobody."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.clinic import LAST_WEEK, PASSWORD, THIS_WEEK, make_person
from tests.mail_server import mail_server, with_mail
from tests.services.test_gatherings import CIRCLE, at_once
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.errors import (
    InvalidInputError,
    LinkUsedOrExpiredError,
    NotAllowedError,
)
from wellbeing.domain.people import Role
from wellbeing.domain.reminders import (
    MessageState,
    Reminders,
    after_quiet,
    day_before,
    is_quiet,
    wait_after,
)
from wellbeing.services import (
    check_ins,
    gathering_offers,
    gatherings,
    mail,
    my_data,
    people,
    reminders,
)
from wellbeing.services.reminder_sending import Outcome, send_due
from wellbeing.storage import message_queries

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FRIDAY = 4


@pytest.fixture
def server():
    with mail_server() as started:
        yield started


@pytest.fixture
def mailing(ctx, server):
    return with_mail(ctx, server.url)


def ask(ctx, viewer, **other):
    values = {"check_in": True, "weekday": FRIDAY, "hour": 9, "gatherings": False}
    reminders.choose_reminders(ctx, viewer, **values | other)


def to_friday(clock, hour=8):
    """Turn to this week's Friday; 8 in UTC is 9 at the clinic."""
    clock.instant = datetime(2026, 11, 20, hour, tzinfo=UTC)


def messages(ctx, viewer):
    with ctx.reading() as db:
        return message_queries.messages_of(db, viewer.clinic_id, viewer.person_id)


@ON_SQLITE
def test_nothing_is_sent_to_who_did_not_ask(mailing, cast, clock, server):
    assert reminders.my_reminders(mailing, cast.alice) == Reminders()
    clock.turn(days=7)
    assert send_due(mailing) == Outcome()
    assert server.mails == []


def test_everybody_who_asked_gets_it_whether_or_not_they_checked_in(
    mailing, cast, clock, server
):
    for viewer in (cast.alice, cast.bob):
        ask(mailing, viewer)
    check_ins.keep(mailing, cast.alice, THIS_WEEK, {"overall": 6})
    check_ins.save(mailing, cast.alice, THIS_WEEK, Kind.FULL)
    to_friday(clock)
    assert send_due(mailing) == Outcome(sent=2)
    assert sorted(server.recipients) == ["alice@example.org", "bob@example.org"]
    first, second = (
        m.get_content().replace(m["List-Unsubscribe"].strip("<>"), "")
        for m in server.mails
    )
    assert first == second


@ON_SQLITE
def test_a_mail_says_nothing_and_has_one_link_and_one_to_stop_it(
    mailing, cast, clock, server
):
    ask(mailing, cast.alice)
    to_friday(clock)
    send_due(mailing)
    (sent,) = server.mails
    text = sent.get_content()
    assert sent["Subject"] == "A reminder you asked for"
    stop = sent["List-Unsubscribe"].strip("<>")
    links = [word for word in text.split() if word.startswith("http")]
    assert links == ["http://127.0.0.1:8501/check-in", stop]
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for word in ("Riverside", "Alice", "North", "score"):
        assert word not in text + sent["Subject"]


def test_it_comes_at_its_hour_and_once_a_week(mailing, cast, clock, server):
    ask(mailing, cast.alice)
    to_friday(clock, 7)
    send_due(mailing)
    assert server.mails == []
    for _ in range(3):
        clock.turn(hours=1)
        send_due(mailing)
    assert len(server.mails) == 1
    clock.turn(days=7)
    send_due(mailing)
    assert len(server.mails) == 2
    names = {str(mail["Message-ID"]) for mail in server.mails}
    assert len(names) == 2


@ON_SQLITE
def test_a_day_that_is_past_this_week_begins_the_next(mailing, cast, clock, server):
    ask(mailing, cast.alice, weekday=0)
    assert reminders.my_reminders(mailing, cast.alice).from_week == THIS_WEEK.plus(1)
    send_due(mailing)
    assert server.mails == []
    clock.turn(days=6)
    send_due(mailing)
    assert len(server.mails) == 1


@ON_SQLITE
def test_another_day_in_the_same_week_does_not_remind_twice(
    mailing, cast, clock, server
):
    ask(mailing, cast.alice)
    to_friday(clock)
    send_due(mailing)
    ask(mailing, cast.alice, weekday=5)
    clock.turn(days=1, hours=2)
    send_due(mailing)
    assert len(server.mails) == 1


@ON_SQLITE
def test_nothing_is_sent_in_quiet_hours_and_late_ones_come_in_the_morning(
    mailing, cast, clock
):
    ask(mailing, cast.alice, hour=19)
    to_friday(clock, 19)  # 20:00 at the clinic
    assert send_due(mailing) == Outcome()
    clock.turn(hours=10, minutes=59)
    assert send_due(mailing) == Outcome()
    clock.turn(minutes=1)
    assert send_due(mailing) == Outcome(sent=1)


@ON_SQLITE
def test_a_week_that_is_over_is_not_reminded_of(mailing, cast, clock, server):
    ask(mailing, cast.alice)
    to_friday(clock, 7)
    clock.turn(days=3)
    send_due(mailing)
    assert server.mails == []


@ON_SQLITE
def test_a_pause_lasts_until_its_week(mailing, cast, clock, server):
    ask(mailing, cast.alice)
    reminders.pause(mailing, cast.alice, THIS_WEEK.plus(2))
    to_friday(clock)
    for expected in (0, 0, 1):
        send_due(mailing)
        assert len(server.mails) == expected
        clock.turn(days=7)


@ON_SQLITE
@pytest.mark.parametrize("weeks", [-1, 0, 27])
def test_a_pause_is_for_the_weeks_ahead(ctx, cast, weeks):
    with pytest.raises(InvalidInputError):
        reminders.pause(ctx, cast.alice, THIS_WEEK.plus(weeks))


@ON_SQLITE
@pytest.mark.parametrize("other", [{"weekday": 7}, {"hour": 6}, {"hour": 20}])
def test_a_quiet_hour_cannot_be_asked_for(ctx, cast, other):
    with pytest.raises(InvalidInputError):
        ask(ctx, cast.alice, **other)


@ON_SQLITE
def test_who_has_no_check_in_is_not_reminded_of_it(ctx, cast):
    with pytest.raises(NotAllowedError):
        ask(ctx, cast.dora)
    ask(ctx, cast.dora, check_in=False, gatherings=True)
    assert reminders.my_reminders(ctx, cast.dora).gatherings


def test_switched_off_after_it_was_queued_nothing_is_sent(mailing, cast, clock, server):
    ask(mailing, cast.alice)
    to_friday(clock)
    server.refuses = {"alice@example.org"}
    assert send_due(mailing) == Outcome(failed=1)
    server.refuses = set()
    reminders.stop_all(mailing, cast.alice)
    clock.turn(hours=1)
    assert send_due(mailing) == Outcome()
    assert messages(mailing, cast.alice)[0].state is MessageState.DROPPED


@ON_SQLITE
def test_who_cannot_sign_in_gets_none(mailing, cast, clock):
    ask(mailing, cast.alice)
    people.end_access(mailing, cast.ada, cast.alice.person_id)
    to_friday(clock)
    assert send_due(mailing) == Outcome()


def test_the_link_in_a_mail_switches_everything_off(mailing, cast, clock, server):
    ask(mailing, cast.alice, gatherings=True)
    ask(mailing, cast.bob)
    to_friday(clock)
    send_due(mailing)
    links = {str(m["To"]): m["List-Unsubscribe"].strip("<>") for m in server.mails}
    token = links["alice@example.org"].rsplit("/", 1)[-1]
    assert reminders.stop_link_works(mailing, token)
    for _ in range(2):
        reminders.stop_by_link(mailing, token)
    assert reminders.my_reminders(mailing, cast.alice) == Reminders()
    assert reminders.my_reminders(mailing, cast.bob).any
    for wrong in ("", "x" * 43, token[:-1]):
        assert not reminders.stop_link_works(mailing, wrong)
        with pytest.raises(LinkUsedOrExpiredError):
            reminders.stop_by_link(mailing, wrong)


def offer(ctx, host, day, clock=time(18), **other):
    new = replace(CIRCLE, day=day, clock=clock, **other)
    return gathering_offers.offer(ctx, host, new).gathering_id


def test_a_gathering_is_reminded_of_a_day_before(mailing, cast, clock, server):
    ask(mailing, cast.alice, check_in=False, gatherings=True)
    ask(mailing, cast.charlie, check_in=False, gatherings=True)
    circle = offer(mailing, cast.bob, date(2026, 11, 20), places=1)
    gatherings.join(mailing, cast.alice, circle, visible=False)
    gatherings.join(mailing, cast.charlie, circle, visible=False)
    clock.instant = datetime(2026, 11, 19, 16, 59, tzinfo=UTC)
    send_due(mailing)
    assert server.mails == []
    clock.turn(minutes=1)
    send_due(mailing)
    assert server.recipients == ["alice@example.org"]
    assert "Friday circle" not in server.mails[0].as_string()


@ON_SQLITE
def test_who_moves_up_late_is_reminded_and_who_left_is_not(
    mailing, cast, clock, server
):
    for viewer in (cast.alice, cast.charlie):
        ask(mailing, viewer, check_in=False, gatherings=True)
    circle = offer(mailing, cast.bob, date(2026, 11, 20), places=1)
    gatherings.join(mailing, cast.alice, circle, visible=False)
    gatherings.join(mailing, cast.charlie, circle, visible=False)
    server.refuses = {"alice@example.org"}
    clock.instant = datetime(2026, 11, 19, 17, tzinfo=UTC)
    send_due(mailing)
    gatherings.leave(mailing, cast.alice, circle)
    server.refuses = set()
    clock.turn(hours=1)
    send_due(mailing)
    assert server.recipients == ["charlie@example.org"] * 2  # news, and the reminder


def test_that_it_is_cancelled_is_told_to_who_asked(mailing, cast, clock, server):
    ask(mailing, cast.alice, check_in=False, gatherings=True)
    circle = offer(mailing, cast.bob, date(2026, 11, 27))
    for viewer in (cast.alice, cast.charlie):
        gatherings.join(mailing, viewer, circle, visible=False)
    gathering_offers.cancel(mailing, cast.bob, circle)
    send_due(mailing)
    assert server.recipients == ["alice@example.org"]
    told = " ".join(server.mails[0].get_content().split())
    assert "does not take place" in told
    assert "went with the account of whoever offered it" in told
    clock.turn(days=9)
    send_due(mailing)
    assert len(server.mails) == 1


def test_it_is_told_too_when_the_host_deletes_their_account(
    mailing, cast, clock, server
):
    ask(mailing, cast.alice, check_in=False, gatherings=True)
    circle = offer(mailing, cast.bob, date(2026, 11, 27))
    gatherings.join(mailing, cast.alice, circle, visible=False)
    my_data.delete_account(mailing, cast.bob, password=PASSWORD)
    clock.turn(minutes=1)
    send_due(mailing)
    assert server.recipients == ["alice@example.org"]


def test_two_a_week_at_most_and_news_of_a_cancelled_one_on_top(
    mailing, cast, clock, server
):
    ask(mailing, cast.alice, weekday=6, hour=10, gatherings=True)
    for day in (19, 20, 21):
        circle = offer(mailing, cast.bob, date(2026, 11, day))
        gatherings.join(mailing, cast.alice, circle, visible=False)
    for _ in range(6 * 24):
        clock.turn(hours=1)
        send_due(mailing)
    assert len(server.mails) == 2
    circle = offer(mailing, cast.bob, date(2026, 11, 30))
    gatherings.join(mailing, cast.alice, circle, visible=False)
    clock.instant = datetime(2026, 11, 22, 18, tzinfo=UTC)
    gathering_offers.cancel(mailing, cast.bob, circle)
    send_due(mailing)
    assert len(server.mails) == 3


def full_circle(ctx, cast):
    """Let alice have the one place of what bob offers, and charlie wait for it."""
    circle = offer(ctx, cast.bob, date(2026, 11, 27), places=1)
    for viewer in (cast.alice, cast.charlie):
        ask(ctx, viewer, check_in=False, gatherings=True)
        gatherings.join(ctx, viewer, circle, visible=False)
    return circle


def test_who_moves_up_is_told_once_by_however_many_senders(mailing, cast, server):
    circle = full_circle(mailing, cast)
    send_due(mailing)
    assert server.mails == []
    gatherings.leave(mailing, cast.alice, circle)
    at_once(*[lambda: send_due(mailing)] * 3)
    assert server.recipients == ["charlie@example.org"]
    text = server.mails[0].as_string()
    assert "You have a place now" in text
    for word in ("Friday circle", "Alice", "Bob", "Room"):
        assert word not in text
    gatherings.leave(mailing, cast.charlie, circle)
    gatherings.join(mailing, cast.alice, circle, visible=False)
    gatherings.join(mailing, cast.charlie, circle, visible=False)
    send_due(mailing)
    assert len(server.mails) == 1
    gatherings.leave(mailing, cast.alice, circle)
    send_due(mailing)
    assert server.recipients == ["charlie@example.org"] * 2


@pytest.mark.parametrize("way", ["deleted", "ended", "more places"])
def test_who_moves_up_is_told_however_the_place_became_free(mailing, cast, server, way):
    circle = full_circle(mailing, cast)
    if way == "deleted":
        my_data.delete_account(mailing, cast.alice, password=PASSWORD)
    elif way == "ended":
        people.end_access(mailing, cast.ada, cast.alice.person_id)
    else:
        more = replace(CIRCLE, day=date(2026, 11, 27), clock=time(18), places=2)
        gathering_offers.change(mailing, cast.bob, circle, more)
    send_due(mailing)
    assert server.recipients == ["charlie@example.org"]


@ON_SQLITE
def test_who_did_not_ask_or_left_again_is_not_told_of_a_place(
    mailing, cast, clock, server
):
    circle = full_circle(mailing, cast)
    gatherings.join(mailing, cast.dora, circle, visible=False)
    server.refuses = {"charlie@example.org"}
    gatherings.leave(mailing, cast.alice, circle)
    send_due(mailing)
    server.refuses = set()
    gatherings.leave(mailing, cast.charlie, circle)
    clock.turn(minutes=10)
    send_due(mailing)
    assert server.mails == []


@ON_SQLITE
def test_a_place_at_night_is_told_in_the_morning(mailing, cast, clock, server):
    circle = full_circle(mailing, cast)
    to_friday(clock, 21)
    gatherings.leave(mailing, cast.alice, circle)
    send_due(mailing)
    assert server.mails == []
    clock.turn(hours=9)
    send_due(mailing)
    assert server.recipients == ["charlie@example.org"]


def changed(ctx, cast, circle, **other):
    new = replace(CIRCLE, day=date(2026, 11, 27), clock=time(18), places=1)
    new = replace(new, **other)
    gathering_offers.change(ctx, cast.bob, circle, new)


def test_another_time_or_place_is_told_once_to_who_asked(mailing, cast, clock, server):
    circle = full_circle(mailing, cast)
    gatherings.join(mailing, cast.dora, circle, visible=False)
    changed(mailing, cast, circle, clock=time(19))
    send_due(mailing)
    changed(mailing, cast, circle, clock=time(17), place="Room 3")
    clock.turn(minutes=10)
    at_once(*[lambda: send_due(mailing)] * 2)
    assert sorted(server.recipients) == ["alice@example.org", "charlie@example.org"]
    text = server.mails[0].as_string()
    assert "another time or place" in text
    assert "Room 3" not in text
    clock.turn(hours=3)
    send_due(mailing)
    assert len(server.mails) == 2


@ON_SQLITE
def test_another_title_is_no_news_and_neither_is_what_one_knows(
    mailing, cast, clock, server
):
    circle = full_circle(mailing, cast)
    changed(mailing, cast, circle, title="Another circle")
    clock.turn(minutes=10)
    send_due(mailing)
    assert server.mails == []
    changed(mailing, cast, circle, place="Room 3")
    gatherings.know_change(mailing, cast.alice, circle)
    gatherings.leave(mailing, cast.charlie, circle)
    clock.turn(minutes=10)
    send_due(mailing)
    assert server.mails == []


@ON_SQLITE
def test_what_is_cancelled_after_a_change_is_told_as_cancelled(
    mailing, cast, clock, server
):
    circle = full_circle(mailing, cast)
    changed(mailing, cast, circle, place="Room 3")
    gathering_offers.cancel(mailing, cast.bob, circle)
    clock.turn(minutes=10)
    send_due(mailing)
    assert len(server.mails) == 2
    assert all("does not take place" in m.get_content() for m in server.mails)


def test_one_that_is_refused_is_tried_again_and_given_up_after_a_day(
    mailing, cast, clock, server
):
    for viewer in (cast.alice, cast.bob):
        ask(mailing, viewer, weekday=3)
    server.refuses = {"alice@example.org"}
    clock.instant = datetime(2026, 11, 19, 8, tzinfo=UTC)
    assert send_due(mailing) == Outcome(sent=1, failed=1)
    assert send_due(mailing) == Outcome()
    tried = 0
    for _ in range(30):
        clock.turn(hours=1)
        tried += send_due(mailing).failed
    assert 4 <= tried <= 8
    server.refuses = set()
    assert send_due(mailing) == Outcome()


@ON_SQLITE
def test_it_arrives_when_the_server_is_back(mailing, cast, clock, server):
    ask(mailing, cast.alice)
    to_friday(clock)
    server.refuses = {"alice@example.org"}
    send_due(mailing)
    server.refuses = set()
    clock.turn(minutes=5)
    assert send_due(mailing) == Outcome(sent=1)


@ON_SQLITE
def test_a_server_that_hangs_holds_up_nobody_else(
    mailing, cast, clock, server, monkeypatch
):
    monkeypatch.setattr(mail, "SECONDS", 0.3)
    for viewer in (cast.alice, cast.bob, cast.charlie):
        ask(mailing, viewer)
    server.silent_for = {"alice@example.org"}
    to_friday(clock)
    assert send_due(mailing) == Outcome(sent=2, failed=1)
    assert sorted(server.recipients) == ["bob@example.org", "charlie@example.org"]


@ON_SQLITE
def test_a_server_that_hangs_for_all_is_left_alone_for_a_while(
    mailing, cast, clock, server, monkeypatch
):
    monkeypatch.setattr(mail, "SECONDS", 0.1)
    crowd = [
        make_person(mailing, cast.clinic, f"P{n}", Role.CLINICIAN) for n in range(5)
    ]
    for viewer in crowd:
        ask(mailing, viewer)
    server.silent_for = {viewer.email for viewer in crowd}
    to_friday(clock)
    assert send_due(mailing) == Outcome(failed=3)
    server.silent_for = set()
    assert send_due(mailing) == Outcome(sent=2)
    clock.turn(minutes=5)
    assert send_due(mailing) == Outcome(sent=3)


def test_many_senders_at_once_send_each_once(mailing, cast, clock, server):
    crowd = [
        make_person(mailing, cast.clinic, f"P{n}", Role.CLINICIAN) for n in range(12)
    ]
    for viewer in crowd:
        ask(mailing, viewer)
    to_friday(clock)
    outcomes = at_once(*[lambda: send_due(mailing)] * 4)
    assert sum(one.sent for one in outcomes) == len(server.mails) == 12
    assert len(set(server.recipients)) == 12


@ON_SQLITE
def test_without_a_mail_server_nothing_happens(ctx, cast, clock):
    ask(ctx, cast.alice)
    to_friday(clock)
    assert send_due(ctx) == Outcome()
    assert messages(ctx, cast.alice) == []


def test_old_messages_and_links_are_forgotten(mailing, cast, clock, server):
    ask(mailing, cast.alice)
    to_friday(clock)
    send_due(mailing)
    token = server.mails[0]["List-Unsubscribe"].strip("<>").rsplit("/", 1)[-1]
    reminders.stop_all(mailing, cast.alice)
    clock.turn(weeks=9)
    send_due(mailing)
    assert messages(mailing, cast.alice) == []
    assert reminders.stop_link_works(mailing, token)
    clock.turn(weeks=18)
    send_due(mailing)
    assert not reminders.stop_link_works(mailing, token)


@ON_SQLITE
def test_the_download_holds_ones_own_reminders(mailing, cast, clock):
    assert reminders.reminder_files(mailing, cast.alice) == {}
    ask(mailing, cast.alice)
    to_friday(clock)
    send_due(mailing)
    told = reminders.reminder_files(mailing, cast.alice)["reminders.json"].decode()
    assert '"state": "sent"' in told
    assert str(LAST_WEEK.plus(1)) in told
    assert reminders.reminder_files(mailing, cast.bob) == {}


@pytest.mark.parametrize(
    ("hour", "quiet"), [(5, True), (6, False), (18, False), (19, True)]
)
@ON_SQLITE
def test_quiet_hours_are_those_of_the_clinics_clock(cast, hour, quiet):
    now = datetime(2026, 11, 20, hour, tzinfo=UTC)
    assert is_quiet(now, cast.clinic.zone) is quiet
    assert not is_quiet(after_quiet(now, cast.clinic.zone), cast.clinic.zone)


@ON_SQLITE
def test_a_day_before_is_the_same_hour_also_over_a_clock_change(cast):
    zone = cast.clinic.zone
    monday = datetime(2026, 10, 26, 9, tzinfo=zone)
    due, until = day_before(monday, zone)
    assert due.astimezone(zone).hour == 9
    assert due.astimezone(zone).date() == date(2026, 10, 25)
    assert until - due == timedelta(hours=12)
    night = datetime(2026, 11, 20, 22, tzinfo=zone)
    assert day_before(night, zone)[0].astimezone(zone).hour == 7


def test_waits_grow_and_stay_below_four_hours():
    waits = [wait_after(n).total_seconds() / 60 for n in range(1, 9)]
    assert waits == [5, 10, 20, 40, 80, 160, 240, 240]
