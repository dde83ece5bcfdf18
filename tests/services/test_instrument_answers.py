"""Answering published instruments: when, how it is kept, and what it scores."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from tests.clinic import PASSWORD, THIS_WEEK
from tests.invented_wordings import add, ask
from wellbeing.domain.check_ins import Kind, Missing
from wellbeing.domain.errors import NotFoundError, UnknownItemError
from wellbeing.domain.responses import Given
from wellbeing.instruments.model import Coefficient
from wellbeing.instruments.registry import find_instrument
from wellbeing.services import (
    accounts,
    check_ins,
    instrument_answers,
    instrument_forms,
    instrument_schedules,
    invitations,
    my_data,
    my_instruments,
    wordings,
)
from wellbeing.services.instrument_answers import (
    ImpossibleAnswerError,
    NothingToSaveError,
    TakesNoAnswersError,
)
from wellbeing.storage import response_queries
from wellbeing.storage.metadata import METADATA

OWN = ("response", "response_answer", "response_draft", "response_score")
CBI = find_instrument("cbi")


@pytest.fixture
def asked(ctx, cast):
    """The clinic asks for cbi every four weeks, from this week on."""
    ask(ctx, cast.ada, "cbi")
    return cast


def answer(ctx, viewer, name="cbi", code=50, **others):
    one = find_instrument(name)
    codes = dict.fromkeys(one.item_ids, code) | others
    instrument_answers.keep(ctx, viewer, name, codes)
    return instrument_answers.save(ctx, viewer, name, "en")


def form(ctx, viewer, name="cbi"):
    return instrument_forms.instrument_form(ctx, viewer, name)


def offered(ctx, viewer, name="cbi"):
    found = instrument_forms.offered_instruments(ctx, viewer)
    return next(one for one in found if one.instrument.id == name)


def stored(ctx, viewer):
    with ctx.reading() as db:
        return response_queries.responses_of(db, (viewer.clinic_id, viewer.person_id))


def rows(ctx, name):
    with ctx.reading() as db:
        return db.execute(sa.select(METADATA.tables[name])).all()


def test_an_instrument_that_nobody_asks_for_takes_no_answers(ctx, cast):
    add(ctx, cast.ada, "cbi")
    assert instrument_forms.offered_instruments(ctx, cast.alice) == ()
    with pytest.raises(TakesNoAnswersError):
        instrument_answers.keep(ctx, cast.alice, "cbi", {"cbi_1": 50})
    assert rows(ctx, "response_draft") == []


def test_it_is_open_in_the_week_in_which_it_is_asked_first(ctx, asked):
    assert offered(ctx, asked.alice).is_open
    shown = form(ctx, asked.alice)
    assert len(shown.wording.items) == 19
    assert (shown.fields, shown.saved, shown.unsaved) == ({}, None, False)


def test_a_tap_is_kept_and_a_second_one_replaces_or_clears_it(ctx, asked):
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": 50})
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": 75, "cbi_2": 0})
    assert form(ctx, asked.alice).fields == {"cbi_1": 75, "cbi_2": 0}
    assert offered(ctx, asked.alice).tapped == 2
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": None})
    assert form(ctx, asked.alice).fields == {"cbi_2": 0}
    assert form(ctx, asked.bob).fields == {}


@pytest.mark.parametrize("code", [1, 51, -25, 125, True, 50.0, "50"])
def test_a_code_that_the_key_has_not_is_refused(ctx, asked, code):
    with pytest.raises(ImpossibleAnswerError, match="cbi_1 takes"):
        instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": code})
    assert rows(ctx, "response_draft") == []


def test_an_item_that_the_key_has_not_is_refused(ctx, asked):
    with pytest.raises(UnknownItemError):
        instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_20": 50})


def test_a_draft_can_be_gone_on_with_for_four_weeks(ctx, asked, clock):
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": 50})
    clock.turn(weeks=3)
    assert form(ctx, asked.alice).fields == {"cbi_1": 50}
    clock.turn(weeks=1)  # the next round: what was tapped a month ago is not mixed in
    assert form(ctx, asked.alice).fields == {}
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_2": 50})
    instrument_answers.save(ctx, asked.alice, "cbi", "en")
    assert rows(ctx, "response_draft") == []


def test_saving_scores_at_once_and_keeps_versions(ctx, asked):
    # Item 13 is reversed: by hand (6 * 100 + 0) / 7.
    found = answer(ctx, asked.alice, code=100)
    assert found.scores["cbi_personal"] == 100
    assert found.scores["cbi_work"] == pytest.approx(600 / 7)
    assert found.key_version == CBI.version
    [kept] = stored(ctx, asked.alice)
    assert (kept.values(), kept.scores) == (found.values(), found.scores)
    assert (kept.week, kept.language) == (THIS_WEEK, "en")
    assert stored(ctx, asked.bob) == []


def test_items_left_out_are_skipped_and_a_scale_with_too_few_has_no_score(ctx, asked):
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": 25, "cbi_2": 75})
    found = instrument_answers.save(ctx, asked.alice, "cbi", "en")
    assert found.scores == dict.fromkeys(("cbi_personal", "cbi_work", "cbi_client"))
    [kept] = stored(ctx, asked.alice)
    assert {a.missing for a in kept.answers if a.value is None} == {Missing.SKIPPED}
    assert len(kept.answers) == 19


def test_nothing_is_saved_of_which_nothing_is_answered(ctx, asked):
    with pytest.raises(NothingToSaveError, match="Not this time"):
        instrument_answers.save(ctx, asked.alice, "cbi", "en")
    assert stored(ctx, asked.alice) == []


def test_saving_twice_is_one_response(ctx, asked):
    first = answer(ctx, asked.alice)
    again = instrument_answers.save(ctx, asked.alice, "cbi", "en")
    assert again.values() == first.values()
    assert len(stored(ctx, asked.alice)) == 1


def test_saving_from_two_tabs_in_the_same_instant_is_one_response(ctx, asked):
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": 50})

    def save(_):
        return instrument_answers.save(ctx, asked.alice, "cbi", "en")

    with ThreadPoolExecutor(4) as tabs:
        found = list(tabs.map(save, range(4)))
    assert {tuple(r.values()) for r in found} == {("cbi_1",)}
    assert len(stored(ctx, asked.alice)) == 1


def test_answers_can_be_changed_until_their_week_closes(ctx, asked, clock):
    answer(ctx, asked.alice, code=50)
    clock.turn_to(THIS_WEEK.plus(1))  # Monday: the week before is still open
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": 100})
    assert form(ctx, asked.alice).unsaved
    instrument_answers.save(ctx, asked.alice, "cbi", "en")
    [found] = stored(ctx, asked.alice)
    assert found.week == THIS_WEEK
    assert found.values()["cbi_1"] == 100
    clock.turn(days=3)
    with pytest.raises(TakesNoAnswersError):
        instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": 0})
    with pytest.raises(TakesNoAnswersError):
        instrument_answers.save(ctx, asked.alice, "cbi", "en")
    assert len(stored(ctx, asked.alice)) == 1


def test_it_is_never_asked_again_before_its_shortest_interval(ctx, asked, clock):
    clock.turn_to(THIS_WEEK.plus(3))  # the last week of the first round
    answer(ctx, asked.alice)
    for weeks in (5, 6):
        clock.turn_to(THIS_WEEK.plus(weeks))
        one = offered(ctx, asked.alice)
        assert not one.is_open
        assert one.next_week == THIS_WEEK.plus(7)
    clock.turn_to(THIS_WEEK.plus(7))
    assert offered(ctx, asked.alice).is_open
    answer(ctx, asked.alice)
    assert [r.week for r in stored(ctx, asked.alice)] == [
        THIS_WEEK.plus(3),
        THIS_WEEK.plus(7),
    ]


def test_between_two_rounds_it_takes_no_answers(ctx, cast, clock):
    ask(ctx, cast.ada, "who5", 12)
    clock.turn(weeks=5)
    one = offered(ctx, cast.alice, "who5")
    assert (one.is_open, one.next_week) == (False, THIS_WEEK.plus(12))
    with pytest.raises(TakesNoAnswersError):
        form(ctx, cast.alice, "who5")


def test_it_can_be_set_aside_and_answered_after_all(ctx, asked, clock):
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": 50})
    instrument_answers.not_this_time(ctx, asked.alice, "cbi")
    instrument_answers.not_this_time(ctx, asked.alice, "cbi")
    [aside] = stored(ctx, asked.alice)
    assert (aside.given, aside.answers, aside.scores) == (Given.NOT_THIS_TIME, (), {})
    assert form(ctx, asked.alice).fields == {}
    clock.turn(weeks=1)
    answer(ctx, asked.alice)
    [found] = stored(ctx, asked.alice)
    assert (found.given, found.week) == (Given.ANSWERED, THIS_WEEK.plus(1))


def test_setting_aside_undoes_no_response(ctx, asked):
    answer(ctx, asked.alice)
    instrument_answers.not_this_time(ctx, asked.alice, "cbi")
    assert [r.given for r in stored(ctx, asked.alice)] == [Given.ANSWERED]


def test_withdrawing_erases_answers_scores_and_taps(ctx, asked):
    answer(ctx, asked.alice)
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": 0})
    instrument_answers.withdraw(ctx, asked.alice, "cbi", THIS_WEEK)
    for name in ("response_answer", "response_score", "response_draft"):
        assert rows(ctx, name) == []
    [left] = stored(ctx, asked.alice)
    assert left.given is Given.WITHDRAWN
    assert my_instruments.my_scores(ctx, asked.alice).trends == ()
    with pytest.raises(NotFoundError):
        instrument_answers.withdraw(ctx, asked.alice, "cbi", THIS_WEEK)
    with pytest.raises(NotFoundError):
        instrument_answers.withdraw(ctx, asked.bob, "cbi", THIS_WEEK)


def test_an_old_response_can_be_withdrawn_when_nothing_is_asked_any_more(
    ctx, asked, clock
):
    answer(ctx, asked.alice)
    instrument_schedules.stop(ctx, asked.ada, "cbi")
    wordings.remove_wording(ctx, asked.ada, "cbi", "en")
    clock.turn(weeks=20)
    instrument_answers.withdraw(ctx, asked.alice, "cbi", THIS_WEEK)
    assert [r.given for r in stored(ctx, asked.alice)] == [Given.WITHDRAWN]


def test_scores_stay_when_the_wording_goes(ctx, asked):
    answer(ctx, asked.alice)
    wordings.remove_wording(ctx, asked.ada, "cbi", "en")
    [trend] = my_instruments.my_scores(ctx, asked.alice).trends
    assert trend.weeks == (THIS_WEEK,)
    with pytest.raises(NotFoundError):
        form(ctx, asked.alice)


def test_a_wording_that_is_gone_cannot_be_saved_under(ctx, asked):
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": 50})
    with pytest.raises(NotFoundError):
        instrument_answers.save(ctx, asked.alice, "cbi", "fr")
    assert form(ctx, asked.alice).fields == {"cbi_1": 50}


def test_a_form_shows_the_language_that_is_asked_for_or_one_that_is_there(ctx, asked):
    add(ctx, asked.ada, "cbi", "de")
    get = instrument_forms.instrument_form
    assert get(ctx, asked.alice, "cbi", "en").wording.language == "en"
    found = get(ctx, asked.alice, "cbi", "fr")
    assert (found.wording.language, found.languages) == ("de", ("de", "en"))
    answer(ctx, asked.alice)
    assert get(ctx, asked.alice, "cbi").wording.language == "en"


def twice(ctx, clock, viewer, name, before, after, weeks=8):
    answer(ctx, viewer, name, before)
    clock.turn(weeks=weeks)
    answer(ctx, viewer, name, after)
    [trend] = my_instruments.my_scores(ctx, viewer).trends
    return trend.scales[0]


# Personal burnout: SD 16.5, alpha .87, so 95 % needs
# 1.96 * sqrt(2) * 16.5 * sqrt(1 - .87) = 16.49 points (measurement sheet: 16.5).
@pytest.mark.parametrize(("code", "reliable"), [(75, True), (50, False), (25, True)])
def test_a_change_is_told_from_noise_by_the_published_index(
    ctx, asked, clock, code, reliable
):
    scale = twice(ctx, clock, asked.alice, "cbi", 50, code)
    assert scale.latest == (THIS_WEEK.plus(8), code)
    assert scale.change is not None
    assert scale.change.needed == pytest.approx(16.49, abs=0.01)
    assert scale.change.index == pytest.approx((code - 50) / (16.49 / 1.96), abs=0.01)
    assert scale.change.is_reliable is reliable
    assert scale.band is None  # its authors publish none


def test_without_a_norm_no_change_is_called_reliable(ctx, cast, clock):
    ask(ctx, cast.ada, "who5", 8)
    scale = twice(ctx, clock, cast.alice, "who5", 0, 5)
    assert scale.change is not None
    assert (scale.change.index, scale.change.needed) == (None, None)
    assert not scale.change.is_reliable
    assert scale.band is not None
    assert scale.scale.bands is not None
    assert scale.scale.bands.criticism


def test_a_reliability_over_two_uses_comes_before_an_alpha(ctx, cast, clock):
    ask(ctx, cast.ada, "pfi", 8)
    change = twice(ctx, clock, cast.alice, "pfi", 1, 2).change
    assert change is not None
    assert change.reliability is not None
    assert change.reliability.coefficient is Coefficient.RETEST


def test_scores_and_check_ins_share_their_weeks_a_year_at_most(ctx, asked, clock):
    answer(ctx, asked.alice)
    found = my_instruments.my_scores(ctx, asked.alice)
    assert len(found.weeks) == 12
    since = THIS_WEEK.plus(-30)
    found = my_instruments.my_scores(ctx, asked.alice, since)
    assert (found.weeks[0], found.weeks[-1]) == (since, THIS_WEEK)
    clock.turn(weeks=80)
    found = my_instruments.my_scores(ctx, asked.alice, since)
    assert len(found.weeks) == 52
    points = found.trends[0].scales[0].points
    assert [p.week for p in points] == list(found.weeks)
    assert {p.value for p in points} == {None}


def archive(ctx, viewer):
    return zipfile.ZipFile(io.BytesIO(my_data.my_archive(ctx, viewer)))


def test_the_archive_holds_ones_own_responses_and_taps_and_nobody_elses(ctx, asked):
    answer(ctx, asked.alice)
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": 0})
    found = json.loads(archive(ctx, asked.alice).read("questionnaires.json"))
    [response] = found["responses"]
    assert response["answers"]["cbi_13"] == {"value": 50, "missing": None}
    assert response["scores"]["cbi_personal"] == 50
    assert response["week"] == str(THIS_WEEK)
    assert found["drafts_not_saved"][0]["items"] == {"cbi_1": 0}
    assert "questionnaires.json" not in archive(ctx, asked.bob).namelist()
    assert b"questionnaires.json" in archive(ctx, asked.bob).read("README.md")


@pytest.mark.parametrize("way", ["deleted", "started over"])
def test_nothing_of_them_stays_when_a_person_goes_or_starts_over(ctx, asked, way):
    answer(ctx, asked.alice)
    answer(ctx, asked.bob)
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": 0})
    if way == "deleted":
        person = METADATA.tables["person"]
        with ctx.writing() as db:
            gone = person.c.person_id == asked.alice.person_id
            db.execute(person.delete().where(gone))
    else:
        invitations.start_over(ctx, asked.ada, asked.alice.person_id)
    for name in OWN:
        assert asked.alice.person_id not in {row.person_id for row in rows(ctx, name)}
    assert len(stored(ctx, asked.bob)) == 1


@pytest.mark.parametrize("name", OWN)
def test_no_time_of_day_and_no_row_number_is_stored_of_a_response(
    ctx, name, database_kind
):
    kinds = (sa.DateTime, sa.Date, sa.Time, sa.Uuid)
    for column in sa.inspect(ctx.engine).get_columns(name):
        if column["name"] not in {"clinic_id", "person_id"}:
            assert not isinstance(column["type"], kinds)
    if database_kind == "sqlite":
        statement = sa.text(f"SELECT rowid FROM {name}")  # noqa: S608 (a table's name)
        with (
            ctx.engine.connect() as db,
            pytest.raises(sa.exc.OperationalError, match="rowid"),
        ):
            db.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE response SET given = 'half'",
        "UPDATE response_answer SET value = 101",
        "UPDATE response_answer SET value = NULL",
        "UPDATE response_answer SET missing = 'skipped'",
        "UPDATE instrument_rhythm SET every_weeks = 0",
        "UPDATE wording SET language = 'xx'",
    ],
)
def test_the_tables_refuse_what_must_not_be(ctx, asked, statement):
    answer(ctx, asked.alice)
    with pytest.raises(sa.exc.IntegrityError), ctx.writing() as db:
        db.execute(sa.text(statement))


def test_a_check_in_and_a_response_of_one_week_do_not_touch_each_other(ctx, asked):
    check_ins.keep(ctx, asked.alice, THIS_WEEK, {"overall": 5})
    answer(ctx, asked.alice)
    found = check_ins.save(ctx, asked.alice, THIS_WEEK, Kind.FULL)
    instrument_answers.withdraw(ctx, asked.alice, "cbi", THIS_WEEK)
    again = check_ins.check_in_form(ctx, asked.alice, THIS_WEEK).saved
    assert again is not None
    assert again.values() == found.values()


def test_after_a_check_in_it_is_told_that_one_waits_until_it_was_answered(ctx, cast):
    assert not instrument_forms.is_one_open(ctx, cast.alice)
    ask(ctx, cast.ada, "cbi")
    assert instrument_forms.is_one_open(ctx, cast.alice)
    answer(ctx, cast.alice)
    assert not instrument_forms.is_one_open(ctx, cast.alice)
    assert instrument_forms.is_one_open(ctx, cast.bob)


def test_taps_of_a_round_that_has_ended_go_when_anybody_signs_in(ctx, asked, clock):
    instrument_answers.keep(ctx, asked.alice, "cbi", {"cbi_1": 50})
    clock.turn(weeks=4)
    accounts.sign_in(ctx, email="bob@example.org", password=PASSWORD, address="")
    assert rows(ctx, "response_draft")
    clock.turn(weeks=1)
    accounts.sign_in(ctx, email="bob@example.org", password=PASSWORD, address="")
    assert not rows(ctx, "response_draft")
