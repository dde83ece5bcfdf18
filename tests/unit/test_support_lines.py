"""Support lines: found for a country, dated, and never silently old."""

import re
from datetime import date, timedelta

import pytest

from wellbeing.content.reading import Section
from wellbeing.content.support_lines import (
    STALE_AFTER,
    LineKind,
    all_lines,
    fallback_line,
    lines_for,
    parse_line,
)

CHECKED = date(2026, 11, 22)


def test_every_line_says_where_it_was_found_and_when():
    for line in (*all_lines(), fallback_line()):
        assert line.checked_on == CHECKED
        assert re.match(r"https?://", line.source)
        assert line.audience
    assert {len(line.country) for line in all_lines()} == {2}


def test_no_line_stands_twice():
    keys = [(n.country, n.how, n.contact) for n in all_lines()]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    "country", sorted({n.country for n in all_lines() if n.kind is LineKind.CRISIS})
)
def test_a_country_has_an_emergency_number_then_crisis_lines_then_the_directory(
    country,
):
    lines = lines_for(country, CHECKED)
    kinds = [n.kind for n in lines[:-1]]
    assert kinds[0] is LineKind.EMERGENCY
    assert kinds == sorted(kinds, key=list(LineKind).index)
    assert lines[-1] == fallback_line()
    assert not any(n.stale for n in lines)


@pytest.mark.parametrize("country", ["us", " US "])
def test_a_country_is_found_in_either_case(country):
    assert lines_for(country, CHECKED) == lines_for("US", CHECKED)


def test_an_entry_is_stale_after_six_months_and_then_the_directory_comes_first():
    last = CHECKED + STALE_AFTER
    assert not any(n.stale for n in lines_for("GB", last))
    late = lines_for("GB", last + timedelta(days=1))
    assert all(n.stale for n in late)
    assert late[0].name == fallback_line().name
    assert len(late) == len(lines_for("GB", last))


@pytest.mark.parametrize("country", ["JP", "XX", ""])
def test_a_country_without_a_crisis_line_shows_the_directory_first(country):
    lines = lines_for(country, CHECKED)
    assert lines[0] == fallback_line()
    assert {n.country for n in lines[1:]} <= {country}


def test_a_clock_that_is_behind_makes_nothing_stale():
    assert not any(n.stale for n in lines_for("GB", date(2020, 1, 1)))


@pytest.mark.parametrize(
    ("country", "contact", "link"),
    [
        ("US", "988", "tel:988"),
        ("US", "741741", "sms:741741"),
        ("US", "1-888-409-0141", "tel:18884090141"),
        ("DE", "0800 111 0 111", "tel:08001110111"),
        ("DE", "findahelpline.com", "https://findahelpline.com"),
    ],
)
def test_a_line_opens_on_a_phone(country, contact, link):
    found = {n.contact: n.link for n in lines_for(country, CHECKED)}
    assert found[contact] == link


GOOD_LINE = {
    "country": "GB",
    "kind": "crisis",
    "name": "A line",
    "how": ["phone"],
    "contact": "116 123",
    "audience": "anyone",
    "source": "https://example.org",
    "checked_on": "2026-11-22",
}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kind", "warm"),
        ("how", ["pigeon"]),
        ("how", []),
        ("name", " "),
        ("contact", None),
        ("contact", 116123),
        ("source", ""),
        ("checked_on", "yesterday"),
        ("telephone", "116 123"),
    ],
)
def test_a_faulty_line_is_refused_by_the_name_of_its_key(key, value):
    with pytest.raises(ValueError, match=f"lines.toml: {key}"):
        parse_line(Section("lines.toml", GOOD_LINE | {key: value}), "GB")
