"""Handing a study over: who may, what changes, and what does not."""

import pytest

from tests.clinic import PASSWORD, make_person
from tests.studies import (
    STUDY,
    add_clinicians,
    everybody_agrees,
    new_study,
    open_study,
    open_version,
    with_folders,
)
from wellbeing.domain.audit import Event
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.people import Role
from wellbeing.services import (
    audit,
    bundle_ledger,
    bundles,
    consents,
    my_data,
    people,
    studies,
    study_handovers,
    study_tokens,
)
from wellbeing.services.bundle_files import sha256_of
from wellbeing.services.study_folders import bundles_folder
from wellbeing.services.study_keys import key_file
from wellbeing.services.study_tokens import TokenRefusedError

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def ctx(ctx, tmp_path):
    return with_folders(ctx, tmp_path)


@pytest.fixture
def rolf(ctx, cast):
    return make_person(ctx, cast.clinic, "Rolf", Role.RESEARCHER)


@pytest.fixture
def left(ctx, cast):
    """A study whose researcher has left."""
    open_study(ctx, cast)
    people.end_access(ctx, cast.ada, cast.rita.person_id)


def theirs(ctx, viewer):
    return [one.plan.study_id for one in studies.my_studies(ctx, viewer)]


def waiting(ctx, viewer):
    return [one.study_id for one in study_handovers.offered_to_me(ctx, viewer)]


def handed_over(ctx, cast):
    return [
        (one.actor, one.concerning, one.record.about)
        for one in audit.audit_record(ctx, cast.ada).records
        if one.record.event is Event.STUDY_HANDED_OVER
    ]


def test_a_study_changes_hands_when_the_other_takes_it_and_not_before(ctx, cast, rolf):
    open_study(ctx, cast)
    everybody_agrees(ctx, add_clinicians(ctx, cast.clinic, 32))
    made = bundles.make_bundle(ctx, cast.rita, STUDY)
    secret = study_tokens.make_token(ctx, cast.rita, made.bundle_id, days=1, uses=2)
    key = sha256_of(key_file(ctx, cast.clinic.clinic_id, STUDY))
    seen = study_handovers.handover_of(ctx, cast.rita, STUDY)
    assert seen.candidates == {rolf.person_id: "Rolf"}

    study_handovers.offer_study(ctx, cast.rita, STUDY, rolf.person_id)
    assert study_handovers.handover_of(ctx, cast.rita, STUDY).offered_to == "Rolf"
    assert (theirs(ctx, cast.rita), theirs(ctx, rolf)) == ([STUDY], [])
    with pytest.raises(NotFoundError):
        bundle_ledger.ledger_of(ctx, rolf, STUDY)
    study_tokens.use_token(ctx, secret, "192.0.2.1")
    assert handed_over(ctx, cast) == []

    study_handovers.take_study(ctx, rolf, STUDY)
    study_handovers.take_study(ctx, rolf, STUDY)
    assert (theirs(ctx, cast.rita), theirs(ctx, rolf)) == ([], [STUDY])
    assert handed_over(ctx, cast) == [("Rolf", "Rita", STUDY)]
    with pytest.raises(TokenRefusedError):
        study_tokens.use_token(ctx, secret, "192.0.2.1")
    assert study_tokens.my_tokens(ctx, cast.rita) == ()
    for attempt in (
        lambda: bundles.make_bundle(ctx, cast.rita, STUDY),
        lambda: bundle_ledger.bundle_file(ctx, cast.rita, made.bundle_id),
        lambda: study_handovers.handover_of(ctx, cast.rita, STUDY),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    # The key, the ledger and everybody's consent are what they were.
    assert sha256_of(key_file(ctx, cast.clinic.clinic_id, STUDY)) == key
    assert [x.line.sha256 for x in bundle_ledger.ledger_of(ctx, rolf, STUDY)] == [
        made.sha256
    ]
    assert bundles.make_bundle(ctx, rolf, STUDY).checks[-1].passed


def test_an_offer_can_be_declined_withdrawn_and_made_to_somebody_else(ctx, cast, rolf):
    open_study(ctx, cast)
    rosa = make_person(ctx, cast.clinic, "Rosa", Role.RESEARCHER)
    study_handovers.offer_study(ctx, cast.rita, STUDY, rolf.person_id)
    study_handovers.decline_study(ctx, rolf, STUDY)
    study_handovers.offer_study(ctx, cast.rita, STUDY, rolf.person_id)
    study_handovers.offer_study(ctx, cast.rita, STUDY, rosa.person_id)
    assert (waiting(ctx, rolf), waiting(ctx, rosa)) == ([], [STUDY])
    # Nobody declines for somebody else.
    study_handovers.decline_study(ctx, rolf, STUDY)
    assert waiting(ctx, rosa) == [STUDY]
    study_handovers.withdraw_offer(ctx, cast.rita, STUDY)
    for viewer in (rolf, rosa):
        with pytest.raises(NotFoundError):
            study_handovers.take_study(ctx, viewer, STUDY)
    assert theirs(ctx, cast.rita) == [STUDY]
    assert handed_over(ctx, cast) == []


@ON_SQLITE
def test_only_its_researcher_offers_a_study_and_only_to_a_researcher(ctx, cast, rolf):
    open_study(ctx, cast)
    study_handovers.offer_study(ctx, cast.rita, STUDY, rolf.person_id)
    for attempt in (
        lambda: study_handovers.offer_study(ctx, rolf, STUDY, rolf.person_id),
        lambda: study_handovers.withdraw_offer(ctx, rolf, STUDY),
        lambda: study_handovers.handover_of(ctx, rolf, STUDY),
        lambda: study_handovers.offer_study(ctx, cast.rita, STUDY, cast.rita.person_id),
        lambda: study_handovers.offer_study(
            ctx, cast.rita, STUDY, cast.alice.person_id
        ),
        # Somebody works with it, so it is not an administrator's to give.
        lambda: study_handovers.offer_left_study(ctx, cast.ada, STUDY, rolf.person_id),
        lambda: study_handovers.withdraw_left_offer(ctx, cast.ada, STUDY),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    assert study_handovers.left_studies(ctx, cast.ada) == ()
    people.end_access(ctx, cast.ada, rolf.person_id)
    assert study_handovers.handover_of(ctx, cast.rita, STUDY).candidates == {}


@ON_SQLITE
@pytest.mark.usefixtures("left")
def test_an_administrator_offers_a_study_whose_researcher_has_left(ctx, cast, rolf):
    [one] = study_handovers.left_studies(ctx, cast.ada)
    assert (one.study_id, one.candidates) == (STUDY, {rolf.person_id: "Rolf"})
    study_handovers.offer_left_study(ctx, cast.ada, STUDY, rolf.person_id)
    study_handovers.withdraw_left_offer(ctx, cast.ada, STUDY)
    assert waiting(ctx, rolf) == []
    study_handovers.offer_left_study(ctx, cast.ada, STUDY, rolf.person_id)
    study_handovers.take_study(ctx, rolf, STUDY)
    assert theirs(ctx, rolf) == [STUDY]
    assert study_handovers.left_studies(ctx, cast.ada) == ()
    assert handed_over(ctx, cast) == [("Rolf", "Rita", STUDY)]


@ON_SQLITE
@pytest.mark.usefixtures("left")
def test_who_comes_back_before_it_is_taken_keeps_the_study(ctx, cast, rolf):
    study_handovers.offer_left_study(ctx, cast.ada, STUDY, rolf.person_id)
    people.let_in_again(ctx, cast.ada, cast.rita.person_id)
    assert waiting(ctx, rolf) == []
    with pytest.raises(NotFoundError):
        study_handovers.take_study(ctx, rolf, STUDY)
    assert theirs(ctx, cast.rita) == [STUDY]


@ON_SQLITE
def test_a_study_whose_researcher_deleted_the_account_can_be_given(ctx, cast, rolf):
    open_study(ctx, cast)
    my_data.delete_account(ctx, cast.rita, password=PASSWORD)
    study_handovers.offer_left_study(ctx, cast.ada, STUDY, rolf.person_id)
    study_handovers.take_study(ctx, rolf, STUDY)
    assert handed_over(ctx, cast) == [("Rolf", None, STUDY)]


@ON_SQLITE
@pytest.mark.usefixtures("left")
def test_an_administrator_cannot_give_a_study_to_themselves(ctx, cast):
    roles = [Role.ADMINISTRATOR, Role.RESEARCHER]
    both = make_person(ctx, cast.clinic, "Bo", *roles)
    with pytest.raises(NotFoundError):
        study_handovers.offer_left_study(ctx, both, STUDY, both.person_id)


@ON_SQLITE
def test_a_draft_of_somebody_who_left_stays_unseen(ctx, cast):
    studies.write_study(ctx, cast.rita, new_study())
    people.end_access(ctx, cast.ada, cast.rita.person_id)
    assert study_handovers.left_studies(ctx, cast.ada) == ()


@ON_SQLITE
def test_an_administrator_reads_the_title_that_was_handed_in_and_no_drafts(ctx, cast):
    open_study(ctx, cast)
    studies.write_study(ctx, cast.rita, new_study(title="Not said to anybody yet"))
    people.end_access(ctx, cast.ada, cast.rita.person_id)
    [one] = study_handovers.left_studies(ctx, cast.ada)
    assert one.title == new_study().title


@ON_SQLITE
def test_what_lies_with_an_administrator_is_not_taken(ctx, cast, rolf):
    # Otherwise whoever wrote it could hand it over and open it.
    studies.write_study(ctx, cast.rita, new_study())
    study_handovers.offer_study(ctx, cast.rita, STUDY, rolf.person_id)
    studies.submit_study(ctx, cast.rita, STUDY)
    with pytest.raises(InvalidInputError, match="lies with an administrator"):
        study_handovers.take_study(ctx, rolf, STUDY)
    open_version(ctx, cast.ada)
    study_handovers.take_study(ctx, rolf, STUDY)
    assert theirs(ctx, rolf) == [STUDY]


@ON_SQLITE
def test_an_ended_study_is_neither_offered_nor_taken(ctx, cast, rolf):
    open_study(ctx, cast)
    study_handovers.offer_study(ctx, cast.rita, STUDY, rolf.person_id)
    studies.close_study(ctx, cast.ada, STUDY)
    assert waiting(ctx, rolf) == []
    with pytest.raises(NotFoundError):
        study_handovers.take_study(ctx, rolf, STUDY)
    with pytest.raises(NotFoundError):
        study_handovers.offer_study(ctx, cast.rita, STUDY, rolf.person_id)


@ON_SQLITE
def test_a_bundle_in_the_making_ends_when_the_study_is_taken(ctx, cast, rolf):
    open_study(ctx, cast)
    everybody_agrees(ctx, add_clinicians(ctx, cast.clinic, 32))
    study_handovers.offer_study(ctx, cast.rita, STUDY, rolf.person_id)

    def take(_share):
        study_handovers.take_study(ctx, rolf, STUDY)

    with pytest.raises(NotFoundError):
        bundles.make_bundle(ctx, cast.rita, STUDY, progress=take)
    assert bundle_ledger.ledger_of(ctx, rolf, STUDY) == ()
    assert list(bundles_folder(ctx).iterdir()) == []


@ON_SQLITE
def test_the_archive_says_what_is_offered_to_somebody(ctx, cast, rolf):
    open_study(ctx, cast)
    study_handovers.offer_study(ctx, cast.rita, STUDY, rolf.person_id)
    [written] = consents.study_files(ctx, rolf).values()
    assert b'"offered_to_me": [\n' in written
