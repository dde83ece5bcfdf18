"""Closing a period: who is counted with which value, and what never is."""

from uuid import UUID

from wellbeing.domain.ids import PersonId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week
from wellbeing.privacy.bands import Band
from wellbeing.privacy.closing import Closing, close_period
from wellbeing.privacy.panel import Panel
from wellbeing.privacy.periods import Period
from wellbeing.privacy.policy import RULES
from wellbeing.privacy.release import NOT_ENOUGH, Figure
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.privacy.units import UnitId

NORTH, SOUTH = UnitId(UUID(int=1)), UnitId(UUID(int=2))
QUARTER = Period(Week(2026, 25))
NEXT, LAST = QUARTER.plus(1), QUARTER.plus(2)
SHOWN = Indicator.OVERALL


def person(number):
    return PersonId(UUID(int=100 + number))


def panel(count, start=0, since=QUARTER):
    people = frozenset(person(start + n) for n in range(count))
    return Panel(people=people, since=since)


def everybody(count, level=5, start=0, at=(QUARTER,)):
    own = dict.fromkeys(at, level)
    return [(person(start + n), {SHOWN: own}) for n in range(count)]


def closed(levels, panels=None, period=QUARTER, before=None):
    closing = Closing(
        policy=RULES,
        quarter=QUARTER,
        period=period,
        panels={NORTH: panel(8)} if panels is None else panels,
        levels=levels,
        before=before or {},
    )
    return dict(close_period(closing))


def test_there_is_a_figure_of_every_unit_and_shown_indicator():
    figures = closed([], panels={NORTH: panel(8), SOUTH: panel(0)})
    assert set(figures) == {(u, i) for u in (NORTH, SOUTH) for i in TEAM_INDICATORS}
    assert set(figures.values()) == {NOT_ENOUGH}


def test_only_people_of_the_panel_are_counted():
    figures = closed([*everybody(8, level=4), *everybody(30, level=9, start=50)])
    assert figures[NORTH, SHOWN].band == Band(40, 50)


def test_each_unit_is_made_of_its_own_people():
    panels = {NORTH: panel(8), SOUTH: panel(8, start=50)}
    levels = [*everybody(8, level=0), *everybody(8, level=9, start=50)]
    figures = closed(levels, panels=panels)
    assert figures[NORTH, SHOWN].band == Band(None, 30)
    assert figures[SOUTH, SHOWN].band == Band(70, None)


def test_one_person_less_than_eight_is_withheld():
    assert closed(everybody(7))[NORTH, SHOWN] == NOT_ENOUGH


def test_an_indicator_that_too_few_answered_is_withheld_by_itself():
    levels = [
        (p, {**own, Indicator.REST: {QUARTER: 4}} if n < 7 else own)
        for n, (p, own) in enumerate(everybody(8))
    ]
    figures = closed(levels)
    assert figures[NORTH, SHOWN].band is not None
    assert figures[NORTH, Indicator.REST] == NOT_ENOUGH


def test_somebody_absent_is_counted_with_their_own_value_of_the_quarter():
    here = everybody(6, level=3, at=(QUARTER, NEXT))
    low, high = everybody(2, level=0, start=6), everybody(2, level=9, start=6)
    # Six of eight at a third; two at the bottom or the top: 25 or 50 points.
    assert closed([*here, *low], period=NEXT)[NORTH, SHOWN].band == Band(None, 30)
    assert closed([*here, *high], period=NEXT)[NORTH, SHOWN].band == Band(50, 60)


def test_the_newest_value_counts_and_none_of_a_later_period():
    own = {QUARTER: 0, NEXT: 9, LAST: 0}
    figures = closed([(person(n), {SHOWN: own}) for n in range(8)], period=NEXT)
    assert figures[NORTH, SHOWN].band == Band(70, None)


def test_carried_values_do_not_replace_fresh_answers():
    levels = [*everybody(5, at=(QUARTER, NEXT)), *everybody(3, start=5)]
    assert closed(levels, period=NEXT)[NORTH, SHOWN] == NOT_ENOUGH


def test_those_absent_in_different_periods_of_a_quarter_are_reckoned_together():
    # Each period has six fresh answers of eight, but only four people answered in all.
    levels = [
        *everybody(4, at=(QUARTER, NEXT, LAST)),
        *everybody(2, start=4, at=(QUARTER, NEXT)),
        *everybody(2, start=6, at=(QUARTER, LAST)),
    ]
    assert closed(levels, period=NEXT)[NORTH, SHOWN] != NOT_ENOUGH
    assert closed(levels, period=LAST)[NORTH, SHOWN] == NOT_ENOUGH


def test_a_value_of_the_quarter_s_first_period_is_carried_to_its_end():
    levels = [*everybody(6, at=(QUARTER, NEXT, LAST)), *everybody(2, start=6)]
    assert closed(levels, period=LAST)[NORTH, SHOWN] != NOT_ENOUGH


def test_no_value_is_carried_into_the_next_quarter():
    before = QUARTER.plus(-1)
    levels = [*everybody(7), *everybody(1, start=7, at=(before,))]
    assert closed(levels)[NORTH, SHOWN] == NOT_ENOUGH


def test_a_panel_that_waits_carries_nothing_from_the_quarter_before_either():
    panels = {NORTH: panel(8, since=QUARTER.plus(-3))}
    levels = [*everybody(7), *everybody(1, start=7, at=(QUARTER.plus(-1),))]
    assert closed(levels, panels=panels)[NORTH, SHOWN] == NOT_ENOUGH


def test_who_had_no_value_in_the_first_period_waits_for_the_next_quarter():
    levels = [*everybody(7, at=(QUARTER, NEXT)), *everybody(1, start=7, at=(NEXT,))]
    assert closed(levels, period=NEXT)[NORTH, SHOWN] == NOT_ENOUGH


def test_the_pictures_before_limit_the_same_unit_and_indicator_alone():
    low = Figure(band=Band(None, 30), people="8-12", withheld=None)
    levels = everybody(8, level=9)
    limited = closed(levels, before={(NORTH, SHOWN): [low]})
    assert limited[NORTH, SHOWN].band == Band(30, 40)
    for key in ((SOUTH, SHOWN), (NORTH, Indicator.REST)):
        free = closed(levels, before={key: [low]})
        assert free[NORTH, SHOWN].band == Band(70, None)


def test_all_indicators_of_a_unit_are_said_to_be_about_the_same_class_of_people():
    levels = [
        (p, {**own, Indicator.REST: {QUARTER: 2}} if n < 12 else own)
        for n, (p, own) in enumerate(everybody(13))
    ]
    figures = closed(levels, panels={NORTH: panel(13)})
    shown = {i: f for i, f in figures.items() if f.band is not None}
    assert {key[1] for key in shown} == {SHOWN, Indicator.REST}
    assert {figure.people for figure in shown.values()} == {"8-12"}
    # The wide bands go with it: a narrow one would tell the class all the same.
    assert figures[NORTH, SHOWN].band == Band(50, 60)


def test_an_indicator_that_too_few_answered_changes_nothing_about_the_others():
    levels = [
        (p, {**own, Indicator.REST: {QUARTER: 2}} if n < 7 else own)
        for n, (p, own) in enumerate(everybody(13))
    ]
    figures = closed(levels, panels={NORTH: panel(13)})
    assert figures[NORTH, SHOWN].people == "13+"
