"""A clinic's own instruments, from a typed key to answers, archive and study."""

import io
import json
import zipfile
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.clinic import THIS_WEEK, make_person
from tests.invented_wordings import terms
from tests.own_keys import (
    ANSWERS,
    EXPECTED,
    OWN,
    STRAIN,
    add_example,
    ask,
    confirm,
    make_draft,
    newest,
    sheet,
)
from tests.studies import new_study, open_study
from wellbeing.domain.audit import Event
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.own_keys import KeyState
from wellbeing.domain.people import Role
from wellbeing.exports.layout import layout_of
from wellbeing.exports.rows import rows_of
from wellbeing.instruments.errors import UnknownInstrumentError
from wellbeing.instruments.own import KeyRefusedError
from wellbeing.privacy.attribute_cells import merge_cells
from wellbeing.privacy.deidentification import Period, Released, ReleasedResponse
from wellbeing.services import (
    audit,
    instrument_answers,
    instrument_forms,
    instrument_schedules,
    my_data,
    my_instruments,
    own_instruments,
    own_key_changes,
    people,
    studies,
    wordings,
)
from wellbeing.services.instrument_answers import TakesNoAnswersError
from wellbeing.services.instrument_schedules import NoWordingError, TooOftenError
from wellbeing.services.own_key_changes import (
    DisagreesError,
    NotProvedError,
    SecondLookError,
)
from wellbeing.services.own_key_steps import ChangedMeanwhileError
from wellbeing.services.participants import Agreed, participants
from wellbeing.storage.metadata import METADATA

REST = {"ownstrain_rest": "75"}
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def eve(ctx, cast):
    """A second administrator."""
    return make_person(ctx, cast.clinic, "Eve", Role.ADMINISTRATOR)


@pytest.fixture
def in_use(ctx, cast, eve):
    """The key is confirmed, worded and asked for."""
    make_draft(ctx, cast.ada)
    confirm(ctx, eve)
    ask(ctx, cast.ada)
    return cast


def answer(ctx, viewer, codes=(4, 1, 3, 2, 0)):
    tapped = {f"{OWN}_{n}": code for n, code in enumerate(codes, start=1)}
    instrument_answers.keep(ctx, viewer, OWN, tapped)
    return instrument_answers.save(ctx, viewer, OWN, "en")


def test_a_key_of_the_clinics_own_is_asked_answered_and_scored(ctx, in_use):
    [offered] = instrument_forms.offered_instruments(ctx, in_use.alice)
    assert offered.instrument.id == OWN
    assert offered.instrument.examples == 1
    saved = answer(ctx, in_use.alice)
    assert saved.scores == {"ownstrain_strain": 10, "ownstrain_rest": 75}
    [trend] = my_instruments.my_scores(ctx, in_use.alice).trends
    assert [s.latest for s in trend.scales] == [(THIS_WEEK, 10), (THIS_WEEK, 75)]
    assert [s.band for s in trend.scales] == [None, None]


@SQLITE
def test_what_one_answered_and_by_which_key_is_in_ones_own_archive(ctx, in_use, eve):
    answer(ctx, in_use.alice)

    def files(viewer):
        found = zipfile.ZipFile(io.BytesIO(my_data.my_archive(ctx, viewer)))
        return {name: found.read(name).decode() for name in found.namelist()}

    written = json.loads(files(in_use.alice)["questionnaires.json"])
    [key] = written["keys_of_the_clinic"]
    assert (key["id"], key["version"]) == (OWN, "1")
    assert "own_instruments.json" not in files(in_use.alice)
    hand = {"instrument": OWN, "key_version": "1"}
    assert json.loads(files(in_use.ada)["own_instruments.json"]) == [
        hand | {"you": "made"}
    ]
    assert json.loads(files(eve)["own_instruments.json"]) == [
        hand | {"you": "confirmed"}
    ]


@SQLITE
def test_a_study_can_ask_for_it_and_says_that_it_is_not_validated(ctx, in_use):
    assert OWN in own_instruments.titles(ctx, in_use.rita)
    studies.write_study(ctx, in_use.rita, new_study(instruments=(OWN,)))
    [study] = studies.my_studies(ctx, in_use.rita)
    cells = merge_cells((), {})
    layout = layout_of(study.plan, ctx.questions, cells)
    told = [c for c in layout.wide.columns if c.name.startswith(OWN)]
    assert len(told) == 5 + 2
    assert all("not validated, and 1 worked" in column.source for column in told)
    answers = {a.item: a.value for a in answer(ctx, in_use.alice).answers}
    response = ReleasedResponse(instrument=OWN, key_version="1", answers=answers)
    period = Period(index=1, version="", values={}, responses=(response,))
    person = Released(pseudonym="p0", periods=(period,))
    rows = rows_of(layout, layout.scores, person)
    scores = {row[3]: (row[4], row[7]) for row in rows if row[2] == OWN}
    assert scores == {"ownstrain_strain": (10, "1"), "ownstrain_rest": (75, "1")}


@SQLITE
def test_a_study_asks_for_the_version_that_it_was_written_with(ctx, in_use, eve):
    open_study(ctx, in_use, instruments=(OWN,), through_week=THIS_WEEK)
    answer(ctx, in_use.alice)
    changed = replace(STRAIN, reversed="2, 3, 5")
    own_key_changes.keep_draft(ctx, in_use.ada, changed, newest(ctx, in_use.ada).seen)
    add_example(ctx, in_use.ada, expected={"ownstrain_strain": "8"} | REST)
    confirm(ctx, eve)
    wordings.remove_wording(ctx, in_use.ada, OWN, "en")
    ask(ctx, in_use.ada)
    answer(ctx, in_use.bob)
    [study] = studies.my_studies(ctx, in_use.rita)
    assert study.plan.key(OWN).version == "1"
    both: Agreed = {in_use.alice.person_id: {}, in_use.bob.person_id: {}}
    with ctx.reading() as db:
        found = list(participants(db, in_use.clinic.clinic_id, study.plan, both))
    # What bob answered was another question under the same name.
    given = {one.person_id: [r.key_version for r in one.responses] for one in found}
    assert given == {in_use.alice.person_id: ["1"], in_use.bob.person_id: []}
    studies.write_study(ctx, in_use.rita, new_study(instruments=(OWN,)))
    assert [
        one.plan.key(OWN).version for one in studies.my_studies(ctx, in_use.rita)
    ] == ["1", "2"]


@SQLITE
def test_until_it_is_confirmed_nobody_is_asked(ctx, cast):
    make_draft(ctx, cast.ada)
    known = wordings.instruments_in_use(ctx, cast.ada)
    assert OWN not in {each.instrument.id for each in known}
    with pytest.raises(UnknownInstrumentError):
        instrument_schedules.schedule(ctx, cast.ada, OWN, 4)
    with pytest.raises(UnknownInstrumentError):
        instrument_forms.instrument_form(ctx, cast.alice, OWN)


@SQLITE
def test_it_is_asked_no_more_often_than_its_key_allows(ctx, in_use):
    with pytest.raises(TooOftenError):
        instrument_schedules.schedule(ctx, in_use.ada, OWN, 2)


def test_who_made_a_key_cannot_confirm_it_while_somebody_else_could(
    ctx, cast, eve, clock
):
    draft = make_draft(ctx, cast.ada)
    assert not draft.may_confirm
    clock.turn(days=3)
    with pytest.raises(SecondLookError):
        confirm(ctx, cast.ada)
    assert newest(ctx, eve).may_confirm
    confirm(ctx, eve)
    assert newest(ctx, eve).confirmed_by == ("Eve",)


def test_who_is_alone_confirms_on_a_later_day(ctx, cast, clock):
    make_draft(ctx, cast.ada)
    clock.turn(hours=5)
    with pytest.raises(SecondLookError):
        confirm(ctx, cast.ada)
    clock.turn(days=1)
    confirm(ctx, cast.ada)
    assert newest(ctx, cast.ada).state is KeyState.CONFIRMED


@SQLITE
def test_an_invited_administrator_who_never_came_keeps_nobody_waiting(ctx, cast, clock):
    people.add_person(
        ctx,
        cast.ada,
        name="Nora",
        email="nora@example.org",
        roles=[Role.ADMINISTRATOR],
    )
    make_draft(ctx, cast.ada)
    clock.turn(days=1)
    assert newest(ctx, cast.ada).may_confirm


@SQLITE
def test_a_key_without_a_telling_example_is_not_confirmed(ctx, cast, eve):
    own_key_changes.keep_draft(ctx, cast.ada, STRAIN)
    with pytest.raises(NotProvedError, match="Add a worked example"):
        confirm(ctx, eve)
    # Item 2 is answered in the middle: reversed or not, it counts 2.
    add_example(ctx, cast.ada, "4 2 3 2 0", {"ownstrain_strain": "9"})
    with pytest.raises(NotProvedError, match="items 2, 5 are reversed") as refused:
        confirm(ctx, eve)
    assert "No example expects a score of ownstrain_rest" in str(refused.value)


@SQLITE
def test_an_example_that_differs_is_shown_step_by_step_and_not_kept(ctx, cast):
    own_key_changes.keep_draft(ctx, cast.ada, STRAIN)
    wrong = EXPECTED | {"ownstrain_strain": "8"}
    with pytest.raises(DisagreesError):
        add_example(ctx, cast.ada, ANSWERS, wrong)
    assert newest(ctx, cast.ada).examples == ()
    strain, rest = own_instruments.try_example(ctx, cast.ada, OWN, ANSWERS, wrong)
    assert (strain.agrees, strain.score) == (False, 10)
    assert [(s.answer, s.counts) for s in strain.steps] == [(4, 4), (1, 3), (3, 3)]
    assert rest.agrees


def test_what_changed_since_it_was_seen_is_neither_changed_nor_confirmed(
    ctx, cast, eve
):
    seen = make_draft(ctx, cast.ada).seen
    add_example(ctx, cast.ada, "0 4 0 0 4", {"ownstrain_strain": "0"})
    renamed = replace(STRAIN, title="Another Invented Scale")
    for refused in (
        lambda: own_key_changes.confirm(ctx, eve, OWN, seen),
        lambda: own_key_changes.keep_draft(ctx, eve, renamed, seen),
        lambda: own_key_changes.drop_example(ctx, eve, OWN, seen, 1),
        lambda: own_key_changes.drop_draft(ctx, eve, OWN, seen),
    ):
        with pytest.raises(ChangedMeanwhileError):
            refused()


def test_what_is_kept_twice_from_the_same_screen_is_kept_once(ctx, cast, eve):
    own_key_changes.keep_draft(ctx, cast.ada, STRAIN)
    own_key_changes.keep_draft(ctx, cast.ada, STRAIN)
    seen = newest(ctx, cast.ada).seen
    changed = replace(STRAIN, title="Strain of the week")
    pressed = [
        own_key_changes.keep_draft(ctx, cast.ada, changed, seen) for _ in range(2)
    ]
    assert pressed[0] == pressed[1]
    with pytest.raises(ChangedMeanwhileError):
        own_key_changes.keep_draft(ctx, eve, changed, seen)
    seen = newest(ctx, cast.ada).seen

    def add(seen, source="By hand"):
        expected = {"ownstrain_strain": "10"} | REST
        own_key_changes.add_example(
            ctx,
            cast.ada,
            OWN,
            seen,
            answers="4 1 3 2 0",
            expected=expected,
            source=source,
        )

    for _ in range(2):
        add(seen)
    assert len(newest(ctx, cast.ada).examples) == 1
    with pytest.raises(ChangedMeanwhileError):
        add(seen, source="Page 3")
    with pytest.raises(InvalidInputError, match="kept already"):
        add(newest(ctx, cast.ada).seen)


def test_a_draft_that_is_changed_has_to_agree_with_its_examples_again(ctx, cast, eve):
    draft = make_draft(ctx, cast.ada)
    changed = replace(STRAIN, reversed="5")
    own_key_changes.keep_draft(ctx, cast.ada, changed, draft.seen)
    [lack, *_] = newest(ctx, cast.ada).lacks
    assert "Example 1 does not agree" in lack
    with pytest.raises(NotProvedError):
        confirm(ctx, eve)


def test_a_new_version_leaves_the_scores_of_the_old_one_and_is_not_asked_at_once(
    ctx, in_use, eve
):
    answer(ctx, in_use.alice)
    instrument_answers.keep(ctx, in_use.bob, OWN, {f"{OWN}_1": 4})
    before = newest(ctx, in_use.ada)
    other = replace(STRAIN, reversed="2, 3, 5")
    own_key_changes.keep_draft(ctx, in_use.ada, other, before.seen)
    add_example(ctx, in_use.ada, "4 1 3 2 0", {"ownstrain_strain": "8"} | REST)
    assert instrument_forms.offered_instruments(ctx, in_use.bob)
    confirm(ctx, eve)
    assert newest(ctx, in_use.ada).version == 2
    assert instrument_forms.offered_instruments(ctx, in_use.bob) == ()
    with pytest.raises(NoWordingError):
        instrument_schedules.schedule(ctx, in_use.ada, OWN, 4)
    wordings.remove_wording(ctx, in_use.ada, OWN, "en")
    ask(ctx, in_use.ada)
    # What alice saved by version 1 is not changed by version 2.
    with pytest.raises(TakesNoAnswersError):
        answer(ctx, in_use.alice)
    assert answer(ctx, in_use.bob).scores["ownstrain_strain"] == 8
    [trend] = my_instruments.my_scores(ctx, in_use.alice).trends
    assert (trend.instrument.version, trend.is_one_of_several) == ("1", False)
    assert trend.scales[0].latest == (THIS_WEEK, 10)
    stored = my_instruments.questionnaire_files(ctx, in_use.alice)
    [response] = json.loads(stored["questionnaires.json"])["responses"]
    assert response["scores"]["ownstrain_strain"] == 10
    assert response["key_version"] == "1"
    ctx.now.turn(weeks=5)
    answer(ctx, in_use.alice)
    found = my_instruments.my_scores(ctx, in_use.alice).trends
    assert [
        (t.instrument.version, t.is_one_of_several, t.scales[0].scored) for t in found
    ] == [
        ("2", True, ((THIS_WEEK.plus(5), 8),)),
        ("1", True, ((THIS_WEEK, 10),)),
    ]
    assert [t.scales[0].change for t in found] == [None, None]
    instrument_answers.withdraw(ctx, in_use.alice, OWN, THIS_WEEK)
    [trend] = my_instruments.my_scores(ctx, in_use.alice).trends
    assert (trend.instrument.version, trend.is_one_of_several) == ("2", False)


@SQLITE
def test_a_short_name_is_taken_once(ctx, cast, eve):
    draft = make_draft(ctx, cast.ada)
    with pytest.raises(InvalidInputError, match="There is a key with this short name"):
        own_key_changes.keep_draft(ctx, eve, STRAIN)
    with pytest.raises(InvalidInputError, match="Nothing is different"):
        own_key_changes.keep_draft(ctx, eve, STRAIN, draft.seen)
    renamed = replace(STRAIN, short="other")
    with pytest.raises(InvalidInputError, match="short name of a key stays"):
        own_key_changes.keep_draft(ctx, eve, renamed, draft.seen)


def test_a_draft_goes_with_its_examples_and_a_confirmed_key_never(ctx, cast, eve):
    draft = make_draft(ctx, cast.ada)
    own_key_changes.drop_draft(ctx, cast.ada, OWN, draft.seen)
    assert own_instruments.own_instruments(ctx, cast.ada) == ()
    make_draft(ctx, cast.ada)
    confirm(ctx, eve)
    kept = newest(ctx, eve)
    for refused in (
        lambda: own_key_changes.drop_draft(ctx, eve, OWN, kept.seen),
        lambda: own_key_changes.drop_example(ctx, eve, OWN, kept.seen, 1),
        lambda: own_key_changes.confirm(ctx, eve, OWN, kept.seen),
    ):
        with pytest.raises(NotFoundError):
            refused()


@SQLITE
def test_confirming_is_recorded_by_id_and_version(ctx, cast, eve):
    make_draft(ctx, cast.ada)
    confirm(ctx, eve)
    [found, *_] = audit.audit_record(ctx, eve).records
    assert found.record.event is Event.KEY_CONFIRMED
    assert found.record.about == "ownstrain 1"
    assert found.actor == "Eve"


def test_who_leaves_takes_their_hand_and_leaves_the_key(ctx, cast, eve):
    make_draft(ctx, cast.ada)
    confirm(ctx, eve)
    with ctx.writing() as db:
        person = METADATA.tables["person"]
        db.execute(sa.delete(person).where(person.c.person_id == cast.ada.person_id))
    kept = newest(ctx, eve)
    assert (kept.made_by, kept.confirmed_by) == ((), ("Eve",))


@SQLITE
def test_a_file_begins_a_key_and_writes_nothing(ctx, cast):
    read = own_instruments.read_file(ctx, cast.ada, sheet())
    assert (read.fields.count, read.fields.codes) == (5, "0, 1, 2, 3, 4")
    assert read.texts[0] == "Own 1"
    with pytest.raises(KeyRefusedError) as refused:
        own_key_changes.keep_draft(ctx, cast.ada, read.fields)
    assert "Write the citation." in refused.value.problems
    assert own_instruments.own_instruments(ctx, cast.ada) == ()


@SQLITE
def test_two_wordings_for_one_language_are_refused_and_two_languages_are_not(
    ctx, in_use
):
    with pytest.raises(wordings.WordingExistsError):
        wordings.add_wording(
            ctx, in_use.ada, OWN, sheet(), terms=terms(), confirmed=True
        )
    german = sheet(language="de")
    wordings.add_wording(
        ctx, in_use.ada, OWN, german, terms=terms("de"), confirmed=True
    )
    [one] = [
        each
        for each in wordings.instruments_in_use(ctx, in_use.ada)
        if each.instrument.id == OWN
    ]
    assert [w.language for w in one.wordings] == ["de", "en"]
