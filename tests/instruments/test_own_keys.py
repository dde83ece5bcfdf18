"""A clinic's own key: typed, read from files, refused by line, tried on examples."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.own_keys import ANSWERS, EXPECTED, OWN, STRAIN, sheet
from wellbeing.domain.errors import InvalidInputError, WellbeingError
from wellbeing.instruments.beginning import begin
from wellbeing.instruments.formats.questionnaire import (
    Item,
    ItemType,
    Option,
    Questionnaire,
)
from wellbeing.instruments.model import Method
from wellbeing.instruments.own import KeyRefusedError, own_key, read_own
from wellbeing.instruments.own_fields import ScaleFields, fields_of, spans
from wellbeing.instruments.own_files import MOST_BYTES, read_key_file
from wellbeing.instruments.own_reading import values_of
from wellbeing.instruments.reading import FOLDER
from wellbeing.instruments.registry import instruments, not_shipped
from wellbeing.instruments.scoring import score_one
from wellbeing.instruments.worked import (
    Example,
    agrees,
    answers_of,
    expected_of,
    fits,
    unproved,
    work,
)


def made(fields=STRAIN, version=1):
    return own_key(values_of(fields), version).instrument


def refused(fields):
    with pytest.raises(KeyRefusedError) as found:
        own_key(values_of(fields), 1)
    return "\n".join(found.value.problems)


def with_scale(**changed):
    first, second = STRAIN.scales
    return replace(STRAIN, scales=(replace(first, **changed), second))


@st.composite
def typed_keys(draw):
    """Any key that can be typed: each item in one scale or in several."""
    count = draw(st.integers(1, 12))
    low, step = draw(st.integers(0, 3)), draw(st.integers(1, 25))
    codes = [low + step * n for n in range(draw(st.integers(2, 4)))]
    places = list(range(1, count + 1))
    chosen = [set(draw(st.sets(st.sampled_from(places), min_size=1))), set(places)]
    scales = []
    for name, items in zip(("part", "whole"), chosen, strict=True):
        one = ScaleFields(
            name=name,
            items=spans(sorted(items)),
            method=draw(st.sampled_from(Method)),
            needs=draw(st.integers(1, len(items))),
            rule_source="Drawn",
            lowest="-5",
            highest=draw(st.sampled_from(["10", "100", "2.5"])),
            higher_means="more",
        )
        scales.append(one)
    turned = spans(sorted(draw(st.sets(st.sampled_from(places)))))
    listed = ", ".join(map(str, codes))
    return replace(
        STRAIN, codes=listed, count=count, reversed=turned, scales=tuple(scales)
    )


def tiny_score(key, scale, answers):
    """Score by fractions, straight from the definition's words."""
    low, high = key.codes[0], key.codes[-1]
    counts = []
    for item, answer in zip(key.items, answers, strict=True):
        if item.id in scale.items and answer is not None:
            counts.append(low + high - answer if item.reversed else answer)
    if len(counts) < scale.needs:
        return None
    mean = Fraction(sum(counts), len(counts))
    if scale.method is Method.SUM:
        return float(mean * len(scale.items))
    if scale.method is Method.MEAN:
        return float(mean)
    lowest, highest = Fraction(scale.lowest), Fraction(scale.highest)
    return float(lowest + (mean - low) * (highest - lowest) / (high - low))


@given(typed_keys(), st.data())
@settings(max_examples=60)
def test_what_is_typed_is_read_back_and_scores_as_its_words_say(fields, data):
    checked = own_key(values_of(fields), 3)
    key = read_own(checked.text, 2)
    assert (key.version, key.examples) == ("3", 2)
    assert replace(key, examples=None) == checked.instrument
    assert own_key(values_of(fields_of(key)), 3) == checked
    one = st.sampled_from(key.codes) | st.none()
    count = len(key.items)
    answers = data.draw(st.lists(one, min_size=count, max_size=count))
    found = score_one(key, dict(zip(key.item_ids, answers, strict=True)))
    for scale in key.scales:
        expected = tiny_score(key, scale, answers)
        assert found[scale.id] == (
            expected if expected is None else pytest.approx(expected, abs=1e-9)
        )


@pytest.mark.parametrize("one", instruments(), ids=lambda one: one.id)
def test_a_definition_of_the_house_becomes_the_same_key_without_bands(one):
    data = FOLDER.joinpath(f"{one.id}.toml").read_bytes().decode()
    data = data.replace(f'title = "{one.title}"', 'title = "Another invented title"')
    data = data.replace(f'"{one.id}', f'"{one.id}x')
    read = read_key_file(data.encode())
    key = made(read.fields)
    assert key.id == f"own{one.id}x"
    assert [i.reversed for i in key.items] == [i.reversed for i in one.items]
    assert [(s.method, s.needs, s.lowest, s.highest) for s in key.scales] == [
        (s.method, s.needs, s.lowest, s.highest) for s in one.scales
    ]
    assert all(not (s.bands or s.norms or s.reliability) for s in key.scales)


@pytest.mark.parametrize("form", [json.dumps, lambda v: json.dumps(v, indent=2)])
def test_a_key_that_was_kept_is_a_file_for_another_clinic(form):
    checked = own_key(values_of(STRAIN), 4)
    read = read_key_file(form(json.loads(checked.text)).encode())
    assert read.fields == replace(STRAIN, scales=read.fields.scales)
    assert own_key(values_of(read.fields), 4) == checked


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (replace(STRAIN, title=" "), "Write the title."),
        (replace(STRAIN, short="Two words"), "A short name has 2 to 20 small letters"),
        (replace(STRAIN, short="x\n"), "A short name has 2 to 20"),
        (replace(STRAIN, doi="none"), "doi is wrong"),
        (replace(STRAIN, codes="never, often"), "“never” is no whole number"),
        (replace(STRAIN, codes=""), "Codes: write what each answer counts"),
        (replace(STRAIN, codes="0,5; 1; 1,5"), "a code is a whole number"),
        (replace(STRAIN, codes="0.5 1 1.5"), "a code is a whole number"),
        (replace(STRAIN, codes="1 2 2"), "Codes: one stands twice"),
        (replace(STRAIN, codes="7"), "codes is wrong"),
        (replace(STRAIN, codes="-2, -1, 0, 1, 2"), "between 0 and 100"),
        (replace(STRAIN, codes="0, 1, 4"), "must be the same when turned round"),
        (replace(STRAIN, count=6), "Item 6 is in no scale"),
        (replace(STRAIN, count=4), "There is no item 5: the sheet has 4."),
        (replace(STRAIN, reversed="2, 2"), "Reversed items: item 2 stands twice"),
        (replace(STRAIN, reversed="5 to 2"), "“5 to 2” leads nowhere"),
        (replace(STRAIN, reversed="the second"), "“the second” is no place"),
        (replace(STRAIN, shortest_interval_days=900), "at most 728 days"),
        (with_scale(name="Strain 1"), "Scale 1: its name has letters a to z"),
        (with_scale(name="rest"), "must have different ids"),
        (with_scale(items=""), "Scale 1: write the places of its items"),
        (with_scale(needs=9), "is more than the 3 items of the scale"),
        (with_scale(higher_means=""), "Scale 1: write what a higher score means"),
        (with_scale(rule_source=""), "where the rule for missing answers stands"),
        (
            with_scale(method=Method.RESCALED, highest="99,5"),
            "“99,5” is no end of a range. Write it like 99.5.",
        ),
        (with_scale(method=Method.RESCALED, lowest="100"), "range must be"),
        (with_scale(method=Method.RESCALED, highest="99999"), "too far from zero"),
        (replace(STRAIN, title="x" * 121), "title is longer than 120 characters"),
        (replace(STRAIN, title="a\u202eb"), "title holds characters"),
    ],
)
def test_what_cannot_be_a_key_is_told_one_sentence_a_fault(fields, told):
    assert told in refused(fields)


def test_several_faults_are_told_together():
    told = refused(replace(STRAIN, title="", holder="", codes="often", count=6))
    assert len(told.splitlines()) == 4


@pytest.mark.parametrize("one", [o for o in not_shipped() if o.licensed_as])
def test_a_licensed_instrument_is_refused_with_its_reason(one):
    for fields in (
        replace(STRAIN, short=one.id),
        replace(STRAIN, title=one.title.upper()),
        *(replace(STRAIN, title=f"Our {n}, shortened") for n in one.licensed_as),
    ):
        assert one.reason in refused(fields)


def test_only_what_must_be_licensed_is_refused_and_the_others_are_warned_of():
    assert {o.id for o in not_shipped() if o.licensed_as} == {
        "mbi",
        "wbi",
        "ors",
        "srs",
    }
    named = replace(STRAIN, title="Mini-Z, 10 items")
    [note] = own_key(values_of(named), 1).notes
    assert "opposite directions" in note
    assert own_key(values_of(STRAIN), 1).notes == ()
    # Another one, of which a licensed one has the name.
    other = replace(STRAIN, title="World Well-Being Index")
    [warned] = own_key(values_of(other), 1).notes
    assert "Well-Being Index is left out" in warned


def test_an_instrument_that_is_shipped_is_not_made_again():
    for one in instruments():
        assert "is here already" in refused(replace(STRAIN, short=one.id))
        assert "is here already" in refused(replace(STRAIN, title=one.title.lower()))
        assert not one.id.startswith("own")


@pytest.mark.parametrize(
    "data",
    [
        b"[[scales]]\nid = ",
        b"[[scales]]\n" + b"a = " + b"[" * 5000,
        b"# x\n[[scales]]\n" + b"x" * (MOST_BYTES + 1),
        b'{"scales": [], "codes": [0, 1]}',
        b'{"scales": 1, "codes": 2, "id": 3}',
        b'{"scales": [[[]]], "codes": {"a": 1}, "id": "x"}',
        b'{"scales": [{}], "codes": [true, false], "items": []}',
        b'{"scales": [], "scales": [], "codes": []}',
        b'{"scales": [NaN], "codes": []}',
        b"[[scales]]\nid = 2026-01-01T00:00:00Z\n",
        b'{"codes": ' + b"[" * 100_000,
        b"\x00\x01\x02",
        b"PK\x03\x04 not a zip",
        b"%PDF-1.4",
        b"",
        b"item,score\n1,2\n",
    ],
    ids=range(16),
)
def test_a_hostile_file_is_refused_in_a_sentence(data):
    with pytest.raises(WellbeingError) as told:
        read_key_file(data)
    problems = getattr(told.value, "problems", ())
    assert all(len(text) <= 400 for text in (str(told.value), *problems))


@pytest.mark.parametrize("end", ["inf", "nan", "1e300"])
def test_an_end_of_a_range_is_a_small_number(end):
    text = FOLDER.joinpath("who5.toml").read_text().replace('"who5', '"own')
    text = text.replace("range = [0, 100]", f"range = [0, {end}]", 1)
    text = text.replace('title = "', 'title = "Invented ')
    text = text.replace('"own"', '"owninv"').replace('"own_', '"owninv_')
    with pytest.raises(KeyRefusedError, match="1 thing"):
        read_key_file(text.encode())


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["id", "scales", "codes", "items", "count", "title"]),
                inner,
            )
        ),
        max_leaves=12,
    )
)
def test_nothing_but_a_key_is_taken_for_one(values):
    with pytest.raises(KeyRefusedError):
        own_key(values, 1)


def choice(name, *options):
    found = tuple(Option(code=c, label=text, score=s) for c, text, s in options)
    return Item(id=name, text="Invented", type=ItemType.CHOICE, options=found)


PLAIN = (("0", "Never", 0), ("1", "Now and then", 1), ("2", "Often", 2))
TURNED = (("0", "Never", 2), ("1", "Now and then", 1), ("2", "Often", 0))
WORDS = (("never", "Never", None), ("often", "Often", None))


def test_scores_come_before_codes_and_both_are_told():
    scored = choice("a", ("x", "No", 0), ("y", "Yes", 1))
    found = begin(Questionnaire(title="", items=(scored,)))
    assert found.codes == (0, 1)
    assert "scores that are not their codes" in " ".join(found.notes)
    only_codes = choice("a", ("1", "No", None), ("2", "Yes", None))
    coded = begin(Questionnaire(title="", items=(only_codes,)))
    assert coded.codes == (1, 2)
    assert "does not say what its answers count" in " ".join(coded.notes)


def test_items_that_a_file_has_reversed_already_are_told_and_reversed_by_the_key():
    items = choice("a", *PLAIN), choice("b", *TURNED), choice("c", *PLAIN)
    found = begin(Questionnaire(title="", items=items))
    assert (found.codes, found.reversed) == ((0, 1, 2), (2,))
    assert "At items 2 the same words count the other way round" in found.notes[-1]


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ((choice("a", *WORDS),), "code “never” is no whole number"),
        ((choice("a", ("0", "No", 0.5), ("1", "Yes", 1)),), "no whole score"),
        ((choice("a", ("0", "No", 1), ("1", "Yes", 1)),), "the same code 1"),
        ((choice("a", *PLAIN), choice("b", *PLAIN[:2])), "share one list of codes"),
        ((Item(id="a", text="?", type=ItemType.TEXT),), "takes a text"),
        ((Item(id="a", text="!", type=ItemType.NOTE),), "no item to answer"),
    ],
)
def test_a_file_that_cannot_begin_a_key_is_told_by_item(items, told):
    with pytest.raises(KeyRefusedError) as found:
        begin(Questionnaire(title="", items=items))
    assert told in "\n".join(found.value.problems)


def test_a_questionnaire_fills_the_fields_and_none_of_its_words():
    read = read_key_file(sheet())
    assert (read.fields.count, read.fields.scales[0].items) == (5, "1 to 5")
    assert "Own 1" not in repr(read.fields)


EXAMPLE = Example(
    answers=answers_of(made(), ANSWERS), expected=EXPECTED, source="By hand"
)


def test_an_example_shows_item_by_item_how_a_score_came():
    strain, rest = work(made(), EXAMPLE)
    assert [(s.position, s.answer, s.counts) for s in strain.steps] == [
        (1, 4, 4),
        (2, 1, 3),
        (3, 3, 3),
    ]
    assert (strain.score, rest.score) == (10, 75)
    assert strain.agrees
    assert rest.agrees


def test_an_example_notices_each_reversal_and_each_scale():
    found = unproved(made(), [EXAMPLE])
    assert (found.reversed, found.scales) == ((), ())
    # Items 2 and 3 count 3, the mean of the other scale: they might be in it.
    assert found.members == (2, 3)
    middle = replace(EXAMPLE, answers=(4, 2, 3, 2, 2), expected={f"{OWN}_strain": "9"})
    found = unproved(made(), [middle])
    assert found.reversed == (2, 5)
    assert found.scales == (f"{OWN}_rest",)
    assert agrees(made(), middle)


@pytest.mark.parametrize(
    ("expected", "fine"),
    [("2.391", True), ("2.39", True), ("2.4", True), ("2.38", False), ("2", True)],
)
def test_a_score_agrees_as_far_as_it_was_written(expected, fine):
    mean = replace(STRAIN, scales=(replace(STRAIN.scales[0], items="1 to 5"),))
    scale = replace(mean.scales[0], method=Method.RESCALED, lowest="0", highest="2.391")
    key = made(replace(mean, scales=(scale,)))
    best = Example(
        answers=(4, 0, 4, 4, 0), expected={f"{OWN}_strain": expected}, source="x"
    )
    assert agrees(key, best) is fine


def test_too_few_answers_can_be_expected():
    key = made()
    few = Example(
        answers=answers_of(key, "4 - - 2 0"),
        expected=expected_of(key, {f"{OWN}_strain": "none", f"{OWN}_rest": "75"}),
        source="x",
    )
    assert agrees(key, few)
    assert not agrees(key, replace(few, expected={f"{OWN}_strain": "4"}))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("4 1 3 2", "These are 4 answers, and the key has 5 items"),
        ("", "These are 0 answers"),
        ("4 1 3 2 9", "Answer 5 is “9”; the codes are whole numbers from 0 to 4"),
        ("4 1 3 2 often", "Answer 5 is “often”"),
    ],
)
def test_answers_that_cannot_be_are_told_by_place(text, told):
    with pytest.raises(InvalidInputError, match=told):
        answers_of(made(), text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Write the score that you expect"),
        ("2,5", "Write 2.5 with a point"),
        ("ten", "“ten” is no score"),
        ("13", "lies between 0 and 12"),
    ],
)
def test_an_expected_score_that_cannot_be_is_told(text, told):
    with pytest.raises(InvalidInputError, match=told):
        expected_of(made(), {f"{OWN}_strain": text})


def test_an_example_of_another_key_does_not_fit():
    assert fits(made(), EXAMPLE)
    assert not fits(made(replace(STRAIN, codes="1, 2, 3")), EXAMPLE)
    assert not fits(made(), replace(EXAMPLE, expected={"other_scale": "1"}))
    assert not fits(made(), replace(EXAMPLE, answers=(1, 2)))
