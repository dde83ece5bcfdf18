"""Reminders and the calendar feed, under My data."""

from tests.pages.conftest import without_key, words
from tests.servers import viewer_named
from wellbeing.content.load import say
from wellbeing.services import calendar_feed, reminders


def mine(ctx, who="alice"):
    return reminders.my_reminders(ctx, viewer_named(ctx, who))


def test_reminders_are_off_until_somebody_asks(open_page, ctx):
    at = open_page("my_data", "alice")
    assert not at.checkbox(key="reminders:check_in").value
    assert say("reminders.no_mail") in words(at)
    assert not [b for b in at.button if b.key == "reminders:off"]
    at.checkbox(key="reminders:check_in").check()
    at.selectbox(key="reminders:weekday").set_value(4)
    at.button(key="reminders:save").click()
    at.run()
    assert not at.exception
    found = mine(ctx)
    assert (found.weekday, found.hour) == (4, 9)
    assert found.from_week == ctx.this_week(viewer_named(ctx, "alice").clinic)


def test_one_press_switches_all_off(open_page, ctx):
    alice = viewer_named(ctx, "alice")
    reminders.choose_reminders(
        ctx, alice, check_in=True, weekday=4, hour=9, gatherings=True
    )
    at = open_page("my_data", alice)
    at.button(key="reminders:off").click().run()
    assert not at.exception
    assert not mine(ctx).any
    assert not at.checkbox(key="reminders:check_in").value


def test_a_pause_is_chosen_and_ended(open_page, ctx):
    alice = viewer_named(ctx, "alice")
    reminders.choose_reminders(
        ctx, alice, check_in=False, weekday=4, hour=9, gatherings=True
    )
    at = open_page("my_data", alice)
    week = str(ctx.this_week(alice.clinic).plus(3))
    at.selectbox(key="reminders:pause").set_value(week)
    at.button(key="reminders:pause_button").click().run()
    assert f"Paused until week {week}" in words(at)
    at.selectbox(key="reminders:pause").set_value("")
    at.button(key="reminders:pause_button").click().run()
    assert mine(ctx).paused_until is None


def test_the_address_of_the_feed_is_shown_once(open_page, ctx):
    at = open_page("my_data", "alice")
    at.button(key="reminders:make").click().run()
    assert "/calendar/" in at.code[0].value
    at.run()
    assert not at.code
    at.selectbox(key="reminders:feed:weekday").set_value(2)
    at.button(key="reminders:put").click().run()
    assert "Wednesday, 7:00" in words(at)
    at.button(key="reminders:drop").click().run()
    assert say("reminders.feed_check_in_none") in words(at)
    at.button(key="reminders:revoke").click().run()
    assert not at.exception
    assert calendar_feed.my_feed(ctx, viewer_named(ctx, "alice")) is None


def test_who_does_not_check_in_is_asked_about_gatherings_only(open_page, ctx):
    at = open_page("my_data", "rita")
    assert [box.key for box in at.checkbox] == ["reminders:gatherings"]
    at.checkbox(key="reminders:gatherings").check()
    at.button(key="reminders:save").click()
    at.run()
    assert mine(ctx, "rita").gatherings
    assert not without_key(at)
