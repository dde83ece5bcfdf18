"""The second factor and the small form that asks who is there, on the screens."""

import pytest

from tests.clinic import PASSWORD, give_keys
from tests.pages.conftest import without_key, words
from tests.second_factors import code_now, set_up
from tests.servers import viewer_named
from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.services import accounts, people, proofs, second_factor
from wellbeing.services.private_texts import session_secret

TEN_MINUTES = 601


def with_texts(ctx, at, name):
    """Sign somebody in with their key, as a browser does, and return the screen."""
    token = accounts.sign_in(
        ctx, email=f"{name}@example.org", password=PASSWORD, address=""
    )
    session = accounts.viewer_of_token(ctx, token).session
    at.user = {"sid": session, "key": session_secret(token).hex()}
    return accounts.viewer_of_token(ctx, token), at.run()


def test_a_clinician_sets_it_up_and_ends_it(open_page, ctx):
    alice, at = with_texts(ctx, open_page("my_data"), "alice")
    assert say("second_factor.off") in words(at)
    at.button(key="second_factor:begin").click().run()
    assert not at.get("image")
    at.text_input(key="proof:password:second_factor").input("wrong")
    at.button(key="proof:button:second_factor").click().run()
    assert at.error
    assert not proofs.is_proved(ctx, alice)
    at.text_input(key="proof:password:second_factor").input(PASSWORD)
    at.button(key="proof:button:second_factor").click().run()
    assert not at.error
    assert at.get("image")
    assert not without_key(at)
    secret = next(c.value for c in at.code if " " in c.value).replace(" ", "")
    at.text_input(key="second_factor:code").input("000000")
    at.button(key="second_factor:confirm_button").click().run()
    assert "does not fit" in at.error[0].value
    at.text_input(key="second_factor:code").input(code_now(ctx, secret))
    at.button(key="second_factor:confirm_button").click().run()
    assert second_factor.my_second_factor(ctx, alice).on
    codes = next(c.value for c in at.code if "\n" in c.value).split("\n")
    assert len(codes) == 10
    at.run()
    assert not [c for c in at.code if codes[0] in c.value]
    assert not at.get("image")
    at.button(key="second_factor:end").click().run()
    assert not second_factor.my_second_factor(ctx, alice).on
    assert not at.exception


def test_with_it_the_password_the_code_and_the_end_of_the_account_ask_first(
    open_page, ctx, clock
):
    alice = viewer_named(ctx, "alice")
    secret, _ = set_up(ctx, alice, give_keys(ctx, alice))
    clock.shift(TEN_MINUTES)
    at = open_page("my_data", alice)
    keys = {each.key for each in at.text_input}
    assert {"proof:password:my_data", "proof:code:my_data"} <= keys
    assert not keys & {"my_data:old", "recovery:password", "my_data:delete_password"}
    at.text_input(key="proof:password:my_data").input(PASSWORD)
    at.text_input(key="proof:code:my_data").input(code_now(ctx, secret))
    at.button(key="proof:button:my_data").click().run()
    assert not at.error
    keys = {each.key for each in at.text_input}
    assert {"my_data:old", "recovery:password", "my_data:delete_password"} <= keys
    assert not without_key(at)


@pytest.mark.parametrize(
    ("who", "page", "place", "hidden"),
    [("ada", "people", "people", "people:one")],
)
def test_an_administrator_confirms_before_changing_people(
    open_page, ctx, clock, who, page, place, hidden
):
    ada = viewer_named(ctx, who)
    clock.shift(TEN_MINUTES)
    at = open_page(page, ada)
    assert say("proof.what") in words(at)
    assert hidden not in {each.key for each in at.selectbox}
    at.text_input(key=f"proof:password:{place}").input(PASSWORD)
    at.button(key=f"proof:button:{place}").click().run()
    assert hidden in {each.key for each in at.selectbox}
    assert say("proof.what") not in words(at)


def test_an_administrator_ends_a_lost_second_factor(open_page, ctx):
    alice = viewer_named(ctx, "alice")
    set_up(ctx, alice)
    at = open_page("people", "ada")
    at.selectbox(key="people:one").select(alice.person_id).run()
    assert at.button(key="people:end_factor").disabled
    at.checkbox(key=f"people:factor:{alice.person_id}").check().run()
    at.button(key="people:end_factor").click().run()
    assert not second_factor.my_second_factor(ctx, alice).on
    assert say("second_factor.of_person_ended", name="Alice") in words(at)


def test_a_proof_that_ended_while_the_screen_was_open_is_asked_for_again(
    open_page, ctx, clock
):
    alice = viewer_named(ctx, "alice")
    at = open_page("people", "ada")
    at.selectbox(key="people:one").select(alice.person_id).run()
    clock.shift(TEN_MINUTES)
    at.button(key="people:roles_button").click().run()
    assert say("proof.what") in words(at)
    ada = viewer_named(ctx, "ada")
    found = {p.name: p.roles for p in people.all_people(ctx, ada)}
    assert found["Alice"] == {Role.CLINICIAN}


def test_an_account_without_a_password_is_told_why_it_cannot(open_page, ctx, clock):
    ada = viewer_named(ctx, "ada")
    with ctx.writing() as db:
        db.exec_driver_sql("UPDATE person SET password_hash = NULL")
    clock.shift(TEN_MINUTES)
    at = open_page("people", ada)
    assert "no password here" in words(at)
    assert not at.text_input
