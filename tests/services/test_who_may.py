"""Every service that a viewer can call, with every role that must not."""

import importlib
import inspect
import pkgutil
from dataclasses import replace

import pytest

from tests.clinic import LAST_WEEK, THIS_WEEK
from wellbeing import services
from wellbeing.domain.actions import ActionState, Helps
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.errors import NotAllowedError
from wellbeing.domain.people import Role, Viewer
from wellbeing.services.actions import NewAction
from wellbeing.services.wordings import Terms

C, A, L = Role.CLINICIAN, Role.ADMINISTRATOR, Role.LEAD

# A service that is missing here fails the first test: decide who may call it.
OPEN_TO: dict[str, Role] = {
    "actions.answer_action": C,
    "actions.change_action": L,
    "actions.newest_unanswered": C,
    "actions.record_action": L,
    "check_ins.check_in_form": C,
    "check_ins.keep": C,
    "check_ins.save": C,
    "check_ins.not_this_week": C,
    "check_ins.withdraw": C,
    "check_ins.choose_team_trends": C,
    "check_ins.team_trends_choice": C,
    "clinic.add_contact": A,
    "clinic.change_clinic": A,
    "clinic.remove_contact": A,
    "instrument_answers.keep": C,
    "instrument_answers.not_this_time": C,
    "instrument_answers.save": C,
    "instrument_answers.withdraw": C,
    "instrument_forms.instrument_form": C,
    "instrument_forms.is_one_open": C,
    "instrument_forms.offered_instruments": C,
    "instrument_schedules.schedule": A,
    "instrument_schedules.stop": A,
    "invitations.invite": A,
    "invitations.start_over": A,
    "loading.load_my_check_ins": C,
    "loading.load_people": A,
    "my_instruments.my_scores": C,
    "my_weeks_files.my_check_in_weeks": C,
    "my_weeks_files.my_weeks_csv": C,
    "my_weeks.meaning_of": C,
    "my_weeks.my_weeks": C,
    "my_weeks.reset_baseline": C,
    "my_weeks.tag_week": C,
    "people.add_person": A,
    "people.add_team": A,
    "people.all_people": A,
    "people.all_teams": A,
    "people.end_access": A,
    "people.let_in_again": A,
    "people.move": A,
    "people.set_roles": A,
    "wordings.add_wording": A,
    "wordings.instruments_in_use": A,
    "wordings.read_wording": A,
    "wordings.remove_wording": A,
    "team_rules.change_team": A,
    "team_rules.choose_rules": A,
    "team_rules.team_sites": A,
}

# About the viewer's own account, or the same for everybody.
OPEN_TO_ALL = {
    "accounts.change_password",
    "accounts.check_own_password",
    "accounts.end_session",
    "accounts.my_sessions",
    "accounts.sign_out_everywhere",
    "actions.actions_of",  # only of teams they lead or belong to (test_actions)
    "clinic.support_contacts",
    "my_data.delete_account",
    "my_data.my_archive",
    "my_instruments.questionnaire_files",
    "my_weeks_files.check_in_files",
    "seats.seat_of",  # their own teams
    "team_rules.team_rules",
}

# Inside a transaction of another service, which has asked for the role.
STEPS = {
    "instrument_answers.require_sitting",
    "instrument_answers.sitting_now",
    "people.keep_an_administrator",
    "people.one_person",
}


def takes_a_viewer(function) -> bool:
    return Viewer in (
        p.annotation
        for p in inspect.signature(function, eval_str=True).parameters.values()
    )


def services_with_a_viewer():
    found = {}
    for module in pkgutil.iter_modules(services.__path__):
        loaded = importlib.import_module(f"wellbeing.services.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            own = function.__module__ == loaded.__name__
            if own and not name.startswith("_") and takes_a_viewer(function):
                found[f"{module.name}.{name}"] = function
    return found


FOUND = services_with_a_viewer()
REFUSED = [
    (name, role) for name, needed in OPEN_TO.items() for role in Role if role != needed
]


def arguments(function, cast):
    """Return arguments that somebody with the role could use."""
    fitting = {
        "week": THIS_WEEK,
        "start": LAST_WEEK,
        "from_week": THIS_WEEK,
        "kind": Kind.FULL,
        "tapped": {"overall": 5},
        "instrument_id": "pss4",
        "language": "en",
        "every_weeks": 8,
        "terms": Terms(language="en", copyright="Invented", licence="Invented"),
        "absence": None,
        "counted": True,
        "tags": [],
        "person_id": cast.alice.person_id,
        "team_id": cast.south.team_id,
        "contact_id": cast.alice.person_id,
        "roles": [Role.CLINICIAN],
        "name": "East",
        "email": "east@example.org",
        "country": "DE",
        "time_zone": "Europe/Berlin",
        "reach": "Room 12",
        "about": "Thursdays",
        "data": b"name,email\nEmil,emil@example.org\n",
        "dry_run": True,
        "new": NewAction(
            week=THIS_WEEK, state=ActionState.DONE, driver=None, what="Fewer meetings"
        ),
        "action_id": cast.alice.person_id,
        "helps": Helps.HELPS,
        "site": "",
        "least_people": 8,
        "pool_below": 10,
        "small": False,
    }
    parameters = list(inspect.signature(function).parameters.values())[2:]
    needed = [p for p in parameters if p.default is p.empty]
    positional = [fitting[p.name] for p in needed if p.kind is not p.KEYWORD_ONLY]
    named = {p.name: fitting[p.name] for p in needed if p.kind is p.KEYWORD_ONLY}
    return positional, named


def test_who_may_call_it_is_decided_for_every_service():
    assert set(FOUND) == {*OPEN_TO, *OPEN_TO_ALL, *STEPS}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("name", "role"), REFUSED)
def test_the_wrong_role_is_refused(ctx, cast, name, role):
    viewer = replace(cast.alice, roles=frozenset({role}))
    positional, named = arguments(FOUND[name], cast)
    with pytest.raises(NotAllowedError, match=OPEN_TO[name]):
        FOUND[name](ctx, viewer, *positional, **named)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", OPEN_TO)
def test_every_other_role_together_and_none_at_all_are_refused(ctx, cast, name):
    positional, named = arguments(FOUND[name], cast)
    for roles in (frozenset(), frozenset(Role) - {OPEN_TO[name]}):
        with pytest.raises(NotAllowedError):
            FOUND[name](ctx, replace(cast.alice, roles=roles), *positional, **named)
