"""What is read of a REDCap dictionary, and what is refused by name."""

import json

import pytest

from tests.instruments.formats.files import API, dictionary, field, zipped
from wellbeing.instruments.formats.questionnaire import (
    Condition,
    ItemType,
    NeedsLeavingOutError,
    Option,
    QuestionnaireRefusedError,
    ShowIf,
)
from wellbeing.instruments.formats.read import read_questionnaire, understand

TWO = (field("q1"), field("q2", section_header="Last", field_note="Any."))


def read(*rows, **how):
    return understand(dictionary(*rows).encode(), **how)


def reasons(*rows):
    return {one.where: one.reason for one in read(*rows).left_out}


@pytest.mark.parametrize(
    "data",
    [
        dictionary(*TWO).encode(),
        dictionary(*TWO).encode("utf-8-sig"),
        dictionary(*TWO).encode("utf-16"),
        dictionary(*TWO, delimiter=";").encode(),
        dictionary(*TWO, delimiter="\t").encode(),
        dictionary(*TWO, header=API).encode(),
        dictionary(*TWO, header=[n.upper().replace("_", "  ") for n in API]).encode(),
        dictionary(*TWO).replace("\r\n", "\r").encode(),
        json.dumps(TWO).encode(),
        json.dumps(TWO).encode("utf-8-sig"),
        zipped({"instrument.csv": dictionary(*TWO), "OriginID.txt": "x"}),
        zipped({"a/instrument.csv": dictionary(*TWO)}),
    ],
)
def test_the_form_of_a_dictionary_makes_no_difference(data):
    assert understand(data).items == read(*TWO).items


def test_a_choice_has_codes_labels_and_scores_to_confirm():
    (item,) = read(
        field("q1", choices="1,one|2, two, or so | -99, none|x_1,word")
    ).items
    assert item.options == (
        Option(code="1", label="one", score=1, to_confirm=True),
        Option(code="2", label="two, or so", score=2, to_confirm=True),
        Option(code="-99", label="none", score=-99, to_confirm=True),
        Option(code="x_1", label="word"),
    )


@pytest.mark.parametrize("code", ["01", "1.5", "1e3", "\u0661", "--1", "9" * 30])
def test_a_code_that_is_no_plain_whole_number_suggests_no_score(code):
    (item,) = read(field("q1", choices=f"{code}, one")).items
    assert item.options[0].score is None


@pytest.mark.parametrize(
    ("row", "kind", "bounds"),
    [
        (field("q", "text"), ItemType.TEXT, (None, None)),
        (field("q", "notes", ""), ItemType.TEXT, (None, None)),
        (field("q", "yesno", ""), ItemType.CHOICE, (None, None)),
        (field("q", "slider", ""), ItemType.SLIDER, (0, 100)),
        (field("q", "slider", "", text_validation_max="10"), ItemType.SLIDER, (0, 10)),
        (
            field(
                "q",
                "text",
                text_validation_type_or_show_slider_number="integer",
                text_validation_min="1",
            ),
            ItemType.INTEGER,
            (1, None),
        ),
        (
            field(
                "q",
                "text",
                text_validation_type_or_show_slider_number="number_1dp_comma_decimal",
                text_validation_min="0,5",
            ),
            ItemType.NUMBER,
            (0.5, None),
        ),
    ],
)
def test_a_type_is_taken_with_its_bounds(row, kind, bounds):
    (item,) = read(row).items
    assert (item.type, (item.lowest, item.highest)) == (kind, bounds)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (field("x", "calc", "[q1] + 1"), "computed"),
        (field("x", "checkbox"), "several answers"),
        (field("x", "file", ""), "file"),
        (field("x", "sql", "select 1"), "query"),
        (field("x", "range", ""), "not known"),
        (field("x", choices=""), "nothing to choose"),
        (field("x", choices="Yes | No"), "no code"),
        (field("x", choices="1, a | 1, b"), "have the code"),
        (field("x", field_label=" "), "no text"),
        (field("x", matrix_ranking="y"), "ranking"),
        (field("x", field_label="You said [q1]."), "filled in by REDCap"),
        (field("x", field_label="Dear [first-name]"), "filled in by REDCap"),
        (field("x", field_label="Here: {q1}"), "filled in by REDCap"),
        (field("x", field_annotation="@CALCTEXT(1)"), "computed"),
        (field("x", "slider", "a | b | c | d"), "three labels"),
        (
            field("x", "text", text_validation_type_or_show_slider_number="email"),
            "“email”",
        ),
        (
            field("x", "text", select_choices_or_calculations="BIOPORTAL:X"),
            "elsewhere",
        ),
        (field("x", branching_logic="[q1(1)] = '1'"), "more than = and <>"),
        (field("x", branching_logic="[e_arm_1][q1] = '1'"), "more than = and <>"),
        (field("x", branching_logic="[q1] > 0"), "more than = and <>"),
        (field("x", branching_logic="([q1] = '1'"), "more than = and <>"),
        (field("x", branching_logic="[q1] = '1' [q2] = '1'"), "more than = and <>"),
        (field("x", branching_logic="[gone] = '1'"), "no choice of the same form"),
        (field("x", branching_logic="[q1] = '7'"), "none of its options"),
        (
            field("x", branching_logic="[q1]='1' and [q2]='1' or [q2]='0'"),
            "mixes and with or",
        ),
        (field("x", branching_logic="(" * 99 + "[q1]='1'" + ")" * 99), "more than"),
    ],
)
def test_what_cannot_be_taken_over_is_named_with_its_line(row, reason):
    rows = (field("q1"), field("q2"), row)
    found = reasons(*rows)
    assert list(found) == ["line 4 (x)"]
    assert reason in found["line 4 (x)"]
    assert [i.id for i in read(*rows).items] == ["q1", "q2"]


@pytest.mark.parametrize(
    ("logic", "conditions", "any_of"),
    [
        ("[q1] = '1'", [("q1", ("1",), False)], False),
        ('[q1]="1"  OR [q1]=\n0', [("q1", ("1", "0"), False)], False),
        ("[q1] <> '1'", [("q1", ("1",), True)], False),
        ("[q1] = ''", [("q1", ("0", "1"), True)], False),
        ("[q1] <> ''", [("q1", ("0", "1"), False)], False),
        (
            "([q1]='1' or [q1]='0') and ([q2] != '1')",
            [("q1", ("1", "0"), False), ("q2", ("1",), True)],
            False,
        ),
        (
            "[q1] = '1' or [q2] = '1'",
            [("q1", ("1",), False), ("q2", ("1",), False)],
            True,
        ),
    ],
)
def test_one_level_of_branching_is_kept(logic, conditions, any_of):
    rows = (field("q1"), field("q2"), field("x", branching_logic=logic))
    expected = tuple(Condition(item=i, codes=c, is_not=n) for i, c, n in conditions)
    item = read(*rows).items[-1]
    assert item.show_if == ShowIf(conditions=expected, any_of=any_of)


def test_what_is_shown_on_something_left_out_or_conditional_is_left_out_too():
    found = reasons(
        field("q1"),
        field("q2", "checkbox"),
        field("q3", branching_logic="[q1] = '1'"),
        field("q4", branching_logic="[q3] = '1'"),
        field("q5", branching_logic="[q2] = '1'"),
    )
    assert list(found) == ["line 3 (q2)", "line 5 (q4)", "line 6 (q5)"]
    assert "conditional itself" in found["line 5 (q4)"]


def test_nothing_is_left_out_without_a_word():
    data = dictionary(field("q1"), field("q2", "checkbox")).encode()
    with pytest.raises(NeedsLeavingOutError, match=r"line 3 \(q2\): It takes several"):
        read_questionnaire(data)
    assert len(read_questionnaire(data, leave_out=True).items) == 1


def test_the_record_id_and_hidden_fields_need_no_word():
    rows = (
        field("record_id", "text"),
        field("q1"),
        field("q2", field_annotation="@HIDDEN"),
    )
    found = read_questionnaire(dictionary(*rows).encode())
    assert [one.where for one in found.left_out] == [
        "line 2 (record_id)",
        "line 4 (q2)",
    ]


def test_a_heading_moves_on_if_the_first_field_below_it_goes():
    rows = (
        field("q1", "calc", section_header="Part <b>one</b>"),
        field("q2"),
        field("q3", "checkbox", section_header="Part two"),
        field("q4", section_header="Part three"),
    )
    assert [i.heading for i in read(*rows).items] == ["Part one", "Part three"]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("<div class='x'><p>One</p><p>two</p></div>", "One\ntwo"),
        ("a<br/>b &amp; <B>c</B>&nbsp;d", "a\nb & c d"),
        ("is 3 < 4 and 5 > 4?", "is 3 < 4 and 5 > 4?"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("&lt;script&gt;", "<script>"),
        ("<img src=x onerror=y>", "<img src=x onerror=y>"),
    ],
)
def test_formatting_goes_and_other_markup_stays_as_letters(label, text):
    assert read(field("q1", field_label=label)).items[0].text == text


def test_letters_of_an_old_encoding_are_read_and_said():
    data = dictionary(field("q1", field_label="Müde? “Sehr”")).encode("cp1252")
    found = understand(data)
    assert found.items[0].text == "Müde? “Sehr”"
    assert "Windows-1252" in found.notes[0]


def test_characters_that_were_lost_before_are_said():
    found = read(field("q1", field_label="M\ufffdde?"))
    assert "lost" in found.notes[0]


def test_one_form_of_several_can_be_chosen():
    rows = (field("q1"), field("q2", form_name="form_b"))
    assert [i.id for i in read(*rows).items] == ["q1", "q2"]
    assert [i.id for i in read(*rows, form="form_b").items] == ["q2"]
    with pytest.raises(QuestionnaireRefusedError, match="no form “c” in this file"):
        read(*rows, form="c")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (dictionary(field("q1"), field("q1")), "“q1” stands twice: line 2"),
        (dictionary(field("1q")), "no name of a field"),
        (
            dictionary(field("a"), field("b", form_name="b"), field("c")),
            "lie apart",
        ),
        (dictionary(field("a")) + "b,form_a,radio\r\n", "Line 3 has 3 cells"),
        (dictionary(field("a")) + '"b', "Line 3: a quotation mark"),
        (dictionary(field("a", "calc")), "Nothing in this file can be asked"),
        (dictionary(field("a", "descriptive", "")), "no questions"),
        (dictionary(), "no fields"),
        (
            dictionary(field("a"), header=["field_name", *API[:17]]),
            "the column “field_name” twice",
        ),
        (json.dumps([field("a"), "b"]), "Entry 2"),
        (json.dumps([field("a", field_label={})]), "Entry 1"),
    ],
)
def test_a_dictionary_that_does_not_hold_together_is_refused(data, sentence):
    with pytest.raises(QuestionnaireRefusedError, match=sentence.replace("(", r"\(")):
        understand(data.encode())


def test_columns_and_tags_that_nothing_reads_are_said():
    rows = [field("q1", field_annotation="@RANDOMORDER") | {"extra": "x"}]
    notes = understand(json.dumps(rows).encode()).notes
    assert "“@RANDOMORDER”" in notes[0]
    assert "“extra”" in notes[1]


def test_choices_may_be_a_list_of_codes_and_labels():
    choices = [{"code": 1, "label": "a | b"}, {"code": "x", "label": "c, d"}]
    row = field("q1", select_choices_or_calculations=choices, field_annotation={"a": 1})
    (item,) = understand(json.dumps([row]).encode()).items
    assert [(o.code, o.label) for o in item.options] == [("1", "a | b"), ("x", "c, d")]


def test_numbers_and_nulls_of_the_api_are_read_as_cells():
    kind = {"text_validation_type_or_show_slider_number": "integer"}
    row = field("q1", "text", text_validation_min=3, field_note=None) | kind
    (item,) = understand(json.dumps([row]).encode()).items
    assert (item.lowest, item.hint) == (3, "")


def test_fields_that_identify_a_person_are_said():
    (note,) = read(field("q1"), field("name", "text", identifier="y")).notes
    assert note.startswith("Marked as identifying a person: “name”.")
