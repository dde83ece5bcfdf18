"""Our own template and our own JSON: mistakes are named by row or place."""

import json

import pytest

from tests.instruments.formats.files import zipped
from wellbeing.instruments.formats.questionnaire import (
    Item,
    ItemType,
    Option,
    QuestionnaireRefusedError,
)
from wellbeing.instruments.formats.read import understand
from wellbeing.instruments.formats.workbook import workbook_of

ITEMS: list = [["id", "text", "type", "options"], ["q1", "How?", "choice", "yn"]]
OPTIONS: list = [
    ["list", "code", "label", "score"],
    ["yn", "1", "Yes", 1],
    ["yn", "0", "No", 0.5],
]
EXPECTED = (
    Item(
        id="q1",
        text="How?",
        type=ItemType.CHOICE,
        options=(
            Option(code="1", label="Yes", score=1),
            Option(code="0", label="No", score=0.5),
        ),
    ),
)
SOUND = {"id": "q1", "text": "How?", "type": "text"}


def as_csv(rows, delimiter=","):
    return "\n".join(delimiter.join(map(str, row)) for row in rows)


def book(items=ITEMS, options=OPTIONS, **others):
    sheets = {"items": items, "options": options}
    return workbook_of(sheets | others)


@pytest.mark.parametrize(
    "data",
    [
        book(),
        workbook_of({" Options": OPTIONS, "ITEMS ": ITEMS}),
        book([[" ID ", "Question", "Type", "List"], *ITEMS[1:]]),
        book([*ITEMS, [None, "", None], [None]]),
        zipped({"items.csv": as_csv(ITEMS), "options.csv": as_csv(OPTIONS)}),
        zipped({"a/Items.csv": as_csv(ITEMS, ";"), "a/options.csv": as_csv(OPTIONS)}),
    ],
)
def test_the_form_of_a_template_makes_no_difference(data):
    assert understand(data).items == EXPECTED


def test_the_third_sheet_names_title_and_language():
    about = [["title", "language"], ["Evenings", "en"]]
    found = understand(book(about=about))
    assert (found.title, found.language) == ("Evenings", "en")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (book([["id", "text"], ["q1", "How?"]]), "Sheet items: the column type"),
        (book([[*ITEMS[0], "colour"], ["q", "a", "text"]]), "“colour” is not known"),
        (book([*ITEMS, ITEMS[1]]), "stands twice: items, row 2 and items, row 3"),
        (book([*ITEMS, ["q2", "Why?", "radio"]]), "items, row 3: The type “radio”"),
        (book([*ITEMS, ["q2", "Why?", "choice", "x"]]), "no list called “x”"),
        (book([*ITEMS, ["q2", "", "text"]]), "items, row 3: It has no text"),
        (book([*ITEMS, ["", "Why?", "text"]]), "items, row 3: id: An id"),
        (book(options=[*OPTIONS, ["yn", "2", "?", "x"]]), "options, row 4: score:"),
        (book(options=[*OPTIONS, ["yn", "1", "?", 3]]), "Two of its options"),
        (book(options=[*OPTIONS, ["", "1", "?", 3]]), "name of the list"),
        (book([*ITEMS, ["=1+1", "Why?", "text"]]), None),
        (book(about=[["title"], ["a"], ["b"]]), "more than one row"),
        (zipped({"items.csv": as_csv([*ITEMS, ["q2"]])}), "Row 3 has 1 cells"),
    ],
)
def test_a_mistake_in_the_template_is_named_by_its_row(data, sentence):
    if sentence is None:
        assert understand(data).items[-1].id == "=1+1"
        return
    with pytest.raises(QuestionnaireRefusedError, match=sentence):
        understand(data)


def test_an_empty_workbook_is_no_template():
    with pytest.raises(QuestionnaireRefusedError, match="no questionnaire"):
        understand(workbook_of({"Sheet1": [["a"], ["b"]]}))


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ({"items": [SOUND], "colour": 1}, "colour: this is not known"),
        ({"items": [SOUND | {"colour": 1}]}, r"items\[0\].colour: this is not known"),
        ({"items": {}}, "items: this is not a list"),
        ({"items": ["q"]}, r"items\[0\]: this is not an object"),
        ({"items": [SOUND | {"id": ""}]}, r"items\[0\].id: this cannot be taken"),
        ({"items": [SOUND | {"text": 3}]}, r"items\[0\].text: this is not a text"),
        ({"items": [SOUND | {"type": "x"}]}, r"items\[0\].type: this is “x”, not"),
        ({"items": [SOUND | {"type": "choice"}]}, r"items\[0\]: It is a choice"),
        ({"items": [SOUND | {"lowest": 1}]}, "Only a number may have bounds"),
        ({"items": [SOUND | {"lowest": True}]}, "neither a number nor null"),
        ({"items": [SOUND | {"lowest": 1e300}]}, "further from zero"),
        ({"items": [SOUND | {"required": "yes"}]}, "neither true nor false"),
        ({"items": [SOUND | {"show_if": {"conditions": []}}]}, "is empty"),
        ({"items": [SOUND | {"show_if": 1}]}, "neither an object nor null"),
        ({"items": [SOUND, SOUND]}, r"stands twice: items\[0\] and items\[1\]"),
        ({"items": []}, "no questions"),
        ({"items": [SOUND], "notes": [1]}, "not a list of texts"),
    ],
)
def test_a_mistake_in_our_json_is_named_by_its_place(file, sentence):
    with pytest.raises(QuestionnaireRefusedError, match=sentence):
        understand(json.dumps(file).encode())


def test_other_formats_have_no_forms_and_one_language():
    data = json.dumps({"items": [SOUND], "language": "en"}).encode()
    assert understand(data, language="en").language == "en"
    with pytest.raises(QuestionnaireRefusedError, match="wording is “de”"):
        understand(data, language="de")
    with pytest.raises(QuestionnaireRefusedError, match="Only a REDCap"):
        understand(data, form="a")
