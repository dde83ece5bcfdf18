"""The ways to sign in, on the screen of one's own data."""

import pytest

from tests.openid_provider import provider_file, provider_named
from tests.second_factors import just_proved, set_up
from tests.servers import viewer_named
from wellbeing.content.load import say
from wellbeing.storage import identity_queries
from wellbeing.storage.identity_queries import Identity

ISSUER = "https://id.example.org"


@pytest.fixture(autouse=True)
def one_provider(monkeypatch, tmp_path):
    """The clinic knows a provider; nobody asks it anything."""
    file = provider_file(tmp_path, provider_named(ISSUER))
    monkeypatch.setenv("WELLBEING_SIGN_IN_FILE", str(file))


def keys(at):
    return {one.key for one in [*at.button, *at.text_input]}


def test_ways_are_changed_only_after_the_code_of_a_second_factor(ctx, open_page, clock):
    dora = viewer_named(ctx, "dora")
    set_up(ctx, dora)
    own, today = (dora.clinic_id, dora.person_id), ctx.now().date()
    known = Identity(issuer=ISSUER, subject="dora", connected_on=today)
    with ctx.writing() as db:
        identity_queries.add_identity(db, *own, known)
    clock.shift(3600)
    at = open_page("my_data", dora)
    assert not at.exception
    assert "my_data:way:uni" not in keys(at)
    assert "proof:code:ways" in keys(at)
    # Who has no password confirms through the provider, so that way stays open.
    assert say("single_sign_on.confirm_what") in [one.value for one in at.caption]
    just_proved(ctx, dora)
    at = open_page("my_data", dora)
    assert "my_data:way:uni" in keys(at)


def connect(ctx, viewer):
    own, today = (viewer.clinic_id, viewer.person_id), ctx.now().date()
    known = Identity(issuer=ISSUER, subject=viewer.email, connected_on=today)
    with ctx.writing() as db:
        identity_queries.add_identity(db, *own, known)


def confirming_links(at):
    return [one.proto.body for one in at.get("html") if "confirm=yes" in one.proto.body]


@pytest.fixture(params=["on", "off"])
def passwords(request, monkeypatch):
    """Whether the clinic takes any; set before its settings are read."""
    monkeypatch.setenv("WELLBEING_PASSWORDS", request.param)
    return request.param


def test_who_has_no_password_confirms_where_it_is_asked(
    passwords, ctx, open_page, clock
):
    ada = viewer_named(ctx, "ada")
    connect(ctx, ada)
    if passwords == "on":
        with ctx.writing() as db:
            db.exec_driver_sql("UPDATE person SET password_hash = NULL")
    clock.shift(3600)
    at = open_page("people", ada)
    assert not at.exception
    assert "people:add_button" not in keys(at)
    assert ("proof:password:people" in keys(at)) == (passwords == "off")
    (there,) = confirming_links(at)
    assert 'href="/sign-in/with/uni?confirm=yes&next=/' in there
    just_proved(ctx, ada)
    at = open_page("people", ada)
    assert not confirming_links(at)
    assert "people:add_button" in keys(at)


def test_who_has_a_password_is_asked_for_it_and_for_nothing_else(ctx, open_page, clock):
    ada = viewer_named(ctx, "ada")
    connect(ctx, ada)
    clock.shift(3600)
    at = open_page("people", ada)
    assert "proof:password:people" in keys(at)
    assert not confirming_links(at)


def test_who_has_no_second_factor_is_not_asked_for_a_code(ctx, open_page):
    assert "my_data:way:uni" in keys(open_page("my_data", viewer_named(ctx, "alice")))
