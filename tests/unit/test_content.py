"""The content: wording that a tired person can read, and files that fit the domain."""

import re
import tomllib
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.content import load
from wellbeing.content.load import say, weekly_questions
from wellbeing.content.next_steps import Occasion, next_step, steps_for
from wellbeing.content.reading import Section
from wellbeing.domain.indicators import SCALES, Indicator
from wellbeing.domain.questions import Response
from wellbeing.domain.weeks import Week

IDS = (
    *("overall", "exhaustion_1", "exhaustion_2", "detachment_1", "detachment_2"),
    *("trauma_1", "trauma_2", "meaning_1", "meaning_2", "rest", "workload"),
    *("support", "control", "boundaries", "reactions", "accomplishment"),
)
LABELS = re.compile(
    r"burn.?out|trauma|symptom|exhaust|deperson|depress|anxi|disorder|patholog"
    r"|clinical|fatigue|diagnos|syndrome|stress|severe|risk",
    re.IGNORECASE,
)
NEGATION = re.compile(
    r"\b(not|no|never|nothing|nobody|without|\w+n't)\b", re.IGNORECASE
)
CONTENT = Path(str(files("wellbeing.content")))
TOML_FILES = sorted(str(f.relative_to(CONTENT)) for f in CONTENT.rglob("*.toml"))


def question(item):
    return {q.id: q for q in weekly_questions().questions}[item]


def words(text):
    return re.findall(r"[A-Za-z']+", text)


def syllables(word):
    """Count the groups of vowels; when in doubt one too many, never one too few."""
    word = word.lower()
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$", word)
    # Two vowels that are spoken apart, as in "being".
    apart = re.findall(r"e(?=ing)|i(?=e[nt])|u(?=a)", word)
    groups = len(re.findall(r"[aeiouy]+", word)) + len(apart)
    return max(1, groups - bool(silent))


def grade(text):
    """Flesch-Kincaid grade of one sentence."""
    spoken = words(text)
    per_word = sum(map(syllables, spoken)) / len(spoken)
    return 0.39 * len(spoken) + 11.8 * per_word - 15.59


def all_texts(value):
    if isinstance(value, str):
        return [value]
    if isinstance(value, bool | int):
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [t for v in inner for t in all_texts(v)]


# Counted by ear; every word of the items that has more than one vowel group.
SPOKEN = {
    **dict.fromkeys(
        ("me", "lean", "tasks", "lived", "shape", "stirred", "time", "more"), 1
    ),
    **dict.fromkeys(("feeling", "running", "empty", "even", "heavy", "clients"), 2),
    **dict.fromkeys(
        ("distance", "wanted", "being", "people", "somewhere", "moment"), 2
    ),
    **dict.fromkeys(("unasked", "body", "after", "sessions", "matters", "needed"), 2),
    **dict.fromkeys(("enough", "around", "working", "limits", "stories", "ended"), 2),
    **dict.fromkeys(("content", "client's", "quiet", "client", "without"), 2),
    **dict.fromkeys(("accomplished", "expected", "another", "usual"), 3),
}


@pytest.mark.parametrize("word", SPOKEN)
def test_the_syllable_counter_never_counts_too_few(word):
    assert SPOKEN[word] <= syllables(word) <= SPOKEN[word] + 1


def test_the_items_are_the_sixteen_in_their_order():
    assert tuple(q.id for q in weekly_questions().questions) == IDS
    assert weekly_questions().version == "1"


def test_the_short_form_is_asked_first():
    found = weekly_questions()
    assert found.short_form == ("overall", "exhaustion_1")
    assert tuple(q.id for q in found.questions[:2]) == found.short_form


def test_every_scale_of_the_domain_finds_its_items_every_week():
    weekly = {q.id: q for q in weekly_questions().questions if q.turn is None}
    for scale in SCALES.values():
        for item in scale.items:
            assert weekly[item].response.limits == (scale.lowest, scale.highest)


def test_client_items_are_those_that_need_client_work():
    client = {q.id for q in weekly_questions().questions if q.client_work}
    pairs = {
        f"{name}_{n}" for name in ("detachment", "trauma", "meaning") for n in "12"
    }
    assert client == pairs | {"reactions"}


def test_four_items_take_turns_and_each_week_asks_one():
    found = weekly_questions()
    turns = {q.id: q.turn for q in found.questions if q.turn is not None}
    assert turns == dict(zip(IDS[12:], range(4), strict=True))
    asked = [found.asked_in(Week(2026, 40 + n))[-1].id for n in range(4)]
    assert sorted(asked) == sorted(IDS[12:])
    assert len(found.asked_in(Week(2026, 47))) == 13


@pytest.mark.parametrize("item", IDS)
def test_an_item_is_short_and_easy_to_read(item):
    text = question(item).text
    assert len(words(text)) <= 12
    assert grade(text) <= 8
    assert text.count(".") + text.count("?") == 1


@pytest.mark.parametrize("item", IDS)
def test_an_item_names_no_label_no_window_and_no_negation(item):
    text = question(item).text
    assert not LABELS.search(text)
    assert not NEGATION.search(text)
    assert not re.search(r"\bweek|\bdays\b.*\blast\b|!|\bor\b|\band\b", text)


@pytest.mark.parametrize("item", IDS[1:])
def test_a_frequency_item_is_a_statement_so_that_its_answers_fit(item):
    assert question(item).response is Response.FREQUENCY
    assert question(item).text.endswith(".")
    assert not re.search(r"\b(often|always|sometimes|usually)\b", question(item).text)


@pytest.mark.parametrize("response", Response)
def test_the_window_is_named_once_above_the_items(response):
    assert "last seven days" in load.lead_in(response)


@pytest.mark.parametrize("response", Response)
def test_labels_are_one_a_code_different_and_short_enough_for_a_phone(response):
    labels = weekly_questions().labels[response]
    assert len(labels) == len(response.codes) == len(set(labels))
    assert max(map(len, labels)) <= 9


def test_frequency_words_run_from_the_lowest():
    labels = weekly_questions().labels[Response.FREQUENCY]
    assert (labels[0], labels[-1]) == ("Never", "Always")


def test_the_ends_of_the_rating_have_words():
    lowest, highest = load.rating_ends()
    assert lowest
    assert highest != lowest


@pytest.mark.parametrize("subject", [*Indicator, *Occasion])
def test_there_are_three_calm_steps_or_more_for_every_occasion(subject):
    steps = steps_for(subject)
    assert len(set(steps)) == len(steps) >= 3
    for step in steps:
        assert re.search(r"\b[Yy]ou\b", step)
        assert step.endswith(".")
        assert step.count(".") == 1
        assert not re.search(r"!|\b(must|should|have to|need to)\b", step)
        assert not LABELS.search(step)
        assert len(words(step)) <= 22


@given(st.integers(0, 600), st.sets(st.sampled_from(Indicator)))
def test_a_step_follows_from_the_week_and_belongs_to_what_is_hard(weeks, hard):
    week = Week(2024, 1).plus(weeks)
    step = next_step(week, hard=hard)
    assert step == next_step(week, hard=sorted(hard, reverse=True))
    assert step in {s for i in hard or [Occasion.USUAL] for s in steps_for(i)}


def test_the_next_week_brings_another_step_also_over_new_year():
    weeks = Week(2026, 50).through(Week(2027, 3))
    steps = [next_step(w, hard=[Indicator.REST]) for w in weeks]
    assert all(one != other for one, other in pairwise(steps))


def test_without_a_hard_indicator_the_occasion_decides():
    week = Week(2026, 47)
    step = next_step(week, otherwise=Occasion.NOT_THIS_WEEK)
    assert step in steps_for(Occasion.NOT_THIS_WEEK)


def test_a_sentence_is_found_by_its_key():
    assert say("frame.app_name") == "Wellbeing"
    assert "not a help line" in say("frame.not_a_help_line")


@pytest.mark.parametrize("key", ["frame.gone", "gone", "frame", "frame.app_name.x"])
def test_a_sentence_that_is_absent_is_named(key):
    with pytest.raises(KeyError, match=key):
        say(key)


def test_a_sentence_takes_its_values():
    shown = Section("s.toml", {"week": {"shown": "Week {week} of {year}"}})
    assert load.say_from(shown, "week.shown", week=47, year=2026) == "Week 47 of 2026"
    with pytest.raises(KeyError, match="year"):
        load.say_from(shown, "week.shown", week=47)


@pytest.mark.parametrize("name", TOML_FILES)
def test_every_file_is_calm_text_without_pictures(name):
    source = (CONTENT / name).read_text("utf-8")
    for text in all_texts(tomllib.loads(source)):
        assert text.strip() == text
        assert text
        assert "!" not in text
        assert not re.search(r"[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]", text)
