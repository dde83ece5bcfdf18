"""What people type is shown as text: on the screens of everybody else."""

import pytest

from tests.servers import viewer_named
from wellbeing.services import clinic, people

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[free](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "**bold** :material/warning: $x$",
    "</li></ul><form action=/sign-out>",
]


@pytest.fixture
def ada(ctx):
    return viewer_named(ctx, "ada")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_contact_stays_text_on_the_support_page(open_page, ctx, ada, text):
    clinic.add_contact(ctx, ada, name=text, reach=text, about=text)
    at = open_page("support", "alice")
    assert not at.exception
    # st.text draws no markup at all.
    assert at.text[0].value == f"{text}\n{text}\n{text}"
    others = [e.value for e in (*at.markdown, *at.caption, *at.subheader)]
    assert not [each for each in others if text in each]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_contact_stays_text_in_the_footer(open_app, ctx, ada, text):
    clinic.add_contact(ctx, ada, name=text, reach=text, about=text)
    at = open_app("alice")
    assert not at.exception
    footer = "".join(e.proto.body for e in at.get("html"))
    assert "<script" not in footer
    assert "<img" not in footer
    assert footer.count("<form") == 1
    assert "](https://evil" not in footer.replace("[free](", "").replace("![x](", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_names_of_people_and_teams_stay_text(open_page, ctx, ada, text):
    people.add_team(ctx, ada, text)
    people.add_person(ctx, ada, name=text, email="eve@example.org", roles=[])
    at = open_page("people", ada)
    assert not at.exception
    marked = [e.value for e in (*at.markdown, *at.caption, *at.subheader)]
    assert not [each for each in marked if text in each]
    assert text in list(at.dataframe[0].value["Name"])
    assert text in at.text[0].value


@pytest.mark.parametrize("text", HOSTILE[:2])
def test_a_hostile_clinic_name_stays_text(open_page, ctx, ada, text):
    clinic.change_clinic(ctx, ada, name=text, country="DE", time_zone="Europe/Berlin")
    at = open_page("clinic", viewer_named(ctx, "ada"))
    assert not at.exception
    assert at.text_input(key="clinic:name").value == text
