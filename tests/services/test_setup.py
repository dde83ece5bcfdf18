"""First start: an empty database becomes a clinic."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import (
    AlreadySetUpError,
    InvalidInputError,
    LinkUsedOrExpiredError,
    WeakPasswordError,
    WellbeingError,
)
from wellbeing.domain.people import Role
from wellbeing.services import accounts, my_keys, people
from wellbeing.services.audit import audit_record
from wellbeing.services.half_sessions import CodeAskedError
from wellbeing.services.setup import (
    NewClinic,
    clinic_exists,
    new_setup_link,
    set_up,
    setup_link_works,
)
from wellbeing.storage.clinic_queries import SETUP_LINKS

WANTED = NewClinic(
    name="Riverside",
    country="DE",
    time_zone="Europe/Berlin",
    administrator="Ada Stone",
    email="Ada@Example.org",
    password="copper lantern drifting otter",
    checks_in=False,
)


def new_token(ctx) -> str:
    return str(new_setup_link(ctx)).rsplit("/", 1)[1]


def test_an_empty_database_becomes_a_clinic_with_one_administrator(ctx):
    assert not clinic_exists(ctx)
    entrance = set_up(ctx, new_token(ctx), WANTED)
    assert clinic_exists(ctx)
    viewer = accounts.viewer_of_token(ctx, entrance.token)
    assert (viewer.name, viewer.email) == ("Ada Stone", "ada@example.org")
    assert viewer.clinic.time_zone == "Europe/Berlin"
    assert viewer.roles == {Role.ADMINISTRATOR}
    assert [p.name for p in people.all_people(ctx, viewer)] == ["Ada Stone"]
    [entered] = audit_record(ctx, viewer).records
    assert (entered.record.event, entered.actor) == (Event.SIGNED_IN, "Ada Stone")


def test_the_first_administrator_can_check_in_if_they_want_to(ctx):
    entrance = set_up(ctx, new_token(ctx), replace(WANTED, checks_in=True))
    viewer = accounts.viewer_of_token(ctx, entrance.token)
    assert viewer.roles == {Role.ADMINISTRATOR, Role.CLINICIAN}


def test_the_first_administrator_can_sign_in_and_recover(ctx):
    entrance = set_up(ctx, new_token(ctx), WANTED)
    with pytest.raises(CodeAskedError):
        accounts.sign_in(ctx, email=WANTED.email, password=WANTED.password, address="")
    assert my_keys.recover(
        ctx,
        email=WANTED.email,
        code=entrance.recovery_code,
        password="seven quiet harbours at dawn",
        address="",
    )


def test_a_link_works_once(ctx):
    token = new_token(ctx)
    assert setup_link_works(ctx, token)
    set_up(ctx, token, WANTED)
    assert not setup_link_works(ctx, token)
    with pytest.raises(AlreadySetUpError):
        set_up(ctx, token, WANTED)
    assert new_setup_link(ctx) is None


def test_a_second_process_does_not_end_the_link_of_the_first(ctx):
    first, second = new_token(ctx), new_token(ctx)
    assert setup_link_works(ctx, second)
    assert set_up(ctx, first, WANTED).token
    assert not setup_link_works(ctx, second)
    with pytest.raises(AlreadySetUpError):
        set_up(ctx, second, WANTED)
    with ctx.reading() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM setup_link").scalar() == 0


def test_of_many_links_the_newest_work(ctx):
    tokens = []
    for _ in range(SETUP_LINKS + 2):
        ctx.now.turn(seconds=1)
        tokens.append(new_token(ctx))
    works = [setup_link_works(ctx, token) for token in tokens]
    assert works == [False, False] + [True] * SETUP_LINKS
    with pytest.raises(LinkUsedOrExpiredError):
        set_up(ctx, tokens[0], WANTED)
    assert not clinic_exists(ctx)


@pytest.mark.parametrize("token", ["", "x", "../..", "\x00"])
def test_an_invented_link_sets_nothing_up(ctx, token):
    new_token(ctx)
    assert not setup_link_works(ctx, token)
    with pytest.raises(LinkUsedOrExpiredError):
        set_up(ctx, token, WANTED)
    assert not clinic_exists(ctx)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": "  "}, InvalidInputError),
        ({"name": "=cmd()"}, InvalidInputError),
        ({"name": "x" * 121}, InvalidInputError),
        ({"administrator": "a\x00b"}, InvalidInputError),
        ({"email": "ada"}, InvalidInputError),
        ({"email": "@example.org"}, InvalidInputError),
        ({"country": "XX"}, InvalidInputError),
        ({"time_zone": "Berlin"}, InvalidInputError),
        ({"time_zone": "../../etc/passwd"}, InvalidInputError),
        ({"password": "short"}, WeakPasswordError),
        ({"password": "ada@example.org"}, WeakPasswordError),
    ],
)
def test_a_field_that_cannot_be_taken_leaves_the_link_usable(ctx, change, refusal):
    token = new_token(ctx)
    with pytest.raises(refusal):
        set_up(ctx, token, replace(WANTED, **change))
    assert not clinic_exists(ctx)
    assert set_up(ctx, token, WANTED).token


def test_two_at_once_make_exactly_one_clinic(ctx):
    token = new_token(ctx)

    def attempt(n):
        try:
            return set_up(ctx, token, replace(WANTED, name=f"Clinic {n}"))
        except WellbeingError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(attempt, range(2)))
    refused = [f for f in found if isinstance(f, WellbeingError)]
    assert len(refused) == 1
    assert isinstance(refused[0], AlreadySetUpError | LinkUsedOrExpiredError)
    with ctx.reading() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM clinic").scalar() == 1
        assert db.exec_driver_sql("SELECT count(*) FROM person").scalar() == 1


def test_of_links_made_at_once_a_few_work(ctx):
    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(lambda _: new_token(ctx), range(12)))
    works = sum(setup_link_works(ctx, token) for token in tokens)
    assert works == SETUP_LINKS
