"""What a bundle says of one participant, and of their attributes."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exports.invented import KEY, PLAN, QUESTIONS, WEEKS_PLAN, person_id, response
from wellbeing.domain.check_ins import Missing
from wellbeing.domain.weeks import Week
from wellbeing.privacy.attribute_cells import merge_cells
from wellbeing.privacy.deidentification import (
    CONTEXT_TOP,
    NO_CHECK_IN,
    half_points,
    pseudonym,
    release,
)
from wellbeing.privacy.own_time import in_own_time
from wellbeing.privacy.study_data import Participant, StudyPlan, StudyWeek, TimeUnit

SIMPLE = replace(
    PLAN,
    items=("overall", "rest", "control"),
    instruments=("who5",),
    context=("sessions", "days_off"),
    through_week=PLAN.from_week.plus(39),
)


def week(number, answers, **context):
    return StudyWeek(
        week=PLAN.from_week.plus(number),
        question_version="1",
        answers=answers,
        context=dict.fromkeys(SIMPLE.context) | context,
    )


def released(weeks, plan=SIMPLE, responses=()):
    person = Participant(
        person_id=person_id(1),
        attributes={},
        weeks=tuple(weeks),
        responses=tuple(responses),
    )
    own = in_own_time(plan, person)
    return release(plan, QUESTIONS, own, "p") if own else None


def rated(number, rating):
    return week(number, {"overall": rating})


def overall(weeks, plan=SIMPLE):
    return [period.values["overall"] for period in released(weeks, plan).periods]


def test_a_name_is_made_with_the_key():
    # printf 'person id in hex' | xxd -r -p | openssl dgst -sha256 -mac HMAC
    #   -macopt hexkey:0001...1f -binary | head -c 10 | base32
    assert pseudonym(KEY, person_id(1)) == "pkvng4abnrvdsidor"
    other = bytes(reversed(KEY))
    assert pseudonym(other, person_id(1)) != pseudonym(KEY, person_id(1))


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        pseudonym(KEY[:31], person_id(1))


def test_the_order_of_people_is_not_that_of_the_database():
    names = [pseudonym(KEY, person_id(n)) for n in range(100)]
    assert len(set(names)) == 100
    assert names != sorted(names)
    assert all(name[0] == "p" and len(name) == 17 and name.isalnum() for name in names)


def test_blocks_are_counted_from_the_first_week_with_an_answer():
    early = overall([rated(n, 4) for n in range(8)])
    late = overall([rated(n, 4) for n in range(17, 25)])
    assert early == late == [4, 4]


def test_a_week_in_which_nothing_is_answered_does_not_begin_the_count():
    nothing = week(0, dict.fromkeys(SIMPLE.items, Missing.SKIPPED))
    assert overall([nothing, *(rated(n, 4) for n in range(3, 7))]) == [4]


def test_weeks_outside_the_study_do_not_count():
    weeks = [rated(-1, 9), *(rated(n, 4) for n in range(4)), rated(40, 9)]
    assert overall(weeks) == [4]


def test_a_block_that_the_studys_end_cuts_is_left_out():
    assert overall([rated(n, 4) for n in range(33, 40)]) == [4]
    assert released([rated(n, 4) for n in range(37, 40)]) is None


def test_nothing_follows_the_last_answer():
    nothing = [week(n, {"overall": Missing.SKIPPED}) for n in range(4, 12)]
    assert overall([rated(0, 4), *nothing]) == [4]


def test_a_block_without_a_check_in_says_so():
    assert overall([rated(0, 4), rated(8, 6)]) == [4, NO_CHECK_IN, 6]


def test_the_most_frequent_reason_stands_for_a_block():
    def missing(number, reason):
        return week(number, {"overall": reason}, sessions=3)

    block = [missing(4, Missing.WITHDRAWN), missing(5, Missing.NOT_APPLICABLE)]
    ends = rated(0, 4), rated(8, 4)
    assert overall([*ends, *block])[1] == "not_applicable", (
        "the first of two as frequent"
    )
    block.append(missing(6, Missing.WITHDRAWN))
    assert overall([*ends, *block])[1] == "withdrawn"


def test_blocks_without_any_answer_are_all_the_same():
    # As a pattern, the kinds of nothing would name each of 32 people.
    kinds = (Missing.SKIPPED, Missing.WITHDRAWN, Missing.NOT_APPLICABLE, None)
    found = set()
    for pattern in product((0, 1), repeat=5):
        weeks = [rated(0, 4), rated(24, 4)]
        for block, which in enumerate(pattern, 1):
            kind = kinds[(block % 3) if which else 3]
            if kind is not None:
                weeks.append(week(4 * block, dict.fromkeys(SIMPLE.items, kind)))
        found.add(str(released(weeks).periods))
    assert len(found) == 1
    assert "skipped" not in str(released(weeks).periods[1:6])


def test_a_question_that_was_not_there_was_not_asked():
    weeks = [week(n, {"overall": 5}) for n in range(4)]
    assert released(weeks).periods[0].values["rest"] == "not_asked"


@given(st.lists(st.integers(0, 10), min_size=1, max_size=24))
def test_a_value_is_the_mean_to_the_next_half(codes):
    value = Fraction(half_points(codes))
    mean = Fraction(sum(codes), len(codes))
    assert value.denominator in {1, 2}
    assert -Fraction(1, 4) < value - mean <= Fraction(1, 4)


def test_a_question_asked_in_turn_has_one_value_in_24_weeks():
    weeks = [
        week(n, {"control": n % 5} if n % 4 == 1 else {"overall": 5}) for n in range(36)
    ]
    periods = released(weeks).periods
    found = {p.index: p.values["control"] for p in periods if "control" in p.values}
    assert found == {6: half_points([n % 5 for n in range(1, 24, 4)])}


def test_where_weeks_are_counted_every_answer_stands_as_it_was_given():
    plan = replace(SIMPLE, time_unit=TimeUnit.WEEKS)
    weeks = [week(5, {"overall": 3, "control": 1}), week(7, {"overall": 8})]
    periods = released(weeks, plan).periods
    assert [p.values["overall"] for p in periods] == [3, NO_CHECK_IN, 8]
    assert periods[0].values["control"] == 1


def test_numbers_about_the_week_are_whole_and_end_at_the_top():
    weeks = [week(n, {}, sessions=s) for n, s in enumerate((10, 11, 11, 12))]
    weeks += [week(4, {}, sessions=100, days_off=7)]
    first, second = released([*weeks, week(7, {}, sessions=100)]).periods
    assert first.values["sessions"] == 11
    assert first.values["days_off"] == "skipped"
    assert second.values["sessions"] == CONTEXT_TOP["sessions"]
    assert second.values["days_off"] == CONTEXT_TOP["days_off"]


def test_of_the_responses_of_a_block_the_last_is_there_as_it_was_given():
    rng = Random(1)  # noqa: S311 (invented answers need a seed)
    one = response(rng, "who5", PLAN.from_week.plus(1))
    last = replace(one, week=PLAN.from_week.plus(3), answers={"who5_1": 2})
    weeks = [rated(n, 4) for n in range(8)]
    first, second = released(weeks, responses=[last, one]).periods
    assert [r.answers["who5_1"] for r in first.responses] == [2]
    assert first.responses[0].answers["who5_2"] == "not_asked"
    assert second.responses == ()


def test_nobody_without_an_answer_is_in_a_bundle():
    assert released([]) is None
    assert released([week(1, {"overall": Missing.SKIPPED})]) is None


def test_a_study_needs_a_short_name_and_a_first_week_before_the_last():
    with pytest.raises(ValueError, match="short name"):
        replace(PLAN, study_id="../etc")
    with pytest.raises(ValueError, match="before it begins"):
        replace(PLAN, through_week=Week(2020, 1))


def test_a_plan_counts_blocks_unless_it_names_weeks():
    fields = {
        f: getattr(WEEKS_PLAN, f) for f in StudyPlan.__slots__ if f != "time_unit"
    }
    assert StudyPlan(**fields).time_unit is TimeUnit.BLOCKS


ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "role_group": st.sampled_from(("a", "b", "c")),
        "tenure": st.sampled_from(("short", "long")),
    },
)


@given(st.lists(ATTRIBUTES, min_size=10, max_size=120))
def test_every_combination_of_attributes_is_ten_people(people):
    told = {f"p{n:03}": one for n, one in enumerate(people)}
    cells = merge_cells(("role_group", "tenure"), told)
    assert min(cells.sizes().values()) >= 10
    for name, values in cells.released.items():
        for attribute, value in zip(cells.names, values, strict=True):
            true = told[name].get(attribute, "not_given")
            assert value in {true, "any", "not_given"} or true in value.split("_or_")


def cells_of(**counts):
    told = {}
    for key, count in counts.items():
        role, _, tenure = key.partition("_")
        for n in range(count):
            one = {"role_group": role} if role != "none" else {}
            told[f"{key}{n:03}"] = one | ({"tenure": tenure} if tenure else {})
    return merge_cells(("role_group", "tenure"), told)


def test_tenure_gives_way_before_the_group_of_professions():
    cells = cells_of(a_short=15, a_long=15, b_short=9, b_long=20)
    assert cells.sizes() == Counter(
        {("a", "short"): 15, ("a", "long"): 15, ("b", "any"): 29}
    )
    assert cells.merged == ("tenure within b: long, short stand as any.",)


def test_a_group_that_is_too_small_is_merged_with_the_smallest_other():
    cells = cells_of(a_short=30, b_short=12, c_short=4)
    assert cells.sizes() == Counter({("a", "short"): 30, ("b_or_c", "short"): 16})


def test_what_is_left_out_counts_as_a_value_of_its_own_or_is_merged():
    assert set(cells_of(a_short=20, none_short=10).sizes()) == {
        ("a", "short"),
        ("not_given", "short"),
    }
    merged = cells_of(a_short=30, b_short=12, none_short=4).sizes()
    assert merged == Counter({("a", "short"): 30, ("not_given", "short"): 16})


def test_a_study_that_asks_for_no_attribute_has_one_cell():
    assert merge_cells((), {"p1": {}, "p2": {}}).sizes() == Counter({(): 2})
