"""The guides to a peer check-in: short, open, and about the two who talk."""

import pytest

from wellbeing.content.peer_guides import guide_text, questions_on
from wellbeing.domain.peer_check_ins import Guide
from wellbeing.domain.reflections import Area


@pytest.mark.parametrize("guide", Guide)
def test_the_minutes_of_the_steps_add_up(guide):
    text = guide_text(guide)
    assert sum(step.minutes for step in text.steps) == text.minutes


def test_the_weekly_guide_takes_ten_minutes():
    assert guide_text(Guide.WEEKLY).minutes == 10


@pytest.mark.parametrize("area", Area)
def test_each_area_has_questions_that_are_questions(area):
    for question in questions_on(area):
        assert question.endswith("?")
        assert "client" not in question.lower()
