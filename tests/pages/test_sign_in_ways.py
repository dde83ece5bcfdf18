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


def test_who_has_no_second_factor_is_not_asked_for_a_code(ctx, open_page):
    assert "my_data:way:uni" in keys(open_page("my_data", viewer_named(ctx, "alice")))
