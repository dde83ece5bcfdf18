"""Writing for oneself, on screen: kept, found again, locked without a password."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from tests.clinic import PASSWORD, THIS_WEEK, give_keys
from tests.pages.conftest import check_in_for, unfold, words
from tests.servers import viewer_named
from wellbeing.content.dates import week_days
from wellbeing.content.load import choice_text, say
from wellbeing.domain.reflections import (
    Area,
    Outcome,
    Practice,
    PracticeEntry,
    Resolve,
)
from wellbeing.services import (
    check_ins,
    intentions,
    keyring,
    practice_log,
    reflections,
)
from wellbeing.services.private_texts import session_secret
from wellbeing.settings import ROOT
from wellbeing.ui.reflect_screen import Part

TEXT = "I was tired *and* <b>said</b> so."
SECRET = session_secret("what only the cookie holds")


@pytest.fixture
def alice(ctx):
    """Somebody who signed in with their password."""
    viewer = viewer_named(ctx, "alice")
    hold(ctx, viewer, give_keys(ctx, viewer, "code"))
    return viewer


@pytest.fixture
def keys(ctx, alice):
    return keyring.keys_of_session(ctx, alice, SECRET)


def hold(ctx, viewer, keys):
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        keyring.hold(db, *own, session=viewer.session, secret=SECRET, keys=keys)


def open_as(viewer, page="reflect", part=Part.WRITE):
    at = AppTest.from_file(ROOT / "pages" / f"{page}.py", default_timeout=60)
    # What the edge puts into the WebSocket's headers, and Streamlit into st.user.
    at.user = {"sid": viewer.session, "key": SECRET.hex()}
    at.session_state["reflect:part"] = part
    return at.run()


def field(at):
    [found] = [f for f in at.text_area if (f.key or "").startswith("reflect:text:")]
    return found


def button(at, begin):
    [found] = [b for b in at.button if b.key.startswith(begin)]
    return found


def test_what_is_typed_is_kept_and_survives_a_reload(alice):
    at = open_as(alice)
    prompt = at.markdown[0].value
    field(at).input(TEXT).run()
    again = open_as(alice)
    assert field(again).value == TEXT
    assert again.markdown[0].value == prompt


def test_a_text_of_another_tab_is_shown_and_not_written_over(ctx, alice, keys):
    one, two = open_as(alice), open_as(alice)
    field(one).input(TEXT).run()
    two.run()
    assert field(two).value == TEXT
    begun = reflections.begun_reflection(ctx, alice, keys)
    assert begun is not None
    assert begun.text == TEXT


def test_a_saved_reflection_is_found_again_and_the_field_is_empty(ctx, alice, keys):
    at = open_as(alice)
    field(at).input(TEXT)
    button(at, "reflect:save:").click().run()
    assert not at.exception
    assert say("reflect.saved") in words(at)
    assert say("reflect.kept") not in words(at)
    assert field(at).value == ""
    [saved] = reflections.journal(ctx, alice, keys).found
    assert saved.text == TEXT
    at = open_as(alice, part=Part.READ)
    at.text_input(key="reflect:search").input("TIRED").run()
    assert "said" in words(at)
    assert "<b>" not in words(at)
    at.text_input(key="reflect:search").input("quiet").run()
    assert say("reflect.nothing_found") in words(at)


def test_a_tap_on_save_that_comes_twice_saves_one(ctx, alice, keys):
    at = open_as(alice)
    field(at).input(TEXT)
    save = button(at, "reflect:save:")
    save.click().run()
    save.click().run()
    assert not at.exception
    assert reflections.journal(ctx, alice, keys).written == 1


def test_a_second_tap_does_not_save_the_older_draft(ctx, alice, keys):
    at = open_as(alice)
    field(at).input("Short.").run()
    field(at).input(TEXT)
    save = button(at, "reflect:save:")
    save.click().run()
    save.click().run()
    assert not at.exception
    [saved] = reflections.journal(ctx, alice, keys).found
    assert saved.text == TEXT
    assert reflections.drafts(ctx, alice, keys) == {}


def test_a_late_tab_writes_nothing_and_leaves_what_is_typed_to_copy(ctx, alice, keys):
    late = open_as(alice)
    field(late).input("Short.").run()
    one = open_as(alice)
    field(one).input(TEXT)
    button(one, "reflect:save:").click().run()
    field(late).input("Short, and late.")
    button(late, "reflect:save:").click().run()
    assert not late.exception
    assert any("another tab" in e.value for e in late.error)
    [left] = [f for f in late.text_area if f.disabled]
    assert left.value == "Short, and late."
    [saved] = reflections.journal(ctx, alice, keys).found
    assert saved.text == TEXT
    assert reflections.drafts(ctx, alice, keys) == {}
    late.button(key="reflect:left_done").click().run()
    assert not [f for f in late.text_area if f.disabled]
    field(late).input("Another one.")
    button(late, "reflect:save:").click().run()
    assert reflections.journal(ctx, alice, keys).written == 2


def test_a_change_that_is_emptied_and_typed_anew_is_kept_and_saved(ctx, alice, keys):
    at = open_as(alice)
    field(at).input(TEXT)
    button(at, "reflect:save:").click().run()
    at = open_as(alice, part=Part.READ)
    button(at, "reflect:edit:").click().run()
    for typed in ("Rest", "", "Rested."):
        field(at).input(typed).run()
        assert not at.error
        assert field(at).value == typed
    button(at, "reflect:save:").click().run()
    [saved] = reflections.journal(ctx, alice, keys).found
    assert saved.text == "Rested."


def test_what_was_begun_is_thrown_away_by_a_second_press_that_says_so(ctx, alice, keys):
    at = open_as(alice)
    field(at).input(TEXT).run()
    assert say("reflect.discard_what") in words(at)
    assert reflections.begun_reflection(ctx, alice, keys) is not None
    button(at, "reflect:discard_sure:").click().run()
    assert not at.exception
    assert field(at).value == ""
    assert reflections.begun_reflection(ctx, alice, keys) is None
    assert reflections.journal(ctx, alice, keys).written == 0


def test_nothing_is_saved_of_an_empty_field(ctx, alice, keys):
    at = open_as(alice)
    button(at, "reflect:save:").click().run()
    assert at.error
    assert reflections.journal(ctx, alice, keys).written == 0


def test_a_question_can_be_skipped_and_an_area_be_chosen(alice):
    at = open_as(alice)
    first = at.markdown[0].value
    at.button(key="reflect:skip").click().run()
    assert at.markdown[0].value != first
    at.selectbox(key="reflect:area").select(Area.ETHICS).run()
    about = say("reflect.prompt_about", area=choice_text(Area.ETHICS))
    assert about in [c.value for c in at.caption]


def test_words_that_may_identify_a_client_are_named_and_nothing_is_blocked(
    ctx, alice, keys
):
    at = open_as(alice)
    field(at).input("I keep thinking of Marlene.").run()
    assert any("Marlene" in w.value for w in at.warning)
    button(at, "reflect:save:").click().run()
    assert reflections.journal(ctx, alice, keys).written == 1
    assert not at.warning


def test_a_reflection_is_changed_and_deleted(ctx, alice, keys):
    at = open_as(alice)
    field(at).input(TEXT)
    button(at, "reflect:save:").click().run()
    at = open_as(alice, part=Part.READ)
    button(at, "reflect:edit:").click().run()
    field(at).input("Rested.").run()
    [saved] = reflections.journal(ctx, alice, keys).found
    assert saved.text == TEXT
    button(at, "reflect:save:").click().run()
    [saved] = reflections.journal(ctx, alice, keys).found
    assert saved.text == "Rested."
    button(at, "reflect:delete_sure:").click().run()
    assert not at.exception
    assert reflections.journal(ctx, alice, keys).written == 0


def test_without_the_password_the_texts_stay_locked(ctx):
    bob = viewer_named(ctx, "bob")
    at = open_as(bob)
    assert say("reflect.locked") in words(at)
    assert not at.text_area
    at.text_input(key="texts:password").input("wrong")
    at.button(key="texts:button").click().run()
    assert at.error
    assert not at.text_area
    at.text_input(key="texts:password").input(PASSWORD)
    at.button(key="texts:button").click().run()
    assert not at.exception
    assert at.text_area
    assert not at.info


def test_the_key_is_nowhere_in_the_state_or_on_the_screen(alice, keys):
    at = open_as(alice)
    field(at).input(TEXT).run()
    held = at.session_state._state.filtered_state  # noqa: SLF001 (all of it)
    told = str(dict(held)) + words(at)
    for secret in (keys.data_key, SECRET):
        assert secret.hex() not in told
        assert repr(secret) not in told


def test_an_intention_is_set_comes_back_and_is_answered(ctx, alice, keys, clock):
    at = open_as(alice, part=Part.INTEND)
    at.text_input(key="intentions:text:reflect").input("Walk at noon")
    at.button(key="intentions:set:reflect").click().run()
    assert say("intentions.was_set") in words(at)
    clock.shift(7 * 86400)
    again = viewer_named(ctx, "alice")
    hold(ctx, again, keys)
    at = open_as(again, part=Part.INTEND)
    assert "Walk at noon" in words(at)
    [back] = intentions.intentions_back(ctx, again, keys)
    key = f"intentions:reflect:{back.text_id}"
    at.segmented_control(key=key).select(Outcome.KEPT).run()
    assert not at.exception
    assert intentions.intentions_back(ctx, again, keys) == ()


def test_an_entry_of_the_log_is_added_and_counted(ctx, alice, keys):
    at = open_as(alice, part=Part.LOG)
    button(at, "log:add:").click().run()
    assert say("log.no_minutes") in words(at)
    at.number_input[0].set_value(90)
    add = button(at, "log:add:")
    add.click().run()
    assert not at.exception
    assert say("log.hours_value", hours="1.5") in words(at)
    line = next(m.value for m in at.markdown if "90 minutes" in m.value)
    assert line.startswith(f"- {week_days(THIS_WEEK)}, ")
    [entry] = practice_log.practice_log(ctx, alice, keys)
    assert (entry.practice, entry.minutes) == (Practice.SUPERVISION, 90)


def test_an_entry_of_the_log_is_changed_and_deleted(ctx, alice, keys):
    entry = PracticeEntry(
        text_id="1" * 32,
        week=ctx.this_week(alice.clinic),
        practice=Practice.TRAINING,
        minutes=60,
        text="Pacing",
    )
    practice_log.put_practice(ctx, alice, keys, entry)
    at = open_as(alice, part=Part.LOG)
    at.selectbox(key="log:chosen").set_value(entry.text_id).run()
    at.number_input(key=f"log:minutes:{entry.text_id}").set_value(45)
    at.text_input(key=f"log:text:{entry.text_id}").input("Endings")
    at.button(key=f"log:add:{entry.text_id}").click().run()
    assert say("log.changed") in words(at)
    changed = replace(entry, minutes=45, text="Endings")
    assert practice_log.practice_log(ctx, alice, keys) == (changed,)
    at.selectbox(key="log:chosen").set_value(entry.text_id).run()
    at.button(key="log:delete").click().run()
    assert not at.exception
    assert practice_log.practice_log(ctx, alice, keys) == ()


def test_after_a_check_in_one_may_keep_something_for_oneself(ctx, alice, keys):
    check_ins.choose_team_trends(ctx, alice, counted=True)
    check_in_for(ctx, alice, [ctx.this_week(alice.clinic)])
    at = unfold(open_as(alice, "check_in"))
    at.text_input(key="successes:text").input("A calm hour")
    at.button(key="successes:note").click().run()
    assert say("successes.noted") in words(at)
    at.text_input(key="intentions:text:check_in").input("No calls after six")
    at.segmented_control(key="intentions:resolve:check_in").select(Resolve.BOUNDARY)
    at.button(key="intentions:set:check_in").click().run()
    assert not at.exception
    [kept] = intentions.intentions_of(ctx, alice, keys)
    assert (kept.resolve, kept.text) == (Resolve.BOUNDARY, "No calls after six")


def test_who_has_an_old_recovery_code_is_told_and_makes_a_new_one(ctx):
    bob = viewer_named(ctx, "bob")
    hold(ctx, bob, give_keys(ctx, bob))
    assert say("reflect.no_code") in [i.value for i in open_as(bob).info]
    at = open_as(bob, "my_data")
    assert say("recovery.texts_not") in words(at)
    at.text_input(key="recovery:password").input(PASSWORD)
    at.button(key="recovery:button").click().run()
    assert not at.exception
    assert len(at.code[0].value) == 27
