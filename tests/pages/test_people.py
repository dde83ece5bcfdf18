"""The administrator's screen of people: adding somebody, and moving them."""

from tests.clinic import THIS_WEEK
from tests.pages.conftest import words
from tests.servers import viewer_named
from wellbeing.content.load import say
from wellbeing.domain.people import Role, Standing
from wellbeing.services import people


def person(ctx, name):
    everybody = people.all_people(ctx, viewer_named(ctx, "ada"))
    return next(p for p in everybody if p.name == name)


def test_somebody_is_added_once_and_a_second_press_says_why_not(open_page, ctx):
    at = open_page("people", "ada")
    for after in ("", "+"):
        at.text_input(key=f"people:name{after}").input("Noor")
        at.text_input(key=f"people:email{after}").input("noor@example.org")
        at.button(key=f"people:add_button{after}").click().run()
    assert not at.exception
    assert at.error
    assert person(ctx, "Noor").roles == {Role.CLINICIAN}


def test_moving_begins_where_somebody_is_so_that_one_press_takes_nobody_out(
    open_page, ctx
):
    before = person(ctx, "Alice")
    assert before.memberships
    at = open_page("people", "ada")
    at.selectbox(key="people:one").select(before.person_id).run()
    at.button(key="people:move_button").click().run()
    assert person(ctx, "Alice").memberships == before.memberships


def test_somebody_is_moved_from_a_week_on_and_their_past_stays(open_page, ctx):
    before = person(ctx, "Alice")
    now = before.memberships[-1].team
    other = people.add_team(ctx, viewer_named(ctx, "ada"), "Hill")
    at = open_page("people", "ada")
    at.selectbox(key="people:one").select(before.person_id).run()
    at.selectbox(key=f"people:move_team:{before.person_id}").select(other.team_id)
    at.button(key="people:move_button").click().run()
    assert say("people.moved", name="Alice") in words(at)
    found = {
        m.team.name: (m.from_week, m.to_week) for m in person(ctx, "Alice").memberships
    }
    assert found[other.name] == (THIS_WEEK, None)
    assert found[now.name] == (before.memberships[-1].from_week, THIS_WEEK.plus(-1))


def test_somebody_leaves_only_after_it_was_said_so_beside_the_button(open_page, ctx):
    before = person(ctx, "Alice")
    at = open_page("people", "ada")
    at.selectbox(key="people:one").select(before.person_id).run()
    assert at.button(key="people:leaves").disabled
    at.checkbox(key=f"people:leaves_sure:{before.person_id}").check().run()
    at.button(key="people:leaves").click().run()
    assert say("people.left", name="Alice") in words(at)
    assert person(ctx, "Alice").standing is Standing.LEFT


def test_the_next_person_does_not_get_the_roles_of_the_one_before(open_page):
    at = open_page("people", "ada")
    at.text_input(key="people:name").input("Rosa")
    at.text_input(key="people:email").input("rosa@example.org")
    at.button_group(key="people:roles").set_value([Role.REPRESENTATIVE])
    at.button(key="people:add_button").click().run()
    assert say("people.added", name="Rosa") in words(at)
    assert at.text_input(key="people:name+").value == ""
    assert at.button_group(key="people:roles+").value == [Role.CLINICIAN]


def test_problems_of_a_file_beyond_ten_are_folded(open_page):
    lines = "".join(f"Noor,{n}\n" for n in range(12))
    at = open_page("people", "ada")
    upload = "noor.csv", f"name,email\n{lines}".encode(), "text/csv"
    at.file_uploader(key="people:file").set_value(upload).run()
    at.button(key="people:file_try").click().run()
    assert "12 problems" in at.error[0].value
    folded = next(e for e in at.expander if e.label == say("frame.more_problems"))
    assert [text.value.split(",")[0] for text in folded.text] == ["Line 12", "Line 13"]


def test_two_people_of_one_name_are_told_apart_by_their_addresses(open_page, ctx):
    ada = viewer_named(ctx, "ada")
    people.add_person(
        ctx, ada, name="Alice", email="other@example.org", roles=[Role.CLINICIAN]
    )
    shown = open_page("people", "ada").selectbox(key="people:one").options
    assert {"Alice, alice@example.org", "Alice, other@example.org", "Bob"} <= set(shown)
