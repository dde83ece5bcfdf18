"""One's own weeks: gaps, usual range, early signs, tags."""

import pytest

from tests.clinic import THIS_WEEK
from wellbeing.domain.check_ins import Kind, Tag
from wellbeing.domain.errors import NotFoundError
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week
from wellbeing.services import check_ins
from wellbeing.services.my_weeks import (
    Period,
    meaning_of,
    my_weeks,
    reset_baseline,
    tag_week,
)

FIRST = Week(2026, 10)
OVERALL = Indicator.OVERALL
E = ("exhaustion_1", "exhaustion_2", "detachment_1", "detachment_2")


@pytest.fixture
def fill(ctx, cast, clock):
    """Save alice's ratings week after week, None for an empty week; stay there."""

    def weeks(*ratings, first=FIRST, **fields):
        for n, rating in enumerate(ratings):
            week = first.plus(n)
            clock.turn_to(week)
            if rating is not None:
                tapped = {"overall": rating} | fields
                check_ins.keep(ctx, cast.alice, week, tapped)
                check_ins.save(ctx, cast.alice, week, Kind.FULL)

    return weeks


def points(ctx, cast, indicator=OVERALL, period=Period.ALL):
    found = my_weeks(ctx, cast.alice, period=period, indicators=[indicator])
    return found.panels[indicator]


def position(ctx, cast, week, indicator="overall") -> str:
    return getattr(meaning_of(ctx, cast.alice, week), indicator).position.value


def test_without_a_check_in_there_is_this_week_and_no_meaning(ctx, cast):
    found = my_weeks(ctx, cast.alice)
    assert found.weeks == (THIS_WEEK,)
    assert (found.meaning, found.kinds, found.tags) == (None, {}, {})
    assert all(p.value is None for panel in found.panels.values() for p in panel)


def test_missing_weeks_are_gaps_and_never_zero(ctx, cast, fill):
    fill(7, None, 4)
    found = points(ctx, cast)
    assert [p.week for p in found] == FIRST.through(FIRST.plus(2))
    assert [p.value and round(p.value, 2) for p in found] == [66.67, None, 33.33]


def test_a_withdrawn_week_is_a_gap_that_is_told_apart(ctx, cast, fill):
    fill(7, 5, 4)
    check_ins.withdraw(ctx, cast.alice, FIRST.plus(1))
    assert points(ctx, cast)[1].value is None
    kinds = my_weeks(ctx, cast.alice).kinds
    assert kinds[FIRST.plus(1)] is Kind.WITHDRAWN


def test_not_this_week_is_a_gap_with_a_step_of_its_own(ctx, cast, fill):
    fill(7)
    check_ins.not_this_week(ctx, cast.alice, FIRST, None)
    found = my_weeks(ctx, cast.alice)
    assert found.meaning is not None
    assert found.meaning.overall.position == "no_score"
    assert points(ctx, cast)[0].value is None


def test_the_usual_range_shows_from_the_eighth_week_on(ctx, cast, fill):
    fill(6, 7, 6, 7, 6, 7, 6)
    assert all(p.low is None for p in points(ctx, cast))
    meaning = meaning_of(ctx, cast.alice, FIRST.plus(6))
    assert (meaning.overall.position, meaning.overall.weeks_learned) == ("learning", 7)
    fill(7, 6, first=FIRST.plus(7))
    known = [p.low is not None for p in points(ctx, cast)]
    assert known == [False] * 7 + [True, True]
    assert position(ctx, cast, FIRST.plus(7)) == "learning"
    assert position(ctx, cast, FIRST.plus(8)) == "within"


def test_a_lasting_fall_is_an_early_sign_of_overall(ctx, cast, fill):
    fill(*[8] * 8, 2, 2, 2, 2)
    signs = [p.early_sign for p in points(ctx, cast)]
    assert not any(signs[:8])
    assert signs[-1]
    assert position(ctx, cast, FIRST.plus(11)) == "early_sign"


def test_a_rise_of_overall_is_no_early_sign(ctx, cast, fill):
    fill(*[4] * 8, 10, 10, 10, 10)
    assert not any(p.early_sign for p in points(ctx, cast))
    assert position(ctx, cast, FIRST.plus(11)) == "better"


def test_early_signs_stand_at_overall_and_compassion_fatigue_only(ctx, cast, fill):
    calm = dict.fromkeys((*E, "trauma_1", "trauma_2"), 0) | {"rest": 4}
    hard = dict.fromkeys((*E, "trauma_1", "trauma_2"), 4) | {"rest": 0}
    fill(*[8] * 8, **calm)
    fill(*[2] * 5, first=FIRST.plus(8), **hard)
    found = my_weeks(ctx, cast.alice, period=Period.ALL, indicators=Indicator)
    signed = {
        i for i, panel in found.panels.items() if any(p.early_sign for p in panel)
    }
    assert signed == {Indicator.OVERALL, Indicator.COMPASSION_FATIGUE}
    assert position(ctx, cast, FIRST.plus(12), "fatigue") == "early_sign"


def test_one_hard_week_is_outside_and_the_next_usual_one_is_back(ctx, cast, fill):
    fill(*[6] * 8, 3, 6)
    assert position(ctx, cast, FIRST.plus(8)) in {"harder", "early_sign"}
    assert position(ctx, cast, FIRST.plus(9)) == "back"


def test_what_a_week_meant_does_not_change_with_later_weeks(ctx, cast, fill):
    fill(*[6] * 8, 5)
    before = meaning_of(ctx, cast.alice, FIRST.plus(8))
    fill(1, 1, 1, first=FIRST.plus(9))
    assert meaning_of(ctx, cast.alice, FIRST.plus(8)) == before


def test_after_four_empty_weeks_the_line_starts_afresh(ctx, cast, fill):
    fill(*[8] * 8, 3, 3, 3, 3)
    assert points(ctx, cast)[-1].early_sign
    fill(7, first=FIRST.plus(16))
    assert not points(ctx, cast)[-1].early_sign


def test_after_twelve_empty_weeks_the_range_is_learned_afresh(ctx, cast, fill):
    fill(*[8] * 9)
    fill(3, first=FIRST.plus(21))
    assert position(ctx, cast, FIRST.plus(21)) == "learning"


def test_the_usual_range_can_be_learned_anew_and_the_old_one_comes_back(
    ctx, cast, fill
):
    fill(*[8] * 10)
    reset_baseline(ctx, cast.alice, FIRST.plus(4))
    assert my_weeks(ctx, cast.alice).baseline_from == FIRST.plus(4)
    assert position(ctx, cast, FIRST.plus(9)) == "learning"
    reset_baseline(ctx, cast.alice, None)
    assert position(ctx, cast, FIRST.plus(9)) == "within"
    assert my_weeks(ctx, cast.alice).baseline_from is None


def test_tags_are_set_changed_and_cleared_for_oneself(ctx, cast, fill):
    fill(7)
    tag_week(ctx, cast.alice, FIRST, [Tag.CRISIS, Tag.LEAVE, Tag.CRISIS])
    assert my_weeks(ctx, cast.alice).tags == {FIRST: (Tag.LEAVE, Tag.CRISIS)}
    assert points(ctx, cast)[0].tags
    assert my_weeks(ctx, cast.bob).tags == {}
    tag_week(ctx, cast.alice, FIRST, [Tag.TRAINING])
    assert my_weeks(ctx, cast.alice).tags == {FIRST: (Tag.TRAINING,)}
    tag_week(ctx, cast.alice, FIRST, [])
    assert my_weeks(ctx, cast.alice).tags == {}


def test_a_week_can_be_tagged_long_after_but_not_before_it_begins(ctx, cast):
    tag_week(ctx, cast.alice, THIS_WEEK.plus(-100), [Tag.LEAVE])
    with pytest.raises(NotFoundError):
        tag_week(ctx, cast.alice, THIS_WEEK.plus(1), [Tag.LEAVE])


def test_a_tag_that_is_not_in_the_list_is_refused(ctx, cast):
    with pytest.raises(ValueError, match="wine"):
        tag_week(ctx, cast.alice, THIS_WEEK, ["wine"])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("period", "count"), [(Period.HALF_YEAR, 26), (Period.YEAR, 52), (Period.ALL, 61)]
)
def test_a_period_ends_with_this_week_and_has_its_length(
    ctx, cast, fill, period, count
):
    fill(5)
    fill(6, first=FIRST.plus(60))
    found = my_weeks(ctx, cast.alice, period=period)
    assert (len(found.weeks), found.weeks[-1]) == (count, FIRST.plus(60))
    assert {len(panel) for panel in found.panels.values()} == {count}


def test_context_stands_beside_the_week_and_goes_when_it_is_withdrawn(ctx, cast, fill):
    fill(5, sessions=12)
    assert my_weeks(ctx, cast.alice).contexts[FIRST].sessions == 12
    check_ins.withdraw(ctx, cast.alice, FIRST)
    assert FIRST not in my_weeks(ctx, cast.alice).contexts


def test_a_week_without_a_check_in_has_no_meaning(ctx, cast, fill):
    fill(5, None, 6)
    with pytest.raises(NotFoundError):
        meaning_of(ctx, cast.alice, FIRST.plus(1))
    with pytest.raises(NotFoundError):
        meaning_of(ctx, cast.bob, FIRST)


def test_nobody_elses_weeks_are_ever_part_of_mine(ctx, cast, fill):
    fill(*[5] * 3)
    assert my_weeks(ctx, cast.bob).kinds == {}
