"""The weekly check-in, from the first tap to withdrawing it."""

import pytest
from sqlalchemy import select

from tests.clinic import LAST_WEEK, PASSWORD, THIS_WEEK
from wellbeing.domain.check_ins import Absence, Kind, Missing, SupportUsed
from wellbeing.domain.errors import (
    AnswerOutOfRangeError,
    NotFoundError,
    NothingAnsweredError,
    UnknownItemError,
    WeekClosedError,
)
from wellbeing.domain.indicators import NO_SCORES, Indicator
from wellbeing.services import accounts, check_ins
from wellbeing.services.check_ins import (
    check_in_form,
    choose_team_trends,
    keep,
    not_this_week,
    save,
    team_trends_choice,
    withdraw,
)
from wellbeing.storage import draft_queries
from wellbeing.storage.check_in_tables import AnswerRow, CheckInRow, DraftRow

NEXT_WEEK = THIS_WEEK.plus(1)


def count(ctx, table):
    with ctx.reading() as db:
        return len(db.execute(select(table.__table__)).all())


def full_week(ctx, week=THIS_WEEK):
    return {q.id: q.response.codes[2] for q in ctx.questions.asked_in(week)}


def test_a_form_begins_empty_with_nothing_preselected(ctx, cast):
    form = check_in_form(ctx, cast.alice)
    assert (form.week, form.open_weeks) == (THIS_WEEK, (THIS_WEEK, LAST_WEEK))
    assert (form.fields, form.saved, form.unsaved) == ({}, None, False)
    assert form.team_trends is None
    assert form.closes_at.isoformat() == "2026-11-25T05:00:00+00:00"


def test_the_form_asks_thirteen_questions_and_the_thirteenth_in_turn(ctx, cast, clock):
    turns = []
    for _ in range(5):
        ids = [q.id for q in check_in_form(ctx, cast.alice).questions]
        assert len(ids) == 13
        turns.append(ids[-1])
        clock.turn(days=7)
    assert len(set(turns[:4])) == 4
    assert turns[4] == turns[0]


def test_a_tap_is_kept_for_every_tab_of_that_person_only(ctx, cast):
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 7})
    keep(ctx, cast.alice, THIS_WEEK, {"rest": 2, "used_peer": 1})
    keep(ctx, cast.alice, THIS_WEEK, {"rest": 3})
    form = check_in_form(ctx, cast.alice)
    assert form.fields == {"overall": 7, "rest": 3, "used_peer": 1}
    assert (form.unsaved, form.saved) == (True, None)
    assert check_in_form(ctx, cast.bob).fields == {}
    assert check_in_form(ctx, cast.alice, LAST_WEEK).fields == {}


@pytest.mark.parametrize(
    ("tapped", "refusal"),
    [
        ({"overall": 11}, AnswerOutOfRangeError),
        ({"rest": -1}, AnswerOutOfRangeError),
        ({"sessions": 101}, AnswerOutOfRangeError),
        ({"mood": 1}, UnknownItemError),
        ({"overall": 5, "rest": 9}, AnswerOutOfRangeError),
    ],
)
def test_a_field_that_cannot_be_is_refused_and_nothing_kept(ctx, cast, tapped, refusal):
    with pytest.raises(refusal):
        keep(ctx, cast.alice, THIS_WEEK, tapped)
    assert count(ctx, DraftRow) == 0


def test_a_saved_check_in_is_shown_as_saved(ctx, cast):
    keep(ctx, cast.alice, THIS_WEEK, full_week(ctx) | {"sessions": 20, "used_rest": 1})
    saved = save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    form = check_in_form(ctx, cast.alice)
    assert form.saved is not None
    assert form.saved.values() == saved.values() == full_week(ctx)
    assert form.saved.scores == saved.scores
    assert form.saved.context.sessions == 20
    assert form.saved.context.support_used == {SupportUsed.REST}
    assert not form.unsaved
    assert count(ctx, DraftRow) == 0
    assert count(ctx, AnswerRow) == len(ctx.questions.questions)


def test_a_tap_after_saving_lies_over_what_is_saved(ctx, cast):
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 7, "rest": 2})
    save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    keep(ctx, cast.alice, THIS_WEEK, {"rest": None, "support": 4})
    form = check_in_form(ctx, cast.alice)
    assert form.fields == {"overall": 7, "support": 4}
    assert form.unsaved
    assert form.saved is not None
    assert form.saved.values() == {"overall": 7, "rest": 2}


def test_a_tap_that_changes_nothing_leaves_nothing_unsaved(ctx, cast):
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 7})
    save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 7, "rest": None})
    assert not check_in_form(ctx, cast.alice).unsaved


def test_a_second_save_changes_the_same_check_in(ctx, cast):
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 7, "rest": 2})
    save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 4})
    saved = save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    assert saved.values() == {"overall": 4, "rest": 2}
    assert saved.scores[Indicator.OVERALL] == pytest.approx(100 / 3)
    assert (count(ctx, CheckInRow), count(ctx, AnswerRow)) == (1, 16)


def test_saving_again_without_a_tap_is_the_same(ctx, cast):
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 7})
    first = save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    again = save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    assert (first.values(), first.scores) == (again.values(), again.scores)
    assert count(ctx, CheckInRow) == 1


def test_everything_cleared_cannot_be_saved_and_stays_as_it_was(ctx, cast):
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 7})
    save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    keep(ctx, cast.alice, THIS_WEEK, {"overall": None})
    with pytest.raises(NothingAnsweredError):
        save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    saved = check_in_form(ctx, cast.alice).saved
    assert saved is not None
    assert saved.values() == {"overall": 7}


@pytest.mark.parametrize(
    "tapped", [{}, {"sessions": 4}, {"no_client_work": 1, "trauma_1": 3}]
)
def test_an_empty_check_in_is_refused_and_its_draft_stays(ctx, cast, tapped):
    keep(ctx, cast.alice, THIS_WEEK, tapped)
    with pytest.raises(NothingAnsweredError):
        save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    form = check_in_form(ctx, cast.alice)
    assert (form.fields, form.saved) == (tapped, None)


def test_a_short_check_in_is_complete_and_can_become_a_full_one(ctx, cast):
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 2, "exhaustion_1": 4})
    short = save(ctx, cast.alice, THIS_WEEK, Kind.SHORT)
    missing = {a.item: a.missing for a in short.answers if a.missing}
    assert set(missing.values()) == {Missing.NOT_ASKED}
    full = save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    assert full.values() == {"overall": 2, "exhaustion_1": 4}
    assert Missing.SKIPPED in {a.missing for a in full.answers}
    assert count(ctx, CheckInRow) == 1


def test_a_full_check_in_never_shrinks_to_a_short_one(ctx, cast):
    keep(ctx, cast.alice, THIS_WEEK, full_week(ctx))
    save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 1})
    saved = save(ctx, cast.alice, THIS_WEEK, Kind.SHORT)
    assert saved.kind is Kind.FULL
    assert saved.values() == full_week(ctx) | {"overall": 1}


def test_without_client_work_client_items_are_not_applicable(ctx, cast):
    keep(ctx, cast.alice, THIS_WEEK, full_week(ctx) | {"no_client_work": 1})
    save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    saved = check_in_form(ctx, cast.alice).saved
    assert saved is not None
    reasons = {a.item: a.missing for a in saved.answers}
    assert reasons["trauma_1"] is Missing.NOT_APPLICABLE
    assert saved.scores[Indicator.COMPASSION_FATIGUE] is None
    assert saved.scores[Indicator.REST] == 50


@pytest.mark.parametrize("absence", [None, *Absence])
def test_not_this_week_is_a_complete_check_in(ctx, cast, absence):
    not_this_week(ctx, cast.alice, THIS_WEEK, absence)
    saved = check_in_form(ctx, cast.alice).saved
    assert saved is not None
    assert (saved.kind, saved.absence) == (Kind.NOT_THIS_WEEK, absence)
    assert saved.scores == NO_SCORES
    assert {a.missing for a in saved.answers} == {Missing.SKIPPED}


def test_not_this_week_replaces_answers_and_answers_replace_it(ctx, cast):
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 7})
    save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    keep(ctx, cast.alice, THIS_WEEK, {"rest": 1})
    not_this_week(ctx, cast.alice, THIS_WEEK, Absence.ILL)
    assert check_in_form(ctx, cast.alice).fields == {}
    with pytest.raises(NothingAnsweredError):
        save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 3})
    saved = save(ctx, cast.alice, THIS_WEEK, Kind.SHORT)
    assert (saved.kind, saved.absence) == (Kind.SHORT, None)
    assert count(ctx, CheckInRow) == 1


@pytest.mark.parametrize("week", [LAST_WEEK.plus(-1), NEXT_WEEK])
def test_a_week_that_is_not_open_takes_nothing(ctx, cast, week):
    tries = [
        lambda: keep(ctx, cast.alice, week, {"overall": 5}),
        lambda: save(ctx, cast.alice, week, Kind.FULL),
        lambda: not_this_week(ctx, cast.alice, week, None),
    ]
    for attempt in tries:
        with pytest.raises(WeekClosedError, match=str(week)):
            attempt()
    assert check_in_form(ctx, cast.alice, week).week == THIS_WEEK
    assert count(ctx, CheckInRow) == 0


def test_last_week_takes_changes_until_wednesday_at_six(ctx, cast, clock):
    clock.turn(hours=18, minutes=59, seconds=59)  # Wednesday 05:59:59 in Berlin
    keep(ctx, cast.alice, LAST_WEEK, {"overall": 5})
    save(ctx, cast.alice, LAST_WEEK, Kind.FULL)
    clock.turn(seconds=1)
    with pytest.raises(WeekClosedError):
        keep(ctx, cast.alice, LAST_WEEK, {"overall": 6})
    with pytest.raises(WeekClosedError):
        save(ctx, cast.alice, LAST_WEEK, Kind.FULL)
    assert check_in_form(ctx, cast.alice).open_weeks == (THIS_WEEK,)


def test_last_week_and_this_week_are_two_check_ins(ctx, cast):
    for week, value in ((LAST_WEEK, 3), (THIS_WEEK, 8)):
        keep(ctx, cast.alice, week, {"overall": value})
        save(ctx, cast.alice, week, Kind.FULL)
    for week, value in ((LAST_WEEK, 3), (THIS_WEEK, 8)):
        assert check_in_form(ctx, cast.alice, week).fields == {"overall": value}


def test_withdrawing_erases_the_answers_of_any_week_and_leaves_the_gap(
    ctx, cast, clock
):
    keep(ctx, cast.alice, THIS_WEEK, full_week(ctx) | {"sessions": 9, "used_peer": 1})
    save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    clock.turn(days=70)
    withdraw(ctx, cast.alice, THIS_WEEK)
    with ctx.reading() as db:
        (row,) = db.execute(select(CheckInRow.__table__)).all()
        answers = db.execute(select(AnswerRow.value, AnswerRow.missing)).all()
    assert (row.kind, row.overall, row.sessions) == (Kind.WITHDRAWN, None, None)
    assert row.support_used == ""
    assert set(answers) == {(None, Missing.WITHDRAWN)}


def test_withdrawing_forgets_what_was_tapped_and_the_week_can_be_filled_again(
    ctx, cast
):
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 7})
    save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    keep(ctx, cast.alice, THIS_WEEK, {"rest": 1})
    withdraw(ctx, cast.alice, THIS_WEEK)
    assert check_in_form(ctx, cast.alice).fields == {}
    keep(ctx, cast.alice, THIS_WEEK, {"overall": 2})
    assert save(ctx, cast.alice, THIS_WEEK, Kind.FULL).values() == {"overall": 2}


def test_there_is_nothing_to_withdraw_in_a_week_without_a_check_in(ctx, cast):
    keep(ctx, cast.bob, THIS_WEEK, {"overall": 7})
    save(ctx, cast.bob, THIS_WEEK, Kind.FULL)
    with pytest.raises(NotFoundError):
        withdraw(ctx, cast.alice, THIS_WEEK)
    assert check_in_form(ctx, cast.bob).fields == {"overall": 7}


def test_the_choice_about_team_trends_is_asked_once_and_can_change(ctx, cast):
    assert team_trends_choice(ctx, cast.alice) is None
    for counted in (True, False):
        choose_team_trends(ctx, cast.alice, counted=counted)
        assert team_trends_choice(ctx, cast.alice) is counted
        assert check_in_form(ctx, cast.alice).team_trends is counted
    assert team_trends_choice(ctx, cast.bob) is None


def test_the_week_follows_the_time_zone_of_the_clinic(ctx, cast, clock):
    clock.turn_to(NEXT_WEEK)
    clock.turn(hours=-12, minutes=-30)  # Sunday 23:30 in UTC, Monday in Berlin
    assert check_in_form(ctx, cast.alice).week == NEXT_WEEK


def test_what_was_not_saved_in_time_goes_when_anybody_signs_in(ctx, cast, clock):
    check_ins.keep(ctx, cast.alice, LAST_WEEK, {"overall": 5})
    check_ins.keep(ctx, cast.alice, THIS_WEEK, {"overall": 6})
    clock.turn(days=2)
    accounts.sign_in(ctx, email=cast.bob.email, password=PASSWORD, address="")
    with ctx.reading() as db:
        own = cast.clinic.clinic_id, cast.alice.person_id
        assert draft_queries.drafts_of(db, *own) == {THIS_WEEK: {"overall": 6}}
