"""The screen of own instruments: typed, tried, looked at twice, as administrators."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.clinic import THIS_WEEK, make_person
from tests.own_keys import (
    ANSWERS,
    EXPECTED,
    OWN,
    STRAIN,
    add_example,
    ask,
    confirm,
    make_draft,
    newest,
)
from tests.pages.conftest import unfold, without_key, words
from tests.pages.test_hostile_text import HOSTILE
from tests.servers import viewer_named
from wellbeing.content.load import say
from wellbeing.domain.own_keys import KeyState
from wellbeing.domain.people import Role
from wellbeing.services import (
    instrument_answers,
    own_instruments,
    own_key_changes,
    wordings,
)


@pytest.fixture
def ada(ctx):
    return viewer_named(ctx, "ada")


@pytest.fixture
def eve(ctx, ada):
    """A second administrator."""
    return make_person(ctx, ada.clinic, "Eve", Role.ADMINISTRATOR)


def choose(at, which):
    at.selectbox(key="own:one").set_value(which).run()
    assert not at.exception
    return at


def step(at, name, state="draft"):
    at.button_group(key=f"own:{OWN}:step:{state}").set_value(name).run()
    assert not at.exception
    return at


def press(at, key):
    at.button(key=key).click().run()
    assert not at.exception
    return at


def type_key(at):
    for name in ("short", "title_label", "doi", "holder", "sheet", "codes"):
        value = getattr(STRAIN, name.removesuffix("_label"))
        at.text_input(key=f"own:empty:{name}").set_value(value)
    for name in ("citation", "allows", "wording"):
        at.text_area(key=f"own:empty:{name}").set_value(getattr(STRAIN, name))
    at.text_input(key="own:empty:reversed").set_value(STRAIN.reversed)
    at.number_input(key="own:empty:count").set_value(5)
    at.number_input(key="own:empty:scales").set_value(2).run()
    for n, scale in enumerate(STRAIN.scales, start=1):
        at.text_input(key=f"own:empty:{n}:scale_name").set_value(scale.name)
        at.text_input(key=f"own:empty:{n}:scale_items").set_value(scale.items)
        at.text_input(key=f"own:empty:{n}:rule_source").set_value(scale.rule_source)
        at.text_input(key=f"own:empty:{n}:higher_means").set_value(scale.higher_means)
        at.selectbox(key=f"own:empty:{n}:method").set_value(scale.method)
        at.number_input(key=f"own:empty:{n}:needs").set_value(2)
    return at.run()


def test_without_any_key_the_screen_says_what_one_is(open_page, ada):
    at = open_page("own_instruments", ada)
    assert say("own_instruments.none_yet") in words(at)
    assert say("own_instruments.about") in words(at)
    assert not without_key(at)


def test_a_key_is_typed_checked_and_kept(open_page, ctx, ada):
    at = choose(open_page("own_instruments", ada), "new")
    press(at, "own:empty:keep")
    assert "Write the title." in words(at)
    assert "Nothing was kept yet" in words(at)
    type_key(at)
    press(at, "own:empty:check")
    assert say("own_instruments.fine") in words(at)
    assert own_instruments.own_instruments(ctx, ada) == ()
    press(at, "own:empty:keep")
    kept = newest(ctx, ada)
    assert (kept.instrument.id, kept.state) == (OWN, KeyState.DRAFT)
    # It is chosen now, and what lacks is said.
    assert at.selectbox(key="own:one").value == OWN
    assert not without_key(at)
    assert "Add a worked example" in words(step(at, "examples"))


def test_an_example_is_tried_differs_and_is_kept_when_it_agrees(open_page, ctx, ada):
    own_key_changes.keep_draft(ctx, ada, STRAIN)
    at = step(choose(open_page("own_instruments", ada), OWN), "examples")
    key = f"own:{OWN}:{newest(ctx, ada).seen[:16]}"
    at.text_area(key=f"{key}:answers").set_value(ANSWERS)
    at.text_input(key=f"{key}:source").set_value("Page 3 of the invented manual")
    for scale, score in EXPECTED.items():
        at.text_input(key=f"{key}:expected:{scale}").set_value(score)
    at.text_input(key=f"{key}:expected:{OWN}_strain").set_value("8")
    press(at, f"{key}:keep")
    assert "The key gives other scores than you expect" in words(at)
    assert "Strain: 10. You expect 8. They differ." in words(at)
    assert newest(ctx, ada).examples == ()
    at.text_input(key=f"{key}:expected:{OWN}_strain").set_value("10")
    press(at, f"{key}:keep")
    assert say("own_instruments.example_kept") in words(at)
    assert len(newest(ctx, ada).examples) == 1
    press(at, f"own:{OWN}:drop:1")
    assert newest(ctx, ada).examples == ()


def test_the_second_look_is_another_administrators_and_needs_their_word(
    open_page, ctx, ada, eve
):
    make_draft(ctx, ada)
    at = step(choose(open_page("own_instruments", ada), OWN), "look")
    assert say("own_instruments.look_other") in words(at)
    assert not at.checkbox
    at = step(choose(open_page("own_instruments", eve), OWN), "look")
    press(at, f"own:{OWN}:confirm")
    assert say("own_instruments.look_first") in words(at)
    at.checkbox[0].check().run()
    press(at, f"own:{OWN}:confirm")
    assert newest(ctx, ada).state is KeyState.CONFIRMED
    assert say("own_instruments.words_next") in words(at)
    unfold(at)
    told = say("own_instruments.not_validated", examples=1)
    assert told in words(at)
    assert not without_key(step(at, "next", "confirmed"))
    there = unfold(open_page("instruments", ada))
    there.selectbox(key="instruments:one").set_value(OWN).run()
    assert told in words(unfold(there))


def test_scores_of_an_earlier_version_stay_and_can_be_withdrawn(
    open_page, ctx, ada, eve, clock
):
    alice = viewer_named(ctx, "alice")

    def answer():
        tapped = {f"{OWN}_{n}": code for n, code in enumerate((4, 1, 3, 2, 0), 1)}
        instrument_answers.keep(ctx, alice, OWN, tapped)
        instrument_answers.save(ctx, alice, OWN, "en")

    make_draft(ctx, ada)
    confirm(ctx, eve)
    ask(ctx, ada)
    answer()
    other = replace(STRAIN, reversed="2, 3, 5")
    own_key_changes.keep_draft(ctx, ada, other, newest(ctx, ada).seen)
    add_example(ctx, ada, "4 1 3 2 0", EXPECTED | {f"{OWN}_strain": "8"})
    confirm(ctx, eve)
    at = open_page("questionnaires", "alice")
    withdraw = f"questionnaires:withdraw:{OWN}:{THIS_WEEK}"
    assert withdraw in {b.key for b in at.button}
    wordings.remove_wording(ctx, ada, OWN, "en")
    ask(ctx, ada)
    clock.shift(timedelta(weeks=5))
    answer()
    at = open_page("questionnaires", "alice")
    for version in ("1", "2"):
        title = newest(ctx, ada).instrument.title
        said = say("questionnaires.of_version", title=title, version=version)
        assert said in words(at)
    at.button(key=withdraw).click().run()
    assert not at.exception
    assert withdraw not in {b.key for b in at.button}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(open_page, ctx, ada, text):
    make_draft(ctx, ada, title=text, holder=text)
    at = unfold(choose(open_page("own_instruments", ada), OWN))
    assert text in "".join(words(at)).replace("\\", "")
