"""Definitions: what those that are shipped hold, how faulty ones are refused."""

import pytest

from wellbeing.instruments.errors import (
    DefinitionFaultError,
    NotShippedError,
    UnknownInstrumentError,
)
from wellbeing.instruments.reading import FOLDER, parse_definition
from wellbeing.instruments.registry import find_instrument, instruments, not_shipped

SOUND = """
id = "own"
version = "1"
title = "Two invented items"
citation = "Nobody (2026)."
sheet = "Ours"
window_days = 7
shortest_interval_days = 7
codes = [0, 1, 2]
unsure = []

[licence]
holder = "Us"
allows = "Everything."
wording = "Not shipped."

[items]
count = 2
reversed = [2]

[[scales]]
id = "own_total"
items = [1, 2]
method = "sum"
needs = 2
rule = "ours"
rule_source = "All are needed."
range = [0, 4]
higher_means = "more"

[scales.bands]
source = "Nobody"
criticism = "None."
checked = true
bands = [{ name = "a", range = [0, 1] }, { name = "b", range = [2, 4] }]
"""


def test_a_sound_definition_becomes_an_instrument():
    found = parse_definition(SOUND, "own.toml")
    assert found.item_ids == ("own_1", "own_2")
    assert [item.reversed for item in found.items] == [False, True]
    assert found.scale("own_total").items == ("own_1", "own_2")
    assert found.doi is None
    with pytest.raises(KeyError):
        found.scale("own_other")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('id = "own"\n', "", r"own\.toml: the top level lacks id"),
        ('id = "own"', 'id = "Own 1"', r"own\.toml: id is wrong: 'Own 1' does not"),
        ("codes = [0, 1, 2]", "codes = [0", r"own\.toml: is not TOML: .*line \d+"),
        ("codes = [0, 1, 2]", "codes = [0, 2, 1]", r"own\.toml: codes must go up"),
        ("codes = [0, 1, 2]", "codes = [0, 1, 1]", r"own\.toml: codes is wrong"),
        ("codes = [0, 1, 2]", "codes = [0, 1, 4]", r"codes must be the same when turn"),
        ("codes = [0, 1, 2]", 'codes = ["0"]', r"own\.toml: codes is wrong"),
        ("unsure = []", 'labels = ["x"]\nunsure = []', r"has unknown keys: labels"),
        ('title = "Two', 'title = "" #', r"own\.toml: title is wrong"),
        ("window_days = 7", "window_days = 0", r"own\.toml: window_days is wrong"),
        ("window_days = 7", 'doi = "none"', r"own\.toml: doi is wrong"),
        ('allows = "Everything."', "", r"own\.toml: licence lacks allows"),
        ("reversed = [2]", "reversed = [3]", r"items\.reversed must lie between 1 and"),
        ("count = 2", "count = 3", r"scales and the items must fit .*: 3"),
        ("items = [1, 2]", "items = [1]", r"scales and the items must fit .*: 2"),
        ("items = [1, 2]", "items = [1, 2, 2]", r"scales\[0\]\.items is wrong"),
        ("items = [1, 2]", "items = []", r"scales\[0\]\.items is wrong"),
        ('"own_total"', '"other_total"', r"scales\[0\]\.id must begin with own_"),
        ('"own_total"', '"own_1"', r"scales\[0\]\.id is wrong"),
        ('method = "sum"', 'method = "median"', r"scales\[0\]\.method is wrong"),
        ('method = "sum"', 'method = "mean"', r"range must be \[0, 2\] for this"),
        ("range = [0, 4]", "range = [0, 5]", r"range must be \[0, 4\] for this"),
        ("range = [0, 4]", "range = [0]", r"scales\[0\]\.range is wrong"),
        ("needs = 2", "needs = 3", r"needs is more than the 2 items"),
        ("needs = 2", "needs = 0", r"scales\[0\]\.needs is wrong"),
        ('higher_means = "more"', "", r"scales\[0\] lacks higher_means"),
        ('rule = "ours"', 'rule = "maybe"', r"scales\[0\]\.rule is wrong"),
        ("[0, 1] }", "[0, 2] }", r"scales\[0\]\.bands must go up without overlap"),
        ("[0, 1] }", "[1, 1] }", r"scales\[0\]\.bands must go up without overlap"),
        ("[2, 4] }", "[2, 3] }", r"scales\[0\]\.bands must go up without overlap"),
        ("[2, 4] }", "[4, 2] }", r"scales\[0\]\.bands must go up without overlap"),
        ("checked = true", "checked = 1", r"scales\[0\]\.bands\.checked is wrong"),
    ],
)
def test_a_faulty_definition_is_refused_by_file_and_key_or_line(old, new, named):
    assert old in SOUND
    with pytest.raises(DefinitionFaultError, match=named) as refused:
        parse_definition(SOUND.replace(old, new, 1), "own.toml")
    assert str(refused.value).startswith("own.toml:")
    assert str(refused.value).endswith("Mend the definition.")
    assert "\n" not in str(refused.value)


def test_two_scales_of_one_name_are_refused():
    scale = SOUND[SOUND.index("[[scales]]") :]
    with pytest.raises(DefinitionFaultError, match="scales must have different ids"):
        parse_definition(SOUND + scale, "own.toml")


def test_the_range_of_a_rescaled_score_is_free_but_not_empty():
    rescaled = SOUND.replace('method = "sum"', 'method = "rescaled"')
    assert parse_definition(rescaled, "own.toml").scale("own_total").highest == 4
    empty = rescaled.replace("range = [0, 4]", "range = [4, 4]")
    with pytest.raises(DefinitionFaultError, match=r"scales\[0\]\.range must be"):
        parse_definition(empty, "own.toml")


def test_every_file_of_the_folder_is_read():
    files = {f.name for f in FOLDER.iterdir() if f.name.endswith(".toml")}
    assert files == {f"{i.id}.toml" for i in instruments()} | {"not_shipped.toml"}


def test_nothing_is_both_shipped_and_left_out():
    left_out = [one.id for one in not_shipped()]
    assert len(set(left_out)) == len(left_out)
    assert not set(left_out) & {i.id for i in instruments()}


# The shortest time between two uses is at least the window that the questions name.
def test_no_instrument_is_asked_again_within_its_own_window():
    for one in instruments():
        assert one.shortest_interval_days >= (one.window_days or 0), one.id


# From the sheets: ProQOL and PSS a month, WHO-5 and PFI two weeks, STSS one week.
@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("proqol5", 30),
        ("pss10", 30),
        ("pss4", 30),
        ("who5", 14),
        ("pfi", 14),
        ("stss", 7),
        ("cbi", None),
        ("olbi", None),
        ("bat23", None),
        ("brs", None),
        ("ucla3", None),
    ],
)
def test_the_window_is_the_published_one(name, days):
    assert find_instrument(name).window_days == days


def test_every_instrument_says_what_it_is_unsure_of_and_what_its_terms_allow():
    for one in instruments():
        assert one.unsure, one.id
        assert one.doi or one.id == "proqol5"


def test_an_instrument_is_found_whatever_the_case():
    assert find_instrument(" ProQOL5 ").id == "proqol5"


def test_one_that_is_left_out_is_refused_with_the_reason():
    with pytest.raises(NotShippedError, match="It is proprietary"):
        find_instrument("mbi")
    with pytest.raises(NotShippedError, match="has not been verified"):
        find_instrument("bat12")


def test_an_unknown_one_is_refused_with_those_there_are():
    with pytest.raises(UnknownInstrumentError, match="Name one of proqol5, cbi, olbi"):
        find_instrument("phq9")
    with pytest.raises(UnknownInstrumentError) as refused:
        find_instrument("a\nb" * 100)
    assert "\n" not in str(refused.value)
