"""A passphrase for private texts on screen: chosen, asked for, lost, begun anew."""

import pytest

from tests.clinic import PASSWORD, give_keys
from tests.pages.conftest import unfold, without_key, words
from tests.pages.test_reflect import SECRET, hold, open_as
from tests.second_factors import just_proved
from tests.servers import viewer_named
from wellbeing.content.load import say
from wellbeing.services import accounts, passphrases, passwords
from wellbeing.storage.metadata import METADATA

FIRST = "seven quiet harbours at dawn"
SECOND = "borrowed umbrella under a tall cedar"
PERSON = METADATA.tables["person"]


@pytest.fixture
def alice(ctx):
    """Somebody who signs in somewhere else, as single sign-on leaves an account."""
    viewer = viewer_named(ctx, "alice")
    with ctx.writing() as db:
        mine = PERSON.c.person_id == viewer.person_id
        db.execute(PERSON.update().where(mine).values(password_hash=None))
        for name in ("person_key", "text_secret"):
            table = METADATA.tables[name]
            db.execute(table.delete().where(table.c.person_id == viewer.person_id))
    return viewer


@pytest.fixture
def chosen(ctx, alice):
    """alice has chosen one, and this session has not opened her texts."""
    code = passphrases.set_passphrase(ctx, alice, passphrase=FIRST, secret=SECRET)
    with ctx.writing() as db:
        token = accounts.begin_session(ctx, db, alice.clinic_id, alice.person_id)
    return accounts.viewer_of_token(ctx, token), code


def fill(at, **fields):
    for key, value in fields.items():
        at.text_input(key=f"passphrase:{key.replace('__', ':')}").input(value)
    return at


def press(at, key):
    return at.button(key=f"passphrase:{key}").click().run()


def test_the_first_one_is_chosen_on_reflect_and_its_code_stays_until_noted(alice):
    at = open_as(alice)
    assert say("passphrase.first_what") in words(at)
    assert not without_key(at)
    press(fill(at, texts__new="short"), "first_button")
    assert "at least 12 characters" in at.error[0].value
    press(fill(at, texts__new=FIRST), "first_button")
    assert len(at.code[0].value) == 27
    at.run()
    assert len(at.code) == 1
    press(at, "code_done")
    assert not at.code
    assert say("passphrase.code_what") not in words(at)


def test_it_is_asked_for_in_each_session(chosen):
    later, _ = chosen
    at = open_as(later)
    assert say("passphrase.locked_what") in words(at)
    press(fill(at, texts__typed=SECOND), "open_button")
    assert "does not open your private texts" in at.error[0].value
    press(fill(at, texts__typed=FIRST), "open_button")
    assert say("reflect.part_write") in at.button_group(key="reflect:part").options


def test_with_the_code_a_new_one_is_chosen(chosen):
    later, code = chosen
    at = unfold(open_as(later))
    press(fill(at, code="abc", recover__another=SECOND), "recover_button")
    assert "This recovery code does not open" in at.error[0].value
    press(fill(at, code=code, recover__another=SECOND), "recover_button")
    assert not at.exception
    assert at.code[0].value != code


def test_without_the_code_one_begins_anew_but_not_by_accident(ctx, chosen):
    at = unfold(open_as(chosen[0]))
    assert "passphrase:anew_button" not in {b.key for b in at.button}
    just_proved(ctx, chosen[0])
    unfold(at.run())
    press(fill(at, anew__another=SECOND), "anew_button")
    assert say("passphrase.anew_not_sure") in [e.value for e in at.error]
    at.checkbox(key="passphrase:anew_sure").check()
    press(fill(at, anew__another=SECOND), "anew_button")
    assert say("passphrase.anew_done") in words(at)
    assert len(at.code) == 1


def test_it_is_changed_under_my_data_with_its_code(chosen):
    at = open_as(chosen[0], "my_data")
    assert say("passphrase.title") in words(at)
    assert "my_data:change_password" not in {b.key for b in at.button}
    press(fill(at, texts__old=FIRST, change__another=SECOND), "change_button")
    assert say("passphrase.changed") in words(at)
    press(fill(at, code__typed=SECOND), "new_code_button")
    assert len(at.code) == 1
    assert not at.exception


def test_whose_password_opens_all_sees_nothing_of_it(ctx):
    bob = viewer_named(ctx, "bob")
    hold(ctx, bob, give_keys(ctx, bob))
    at = open_as(bob, "my_data")
    assert say("passphrase.title") not in words(at)
    assert at.text_input(key="recovery:password")


def test_a_password_from_before_is_the_passphrase(ctx, alice):
    give_keys(ctx, alice)
    at = open_as(alice)
    press(fill(at, texts__typed=PASSWORD), "open_button")
    assert not at.exception
    assert at.button_group(key="reflect:part")


def test_texts_that_the_password_does_not_open_are_joined_to_it(ctx, alice):
    give_keys(ctx, alice)
    passphrases.change_passphrase(ctx, alice, old=PASSWORD, new=FIRST)
    with ctx.writing() as db:
        mine = PERSON.c.person_id == alice.person_id
        hashed = passwords.hash_password(PASSWORD)
        db.execute(PERSON.update().where(mine).values(password_hash=hashed))
    at = open_as(alice)
    at.text_input(key="texts:password").input(PASSWORD)
    at.button(key="texts:button").click().run()
    assert say("reflect.locked_still") in [e.value for e in at.error]
    unfold(at)
    assert not without_key(at)
    at.text_input(key="texts:former:password").input(PASSWORD)
    at.text_input(key="texts:former:typed").input(FIRST)
    at.button(key="texts:former:button").click().run()
    assert say("passphrase.former_done") in [s.value for s in at.success]
    assert not at.exception
    assert say("reflect.part_write") in at.button_group(key="reflect:part").options
