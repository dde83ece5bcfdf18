"""The screen of team trends: for whom, and what it says about the picture."""

import re

import pytest

from tests.clinic import make_person
from tests.pages.conftest import unfold, without_key, words
from tests.released import Releases
from tests.servers import viewer_named
from wellbeing.content.load import indicator_text, say
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role, Team
from wellbeing.privacy.bands import Band
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.services import people
from wellbeing.storage import people_queries
from wellbeing.storage.release_engine import Door

B30, B40 = Band(30, 40), Band(40, 50)
CHARTS = "vega_lite_chart"


@pytest.fixture
def ada(ctx):
    return viewer_named(ctx, "ada")


@pytest.fixture
def clinic(ada):
    return ada.clinic


@pytest.fixture
def teams(ctx, ada):
    """North, which dora leads and alice works in, and two that are nobody's."""
    people.add_team(ctx, ada, "South")
    people.add_team(ctx, ada, "West")
    return {team.name: team.team_id for team in people.all_teams(ctx, ada)}


@pytest.fixture
def releases(ctx, clinic, teams):
    made = Releases(ctx, clinic.clinic_id)
    made.quarter(*({team_id: name} for name, team_id in teams.items()))
    return made


@pytest.fixture
def without_door(ctx):
    """Return what takes the door away, as on PostgreSQL before grant-lead."""
    door = ctx.door

    def take() -> None:
        object.__setattr__(ctx, "door", Door(None))

    yield take
    object.__setattr__(ctx, "door", door)


def html(at) -> str:
    return "".join(element.proto.body for element in at.get("html"))


def everything(at) -> str:
    """Return all words of the screen, those in HTML and beside charts, too."""
    alts = "".join(str(chart.proto) for chart in at.get(CHARTS))
    return words(at) + re.sub("<[^>]+>", " ", html(at)) + alts


@pytest.mark.parametrize("who", ["dora", "alice"])
def test_a_lead_and_a_member_see_the_same_picture(open_page, releases, who):
    releases.close(B30)
    releases.close(B40)
    at = open_page("team_trends", who)
    assert not at.exception
    assert not at.error
    assert at.header[0].value == "North"
    for indicator in TEAM_INDICATORS:
        assert indicator_text(indicator).name in html(at)
    assert html(at).count("40 to 50") == len(TEAM_INDICATORS)
    assert len(at.get(CHARTS)) == len(TEAM_INDICATORS)
    mine = say(f"team_trends.as_{'lead' if who == 'dora' else 'member'}", team="North")
    assert at.caption[0].value.startswith(mine)
    assert "8 people" in at.caption[0].value


def test_nothing_but_bands_and_classes_is_on_the_screen(open_page, releases):
    releases.close(B30)
    text = everything(unfold(open_page("team_trends", "dora")))
    for name in ("Alice", "Bob", "posts", "average", "8-12"):
        assert name not in text
    assert "South" not in text


def test_what_is_withheld_is_shown_as_withheld_with_the_reason(open_page, releases):
    releases.close(B30)
    releases.close(None)
    at = open_page("team_trends", "dora")
    assert say("team_trends.headline_not_enough") in words(at)
    assert "40" not in html(at).split("If you need")[0]
    assert "withheld" in everything(unfold(at))


def test_one_indicator_that_is_withheld_leaves_the_others(open_page, releases):
    shown = dict.fromkeys(TEAM_INDICATORS, B30)
    releases.close({**shown, Indicator.REST: None})
    at = open_page("team_trends", "dora")
    assert html(at).count("30 to 40") == len(TEAM_INDICATORS) - 1
    assert say("team_trends.some_withheld", names="Rest") in words(at)


def test_a_period_with_unknown_rules_stays_closed(open_page, releases):
    releases.close(B30, rules_version="0")
    at = open_page("team_trends", "dora")
    assert say("team_trends.headline_unknown_rules") in words(at)
    assert "30 to 40" not in everything(unfold(at))


def test_a_shared_picture_names_every_team_openly(open_page, ctx, clinic, teams):
    releases = Releases(ctx, clinic.clinic_id)
    releases.quarter({teams["North"]: "North", teams["South"]: "South"})
    releases.close(B30)
    at = open_page("team_trends", "alice")
    assert at.header[0].value == "North and South"
    assert say("team_trends.shared", unit="North and South") in words(at)


def test_the_next_picture_is_announced_with_its_hour(open_page, releases):
    for _ in range(6):
        releases.close(B30)
    at = open_page("team_trends", "dora")
    when = "Thursday 19 November, 06:00"
    assert say("team_trends.next", when=when) in words(at)


def test_a_next_picture_that_is_overdue_is_not_promised(open_page, releases):
    releases.close(B30)
    assert "next picture is made on" not in words(open_page("team_trends", "dora"))


@pytest.mark.parametrize("who", ["dora", "alice"])
def test_before_the_first_close_the_screen_says_when_it_will_be(open_page, who):
    at = open_page("team_trends", who)
    assert not at.exception
    assert say("team_trends.not_yet", team="North") in words(at)
    assert not at.get(CHARTS)


def test_a_lead_of_no_team_is_told_how_that_changes(open_page, ctx, clinic):
    erin = make_person(ctx, clinic, "Erin", Role.LEAD)
    at = open_page("team_trends", erin)
    assert words(at).splitlines()[1:] == [say("team_trends.no_lead")]


def test_a_member_of_no_team_is_told_how_that_changes(open_page, ctx, clinic):
    erin = make_person(ctx, clinic, "Erin", Role.CLINICIAN)
    at = open_page("team_trends", erin)
    assert words(at).splitlines()[1:] == [say("team_trends.no_member")]


def test_an_administrator_who_moves_into_a_team_does_not_see_its_picture_at_once(
    open_page, ctx, ada, teams, releases
):
    releases.close(B30)
    both = Role.CLINICIAN, Role.ADMINISTRATOR
    north = Team(team_id=teams["North"], name="North")
    erin = make_person(ctx, ada.clinic, "Erin", *both, team=north)
    assert "30 to 40" in everything(open_page("team_trends", erin))
    for name in ("West", "South"):
        this = ctx.this_week(ada.clinic)
        people.move(ctx, erin, erin.person_id, teams[name], this)
        at = open_page("team_trends", erin)
        assert say("seats.not_yet") in words(at)
        assert "30 to 40" not in everything(at)


def test_an_administrator_who_leads_is_told_why_nothing_is_shown(
    open_page, ctx, ada, teams, releases
):
    releases.close(B30)
    north = Team(team_id=teams["North"], name="North")
    roles = (Role.LEAD, Role.ADMINISTRATOR)
    erin = make_person(ctx, ada.clinic, "Erin", *roles, leads=(north,))
    at = open_page("team_trends", erin)
    assert say("team_trends.administrator") in words(at)
    assert "30 to 40" not in everything(at)


def test_a_door_that_is_not_set_up_is_told_calmly(open_page, releases, without_door):
    releases.close(B30)
    without_door()
    at = open_page("team_trends", "dora")
    assert not at.exception
    assert not at.error
    assert "not set up here yet" in at.info[0].value
    assert "WELLBEING" not in everything(at)


def test_a_lead_of_two_teams_chooses_between_them(open_page, ctx, ada, releases):
    releases.close(B30)
    people.add_team(ctx, ada, "Youth")
    youth = next(t for t in people.all_teams(ctx, ada) if t.name == "Youth")
    dora = next(p for p in people.all_people(ctx, ada) if p.name == "Dora")
    people.set_roles(
        ctx,
        ada,
        dora.person_id,
        roles=dora.roles,
        leads=[*dora.leads, youth.team_id],
    )
    at = open_page("team_trends", "dora")
    assert at.selectbox(key="team_trends:team").options == ["North", "Youth"]
    assert at.header[0].value == "North"
    at.selectbox(key="team_trends:team").set_value(str(youth.team_id)).run()
    assert not at.exception
    assert say("team_trends.not_yet", team="Youth") in words(at)


@pytest.mark.parametrize("name", ["team", "team_id", "unit", "team_trends:team"])
def test_no_other_team_can_be_named_in_the_address(open_page, releases, teams, name):
    releases.close(B30)
    at = open_page("team_trends", "dora")
    plain = everything(at)
    at.query_params[name] = str(teams["South"])
    assert everything(at.run()) == plain


def test_no_other_team_can_be_smuggled_into_the_choice(open_page, releases, teams):
    releases.close(B30)
    at = open_page("team_trends", "dora")
    at.session_state["team_trends:team"] = str(teams["South"])
    assert at.run().header[0].value == "North"


def test_who_leads_no_more_sees_nothing_of_it_any_more(open_page, ctx, ada, releases):
    releases.close(B30)
    at = open_page("team_trends", "dora")
    assert "30 to 40" in html(at)
    key = ada.clinic_id, viewer_named(ctx, "dora").person_id
    with ctx.writing() as db:
        people_queries.set_leads(db, *key, [])
    assert "30 to 40" not in everything(at.run())


@pytest.mark.parametrize("who", ["ada", "rita"])
def test_other_roles_find_nothing_here(open_page, releases, who):
    releases.close(B30)
    assert words(open_page("team_trends", who)) == "There is nothing here."


def test_everything_that_can_be_opened_has_a_key_and_a_table(open_page, releases):
    releases.close(B30)
    releases.close(None)
    at = unfold(open_page("team_trends", "dora"))
    assert not at.exception
    assert without_key(at) == []
    assert html(at).count("<table") == 2  # the group's and the clinic's
    assert "<th scope" in html(at)
    assert "/team/trends.csv?team=" in html(at)


def test_the_clinic_is_shown_from_published_bands_only(open_page, releases):
    releases.close(B30)
    at = unfold(open_page("team_trends", "dora"))
    assert say("team_trends.wider_about") in words(at)


def test_a_site_with_several_groups_stands_before_the_clinic(
    open_page, ctx, clinic, teams
):
    releases = Releases(ctx, clinic.clinic_id)
    alone = ({team_id: name} for name, team_id in teams.items())
    releases.quarter(*alone, site="Mill House")
    releases.close(B30)
    at = unfold(open_page("team_trends", "dora"))
    names = [each.value for each in at.subheader][-2:]
    assert names == ["Mill House", say("team_trends.wider_clinic")]


@pytest.mark.parametrize("names", [["North"], ["North", "South"]])
def test_fewer_than_three_groups_show_no_clinic(open_page, ctx, clinic, teams, names):
    releases = Releases(ctx, clinic.clinic_id)
    releases.quarter(*({teams[name]: name} for name in names))
    releases.close(B30)
    at = unfold(open_page("team_trends", "dora"))
    assert say("team_trends.wider_about") not in words(at)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "**bold** [x](https://evil.example)"]
)
def test_a_hostile_team_name_stays_text(open_page, ctx, clinic, teams, name):
    releases = Releases(ctx, clinic.clinic_id)
    releases.quarter({teams["North"]: name, teams["South"]: "South"})
    releases.close(B30)
    at = unfold(open_page("team_trends", "dora"))
    assert not at.exception
    assert "<script" not in html(at)
    shown = [e.value for e in (*at.markdown, *at.caption, *at.header)]
    assert not [each for each in shown if name in each]
