"""Handing a study over on screen: offered, withdrawn, taken; given when nobody is."""

import pytest

from tests.clinic import make_person
from tests.pages.conftest import unfold, without_key, words
from tests.servers import viewer_named
from tests.studies import STUDY, new_study, open_version
from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.services import people, studies

TITLE = "Rest *and* exhaustion"


@pytest.fixture
def rolf(ctx):
    """A second researcher."""
    rita = viewer_named(ctx, "rita")
    studies.write_study(ctx, rita, new_study(title=TITLE))
    studies.submit_study(ctx, rita, STUDY)
    open_version(ctx, viewer_named(ctx, "ada"))
    return make_person(ctx, rita.clinic, "Rolf", Role.RESEARCHER)


def own(ctx, viewer):
    return [one.plan.study_id for one in studies.my_studies(ctx, viewer)]


def test_a_researcher_offers_withdraws_and_another_one_takes(open_page, ctx, rolf):
    at = unfold(open_page("studies", "rita"))
    at.button(key=f"studies:offer:researcher:{STUDY}").click().run()
    assert say("study_handovers.waits", name="Rolf") in words(at)
    at.button(key=f"studies:withdraw:researcher:{STUDY}").click().run()
    assert say("study_handovers.withdrawn") in words(at)
    at.button(key=f"studies:offer:researcher:{STUDY}").click().run()
    there = open_page("studies", rolf)
    assert r"\*and\*" in words(there)
    assert say("study_handovers.offered_what") in words(there)
    assert not without_key(there)
    there.button(key=f"studies:take:{STUDY}").click().run()
    assert not there.exception
    assert (own(ctx, rolf), own(ctx, viewer_named(ctx, "rita"))) == ([STUDY], [])
    assert say("study_handovers.offered_what") not in words(there)


def test_an_administrator_gives_a_study_that_nobody_works_with(open_page, ctx, rolf):
    assert say("study_handovers.left_title") not in words(open_page("studies", "ada"))
    rita = viewer_named(ctx, "rita")
    people.end_access(ctx, viewer_named(ctx, "ada"), rita.person_id)
    at = open_page("studies", "ada")
    at.button(key=f"studies:offer:administrator:{STUDY}").click().run()
    assert say("study_handovers.waits", name="Rolf") in words(at)
    there = open_page("studies", rolf)
    there.button(key=f"studies:decline:{STUDY}").click().run()
    assert own(ctx, rolf) == []
    assert say("study_handovers.declined") in words(there)
