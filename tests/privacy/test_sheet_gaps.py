"""When somebody answered which questionnaire: the attack, and what ends it."""

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from tests.exports.invented import (
    FIRST,
    LIGHT,
    WEEKS,
    bundle,
    members,
    participants,
    response,
)
from wellbeing.privacy.follow_up import SHARED_BY
from wellbeing.privacy.linkage import (
    MOST_BY_GAPS,
    BundleRefusedError,
    refuse_failed,
    sheet_gap_checks,
)
from wellbeing.privacy.linkage_attacks import Columns, Trace
from wellbeing.privacy.sheet_gaps import (
    attack_by_sheet_gaps,
    common_places,
    kept_sheets,
)
from wellbeing.privacy.study_data import TimeUnit

PLAN = replace(LIGHT, items=("overall",), instruments=("who5",))
COLUMNS = Columns(names=("overall",), weeks={"overall": 4}, unit=4)
PERIODS = 8


def answering(rate, people=60):
    """Return people who answer a sheet every four weeks, each time with a chance."""
    rng = Random(4)  # noqa: S311 (invented people need a seed)
    return [
        replace(
            person,
            responses=tuple(
                response(rng, "who5", week)
                for week in FIRST.through(FIRST.plus(WEEKS - 1))[2::4]
                if rng.random() < rate
            ),
        )
        for person in participants(people)
    ]


def always_there(people):
    """Return the traces of people who checked in in each week."""
    one = Trace(
        answers=np.full((1, 4 * PERIODS), 5, dtype=np.int16),
        released=np.full((1, PERIODS), 10, dtype=np.int16),
    )
    return [one] * people


def found(known, seen, cells=None):
    people = len(known)
    alike = np.zeros(people, dtype=np.intp) if cells is None else np.array(cells)
    kept = [PERIODS] * people
    return attack_by_sheet_gaps(COLUMNS, always_there(people), known, seen, kept, alike)


def places(*periods):
    return frozenset((period, "who5") for period in periods)


def by_chance(people):
    rng = np.random.default_rng(3)
    return [
        places(*map(int, np.flatnonzero(rng.random(8) < 0.6))) for _ in range(people)
    ]


def test_the_attack_finds_most_people_whose_sheets_all_stay():
    # Without this the attack could be broken and every bundle would pass.
    known = by_chance(60)
    assert found(known, known) > 0.6


def test_nobody_is_found_who_answered_when_all_the_others_did():
    known = [places(1, 4)] * 40
    assert found(known, known) == 0
    assert found([places()] * 40, [places()] * 40) == 0


def test_the_crowd_is_a_combination_of_attributes():
    known = [places(1)] * 2 + [places(2)] * 2
    assert found(known, known) == 0
    assert found(known, known, [0, 1, 0, 1]) == 1


def test_a_row_that_shows_what_somebody_did_not_answer_is_not_theirs():
    # Of one of two everything is left out; the other row cannot be the first one's.
    known = [places(1), places(2)]
    assert found(known, [places(), places(2)]) == 1


def test_sheets_are_left_out_until_three_people_have_them_in_the_same_places():
    known = [places(0, 1, 2), places(0, 1), places(0, 1, 3), places(0), *[places()] * 3]
    present = [(True,) * PERIODS] * 7
    kept = [PERIODS] * 7
    stay = common_places(present, known, kept, [0] * 7)
    assert stay == [*[places(0, 1)] * 3, *[places()] * 4]
    # Who shares the places has to share attributes and the weeks of check-ins.
    assert common_places(present, known, kept, [0, 1, 0, 1, 0, 1, 0]) == [places()] * 7
    gone = [(False, *[True] * (PERIODS - 1)), *present[1:]]
    assert common_places(gone, known, kept, [0] * 7) == [
        places(),
        *[places(0)] * 3,
        *[places()] * 3,
    ]


@pytest.mark.parametrize("rate", [0.4, 0.7])
def test_what_stays_is_shared_or_the_attack_says_so(rate):
    rng = np.random.default_rng(7)
    answered = rng.random((90, PERIODS)) < rate
    known = [places(*map(int, np.flatnonzero(row))) for row in answered]
    periods, stay, share = kept_sheets(
        TimeUnit.BLOCKS,
        COLUMNS,
        always_there(90),
        known,
        [PERIODS] * 90,
        np.zeros(90, dtype=np.intp),
    )
    assert periods == [PERIODS] * 90
    assert all(one <= whole for one, whole in zip(stay, known, strict=True))
    assert all(n >= SHARED_BY for one, n in Counter(stay).items() if one)
    assert share <= MOST_BY_GAPS
    assert any(stay)


def test_single_weeks_keep_every_sheet_and_say_so():
    known = by_chance(40)
    periods, stay, share = kept_sheets(
        TimeUnit.WEEKS,
        COLUMNS,
        always_there(40),
        known,
        [PERIODS] * 40,
        np.zeros(40, dtype=np.intp),
    )
    assert (periods, stay) == ([PERIODS] * 40, known)
    assert share > MOST_BY_GAPS


def test_a_bundle_leaves_out_sheets_that_would_name_people_and_says_so():
    data, report = bundle(answering(0.7), PLAN)
    files = members(data)
    told = json.loads(files["report.json"])
    assert told["share_of_sheets_left_out"] > 0
    [check] = [c for c in report.checks if c.name == "matched_by_sheet_gaps"]
    assert check.passed
    assert "Their later questionnaires are left out" in files["README.md"].decode()
    # In the rows nothing tells what was left out from what was not answered.
    rows = _rows(files, "responses")
    places_told = {
        (r["participant_id"], r["block"]) for r in rows if r["instrument_id"] == "who5"
    }
    wide = _rows(files, "wide")
    assert {
        (r["participant_id"], r["block"]) for r in wide if r["who5_wellbeing"]
    } <= places_told
    assert len(rows) == told["rows"]["responses"]
    assert len(_rows(files, "scores")) == told["rows"]["scores"]
    assert len(wide) == told["rows"]["wide"]


def test_a_bundle_in_which_nothing_helps_is_refused():
    [failed] = sheet_gap_checks(PLAN, 0.11)
    with pytest.raises(BundleRefusedError, match="leave a questionnaire out"):
        refuse_failed([failed])
    [chosen] = sheet_gap_checks(replace(PLAN, time_unit=TimeUnit.WEEKS), 0.11)
    assert (chosen.passed, chosen.accepted) == (False, True)
    assert sheet_gap_checks(LIGHT, 0.0) == ()


def _rows(files, table):
    text = files[f"data/study-demostudy_type-{table}_data.csv"].decode()
    return list(csv.DictReader(io.StringIO(text)))
