"""Whether answers that were reversed before are noticed."""

from dataclasses import replace

import numpy as np
import pytest

from wellbeing.instruments.registry import find_instrument, instruments
from wellbeing.instruments.reversal import FEWEST_RESPONSES, looks_reversed

WITH_REVERSED = [i.id for i in instruments() if any(item.reversed for item in i.items)]


def invented(name, people, *, seed=3):
    """Answers of people who differ in one thing, as they would have given them."""
    instrument = find_instrument(name)
    rng = np.random.default_rng(seed)
    codes = np.array(instrument.codes)
    level = rng.normal(size=people)
    answers = {}
    for item in instrument.items:
        place = level + rng.normal(scale=0.8, size=people)
        if item.reversed:
            place = -place
        spread = np.clip(
            np.round((place + 2) / 4 * (len(codes) - 1)), 0, len(codes) - 1
        )
        answers[item.id] = codes[spread.astype(int)].astype(float)
    return answers


def turned_before(name, answers):
    instrument = find_instrument(name)
    ends = instrument.codes[0] + instrument.codes[-1]
    turned = {item.id for item in instrument.items if item.reversed}
    return {i: ends - c if i in turned else c for i, c in answers.items()}


@pytest.mark.parametrize("name", WITH_REVERSED)
def test_answers_as_given_look_fine(name):
    assert looks_reversed(find_instrument(name), invented(name, 200)) == {}


@pytest.mark.parametrize("name", WITH_REVERSED)
def test_answers_reversed_before_are_noticed_item_by_item(name):
    instrument = find_instrument(name)
    found = looks_reversed(instrument, turned_before(name, invented(name, 200)))
    assert list(found) == [item.id for item in instrument.items if item.reversed]
    assert all(0 < r <= 1 for r in found.values())


def test_a_single_item_that_was_reversed_is_named_alone():
    answers = invented("proqol5", 200)
    answers["proqol5_15"] = 6 - answers["proqol5_15"]
    assert list(looks_reversed(find_instrument("proqol5"), answers)) == ["proqol5_15"]


def test_missing_answers_are_left_out():
    answers = turned_before("brs", invented("brs", 200))
    answers["brs_1"] = [
        None if n % 4 == 0 else v for n, v in enumerate(answers["brs_1"])
    ]
    assert len(looks_reversed(find_instrument("brs"), answers)) == 3


def test_too_few_responses_say_nothing():
    answers = turned_before("brs", invented("brs", FEWEST_RESPONSES - 1))
    assert looks_reversed(find_instrument("brs"), answers) == {}


def test_answers_that_are_all_equal_say_nothing():
    instrument = find_instrument("brs")
    answers = {item: [3.0] * 100 for item in instrument.item_ids}
    assert looks_reversed(instrument, answers) == {}


def test_an_instrument_without_reversed_items_says_nothing():
    assert looks_reversed(find_instrument("who5"), invented("who5", 100)) == {}


def test_a_scale_of_reversed_items_alone_has_nothing_to_compare_them_with():
    one = find_instrument("pss4")
    turned = tuple(replace(item, reversed=True) for item in one.items)
    answers = invented("pss4", 100)
    assert looks_reversed(replace(one, items=turned), answers) == {}


def test_chance_answers_are_hardly_ever_suspected():
    rng = np.random.default_rng(11)
    instrument = find_instrument("proqol5")
    suspected = 0
    for _ in range(100):
        table = rng.integers(1, 6, (30, 60)).astype(float)
        answers = dict(zip(instrument.item_ids, table, strict=True))
        suspected += len(looks_reversed(instrument, answers))
    assert suspected <= 3


def test_perfectly_equal_items_do_not_break_it():
    instrument = find_instrument("pss4")
    values = np.tile([0.0, 1, 2, 3, 4], 20)
    found = looks_reversed(instrument, dict.fromkeys(instrument.item_ids, values))
    assert found == pytest.approx({"pss4_2": 1, "pss4_3": 1})
