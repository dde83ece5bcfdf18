"""Wordings that clinics bring, and how often instruments are asked for."""

from dataclasses import replace

import pytest

from tests.clinic import THIS_WEEK, make_clinic, make_person
from tests.invented_wordings import (
    COPYRIGHT,
    LICENCE,
    add,
    file_for,
    file_of,
    items,
    options,
    redcap_for,
    terms,
)
from wellbeing.domain.errors import (
    InvalidInputError,
    NotFoundError,
    WellbeingError,
)
from wellbeing.domain.people import Role
from wellbeing.instruments.formats.questionnaire import (
    Item,
    ItemType,
    Option,
    QuestionnaireRefusedError,
)
from wellbeing.instruments.matching import WordingMismatchError
from wellbeing.instruments.registry import find_instrument, instruments
from wellbeing.instruments.wording import CodedBy, MatchedBy
from wellbeing.services import instrument_schedules, wordings
from wellbeing.services.instrument_schedules import (
    NoWordingError,
    TooOftenError,
    rhythms_for,
)
from wellbeing.services.wordings import NotConfirmedError, Terms, WordingExistsError
from wellbeing.storage import instrument_queries

PSS4 = find_instrument("pss4")
WORDS = ("Never", "Hardly", "At times", "Fairly often", "Always")


def read(ctx, cast, data, instrument="pss4", **how):
    return wordings.read_wording(ctx, cast.ada, instrument, data, **how)


def in_use(ctx, cast, instrument="pss4"):
    found = wordings.instruments_in_use(ctx, cast.ada)
    return next(one for one in found if one.instrument.id == instrument)


def worded(codes, scores=None):
    """Return the items of pss4 whose answers are words with codes of their own."""
    given = scores or [None] * len(codes)
    offered = tuple(
        Option(code=str(code), label=label, score=score)
        for code, label, score in zip(codes, WORDS, given, strict=True)
    )
    return [replace(item, options=offered) for item in items("pss4")]


def test_a_wording_that_was_confirmed_is_there_with_its_terms(ctx, cast):
    add(ctx, cast.ada, "pss4")
    [found] = in_use(ctx, cast).wordings
    assert (found.language, found.copyright, found.licence) == (
        "en",
        COPYRIGHT,
        LICENCE,
    )
    with ctx.reading() as db:
        whole = instrument_queries.wording_of(db, cast.clinic.clinic_id, "pss4", "en")
    assert whole is not None
    assert [item.text for item in whole.items] == [
        f"Invented item {n}" for n in range(1, 5)
    ]
    assert [(c.code, c.label) for c in whole.items[3].choices] == [
        (n, f"Step {n}") for n in range(5)
    ]


@pytest.mark.parametrize("one", instruments(), ids=lambda one: one.id)
def test_every_instrument_takes_a_wording_with_its_own_ids(ctx, cast, one):
    add(ctx, cast.ada, one.id)
    found = read(ctx, cast, file_for(one.id), one.id)
    assert found.matched_by is MatchedBy.ID
    assert found.coded_by is CodedBy.CODE
    assert found.file_ids == one.item_ids


def test_looking_at_a_file_writes_nothing(ctx, cast):
    read(ctx, cast, file_for("pss4"))
    assert in_use(ctx, cast).wordings == ()


def test_nothing_is_written_that_nobody_confirmed(ctx, cast):
    with pytest.raises(NotConfirmedError):
        wordings.add_wording(
            ctx, cast.ada, "pss4", file_for("pss4"), terms=terms(), confirmed=False
        )
    assert in_use(ctx, cast).wordings == ()


def test_several_languages_stand_side_by_side(ctx, cast):
    add(ctx, cast.ada, "pss4", "en")
    add(ctx, cast.ada, "pss4", "de")
    assert [w.language for w in in_use(ctx, cast).wordings] == ["de", "en"]


def test_a_second_wording_of_a_language_is_refused_and_the_first_stays(ctx, cast):
    add(ctx, cast.ada, "pss4")
    other = file_for("pss4", words="Another item")
    with pytest.raises(WordingExistsError, match="Remove it first"):
        add(ctx, cast.ada, "pss4", data=other)
    with ctx.reading() as db:
        found = instrument_queries.wording_of(db, cast.clinic.clinic_id, "pss4", "en")
    assert found is not None
    assert found.items[0].text == "Invented item 1"


def test_a_wording_in_another_language_than_the_file_says_is_refused(ctx, cast):
    with pytest.raises(QuestionnaireRefusedError, match="does not say"):
        add(ctx, cast.ada, "pss4", "de", file_for("pss4", "en"))


def test_items_of_a_file_in_another_order_find_their_places_by_id(ctx, cast):
    found = read(ctx, cast, file_of(*reversed(items("pss4"))))
    assert [item.text for item in found.items] == [
        f"Invented item {n}" for n in range(1, 5)
    ]


def test_items_with_other_ids_find_their_places_by_number_or_order(ctx, cast):
    numbered = items("pss4", ids=["q3", "q1", "q4", "q2"])
    found = read(ctx, cast, file_of(*numbered))
    assert found.matched_by is MatchedBy.NUMBER
    assert found.file_ids == ("q1", "q2", "q3", "q4")
    plain = items("pss4", ids=["a", "b", "c", "d"])
    assert read(ctx, cast, file_of(*plain)).matched_by is MatchedBy.ORDER


def test_a_redcap_dictionary_is_a_wording_too_and_its_record_id_is_none(ctx, cast):
    found = read(ctx, cast, redcap_for("proqol5"), "proqol5")
    assert len(found.items) == 30
    assert found.matched_by is MatchedBy.NUMBER


def test_notes_and_headings_stand_above_the_item_that_follows(ctx, cast):
    note = Item(id="intro", text="About the last month", type=ItemType.NOTE)
    first, *others = items("pss4")
    first = replace(first, heading="Part one")
    found = read(ctx, cast, file_of(note, first, *others))
    assert found.items[0].heading == "About the last month\n\nPart one"
    assert found.items[1].heading == ""


def test_codes_that_begin_elsewhere_are_matched_in_order_to_be_confirmed(ctx, cast):
    found = read(ctx, cast, file_of(*worded([1, 2, 3, 4, 5])))
    assert found.coded_by is CodedBy.ORDER
    [coding] = found.codings
    assert coding.positions == (1, 2, 3, 4)
    assert [code for _, code in coding.in_file] == ["1", "2", "3", "4", "5"]
    assert [choice.code for choice in coding.choices] == [0, 1, 2, 3, 4]


def test_scores_of_a_file_are_taken_where_its_codes_are_words(ctx, cast):
    found = read(ctx, cast, file_of(*worded(list("abcde"), [4, 3, 2, 1, 0])))
    assert found.coded_by is CodedBy.SCORE
    assert [c.code for c in found.codings[0].choices] == [4, 3, 2, 1, 0]


def test_a_file_that_counts_the_other_way_round_can_be_turned(ctx, cast):
    found = read(ctx, cast, file_for("pss4"), turned=True)
    assert [c.code for c in found.items[0].choices] == [4, 3, 2, 1, 0]
    assert found.items[0].choices[0].label == "Step 0"


REFUSED = {
    "wrong item count": (items("pss4")[:3], "has 3 items to answer.*has 4"),
    "codes as words": (worded(list("abcde")), r"pss4_1.*no numbers, such as “a”"),
    "too few answers": (
        [replace(i, options=i.options[:4]) for i in items("pss4")],
        r"pss4_1.*offers 4 answers, and the key has 5",
    ),
    "the item of another instrument": (
        items("pss4", ids=["pss4_1", "pss4_2", "pss4_3", "who5_1"]),
        "who5_1.*belongs to who5",
    ),
    "an item that the key has not": (
        items("pss4", ids=["pss4_1", "pss4_2", "pss4_3", "extra"]),
        "extra.*is no item of pss4",
    ),
    "ids that differ in case only": (
        items("pss4", ids=["a", "A", "b", "c"]),
        "“A” stands twice",
    ),
    "an item that takes text": (
        [*items("pss4")[:3], Item(id="why", text="Say why", type=ItemType.TEXT)],
        "why.*takes a text",
    ),
    "an answer without words": (
        [replace(i, options=(*options(range(4)), Option(code="4", label="")))
         for i in items("pss4")],
        "pss4_1.*without words",
    ),
    "items that were reversed before": (
        [*worded(range(5), [0, 1, 2, 3, 4])[:3],
         *worded([4, 3, 2, 1, 0])[3:]],
        "pss4_4.*“Never” as 4.*“pss4_1” as 0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_does_not_fit_is_refused_by_item_and_nothing_written(
    ctx, cast, name
):
    asked, sentence = REFUSED[name]
    with pytest.raises(WordingMismatchError, match=f"(?s){sentence}"):
        add(ctx, cast.ada, "pss4", data=file_of(*asked))
    assert in_use(ctx, cast).wordings == ()


def test_item_ids_that_stand_twice_are_refused_with_their_rows(ctx, cast):
    twice = redcap_for("pss4", name="q")
    with pytest.raises(QuestionnaireRefusedError, match="stands twice"):
        add(ctx, cast.ada, "pss4", data=twice)
    assert in_use(ctx, cast).wordings == ()


@pytest.mark.parametrize(
    "given",
    [
        Terms(language="", copyright="c", licence="l"),
        Terms(language="English", copyright="c", licence="l"),
        Terms(language="en", copyright=" ", licence="l"),
        Terms(language="en", copyright="c", licence=""),
        Terms(language="en", copyright="c" * 1001, licence="l"),
    ],
)
def test_language_copyright_and_licence_have_to_be_said(ctx, cast, given):
    with pytest.raises(InvalidInputError):
        wordings.add_wording(
            ctx, cast.ada, "pss4", file_for("pss4"), terms=given, confirmed=True
        )
    assert in_use(ctx, cast).wordings == ()


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"<html>"])
def test_what_is_no_questionnaire_is_refused(ctx, cast, data):
    with pytest.raises(WellbeingError):
        read(ctx, cast, data)


def test_a_wording_can_be_removed_and_brought_anew(ctx, cast):
    add(ctx, cast.ada, "pss4")
    wordings.remove_wording(ctx, cast.ada, "pss4", "en")
    assert in_use(ctx, cast).wordings == ()
    with pytest.raises(NotFoundError):
        wordings.remove_wording(ctx, cast.ada, "pss4", "en")
    add(ctx, cast.ada, "pss4")


def test_without_its_last_wording_an_instrument_is_asked_no_more(ctx, cast):
    add(ctx, cast.ada, "pss4", "en")
    add(ctx, cast.ada, "pss4", "de")
    instrument_schedules.schedule(ctx, cast.ada, "pss4", 8)
    wordings.remove_wording(ctx, cast.ada, "pss4", "de")
    assert in_use(ctx, cast).rhythm is not None
    wordings.remove_wording(ctx, cast.ada, "pss4", "en")
    assert in_use(ctx, cast).rhythm is None


def test_another_clinic_sees_nothing_of_a_wording(ctx, cast):
    add(ctx, cast.ada, "pss4")
    other = make_person(ctx, make_clinic(ctx, "Elsewhere"), "Eve", Role.ADMINISTRATOR)
    found = wordings.instruments_in_use(ctx, other)
    assert not any(one.wordings for one in found)


@pytest.mark.parametrize(
    ("name", "offered"),
    [("cbi", (4, 8, 12)), ("proqol5", (8, 12)), ("who5", (4, 8, 12)), ("brs", (53,))],
)
def test_nothing_is_asked_more_often_than_its_key_allows(ctx, cast, name, offered):
    assert rhythms_for(find_instrument(name)) == offered
    add(ctx, cast.ada, name)
    for weeks in range(1, 54):
        if weeks not in offered:
            with pytest.raises(TooOftenError, match="Choose every"):
                instrument_schedules.schedule(ctx, cast.ada, name, weeks)
    assert in_use(ctx, cast, name).rhythm is None


@pytest.mark.parametrize("one", instruments(), ids=lambda one: one.id)
def test_each_rhythm_that_is_offered_leaves_the_days_of_the_key(one):
    assert min(rhythms_for(one)) * 7 >= one.shortest_interval_days
    assert min(rhythms_for(one)) * 7 >= (one.window_days or 0)


def test_nothing_is_asked_that_has_no_words(ctx, cast):
    with pytest.raises(NoWordingError):
        instrument_schedules.schedule(ctx, cast.ada, "pss4", 8)


def test_a_new_rhythm_keeps_the_week_in_which_asking_began(ctx, cast, clock):
    add(ctx, cast.ada, "pss4")
    instrument_schedules.schedule(ctx, cast.ada, "pss4", 12)
    clock.turn(weeks=2)
    rhythm = instrument_schedules.schedule(ctx, cast.ada, "pss4", 8)
    assert (rhythm.every_weeks, rhythm.from_week) == (8, THIS_WEEK)
    instrument_schedules.stop(ctx, cast.ada, "pss4")
    assert in_use(ctx, cast).rhythm is None
