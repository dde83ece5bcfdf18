"""Prompts: enough of each area, our own, turning with the weeks."""

import pytest

from wellbeing.content.reflection_prompts import prompt_in, prompts
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.reflections import Area
from wellbeing.domain.weeks import Week

WEEK = Week(2026, 47)


@pytest.mark.parametrize("area", Area)
def test_every_area_has_at_least_six_different_prompts(area):
    own = [p.text for p in prompts() if p.area is area]
    assert len(set(own)) == len(own) >= 6


def test_no_prompt_stands_twice_and_each_is_one_open_question():
    texts = [p.text for p in prompts()]
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert text.endswith("?")
        assert text.count("?") == 1
        assert len(text) < 120


@pytest.mark.parametrize("indicator", Indicator)
def test_on_a_hard_week_a_fitting_prompt_comes_first(indicator):
    assert indicator in prompt_in(WEEK, hard=[indicator]).fits


def test_the_same_week_shows_the_same_prompt_and_the_next_week_another():
    assert prompt_in(WEEK) == prompt_in(WEEK)
    assert prompt_in(WEEK) != prompt_in(WEEK.plus(1))


@pytest.mark.parametrize("area", [None, *Area])
def test_skipping_goes_through_all_prompts_before_one_comes_again(area):
    offered = [p for p in prompts() if area in {None, p.area}]
    shown = [prompt_in(WEEK, skipped=n, area=area) for n in range(len(offered))]
    assert set(shown) == set(offered)
    assert prompt_in(WEEK, skipped=len(offered), area=area) == shown[0]
