"""The line of the template that says when an item is shown."""

import pytest

from wellbeing.instruments.formats.conditions import both, parse, tidy, written
from wellbeing.instruments.formats.limits import MOST_CONDITIONS
from wellbeing.instruments.formats.questionnaire import (
    Condition,
    NotRepresentableError,
    ShowIf,
)


def one(item, *codes, is_not=False):
    return Condition(item=item, codes=codes, is_not=is_not)


@pytest.mark.parametrize(
    ("line", "conditions", "any_of"),
    [
        ("a = 1", [one("a", "1")], False),
        ("  a=1,2 ", [one("a", "1", "2")], False),
        ("a != 1 and b = x", [one("a", "1", is_not=True), one("b", "x")], False),
        ("a = 1 or b = 2", [one("a", "1"), one("b", "2")], True),
        ("a = 1 or a = 2", [one("a", "1", "2")], False),
        ("a != 1 and a != 2", [one("a", "1", "2", is_not=True)], False),
        ("a = 1 and a = 1", [one("a", "1")], False),
        ('"q 1" = "say ""no""", "and"', [one("q 1", 'say "no"', "and")], False),
    ],
)
def test_a_line_is_understood(line, conditions, any_of):
    expected = ShowIf(conditions=tuple(conditions), any_of=any_of)
    assert parse(line) == expected
    assert parse(written(expected)) == expected


def test_no_line_means_always():
    assert parse("  ") is None
    assert written(None) == ""


@pytest.mark.parametrize(
    "line",
    [
        "a",
        "a =",
        "= 1",
        "a = = 1",
        "a == 1",
        "a = 1 b = 2",
        "a = 1 and",
        "a = 1,",
        "a = ,1",
        "a , 1",
        '"a = 1',
        'a = 1 "and" b = 2',
        "a = 1 and b = 2 or c = 3",
        " and ".join(f"a{n} = 1" for n in range(MOST_CONDITIONS + 1)),
    ],
)
def test_a_line_that_says_something_else_is_refused(line):
    with pytest.raises(NotRepresentableError):
        parse(line)


def test_a_condition_within_another_holds_only_if_both_do():
    outer, inner = parse("a = 1"), parse("b = 1 and c != 2")
    assert both(outer, None) == both(None, outer) == outer
    assert written(both(outer, inner)) == "a = 1 and b = 1 and c != 2"
    with pytest.raises(NotRepresentableError, match="one within the other"):
        both(outer, tidy([one("b", "1"), one("c", "1")], any_of=True))
