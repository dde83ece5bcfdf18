"""Who may open which page: each page file alone, signed out, and as each role."""

import pytest

from tests.clinic import LAST_WEEK, THIS_WEEK
from tests.pages.conftest import PAGES, check_in_for, unfold, without_key, words
from tests.servers import ROLES, token_of, viewer_named
from tests.sockets import RefusedError, open_tab
from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.services import accounts, check_ins, clinic, people

OPEN_TO = {
    "about_privacy": set(ROLES),
    "audit": {"ada"},
    "check_in": {"alice", "bob"},
    "clinic": {"ada"},
    "gatherings": set(ROLES),
    "instruments": {"ada"},
    "own_instruments": {"ada"},
    "my_data": set(ROLES),
    "my_weeks": {"alice", "bob"},
    "peers": {"alice", "bob"},
    "people": {"ada"},
    "questionnaires": {"alice", "bob"},
    "reflect": {"alice", "bob"},
    "studies": {"ada", "alice", "bob", "rita"},
    "support": set(ROLES),
    "team_trends": {"alice", "bob", "dora"},
}
NAMES = [file.stem for file in PAGES]
PEOPLE = ["ada", "alice", "dora", "rita"]
ALL = [(page, who) for page in NAMES for who in PEOPLE]
RIGHT = [(page, who) for page, who in ALL if who in OPEN_TO.get(page, ())]
WRONG = [pair for pair in ALL if pair not in RIGHT]
SIGNED_OUT = [say("frame.signed_out_title"), say("frame.signed_out")]


def test_the_table_knows_every_page():
    assert set(NAMES) == set(OPEN_TO)


@pytest.mark.parametrize("page", NAMES)
def test_a_page_alone_shows_nothing_of_itself_to_a_stranger(open_page, page):
    at = open_page(page)
    assert not at.exception
    *said, way_in = words(at).splitlines()
    assert said == SIGNED_OUT
    assert 'href="/sign-in"' in way_in


@pytest.mark.parametrize("page", NAMES)
def test_a_page_alone_shows_nothing_after_the_session_has_ended(open_page, ctx, page):
    ada = viewer_named(ctx, "ada")
    accounts.sign_out_everywhere(ctx, ada)
    assert words(open_page(page, ada)).splitlines()[:2] == SIGNED_OUT


@pytest.mark.parametrize(("page", "who"), WRONG)
def test_a_page_alone_is_not_there_for_a_wrong_role(open_page, page, who):
    at = open_page(page, who)
    assert not at.exception
    assert words(at) == "There is nothing here."


@pytest.mark.parametrize(("page", "who"), RIGHT)
def test_a_page_has_something_to_show_when_there_is_no_data(open_page, page, who):
    at = open_page(page, who)
    assert not at.exception
    assert not at.error
    assert at.title[0].value == say(f"{page}.title")


@pytest.fixture
def filled(ctx):
    """A clinic with contacts, and alice with weeks, tags and a choice made."""
    ada, alice = viewer_named(ctx, "ada"), viewer_named(ctx, "alice")
    clinic.add_contact(ctx, ada, name="Jo", reach="room 4", about="mornings")
    check_ins.choose_team_trends(ctx, alice, counted=True)
    check_in_for(ctx, alice, THIS_WEEK.plus(-10).through(LAST_WEEK))


@pytest.mark.parametrize(("page", "who"), RIGHT)
@pytest.mark.usefixtures("filled")
def test_a_page_shows_its_data_and_every_widget_has_a_key(open_page, page, who):
    at = open_page(page, who)
    for box in at.selectbox:
        if box.key == "people:one":
            box.select_index(0)
    folded = len(words(at))
    unfold(at)
    assert not at.exception
    if page == "my_weeks":
        assert len(at.expander) == 5
        assert len(words(at)) > folded
    assert not at.error
    assert not without_key(at)


@pytest.mark.parametrize("who", PEOPLE)
def test_the_frame_links_to_the_pages_of_ones_roles(open_app, who):
    at = open_app(who)
    assert not at.exception
    linked = {link.proto.page for link in at.get("page_link")}
    mine = {page.replace("_", "-") for page in NAMES if who in OPEN_TO[page]}
    assert linked == mine
    assert not without_key(at)


def test_the_frame_links_to_nothing_for_a_stranger(open_app):
    at = open_app()
    assert not at.exception
    assert not at.get("page_link")
    assert words(at).splitlines()[:2] == SIGNED_OUT


@pytest.mark.parametrize(("page", "who"), RIGHT)
def test_the_frame_leads_to_each_page_of_ones_roles(open_app, page, who):
    at = open_app(who).switch_page(f"../../pages/{page}.py").run()
    assert not at.exception
    assert at.title[0].value == say(f"{page}.title")


@pytest.mark.parametrize(("page", "who"), WRONG)
def test_the_frame_leads_to_no_other_page(open_app, page, who):
    with pytest.raises(ValueError, match="page"):
        open_app(who).switch_page(f"../../pages/{page}.py")


@pytest.mark.parametrize("who", PEOPLE)
def test_help_and_a_way_out_stand_under_every_screen(open_app, who):
    shown = words(open_app(who))
    assert say("frame.not_a_help_line") in shown
    assert 'action="/sign-out"' in shown


def test_a_role_that_is_taken_away_closes_an_open_page(open_page, ctx):
    ada, alice = viewer_named(ctx, "ada"), viewer_named(ctx, "alice")
    at = open_page("check_in", alice)
    people.set_roles(ctx, ada, alice.person_id, roles=[Role.REPRESENTATIVE])
    at.run()
    assert words(at) == "There is nothing here."


def test_another_person_in_the_same_tab_finds_nothing_of_the_first(open_page, ctx):
    at = open_page("my_data", "alice")
    at.session_state["left behind"] = "by alice"
    at.user = {"sid": viewer_named(ctx, "bob").session}
    at.run()
    assert "left behind" not in at.session_state


@pytest.mark.parametrize(
    ("who", "page"), [("alice", "people"), ("alice", "clinic"), ("ada", "check-in")]
)
@pytest.mark.slow
def test_the_first_request_of_a_fresh_server_is_guarded_too(fresh_app, who, page):
    with pytest.raises(RefusedError), open_tab(fresh_app):
        pass
    with open_tab(fresh_app, token_of(fresh_app.ctx, who)) as tab:
        screen = tab.run(page)
    assert screen.missing
    assert say(f"{page.replace('-', '_')}.title") not in screen.texts[4:]
    assert not [w for w in screen.widgets if f"-{page.replace('-', '_')}:" in w]
