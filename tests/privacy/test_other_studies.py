"""Two studies of the same people: what is joined, and what it must not tell."""

import csv
import io
from collections import defaultdict
from dataclasses import replace

import pytest

from tests.exports.invented import KEY, LIGHT, bundle, members, participants
from wellbeing.privacy.attribute_cells import Cells
from wellbeing.privacy.linkage import BundleRefusedError, refuse_failed
from wellbeing.privacy.other_studies import OtherBundle, joined_check

PEOPLE = participants(60)
NAMES = [f"p{n:02}" for n in range(60)]


def cells(values):
    return Cells(
        names=("a",),
        released={name: (v,) for name, v in zip(NAMES, values, strict=False)},
        merged=(),
    )


def other(names, value=()):
    return OtherBundle(cells=dict.fromkeys(names, value))


ALIKE = cells(["any"] * 60)


@pytest.mark.parametrize(
    ("theirs", "passes"),
    [
        ([], True),
        (NAMES, True),
        (NAMES[:57], True),
        # One of them is in this bundle and not in the other: that row is known.
        (NAMES[:59], False),
        (NAMES[:58], False),
        # The only one who is in both.
        (NAMES[:1], False),
        (NAMES[:3], True),
        # Somebody is in the other alone: the one row that finds no partner there.
        ([*NAMES, "stranger"], False),
        ([*NAMES, "a", "b", "c"], True),
        (["a", "b"], True),
    ],
)
def test_nobody_stands_apart_by_taking_part_in_one_study_alone(theirs, passes):
    assert joined_check(ALIKE, [other(theirs)]).passed is passes


def test_attributes_of_two_studies_do_not_make_small_groups_together():
    mine = cells(["x"] * 30 + ["y"] * 30)

    def theirs(values):
        pairs = zip(NAMES, values, strict=True)
        return [OtherBundle(cells={name: (v,) for name, v in pairs})]

    # Each alone has groups of ten and more; together one has nine.
    assert joined_check(mine, theirs((["u"] * 20 + ["v"] * 10) * 2)).passed
    small = joined_check(mine, theirs(["u"] * 21 + ["v"] * 9 + ["u"] * 30))
    assert not small.passed
    with pytest.raises(BundleRefusedError, match="of another study"):
        refuse_failed([small])
    # The same attribute in both parts nobody.
    assert joined_check(mine, [OtherBundle(cells=mine.released)]).passed


def test_three_bundles_together_leave_nobody_alone():
    # Each other bundle parts thirty or more; the thirtieth is in the first alone.
    first, second = other(NAMES[:30]), other([*NAMES[:29], *NAMES[40:]])
    assert joined_check(ALIKE, [first]).passed
    assert joined_check(ALIKE, [second]).passed
    assert not joined_check(ALIKE, [first, second]).passed
    # Three of them are enough.
    assert joined_check(ALIKE, [first, other([*NAMES[:27], *NAMES[40:]])]).passed


def test_attributes_of_three_studies_do_not_make_small_groups_together():
    def theirs(values):
        pairs = zip(NAMES, values, strict=True)
        return OtherBundle(cells={name: (v,) for name, v in pairs})

    # Twenty and more of each value, and nine with two of them together.
    first = theirs(["u"] * 30 + ["v"] * 30)
    second = theirs(["w"] * 39 + ["x"] * 21)
    assert joined_check(ALIKE, [first]).passed
    assert joined_check(ALIKE, [second]).passed
    assert not joined_check(ALIKE, [first, second]).passed
    # Taking part is no attribute: three are enough.
    assert joined_check(ALIKE, [first, other(NAMES[:57])]).passed


def test_who_is_in_two_other_studies_and_not_here_does_not_stand_apart():
    # Each of the two has three people who are not here; one is in both.
    first = other([*NAMES, "a", "b", "c"])
    second = other([*NAMES, "c", "d", "e"])
    assert joined_check(ALIKE, [first]).passed
    assert joined_check(ALIKE, [second]).passed
    assert not joined_check(ALIKE, [first, second]).passed


def test_the_check_tells_no_count_of_people_in_another_study():
    sizes = {joined_check(ALIKE, [other(NAMES[:n])]).measured for n in (0, 20, 57)}
    assert sizes == {0}
    assert joined_check(ALIKE, []).measured == 0


def test_a_bundle_that_would_set_somebody_apart_is_refused():
    _, report = bundle(PEOPLE, LIGHT)
    names = sorted(report.members)
    bundle(PEOPLE, LIGHT, others=[other(names)])
    with pytest.raises(BundleRefusedError, match="of another study"):
        bundle(PEOPLE, LIGHT, others=[other(names[1:])])


def series(data):
    """Return for each pseudonym the values of the column that both bundles have."""
    text = members(data)["data/study-demostudy_type-wide_data.csv"].decode()
    found = defaultdict(list)
    for row in csv.DictReader(io.StringIO(text)):
        found[row["participant_id"]].append(row["overall"])
    return {name: tuple(values) for name, values in found.items()}


def test_almost_everybody_is_joined_by_values_whatever_the_pseudonyms_are():
    # Why the check takes everybody to be joined, and has no limit of a share.
    first, _ = bundle(PEOPLE, LIGHT)
    plan = replace(LIGHT, items=("overall", "workload"))
    second, _ = bundle(PEOPLE, plan, key=bytes(reversed(KEY)))
    mine, theirs = series(first), series(second)
    assert not mine.keys() & theirs.keys()
    values = list(theirs.values())
    joined = sum(values.count(one) == 1 for one in mine.values()) / len(mine)
    assert joined > 0.9
