"""A lead who tries everything: routes, pages, queries, messages, services."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.util import calc_hash

from tests.clinic import make_person, make_team
from tests.released import Releases
from tests.servers import RunningApp, running, token_of, viewer_named
from tests.sockets import open_tab
from wellbeing import services
from wellbeing.content.load import say
from wellbeing.domain.check_ins import Kind, SupportUsed
from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.seats import Seat
from wellbeing.privacy.bands import Band
from wellbeing.services import check_ins, my_weeks
from wellbeing.services.seats import seat_of
from wellbeing.settings import ROOT
from wellbeing.storage.release_engine import Door
from wellbeing.web.app import ROUTES

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
OPEN_TO_A_LEAD = {"about_privacy", "gatherings", "my_data", "support", "team_trends"}
SECRETS = ("Alice", "Bob", "Quentin", "quentin@", "alice@", "bob@", "Secluded")
"""Names of people, and of a team that dora has nothing to do with."""


@pytest.fixture(scope="session")
def app(cast_template, tmp_path_factory) -> Iterator[RunningApp]:
    """The app with one released picture of North, and one of a team elsewhere."""
    for one in running(cast_template, tmp_path_factory.mktemp("curious")):
        ada = viewer_named(one.ctx, "ada")
        clinic = ada.clinic
        north = next(iter(seat(one, "dora").leads))
        secluded = make_team(one.ctx, clinic, "Secluded")
        quentin = make_person(one.ctx, clinic, "Quentin", Role.CLINICIAN, team=secluded)
        for viewer in (viewer_named(one.ctx, "alice"), quentin):
            week = one.ctx.this_week(clinic)
            check_ins.keep(one.ctx, viewer, week, {"overall": 3, "rest": 1})
            check_ins.save(one.ctx, viewer, week, Kind.FULL)
        made = Releases(one.ctx, clinic.clinic_id)
        made.quarter({north.team_id: north.name}, {secluded.team_id: secluded.name})
        made.close(Band(40, 50))
        yield one


def seat(app, name):
    return seat_of(app.ctx, viewer_named(app.ctx, name))


@pytest.fixture(scope="session")
def ids(app):
    """Ids of everybody and everything that is not dora's."""
    found = {uuid4(), viewer_named(app.ctx, "alice").person_id}
    with app.ctx.reading() as db:
        for table in ("person", "team", "clinic"):
            rows = db.exec_driver_sql(f"SELECT {table}_id FROM {table}")  # noqa: S608 (three names)
            found |= {UUID(value) for value in rows.scalars()}
    return sorted(found - {team.team_id for team in seat(app, "dora").leads})


def told(text: str) -> list[str]:
    """Return the secrets that a text gives away."""
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_no_route_tells_a_lead_about_anybody_else(app, ids, route):
    token = token_of(app.ctx, "dora")
    cookies = {"wellbeing": token}
    names = ("team", "person", "person_id", "viewer", "week", "clinic", "next")
    with httpx2.Client(base_url=app.url, cookies=cookies, timeout=30) as client:
        for one in ids:
            path = route.path
            for part in ("{token}", "{indicator}"):
                path = path.replace(part, str(one))
            if route.path == "/sign-out":
                continue
            answers = [client.get(path, params=dict.fromkeys(names, str(one)))]
            if "POST" in (route.methods or ()):
                answers.append(client.post(path, data=dict.fromkeys(names, str(one))))
            for answer in answers:
                assert answer.status_code < 500
                assert not told(answer.text)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_tells_a_lead_about_anybody_else(app, ids, page):
    with open_tab(app, token_of(app.ctx, "dora")) as tab:
        plain = tab.run(page.replace("_", "-"))
        screens = [plain]
        for one in ids:
            message = BackMsg()
            message.rerun_script.page_name = page.replace("_", "-")
            message.rerun_script.query_string = f"team={one}&person={one}&week=2026-W01"
            for widget in plain.widgets:
                forged = message.rerun_script.widget_states.widgets.add()
                forged.id = widget
                forged.string_value = str(one)
            screens.append(tab.ask(message))
    for screen in screens:
        assert not told(screen.text)
        if page not in OPEN_TO_A_LEAD:
            # Whoever asks for it is told so, or is shown a screen of their own.
            assert say(f"navigation.{page}") not in screen.texts
            assert say(f"{page}.title") not in screen.texts
    if page not in OPEN_TO_A_LEAD:
        refused = plain.missing or say("edge.not_found") in plain.texts
        # Or her own first screen: its title stands there beside the menu's word.
        assert refused or plain.texts.count(say("team_trends.title")) > 1


@pytest.mark.parametrize("page", sorted(set(PAGES) - OPEN_TO_A_LEAD))
def test_a_page_asked_for_by_its_hash_is_no_more_open(app, page):
    with open_tab(app, token_of(app.ctx, "dora")) as tab:
        tab.run()
        message = BackMsg()
        message.rerun_script.page_script_hash = calc_hash(page.replace("_", "-"))
        screen = tab.ask(message)
    assert not told(screen.text)


def services_of_everybody():
    """Return every public service that takes a viewer or a seat."""
    found = {}
    for module in pkgutil.iter_modules(services.__path__):
        loaded = importlib.import_module(f"wellbeing.services.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            if function.__module__ != loaded.__name__ or name.startswith("_"):
                continue
            takes = [
                p.annotation
                for p in inspect.signature(function, eval_str=True).parameters.values()
            ]
            if Viewer in takes or Seat in takes:
                found[f"{module.name}.{name}"] = function
    return found


SERVICES = services_of_everybody()


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_service_tells_a_lead_about_anybody_else(app, ids, name):
    function = SERVICES[name]
    parameters = inspect.signature(function, eval_str=True).parameters.values()
    dora, own = viewer_named(app.ctx, "dora"), seat(app, "dora")
    given = {Viewer: dora, Seat: own, Door: app.ctx.door}
    for one in ids:
        arguments = {
            p.name: given.get(p.annotation, app.ctx if p.name == "ctx" else one)
            for p in parameters
            if p.default is p.empty
        }
        # What cannot be called with an id for every argument refuses by itself.
        with suppress(WellbeingError, TypeError, ValueError, AttributeError, KeyError):
            assert not told(repr(function(**arguments)))


def test_the_same_attempts_give_an_administrator_names(app):
    """The attack finds what there is to find: a control that must not be refused."""
    with open_tab(app, token_of(app.ctx, "ada")) as tab:
        assert told(tab.run("people").text)


def lead_bytes(app):
    """Return all that dora and a member can download or read of team trends."""
    seen: dict[tuple[str, str], Any] = {}
    for name in ("dora", "alice"):
        token = token_of(app.ctx, name)
        with httpx2.Client(
            base_url=app.url, cookies={"wellbeing": token}, timeout=60
        ) as client:
            team = next(iter(seat(app, "dora").leads)).team_id
            for path in ("/team/trends.csv", "/team/trends.pdf"):
                answer = client.get(path, params={"team": str(team)})
                headers = {k: v for k, v in answer.headers.items() if k != "date"}
                seen[name, path] = (answer.status_code, answer.content, headers)
            refused = client.get("/team/trends.csv", params={"team": str(uuid4())})
            seen[name, "refused"] = (refused.status_code, refused.content)
        with open_tab(app, token) as tab:
            seen[name, "screen"] = tab.run("team-trends").texts
    return seen


def test_what_a_lead_sees_is_the_same_bytes_whatever_happens_between_two_closes(app):
    ctx = app.ctx
    before = lead_bytes(app)
    log = app.log
    alice, bob = viewer_named(ctx, "alice"), viewer_named(ctx, "bob")
    week = ctx.this_week(alice.clinic)
    north = next(iter(seat(app, "dora").leads))
    check_ins.choose_team_trends(ctx, alice, counted=True)
    check_ins.keep(ctx, bob, week, {"overall": 1, f"used_{SupportUsed.PEER}": 1})
    check_ins.save(ctx, bob, week, Kind.FULL)
    my_weeks.tag_week(ctx, bob, week, [])
    check_ins.withdraw(ctx, alice, week)
    check_ins.choose_team_trends(ctx, alice, counted=False)
    for n in range(12):
        late = make_person(ctx, alice.clinic, f"Late{n}", Role.CLINICIAN, team=north)
        check_ins.choose_team_trends(ctx, late, counted=True)
        check_ins.keep(ctx, late, week, {"overall": 10})
        check_ins.save(ctx, late, week, Kind.FULL)
    with ctx.writing() as db:
        db.exec_driver_sql("DELETE FROM person WHERE name = 'Late3'")
    assert lead_bytes(app) == before
    # Nor does the process print a word about it.
    assert app.log == log


def test_a_role_that_is_only_claimed_opens_nothing(app):
    dora = viewer_named(app.ctx, "dora")
    assert seat_teams(app, dora) == {"North"}
    for role in Role:
        with suppress(WellbeingError):
            claimed = replace(dora, roles=frozenset({role}))
            assert not seat_teams(app, claimed) - {"North"}


def seat_teams(app, viewer):
    found = seat_of(app.ctx, viewer)
    return {team.name for team in (*found.leads, *found.member_of)}
