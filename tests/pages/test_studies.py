"""Studies on screen: written, opened, agreed to, taken back, made into a bundle."""

import time

import pytest

from tests.pages.conftest import unfold, without_key, words
from tests.servers import viewer_named
from tests.studies import (
    STUDY,
    add_clinicians,
    everybody_agrees,
    new_study,
    open_version,
)
from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.domain.studies import StudyState, Tenure
from wellbeing.services import bundle_jobs, bundles, consents, people, studies
from wellbeing.services.bundle_jobs import JobState

TITLE = "Rest *and* exhaustion"


@pytest.fixture(autouse=True)
def _no_jobs(monkeypatch):
    """Forget the bundles of other tests: all have the same clinic in one process."""
    monkeypatch.setattr(bundle_jobs, "_JOBS", {})


@pytest.fixture
def written(ctx):
    """A draft of rita's."""
    studies.write_study(ctx, viewer_named(ctx, "rita"), new_study(title=TITLE))


@pytest.fixture
def opened(ctx, written):
    """The same, open to clinicians."""
    assert written is None
    studies.submit_study(ctx, viewer_named(ctx, "rita"), STUDY)
    open_version(ctx, viewer_named(ctx, "ada"))


def mine(ctx):
    [one] = studies.my_studies(ctx, viewer_named(ctx, "rita"))
    return one


def test_a_researcher_writes_a_study_and_hands_it_in(open_page, ctx):
    at = open_page("studies", "rita")
    for name in ("short_name", "title", "responsible", "ethics"):
        at.text_input(key=f"studies:{name}:").input("rest-study")
    at.text_area(key="studies:purpose:").input("To see")
    at.button(key="studies:save:").click().run()
    assert at.error[0].value.startswith("Write what participants are told.")
    assert at.text_input(key="studies:title:").value == "rest-study"
    at.text_area(key="studies:told:").input("You may say no.")
    at.button(key="studies:save:").click().run()
    assert not at.exception
    assert mine(ctx).state is StudyState.DRAFT
    at.button(key=f"studies:submit:{STUDY}").click().run()
    assert mine(ctx).state is StudyState.SUBMITTED
    assert not at.exception


@pytest.mark.usefixtures("written")
def test_an_administrator_opens_it_and_ends_it(open_page, ctx):
    studies.submit_study(ctx, viewer_named(ctx, "rita"), STUDY)
    at = open_page("studies", "ada")
    assert r"\*and\*" in words(at)
    at.button(key=f"studies:open:{STUDY}:1").click().run()
    assert mine(ctx).state is StudyState.OPEN
    unfold(at)
    assert at.button(key="studies:end_button").disabled
    at.checkbox(key=f"studies:end_sure:{STUDY}").check().run()
    at.button(key="studies:end_button").click().run()
    assert mine(ctx).state is StudyState.CLOSED
    assert not at.exception


@pytest.mark.usefixtures("written")
def test_an_administrator_sends_it_back(open_page, ctx):
    studies.submit_study(ctx, viewer_named(ctx, "rita"), STUDY)
    at = open_page("studies", "ada")
    at.button(key=f"studies:back:{STUDY}:1").click().run()
    assert mine(ctx).state is StudyState.DRAFT


@pytest.mark.usefixtures("opened")
def test_a_clinician_reads_what_questionnaires_risk(open_page, ctx):
    assert say("studies.sheets") not in words(open_page("studies", "alice"))
    new = new_study(title=TITLE, instruments=("who5",))
    studies.write_study(ctx, viewer_named(ctx, "rita"), new)
    studies.submit_study(ctx, viewer_named(ctx, "rita"), STUDY)
    open_version(ctx, viewer_named(ctx, "ada"), version=2)
    assert say("studies.sheets") in words(open_page("studies", "alice"))


@pytest.mark.usefixtures("opened")
def test_a_clinician_reads_agrees_and_takes_it_back(open_page, ctx):
    alice = viewer_named(ctx, "alice")
    at = open_page("studies", "alice")
    text = words(at)
    for told in ("To see how the two go together", "EXAMPLE-1", "31 December 2026"):
        assert told in text
    at.button_group(key=f"studies:tenure:{STUDY}:1").set_value(Tenure.OVER_FIVE_YEARS)
    at.button(key=f"studies:agree:{STUDY}:1").click().run()
    assert not at.error
    [one] = consents.studies_for_me(ctx, alice)
    assert one.consent is not None
    assert one.consent.attributes() == {"tenure": "over_five_years"}
    at.button(key=f"studies:take_back:{STUDY}:1").click().run()
    assert not consents.studies_for_me(ctx, alice)[0].agreed
    assert say("studies.taken_back_done") in words(at)


@pytest.mark.usefixtures("opened")
def test_a_researcher_is_told_no_number_and_no_name(open_page, ctx):
    consents.agree(ctx, viewer_named(ctx, "alice"), STUDY, 1)
    text = words(open_page("studies", "rita"))
    assert "Fewer than 30 people" in text
    assert "Alice" not in text


@pytest.mark.usefixtures("opened")
def test_a_bundle_that_is_refused_says_why(open_page, ctx):
    rita = viewer_named(ctx, "rita")
    at = open_page("studies", rita)
    assert at.button(key=f"studies:make:{STUDY}").disabled
    at.checkbox(key=f"studies:before_freeze:{STUDY}").check().run()
    at.button(key=f"studies:make:{STUDY}").click().run()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        job = bundle_jobs.job_of(ctx, rita, STUDY)
        if job is not None and job.state is not JobState.RUNNING:
            break
        time.sleep(0.1)
    at.run()
    assert "Fewer than 30 people have rows" in at.error[0].value


@pytest.mark.usefixtures("opened")
def test_a_bundle_that_was_recalled_is_no_longer_called_made(open_page, ctx):
    rita = viewer_named(ctx, "rita")
    participants = add_clinicians(ctx, rita.clinic, 30)
    everybody_agrees(ctx, participants)
    bundle_jobs.start_bundle(ctx, rita, STUDY)
    for _ in range(100):
        job = bundle_jobs.job_of(ctx, rita, STUDY)
        if job is not None and job.state is not JobState.RUNNING:
            break
        time.sleep(0.1)
    assert say("studies.made") in words(open_page("studies", rita))
    consents.take_back(ctx, viewer_named(ctx, "person0"), STUDY)
    shown = words(open_page("studies", rita))
    assert "was recalled" in shown
    assert say("studies.made") not in shown


@pytest.mark.usefixtures("opened")
def test_a_bundle_shows_with_ledger_token_and_figures(open_page, ctx):
    rita = viewer_named(ctx, "rita")
    participants = add_clinicians(ctx, rita.clinic, 30)
    everybody_agrees(ctx, participants)
    made = bundles.make_bundle(ctx, rita, STUDY)
    at = open_page("studies", rita)
    assert f"/study/bundle/{made.bundle_id}.zip" in words(at)
    at.button(key="studies:token_make").click().run()
    assert at.code[0].value.startswith("Bearer ")
    at.button(key="studies:figures").click().run()
    assert not at.exception
    assert not at.error
    text = words(at)
    assert say("studies.figures_completeness") in text
    assert not without_key(unfold(at))
    assert "Rita" in words(open_page("studies", viewer_named(ctx, "person0")))


@pytest.mark.usefixtures("opened")
def test_who_is_no_clinician_any_more_takes_it_back_on_my_data(open_page, ctx):
    ada, alice = viewer_named(ctx, "ada"), viewer_named(ctx, "alice")
    consents.agree(ctx, alice, STUDY, 1)
    people.set_roles(ctx, ada, alice.person_id, roles=[Role.REPRESENTATIVE])
    at = open_page("my_data", alice)
    at.button(key=f"studies:take_back:{STUDY}:1").click().run()
    assert not at.exception
    assert not consents.studies_for_me(ctx, alice)[0].agreed
