"""The attack report: what passes, what must be caught, what two bundles tell."""

import csv
import io
import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tests.exports.invented import (
    KEY,
    LIGHT,
    MADE_ON,
    PLAN,
    QUESTIONS,
    ROLES,
    TENURES,
    WEEKS_PLAN,
    bundle,
    members,
    participants,
    person_id,
)
from tests.privacy import organisations
from wellbeing.exports.bundle import BundleReport, bundle_name
from wellbeing.privacy.attribute_cells import Cells
from wellbeing.privacy.deidentification import pseudonym, release
from wellbeing.privacy.differencing import difference_checks, fingerprint
from wellbeing.privacy.follow_up import shorten, shorten_within
from wellbeing.privacy.linkage import (
    MOST_BY_GAPS,
    MOST_BY_RATINGS,
    BundleRefusedError,
    EarlierBundle,
    cell_checks,
)
from wellbeing.privacy.linkage_attacks import (
    NOTHING,
    Columns,
    Trace,
    attack_by_gaps,
    attack_by_ratings,
)
from wellbeing.privacy.own_time import in_own_time
from wellbeing.privacy.sheet_attack import attack_by_sheets
from wellbeing.privacy.study_data import Participant, StudyWeek, TimeUnit
from wellbeing.privacy.traces import columns_of, trace_of

PEOPLE = participants(60)
ORGANISATION_PLAN = replace(
    PLAN,
    items=("overall",),
    instruments=(),
    context=(),
    attributes=(),
    from_week=organisations.FIRST_WEEK,
    through_week=organisations.FIRST_WEEK.plus(organisations.WEEKS - 1),
)


def of_organisation(seed):
    """Everybody of a synthetic organisation, with one rating a week."""
    ratings = organisations.invent(seed).ratings
    return [
        Participant(
            person_id=person_id(number),
            attributes={},
            weeks=tuple(
                StudyWeek(
                    week=organisations.FIRST_WEEK.plus(int(at)),
                    question_version="1",
                    answers={"overall": int(row[at])},
                    context={},
                )
                for at in np.flatnonzero(row)
            ),
            responses=(),
        )
        for number, row in enumerate(ratings)
    ]


def attacked(people, plan, *, cut=False):
    """Return the shares found by gaps and by three ratings, without any refusal."""
    columns = columns_of(plan, QUESTIONS)
    traces = []
    for person in people:
        own = in_own_time(plan, person)
        if own is not None:
            name = pseudonym(KEY, person.person_id)
            traces.append(trace_of(columns, own, release(plan, QUESTIONS, own, name)))
    kept = [trace.released.shape[1] for trace in traces]
    if cut:
        present = [
            tuple(map(bool, row)) for row in (t.released[0] >= 0 for t in traces)
        ]
        kept = shorten(present)
    cells = np.zeros(len(traces), dtype=np.intp)
    gaps = attack_by_gaps(columns, traces, kept, cells)
    return gaps, attack_by_ratings(columns, traces, kept, cells).sure


@pytest.fixture(scope="module")
def first() -> tuple[bytes, BundleReport]:
    return bundle(PEOPLE, LIGHT)


def earlier(report, unit=TimeUnit.BLOCKS, **changed):
    fields = {
        "sha256": report.sha256,
        "members": report.members,
        "columns": report.columns,
        "time_unit": unit,
        "fingerprint": report.fingerprint,
    }
    return EarlierBundle(**(fields | changed))


@pytest.mark.parametrize("seed", [0, 1])
def test_blocks_of_a_whole_organisation_hide_almost_everybody(seed):
    gaps, ratings = attacked(of_organisation(seed), ORGANISATION_PLAN, cut=True)
    assert gaps <= MOST_BY_GAPS
    assert ratings <= MOST_BY_RATINGS


@pytest.mark.parametrize("seed", [0, 1])
def test_the_attack_finds_most_people_where_single_weeks_stand(seed):
    # Without this the attack could be broken and every bundle would pass.
    plan = replace(ORGANISATION_PLAN, time_unit=TimeUnit.WEEKS)
    gaps, ratings = attacked(of_organisation(seed), plan)
    assert gaps > 0.6
    assert ratings > 0.4


def test_the_attack_finds_people_where_blocks_hide_nothing():
    # Everybody rates alike through each block, and nobody like anybody else: then a
    # mean is as good as the answer.
    rng = np.random.default_rng(1)
    blocks = rng.integers(1, 11, (40, 10))
    traces = [
        Trace(
            answers=np.repeat(row, 4)[None].astype(np.int16),
            released=2 * row[None].astype(np.int16),
        )
        for row in blocks
    ]
    columns = Columns(names=("overall",), weeks={"overall": 4}, unit=4)
    cells = np.zeros(40, dtype=np.intp)
    found = attack_by_ratings(columns, traces, [10] * 40, cells)
    assert found.sure > 0.5
    assert found.telling == "overall"


def test_nobody_is_found_among_people_who_are_all_alike():
    trace = Trace(
        answers=np.full((1, 40), 5, dtype=np.int16),
        released=np.full((1, 10), 10, dtype=np.int16),
    )
    columns = Columns(names=("overall",), weeks={"overall": 4}, unit=4)
    alike = np.zeros(40, dtype=np.intp)
    assert attack_by_gaps(columns, [trace] * 40, [10] * 40, alike) == 0
    found = attack_by_ratings(columns, [trace] * 40, [10] * 40, alike)
    assert found.sure == 0
    assert found.guesses == pytest.approx(1 / 40)
    # Attributes stand in the same row: the crowd is then one combination of them.
    parted = np.repeat(np.arange(4), 10)
    found = attack_by_ratings(columns, [trace] * 40, [10] * 40, parted)
    assert found.guesses == pytest.approx(1 / 10)


def test_patterns_of_gaps_that_are_alone_within_their_attributes_are_cut():
    # Each of ten patterns stands once in each of four groups of ten.
    plan = replace(
        LIGHT,
        items=("overall",),
        attributes=PLAN.attributes,
        through_week=PLAN.from_week.plus(47),
    )
    people = [
        Participant(
            person_id=person_id(10 * group + gap),
            attributes={"role_group": ROLES[group % 2], "tenure": TENURES[group // 2]},
            weeks=tuple(
                StudyWeek(
                    week=plan.from_week.plus(at),
                    question_version="1",
                    answers={"overall": 5},
                    context={},
                )
                for at in range(48)
                if at // 4 != gap + 1
            ),
            responses=(),
        )
        for group in range(4)
        for gap in range(10)
    ]
    data, report = bundle(people, plan)
    assert all(check.passed for check in report.checks)
    cut = json.loads(members(data)["report.json"])["share_of_periods_left_out"]
    assert cut > 0
    wide = members(data)["data/study-demostudy_type-wide_data.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(wide)))
    told = Counter(row["participant_id"] for row in rows)
    groups = {r["participant_id"]: (r["role_group"], r["tenure"]) for r in rows}
    shared = Counter((groups[name], length) for name, length in told.items())
    alone = sum(people == 1 for people in shared.values())
    assert alone <= MOST_BY_GAPS * report.participants


def test_too_many_attributes_are_refused_with_a_way_out():
    told = [
        replace(
            person, attributes={"role_group": ROLES[n % 3], "tenure": TENURES[n % 2]}
        )
        for n, person in enumerate(PEOPLE)
    ]
    with pytest.raises(BundleRefusedError, match="or leave an attribute out"):
        bundle(told, PLAN)


def test_a_bundle_of_questionnaires_alone_says_that_people_can_be_found():
    plan = replace(LIGHT, items=(), instruments=("who5",))
    data, report = bundle(PEOPLE[:40], plan)
    [failed] = [check for check in report.checks if not check.passed]
    assert failed.name == "matched_by_three_sheet_answers"
    assert failed.accepted
    assert failed.measured > 0.5
    files = members(data)
    share = f"{failed.measured:.0%} of cases"
    assert share in files["README.md"].decode()
    assert share in json.loads(files["report.json"])["finer_detail"]


def test_a_sheet_hides_among_equal_ones_of_the_same_attributes_only():
    def sheets(rows):
        return [{"who5": np.array([row], dtype=np.int16)} for row in rows]

    equal, kept = sheets([[1, 2, 3, 4, 0]] * 4), [1] * 4
    own = sheets([[n, n, n, n, NOTHING] for n in range(4)])
    nothing = sheets([[NOTHING] * 5] * 4)
    alike, pairs, each = np.zeros(4, int), np.array([0, 0, 1, 2]), np.arange(4)
    assert attack_by_sheets(equal, kept, alike) == 0
    assert attack_by_sheets(equal, kept, pairs) == 0.5
    assert attack_by_sheets(equal, kept, each) == 1
    assert attack_by_sheets(own, kept, alike) == 1
    assert attack_by_sheets(nothing, kept, alike) == 0


def test_a_bundle_that_passes_says_so(first):
    checks = {check.name: check for check in first[1].checks}
    assert list(checks) == [
        "people",
        "smallest_attribute_cell",
        "unique_combinations",
        "matched_by_gaps",
        "matched_by_three_ratings",
        "joined_with_other_studies",
    ]
    assert all(check.passed and not check.reason for check in checks.values())


def test_fewer_than_thirty_people_are_refused_before_anything_is_written():
    out = io.BytesIO()
    with pytest.raises(BundleRefusedError, match="wait for more") as caught:
        bundle(PEOPLE[:29], out=out)
    assert "29" not in str(caught.value)
    assert out.getvalue() == b""


def test_attributes_that_are_not_merged_are_caught():
    told = {f"p{n}": ("therapy" if n else "nursing",) for n in range(40)}
    cells = Cells(names=("role_group",), released=told, merged=())
    smallest, alone = cell_checks(cells)
    assert (smallest.passed, smallest.measured) == (False, 1)
    assert (alone.passed, alone.measured) == (False, 1)


def test_weeks_fail_the_report_and_go_out_only_as_a_choice_by_name():
    plan = replace(LIGHT, time_unit=TimeUnit.WEEKS)
    data, report = bundle(PEOPLE, plan)
    failed = {c.name: c for c in report.checks if not c.passed}
    assert set(failed) == {"matched_by_gaps", "matched_by_three_ratings"}
    assert all(c.accepted and c.measured > c.limit for c in failed.values())
    files = members(data)
    readme = files["README.md"].decode()
    assert "**Finer detail.**" in readme
    assert f"{failed['matched_by_gaps'].measured:.0%}" in readme
    assert b'"accepted": true' in files["report.json"]
    assert b"can be found by somebody who knows" in files["report.json"]
    assert bundle_name(WEEKS_PLAN, MADE_ON).endswith("_single-weeks.zip")
    assert "single" not in bundle_name(PLAN, MADE_ON)


def test_blocks_that_fail_are_refused():
    # A study of forty people of an organisation in which nobody is like the others.
    with pytest.raises(BundleRefusedError, match="three answers"):
        bundle(of_organisation(2)[:40], ORGANISATION_PLAN)


def test_the_same_bundle_again_is_fine(first):
    _, report = bundle(PEOPLE, LIGHT, earlier=[earlier(first[1])])
    assert report.checks[-1].passed
    assert report.members == first[1].members
    assert report.fingerprint == first[1].fingerprint


def test_one_person_less_is_refused(first):
    # What is gone from the file would be that person's rows.
    with pytest.raises(BundleRefusedError, match="too few people"):
        bundle(PEOPLE[1:], LIGHT, earlier=[earlier(first[1])])


def test_a_change_of_one_persons_answers_is_refused(first):
    shorter = replace(PEOPLE[0], weeks=PEOPLE[0].weeks[8:])
    with pytest.raises(BundleRefusedError, match="too few people"):
        bundle([shorter, *PEOPLE[1:]], LIGHT, earlier=[earlier(first[1])])


def test_other_columns_about_the_same_people_are_refused(first):
    plan = replace(LIGHT, items=("overall",))
    with pytest.raises(BundleRefusedError, match="other columns"):
        bundle(PEOPLE, plan, earlier=[earlier(first[1])])


def test_weeks_after_blocks_of_the_same_people_are_refused(first):
    with pytest.raises(BundleRefusedError, match="otherwise"):
        bundle(
            PEOPLE,
            replace(LIGHT, time_unit=TimeUnit.WEEKS),
            earlier=[earlier(first[1])],
        )


def test_many_more_people_are_fine(first):
    report = bundle(participants(75), LIGHT, earlier=[earlier(first[1])])[1]
    assert report.checks[-1].passed
    assert report.participants > first[1].participants


def test_other_people_cannot_be_compared(first):
    others = bundle(PEOPLE, LIGHT, key=bytes(reversed(KEY)))[1]
    assert not others.members & first[1].members
    report = bundle(PEOPLE, LIGHT, earlier=[earlier(others, TimeUnit.WEEKS)])[1]
    assert report.checks[-1].passed


@pytest.mark.parametrize(
    ("earlier_values", "later_values"),
    [
        (["x"] * 15 + ["y"] * 25, ["x"] * 18 + ["y"] * 22),
        (["x"] * 40, ["x"] * 37 + ["y"] * 3),
        (["x"] * 37 + ["y"] * 3, ["x"] * 40),
    ],
)
def test_two_mergings_of_attributes_that_single_people_out_are_refused(
    earlier_values, later_values
):
    def told(values):
        return Cells(
            names=("a",),
            released={f"p{n:02}": (v,) for n, v in enumerate(values)},
            merged=(),
        )

    before, after = told(earlier_values), told(later_values)
    contents = dict.fromkeys(before.released, b"same")
    mark = fingerprint(KEY, contents, before)
    changed = dict.fromkeys(contents, b"other")
    one = EarlierBundle(
        sha256="0" * 64,
        members=frozenset(contents),
        columns=frozenset(),
        time_unit=TimeUnit.BLOCKS,
        fingerprint=mark,
    )
    [check] = difference_checks(
        contents,
        fingerprint(KEY, changed, after),
        frozenset(),
        TimeUnit.BLOCKS,
        [one],
    )
    assert not check.passed
    assert "combination of attributes" in check.reason


def test_what_is_kept_to_compare_is_twelve_bytes_a_person(first):
    report = first[1]
    assert len(report.fingerprint) == 12 * report.participants


def test_rare_gaps_are_cut_and_common_ones_stay():
    whole, short = (True,) * 6, (True,) * 4
    common, rare = (True, False, True), (True, True, False, True, True, True)
    present = [whole] * 3 + [short] + [common] * 3 + [rare]
    assert shorten(present) == [6, 6, 6, 3, 3, 3, 3, 2]
    # Whom four share it with is no help if only two of them have the same attributes.
    assert shorten_within([common] * 4 + [whole] * 3, [0, 0, 1, 1, 0, 0, 0]) == [
        1,
        1,
        1,
        1,
        6,
        6,
        6,
    ]
