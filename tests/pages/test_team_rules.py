"""What an administrator decides about team trends, and where everybody reads it."""

from tests.pages.conftest import words
from tests.servers import viewer_named
from wellbeing.content.load import say
from wellbeing.privacy.policy import RULES
from wellbeing.services import people, team_rules


def test_stricter_rules_are_chosen_on_the_clinic_screen(open_page, ctx):
    at = open_page("clinic", "ada")
    at.number_input(key="team_rules:least").set_value(10)
    at.button(key="team_rules:save").click()
    at.run()
    assert not at.error
    found = team_rules.team_rules(ctx, viewer_named(ctx, "ada"))
    assert (found.later or found.now).least_people == 10


def test_looser_rules_are_refused_in_a_sentence(open_page, ctx):
    at = open_page("clinic", "ada")
    at.number_input(key="team_rules:least").set_value(5)
    at.button(key="team_rules:save").click()
    at.run()
    assert "at least 8" in at.error[0].value
    assert team_rules.team_rules(ctx, viewer_named(ctx, "ada")).now == RULES


def test_small_teams_are_told_on_every_clinicians_screen(open_page, ctx):
    ada = viewer_named(ctx, "ada")
    team_rules.choose_rules(ctx, ada, least_people=5, pool_below=6, small=True)
    for page in ("about_privacy", "my_data", "check_in"):
        assert "5 to 7 people" in words(open_page(page, "alice")), page


def test_a_team_gets_a_site(open_page, ctx):
    ada = viewer_named(ctx, "ada")
    (north,) = people.all_teams(ctx, ada)
    at = open_page("clinic", "ada")
    at.text_input(key=f"team_rules:site:{north.team_id}").input("River bank")
    at.button(key="team_rules:change").click()
    at.run()
    assert not at.error
    assert team_rules.team_sites(ctx, ada)[north.team_id] == ("North", "River bank")


def test_who_sees_what_tells_the_numbers_of_the_reader_and_of_the_clinic(
    open_page, ctx
):
    ada = viewer_named(ctx, "ada")
    text = words(open_page("about_privacy", "alice"))
    assert "at least 8 people" in text
    assert say("about_privacy.unit_none") in text
    team_rules.choose_rules(ctx, ada, least_people=12, pool_below=14, small=False)
    assert "at least 12 people" in words(open_page("about_privacy", "alice"))
