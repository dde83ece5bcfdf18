"""Studies: written by researchers, opened by administrators, never without consent."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from tests.clinic import LAST_WEEK, THIS_WEEK, make_person
from tests.studies import (
    FREEZE,
    LAST,
    STUDY,
    add_clinicians,
    consent_of,
    everybody_agrees,
    new_study,
    open_study,
    open_version,
    with_folders,
)
from wellbeing.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    WellbeingError,
)
from wellbeing.domain.people import Role
from wellbeing.domain.studies import Decision, RoleGroup, SizeClass, StudyState, Tenure
from wellbeing.privacy.study_data import TimeUnit
from wellbeing.services import consents, invitations, my_data, people, studies
from wellbeing.services.consents import studies_for_me

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def ctx(ctx, tmp_path):
    return with_folders(ctx, tmp_path)


def states(ctx, cast):
    return [(one.version, one.state) for one in studies.my_studies(ctx, cast.rita)]


def offered(ctx, viewer):
    return {
        (one.plan.study_id, one.version): one for one in studies_for_me(ctx, viewer)
    }


def test_a_study_goes_from_draft_to_open_to_closed(ctx, cast):
    version = studies.write_study(ctx, cast.rita, new_study())
    assert states(ctx, cast) == [(1, StudyState.DRAFT)]
    assert studies.studies_to_decide(ctx, cast.ada) == ()
    assert studies_for_me(ctx, cast.alice) == ()
    studies.submit_study(ctx, cast.rita, STUDY)
    [seen] = studies.studies_to_decide(ctx, cast.ada)
    assert seen.state is StudyState.SUBMITTED
    assert seen.plan.told == "We ask for your ratings.\n\nTaking part is voluntary."
    open_version(ctx, cast.ada, version)
    assert [one.takes_people for one in studies_for_me(ctx, cast.alice)] == [True]
    studies.close_study(ctx, cast.ada, STUDY)
    assert states(ctx, cast) == [(1, StudyState.CLOSED)]
    assert studies_for_me(ctx, cast.alice) == ()


@ON_SQLITE
def test_what_is_written_is_read_back_as_it_was(ctx, cast):
    wanted = new_study(
        items=("rest", "overall"),
        instruments=("pss4",),
        context=("days_off", "sessions"),
        time_unit=TimeUnit.WEEKS,
    )
    studies.write_study(ctx, cast.rita, wanted)
    [seen] = studies.my_studies(ctx, cast.rita)
    assert seen.plan.items == ("overall", "rest")
    assert seen.plan.context == ("sessions", "days_off")
    assert (seen.plan.instruments, seen.plan.time_unit) == (("pss4",), TimeUnit.WEEKS)
    assert (seen.plan.through_week, seen.plan.freeze_date) == (LAST, FREEZE)


@ON_SQLITE
def test_a_study_that_is_sent_back_can_be_changed_and_handed_in_again(ctx, cast):
    studies.write_study(ctx, cast.rita, new_study())
    studies.submit_study(ctx, cast.rita, STUDY)
    with pytest.raises(InvalidInputError, match="lies with an administrator"):
        studies.write_study(ctx, cast.rita, new_study(title="Another"))
    studies.send_back(ctx, cast.ada, STUDY)
    assert studies.write_study(ctx, cast.rita, new_study(title="Another")) == 1
    assert states(ctx, cast) == [(1, StudyState.DRAFT)]


@ON_SQLITE
def test_a_text_that_changed_since_it_was_read_is_not_opened(ctx, cast):
    studies.write_study(ctx, cast.rita, new_study())
    studies.submit_study(ctx, cast.rita, STUDY)
    [read] = studies.studies_to_decide(ctx, cast.ada)
    studies.send_back(ctx, cast.ada, STUDY)
    studies.write_study(ctx, cast.rita, new_study(told="Everybody has to take part."))
    studies.submit_study(ctx, cast.rita, STUDY)
    with pytest.raises(NotFoundError):
        studies.open_study(ctx, cast.ada, read.plan, read.version)
    assert states(ctx, cast) == [(1, StudyState.SUBMITTED)]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"told": " \n "}, "Without it nobody can agree"),
    ({"told": "x" * 4001}, "too long"),
    ({"title": ""}, "Write a title"),
    ({"purpose": ""}, "what the study is for"),
    ({"responsible": " "}, "who is responsible"),
    ({"ethics_reference": ""}, "ethics approval"),
    ({"study_id": "Rest Study"}, "short name"),
    ({"study_id": "../keys"}, "short name"),
    ({"from_week": THIS_WEEK, "through_week": LAST_WEEK}, "before the first"),
    (
        {"from_week": THIS_WEEK.plus(1), "through_week": THIS_WEEK.plus(9)},
        "lies ahead",
    ),
    ({"freeze_date": LAST.sunday}, "after the last week"),
    ({"freeze_date": date(2026, 11, 16)}, "has passed"),
    ({"items": (), "instruments": ()}, "at least one"),
    ({"items": ("mood",)}, "not one of the questions"),
    ({"instruments": ("mood-scale",)}, "mood-scale"),
    ({"context": ("salary",)}, "from the list"),
    ({"attributes": ("gender",)}, "from the list"),
]


@ON_SQLITE
def test_a_study_that_cannot_be_put_before_people_is_refused(ctx, cast):
    for other, told in REFUSED:
        with pytest.raises(WellbeingError, match=told):
            studies.write_study(ctx, cast.rita, new_study(**other))
    assert studies.my_studies(ctx, cast.rita) == ()


@ON_SQLITE
def test_another_researcher_neither_sees_nor_changes_nor_takes_the_name(ctx, cast):
    rolf = make_person(ctx, cast.clinic, "Rolf", Role.RESEARCHER)
    open_study(ctx, cast)
    assert studies.my_studies(ctx, rolf) == ()
    for attempt in (
        lambda: studies.write_study(ctx, rolf, new_study(title="Mine")),
        lambda: studies.submit_study(ctx, rolf, STUDY),
    ):
        with pytest.raises(NotFoundError):
            attempt()


@ON_SQLITE
def test_whoever_wrote_a_study_cannot_open_it(ctx, cast):
    both = replace(cast.rita, roles=frozenset({Role.RESEARCHER, Role.ADMINISTRATOR}))
    studies.write_study(ctx, both, new_study())
    studies.submit_study(ctx, both, STUDY)
    with pytest.raises(InvalidInputError, match="another administrator"):
        open_version(ctx, both)


def test_a_second_click_opens_nothing_twice(ctx, cast):
    open_study(ctx, cast)
    with pytest.raises(NotFoundError):
        open_version(ctx, cast.ada)
    with pytest.raises(NotFoundError):
        studies.submit_study(ctx, cast.rita, STUDY)
    assert states(ctx, cast) == [(1, StudyState.OPEN)]


@ON_SQLITE
def test_a_draft_cannot_be_ended_and_an_ended_study_is_not_written_again(ctx, cast):
    studies.write_study(ctx, cast.rita, new_study())
    with pytest.raises(NotFoundError):
        studies.close_study(ctx, cast.ada, STUDY)
    studies.submit_study(ctx, cast.rita, STUDY)
    studies.close_study(ctx, cast.ada, STUDY)
    with pytest.raises(InvalidInputError, match="has ended"):
        studies.write_study(ctx, cast.rita, new_study())


@ON_SQLITE
def test_nobody_takes_part_who_has_not_said_so(ctx, cast):
    open_study(ctx, cast)
    [one] = studies_for_me(ctx, cast.alice)
    assert (one.agreed, one.consent, one.bundles) == (False, None, ())


def test_consent_is_given_changed_and_taken_back(ctx, cast):
    open_study(ctx, cast)
    for _ in range(2):
        consents.agree(
            ctx, cast.alice, STUDY, 1, role_group=RoleGroup.THERAPY, tenure=None
        )
    said = consent_of(ctx, cast.alice)
    assert (said.decision, said.week) == (Decision.AGREED, THIS_WEEK)
    assert said.attributes() == {"role_group": "therapy"}
    consents.agree(ctx, cast.alice, STUDY, 1, tenure=Tenure.OVER_FIVE_YEARS)
    assert consent_of(ctx, cast.alice).attributes() == {"tenure": "over_five_years"}
    consents.take_back(ctx, cast.alice, STUDY)
    said = consent_of(ctx, cast.alice)
    assert (said.decision, said.attributes()) == (Decision.TAKEN_BACK, {})
    assert [one.agreed for one in studies_for_me(ctx, cast.bob)] == [False]


@ON_SQLITE
def test_what_a_study_does_not_ask_is_not_kept(ctx, cast):
    open_study(ctx, cast, attributes=())
    consents.agree(ctx, cast.alice, STUDY, 1, role_group=RoleGroup.THERAPY)
    assert consent_of(ctx, cast.alice).attributes() == {}


@ON_SQLITE
def test_one_cannot_agree_to_what_is_not_open_or_not_any_more(ctx, cast, clock):
    studies.write_study(ctx, cast.rita, new_study())
    with pytest.raises(NotFoundError):
        consents.agree(ctx, cast.alice, STUDY, 1)
    studies.submit_study(ctx, cast.rita, STUDY)
    open_version(ctx, cast.ada)
    with pytest.raises(NotFoundError):
        consents.agree(ctx, cast.alice, STUDY, 2)
    clock.turn(days=(FREEZE - date(2026, 11, 17)).days)
    consents.agree(ctx, cast.alice, STUDY, 1)
    clock.turn(days=1)
    with pytest.raises(InvalidInputError, match="freeze date"):
        consents.agree(ctx, cast.bob, STUDY, 1)
    consents.take_back(ctx, cast.alice, STUDY)


@ON_SQLITE
def test_a_new_version_needs_a_new_yes(ctx, cast):
    open_study(ctx, cast)
    consents.agree(ctx, cast.alice, STUDY, 1)
    studies.write_study(ctx, cast.rita, new_study(items=("overall",)))
    assert states(ctx, cast) == [(1, StudyState.OPEN), (2, StudyState.DRAFT)]
    studies.submit_study(ctx, cast.rita, STUDY)
    open_version(ctx, cast.ada, 2)
    assert states(ctx, cast) == [(1, StudyState.CLOSED), (2, StudyState.OPEN)]
    found = offered(ctx, cast.alice)
    assert found[STUDY, 1].agreed
    assert not found[STUDY, 1].takes_people
    assert not found[STUDY, 2].agreed
    assert found[STUDY, 2].takes_people


@ON_SQLITE
def test_a_researcher_is_told_a_class_and_never_a_number(ctx, cast):
    open_study(ctx, cast)
    everybody = add_clinicians(ctx, cast.clinic, 30)
    everybody_agrees(ctx, everybody[:29])
    [seen] = studies.my_studies(ctx, cast.rita)
    assert seen.agreed is SizeClass.BELOW
    everybody_agrees(ctx, everybody[29:])
    [seen] = studies.my_studies(ctx, cast.rita)
    assert seen.agreed is SizeClass.SOME
    # Whoever decides sees not even that.
    assert [one.agreed for one in studies.studies_to_decide(ctx, cast.ada)] == [None]
    people.end_access(ctx, cast.ada, everybody[0].person_id)
    [seen] = studies.my_studies(ctx, cast.rita)
    assert seen.agreed is SizeClass.BELOW


@ON_SQLITE
def test_who_leaves_and_comes_back_does_not_take_part_any_more(ctx, cast):
    open_study(ctx, cast)
    consents.agree(ctx, cast.alice, STUDY, 1)
    people.end_access(ctx, cast.ada, cast.alice.person_id)
    people.let_in_again(ctx, cast.ada, cast.alice.person_id)
    assert [one.agreed for one in studies_for_me(ctx, cast.alice)] == [False]


@ON_SQLITE
def test_a_consent_can_be_taken_back_without_being_a_clinician_any_more(ctx, cast):
    open_study(ctx, cast)
    consents.agree(ctx, cast.alice, STUDY, 1)
    other = replace(cast.alice, roles=frozenset({Role.LEAD}))
    assert [one.agreed for one in studies_for_me(ctx, other)] == [True]
    consents.take_back(ctx, other, STUDY)
    assert [one.agreed for one in studies_for_me(ctx, other)] == [False]
    with pytest.raises(NotAllowedError):
        consents.agree(ctx, other, STUDY, 1)


@ON_SQLITE
def test_an_account_that_starts_over_has_no_consent(ctx, cast):
    open_study(ctx, cast)
    consents.agree(ctx, cast.alice, STUDY, 1)
    invitations.start_over(ctx, cast.ada, cast.alice.person_id)
    with ctx.reading() as db:
        left = db.scalar(sa.text("SELECT count(*) FROM study_consent"))
    assert left == 0


@ON_SQLITE
def test_the_archive_holds_what_somebody_decided(ctx, cast):
    assert consents.study_files(ctx, cast.alice) == {}
    open_study(ctx, cast)
    consents.agree(ctx, cast.alice, STUDY, 1, role_group=RoleGroup.THERAPY)
    written = consents.study_files(ctx, cast.alice)["studies.json"].decode()
    assert '"decision": "agreed"' in written
    assert '"role_group": "therapy"' in written
    assert b"studies.json" in my_data.my_archive(ctx, cast.alice)
    assert STUDY in consents.study_files(ctx, cast.rita)["studies.json"].decode()
