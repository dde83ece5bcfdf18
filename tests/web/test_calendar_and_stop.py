"""The calendar feed and the stop link, as calendars and mail programs ask for them."""

from datetime import date, time

import pytest

from tests.servers import viewer_named
from wellbeing.domain.gatherings import GatheringKind
from wellbeing.services import (
    calendar_feed,
    gathering_offers,
    gatherings,
    passwords,
    reminders,
)
from wellbeing.services.gathering_fields import NewGathering
from wellbeing.storage import reminder_queries

STOP = "/reminders/stop/"


@pytest.fixture
def alice(ctx):
    return viewer_named(ctx, "alice")


@pytest.fixture
def path(ctx, alice):
    address = calendar_feed.make_feed(ctx, alice)
    return address.removeprefix(ctx.settings.url)


@pytest.fixture
def circle(ctx, alice):
    new = NewGathering(
        kind=GatheringKind.WORKSHOP,
        title="Sleep well",
        about="",
        day=date(2026, 11, 27),
        clock=time(12),
        zone="Europe/Berlin",
        minutes=60,
        place="Room 2",
        link="",
        places=3,
    )
    made = gathering_offers.offer(ctx, viewer_named(ctx, "bob"), new).gathering_id
    gatherings.join(ctx, alice, made, visible=False)
    return made


@pytest.fixture
def stop(ctx, alice):
    """The path of a link out of a mail to alice, who asked for reminders."""
    reminders.choose_reminders(
        ctx, alice, check_in=True, weekday=0, hour=9, gatherings=True
    )
    token = passwords.new_token()
    with ctx.writing() as db:
        own = alice.clinic_id, alice.person_id
        week = ctx.this_week(alice.clinic)
        reminder_queries.add_stop_link(db, *own, passwords.hash_token(token), week)
    return STOP + token


def test_a_calendar_reads_the_feed_without_signing_in(browser, path):
    answer = browser.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "private" in answer.headers["cache-control"]
    assert "set-cookie" not in answer.headers
    assert answer.text.startswith("BEGIN:VCALENDAR")


def test_what_has_not_changed_is_not_sent_again(browser, ctx, alice, path, time):
    first = browser.client.get(path)
    time.turn(hours=30)
    asked = {"if-none-match": f'W/{first.headers["etag"]}, "other"'}
    second = browser.client.get(path, headers=asked)
    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["etag"] == first.headers["etag"]
    calendar_feed.put_check_in(ctx, alice, 0, 9)
    assert browser.client.get(path, headers=asked).status_code == 200


def test_wrong_revoked_and_impossible_addresses_are_answered_alike(
    browser, ctx, alice, path
):
    calendar_feed.revoke_feed(ctx, alice)
    wrong = [
        path,
        path.removesuffix(".ics"),
        "/calendar/x.ics",
        "/calendar/.ics",
        "/calendar/a/b.ics",
        "/calendar/" + "x" * 3000 + ".ics",
        "/calendar/%00.ics",
    ]
    answers = [browser.client.get(each) for each in wrong]
    assert {(a.status_code, a.text) for a in answers} == {
        (404, "There is nothing here.")
    }


def test_too_many_wrong_ones_are_told_to_wait(browser, path):
    for n in range(60):
        browser.client.get(f"/calendar/{n}.ics")
    answer = browser.client.get("/calendar/61.ics")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert browser.client.get(path).status_code == 200


def test_one_gathering_is_downloaded_by_who_takes_part(browser, browser_of, circle):
    path = f"/my/gatherings/{circle}.ics"
    assert browser.client.get(path).status_code == 401
    answer = browser_of("alice").client.get(path)
    assert answer.status_code == 200
    assert 'filename="appointment.ics"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert "Sleep" not in answer.text
    for who in ("ada", "dora", "rita"):
        assert browser_of(who).client.get(path).status_code == 404
    assert browser_of("alice").client.get("/my/gatherings/x.ics").status_code == 404


def test_looking_at_the_stop_link_changes_nothing(browser, ctx, alice, stop):
    shown = browser.open(stop)
    assert shown.status_code == 200
    assert shown.text.count("<button>") == 1
    for word in ("Alice", "alice@", "Riverside"):
        assert word not in shown.text
    assert reminders.my_reminders(ctx, alice).any


def test_the_button_switches_reminders_off(browser, ctx, alice, stop):
    answer = browser.post(stop, {})
    assert answer.status_code == 200
    assert "No more reminders come" in answer.text
    assert not reminders.my_reminders(ctx, alice).any
    assert browser.post(stop, {}).status_code == 200


def test_a_mail_program_switches_them_off_by_itself(browser, ctx, alice, stop):
    # RFC 8058: no cookie, no origin, this body.
    sent = {"List-Unsubscribe": "One-Click"}
    assert browser.client.post(stop, data=sent).status_code == 200
    assert not reminders.my_reminders(ctx, alice).any


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.usefixtures("stop")
def test_a_wrong_stop_link_does_nothing(browser, ctx, alice, method):
    for wrong in ("x", "x" * 3000, "%00"):
        answer = browser.client.request(method, STOP + wrong)
        assert answer.status_code == 404
        assert "does not work" in answer.text
    assert reminders.my_reminders(ctx, alice).any
