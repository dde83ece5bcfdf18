"""What is read of a FHIR Questionnaire, and what is refused by name."""

import json

import pytest

from tests.instruments.formats.files import asks, choice, extended, resource, weight
from wellbeing.instruments.formats.limits import MOST_DEPTH
from wellbeing.instruments.formats.questionnaire import (
    Condition,
    ItemType,
    Option,
    QuestionnaireRefusedError,
    ShowIf,
)
from wellbeing.instruments.formats.read import understand

CORE = "http://hl7.org/fhir/StructureDefinition"
SLIDER = {
    "url": f"{CORE}/questionnaire-itemControl",
    "valueCodeableConcept": {"coding": [{"code": "slider"}]},
}
AB = (
    Option(code="a", label="A", score=0),
    Option(code="b", label="B", score=1.5),
)


def read(*items, **others):
    return understand(resource(*items, **others))


def coding(code, **others):
    return {"code": code, "display": code.upper()} | others


def concepts(*listed):
    compose = {"include": [{"concept": list(listed)}]}
    return {"resourceType": "ValueSet", "id": "v", "compose": compose}


SCORED = [
    coding("a", extension=[weight(0)]),
    coding("b", extension=[weight(1.5, f"{CORE}/itemWeight")]),
]


@pytest.mark.parametrize(
    ("item", "others"),
    [
        (
            {
                "type": "choice",
                "answerOption": [{"valueCoding": one} for one in SCORED],
            },
            {},
        ),
        (
            {
                "type": "coding",
                "answerConstraint": "optionsOnly",
                "answerOption": [
                    {"valueCoding": coding(c), "extension": [weight(w)]}
                    for c, w in (("a", 0), ("b", 1.5))
                ],
            },
            {},
        ),
        (
            {"type": "choice", "answerValueSet": "#v"},
            {"contained": [concepts(*SCORED)]},
        ),
        (
            {"type": "choice", "answerValueSet": "http://x.example/v|1"},
            {"contained": [concepts(*SCORED) | {"url": "http://x.example/v"}]},
        ),
        (
            {"type": "choice", "answerValueSet": "#v"},
            {
                "contained": [
                    {
                        "resourceType": "ValueSet",
                        "id": "v",
                        "expansion": {"contains": SCORED},
                    }
                ]
            },
        ),
        (
            {"type": "choice", "answerValueSet": "#v"},
            {
                "contained": [
                    {"id": "v", "compose": {"include": [{"system": "urn:s"}]}},
                    {"id": "s", "url": "urn:s", "concept": SCORED},
                ]
            },
        ),
        ({"type": "choice", "option": [{"valueCoding": one} for one in SCORED]}, {}),
        (
            {"type": "choice", "options": {"reference": "#v"}},
            {"contained": [concepts(*SCORED)]},
        ),
    ],
    ids=[
        "r4-coding",
        "r5-option",
        "contained",
        "contained-address",
        "expansion",
        "code-system",
        "stu3-option",
        "stu3-options",
    ],
)
def test_options_and_scores_are_found_wherever_a_version_puts_them(item, others):
    (found,) = read({"linkId": "q", "text": "Which?"} | item, **others).items
    assert found.options == AB


def test_options_may_be_texts_or_whole_numbers_and_then_have_no_score():
    options = [{"valueString": "Now"}, {"valueInteger": 3}]
    (found,) = read(asks("choice", answerOption=options)).items
    assert found.options == (
        Option(code="Now", label="Now"),
        Option(code="3", label="3"),
    )


@pytest.mark.parametrize(
    ("item", "kind", "bounds"),
    [
        (asks("string"), ItemType.TEXT, (None, None)),
        (asks("boolean"), ItemType.CHOICE, (None, None)),
        (asks("decimal"), ItemType.NUMBER, (None, None)),
        (
            asks(
                "integer",
                extension=[
                    SLIDER,
                    {"url": f"{CORE}/minValue", "valueInteger": 0},
                    {"url": f"{CORE}/maxValue", "valueInteger": 10},
                ],
            ),
            ItemType.SLIDER,
            (0, 10),
        ),
    ],
)
def test_a_type_is_taken_with_its_bounds(item, kind, bounds):
    (found,) = read(item).items
    assert (found.type, (found.lowest, found.highest)) == (kind, bounds)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (asks("date", "x"), "asks for “date”"),
        (asks("attachment", "x"), "asks for “attachment”"),
        (asks("open-choice", "x"), "own words beside"),
        (asks("coding", "x", answerConstraint="optionsOrString"), "own words beside"),
        (choice("x", repeats=True), "several answers"),
        (choice("x", readOnly=True), "read-only"),
        (choice("x", answerOption=[]), "nothing to choose"),
        (choice("x", answerOption=[{"valueDate": "2026-01-01"}]), "valueDate"),
        (choice("x", ("a", "A", 0), ("a", "B", 1)), "have the code “a”"),
        (asks("choice", "x", answerValueSet="http://y.example/v"), "y.example/v"),
        (asks("choice", "x", answerValueSet="#gone"), "#gone"),
        (asks("text", "x", text=""), "no text"),
        (asks("text", "x", modifierExtension=[{"url": "u"}]), "changes its meaning"),
        (
            asks("decimal", "x", **extended("sdc-questionnaire-calculatedExpression")),
            "computed",
        ),
        (
            asks("text", "x", **extended("sdc-questionnaire-enableWhenExpression")),
            "expression",
        ),
        (asks("text", "x", _text=extended("cqf-expression")), "expression"),
        (
            asks("display", "x", **extended("sdc-questionnaire-subQuestionnaire")),
            "inserted",
        ),
        (asks("integer", "x", extension=[SLIDER]), "slider needs"),
        (
            asks("text", "x", enableWhen=[{"question": "gone", "answerString": "a"}]),
            "no choice",
        ),
        (
            asks(
                "text",
                "x",
                enableWhen=[
                    {"question": "q1", "operator": ">", "answerCoding": {"code": "a"}}
                ],
            ),
            "“q1” > “a”",
        ),
        (
            asks(
                "text",
                "x",
                enableWhen=[
                    {"question": "q1", "operator": "=", "answerCoding": {"code": c}}
                    for c in "ab"
                ],
            ),
            "whether all of its conditions",
        ),
        (
            {
                "linkId": "x",
                "type": "group",
                "repeats": True,
                "item": [asks(link="inside")],
            },
            "What is in it goes, too",
        ),
        ({"linkId": "x", "type": "group", "text": "Empty"}, "without items"),
    ],
)
def test_what_cannot_be_taken_over_is_named_with_its_link_id(item, reason):
    found = read(choice("q1"), item)
    assert [one.where for one in found.needs_word] == ["linkId “x”"]
    assert reason in found.left_out[0].reason
    assert [i.id for i in found.items] == ["q1"]


@pytest.mark.parametrize(
    ("when", "behavior", "expected"),
    [
        (
            [{"question": "q1", "operator": "=", "answerCoding": {"code": "a"}}],
            None,
            [("q1", ("a",), False)],
        ),
        (
            [{"question": "q1", "operator": "!=", "answerCoding": {"code": "a"}}],
            None,
            [("q1", ("b",), False)],
        ),
        (
            [{"question": "q1", "operator": "exists", "answerBoolean": True}],
            None,
            [("q1", ("a", "b"), False)],
        ),
        (
            [{"question": "q1", "operator": "exists", "answerBoolean": False}],
            None,
            [("q1", ("a", "b"), True)],
        ),
        ([{"question": "q1", "hasAnswer": True}], None, [("q1", ("a", "b"), False)]),
        ([{"question": "q2", "answerBoolean": True}], None, [("q2", ("true",), False)]),
        (
            [
                {"question": "q1", "operator": "=", "answerCoding": {"code": "a"}},
                {"question": "q2", "operator": "=", "answerBoolean": False},
            ],
            "all",
            [("q1", ("a",), False), ("q2", ("false",), False)],
        ),
    ],
)
def test_one_level_of_conditions_is_kept(when, behavior, expected):
    how = {"enableBehavior": behavior} if behavior else {}
    item = asks(enableWhen=when, **how)
    found = read(choice("q1"), asks("boolean", "q2"), item).items[-1]
    conditions = tuple(Condition(item=i, codes=c, is_not=n) for i, c, n in expected)
    assert found.show_if == ShowIf(conditions=conditions)


def test_a_group_hands_its_text_and_its_condition_to_what_is_in_it():
    when = [{"question": "q1", "operator": "=", "answerCoding": {"code": "a"}}]
    inner = {"linkId": "h", "type": "group", "text": "In", "item": [asks(link="q2")]}
    items = [inner, asks(link="q3")]
    group = {"linkId": "g", "type": "group", "text": "Out", "item": items}
    _, first, second = read(choice("q1"), group | {"enableWhen": when}).items
    assert (first.heading, second.heading) == ("Out\nIn", "")
    assert first.show_if == second.show_if is not None


def test_hints_and_units_stand_below_their_item():
    help_text = {
        "linkId": "h",
        "type": "display",
        "text": "Roughly.",
        "extension": [
            SLIDER | {"valueCodeableConcept": {"coding": [{"code": "help"}]}}
        ],
    }
    unit = {
        "url": f"{CORE}/questionnaire-unit",
        "valueCoding": {"code": "h", "display": "hours"},
    }
    (found,) = read(asks("integer", item=[help_text], extension=[unit])).items
    assert found.hint == "Roughly.\nhours"


def test_hidden_items_and_chosen_answers_need_no_word():
    hidden = asks(link="x", **extended("questionnaire-hidden", valueBoolean=True))
    found = read(choice("q1", initial=[{"valueString": "a"}]), hidden)
    assert [one.where for one in found.left_out] == ["linkId “q1”", "linkId “x”"]
    assert not found.needs_word


def translated(text, **wordings):
    extensions = [
        {
            "url": f"{CORE}/translation",
            "extension": [
                {"url": "lang", "valueCode": language},
                {"url": "content", "valueString": wording},
            ],
        }
        for language, wording in wordings.items()
    ]
    return {"text": text, "_text": {"extension": extensions}}


def test_one_of_two_languages_is_read_and_the_other_is_said():
    file = resource(asks() | translated("Why?", de="Warum?"), language="en")
    assert understand(file).items[0].text == "Why?"
    assert "“de”" in understand(file).left_out[0].reason
    german = understand(file, language="de")
    assert (german.language, german.items[0].text) == ("de", "Warum?")
    with pytest.raises(QuestionnaireRefusedError, match="not there in “fr”"):
        understand(file, language="fr")


def test_languages_are_never_mixed():
    items = (asks(link="a") | translated("Why?", de="Warum?"), asks(link="b"))
    found = understand(resource(*items, language="en"), language="de")
    assert [i.id for i in found.items] == ["a"]
    assert "not translated into “de”" in found.needs_word[0].reason


def test_a_bundle_with_one_questionnaire_is_read_with_its_value_sets():
    item = asks("choice", answerValueSet="http://x.example/v")
    inside = (
        json.loads(resource(item)),
        concepts(*SCORED) | {"url": "http://x.example/v"},
    )
    entries = [{"resource": one} for one in inside]
    bundle = {"resourceType": "Bundle", "entry": entries}
    assert understand(json.dumps(bundle).encode()).items[0].options == AB
    bundle = {"resourceType": "Bundle", "entry": entries * 2}
    with pytest.raises(QuestionnaireRefusedError, match="2 questionnaires"):
        understand(json.dumps(bundle).encode())


def test_rights_and_source_are_kept():
    found = read(asks(), url="urn:q", version="3", title="T", copyright="C")
    assert (found.title, found.copyright, found.source) == ("T", "C", "urn:q|3")


def test_extensions_that_nothing_reads_are_said():
    item = asks(**extended("regex", valueString="x"))
    assert read(item).notes == ("Extensions that were not read: “regex”.",)


def deep(levels):
    item = asks()
    for n in range(levels):
        item = {"linkId": f"g{n}", "type": "group", "item": [item]}
    return item


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (resource(asks(), asks()), "stands twice"),
        (resource(asks(link="")), "no linkId|linkId of an item"),
        (resource(asks(text=5)), "LinkId “other”, text: this is not a text"),
        (resource(asks(repeats="maybe")), "not true or false"),
        (resource(item="x"), "Item: this is not a list"),
        (resource(item=["x"]), "not a list of objects"),
        (resource(), "no questions"),
        (resource(deep(MOST_DEPTH)), f"more than {MOST_DEPTH} deep"),
        (resource(asks(), modifierExtension=[{"url": "x"}]), "changes the meaning"),
        (resource(asks(), title="\0"), "Title or rights"),
        (resource(asks(), resourceType="Patient"), "“Patient”, not a Questionnaire"),
        (resource(asks(), resourceType=7), "unnamed"),
    ],
)
def test_a_resource_that_is_not_sound_is_refused(data, sentence):
    with pytest.raises(QuestionnaireRefusedError, match=sentence):
        understand(data)
