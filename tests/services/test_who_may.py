"""Every service that a viewer can call, with every role that must not."""

import importlib
import inspect
import pkgutil
from dataclasses import replace

import pytest

from tests.clinic import LAST_WEEK, THIS_WEEK, Clock, make_cast, open_context
from tests.databases import copy_sqlite, sqlite_url
from wellbeing import services
from wellbeing.content.reflection_prompts import prompt_in
from wellbeing.domain.actions import ActionState, Helps
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.contacts import Contact
from wellbeing.domain.errors import NotAllowedError
from wellbeing.domain.ids import ContactId
from wellbeing.domain.pairings import PeerRhythm, PeerSettings
from wellbeing.domain.peer_appointments import PeerTime
from wellbeing.domain.peer_check_ins import PeerRecord
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.reflections import (
    Area,
    Outcome,
    Practice,
    PracticeEntry,
    Reflection,
    Resolve,
)
from wellbeing.instruments.own_files import EMPTY
from wellbeing.services.actions import NewAction
from wellbeing.services.private_texts import OpenKeys
from wellbeing.services.wordings import Terms

C, A, L = Role.CLINICIAN, Role.ADMINISTRATOR, Role.LEAD

REFLECTION = Reflection(
    text_id="1" * 32, week=THIS_WEEK, area=Area.ETHICS, prompt="", text="Words"
)
ENTRY = PracticeEntry(
    text_id="1" * 32,
    week=THIS_WEEK,
    practice=Practice.TRAINING,
    minutes=60,
    text="",
)

# A service that is missing here fails the first test: decide who may call it.
OPEN_TO: dict[str, Role] = {
    "actions.answer_action": C,
    "actions.change_action": L,
    "actions.newest_unanswered": C,
    "actions.record_action": L,
    "better_weeks.better_weeks": C,
    "calendar_feed.put_check_in": C,
    "check_ins.check_in_form": C,
    "check_ins.keep": C,
    "check_ins.save": C,
    "check_ins.not_this_week": C,
    "check_ins.withdraw": C,
    "check_ins.choose_team_trends": C,
    "check_ins.team_trends_choice": C,
    "clinic.add_contact": A,
    "clinic.change_contact": A,
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
    "intentions.delete_intention": C,
    "intentions.intentions_back": C,
    "intentions.intentions_of": C,
    "intentions.say_outcome": C,
    "intentions.set_intention": C,
    "invitations.invite": A,
    "invitations.start_over": A,
    "second_factor.end_factor_of": A,
    "loading.load_my_check_ins": C,
    "loading.load_people": A,
    "my_instruments.my_scores": C,
    "my_weeks_files.my_check_in_weeks": C,
    "my_weeks_files.my_weeks_csv": C,
    "my_weeks.meaning_of": C,
    "my_weeks.my_weeks": C,
    "my_weeks.reset_baseline": C,
    "my_weeks.tag_week": C,
    "kind_notes.delete_note": C,
    "kind_notes.has_notes": C,
    "kind_notes.my_notes": C,
    "kind_notes.send_note": C,
    "pairings.answer": C,
    "pairings.ask": C,
    "pairings.change_rhythm": C,
    "pairings.colleagues_to_ask": C,
    "pairings.end": C,
    "pairings.my_pairings": C,
    "peer_blocks.block": C,
    "peer_blocks.my_blocks": C,
    "peer_blocks.unblock": C,
    "peer_appointments.agree": C,
    "peer_appointments.drop_agreed": C,
    "peer_appointments.drop_proposal": C,
    "peer_appointments.my_times": C,
    "peer_appointments.propose": C,
    "peer_check_ins.due_weeks": C,
    "peer_check_ins.forget": C,
    "peer_check_ins.my_contacts": C,
    "peer_check_ins.my_records": C,
    "peer_check_ins.my_texts": C,
    "peer_check_ins.record": C,
    "peer_pool.choose": C,
    "peer_pool.my_pool": C,
    "peer_pool.suggest": C,
    "peer_sharing.my_shares": C,
    "peer_sharing.share": C,
    "peer_sharing.stop_sharing": C,
    "peer_sharing.weeks_of_peer": C,
    "practice_log.change_practice": C,
    "practice_log.delete_practice": C,
    "practice_log.practice_pdf": C,
    "practice_log.practice_csv": C,
    "practice_log.practice_log": C,
    "practice_log.put_practice": C,
    "private_rows.drop_rows": C,
    "reflections.begun_reflection": C,
    "reflections.delete_reflection": C,
    "reflections.delete_unreadable": C,
    "reflections.drafts": C,
    "reflections.drop_draft": C,
    "reflections.has_unreadable": C,
    "reflections.journal": C,
    "reflections.keep_draft": C,
    "reflections.new_reflection": C,
    "reflections.prompt_for": C,
    "reflections.save_reflection": C,
    "small_successes.delete_success": C,
    "small_successes.note_success": C,
    "small_successes.small_successes": C,
    "small_successes.success_for": C,
    "own_instruments.own_instruments": A,
    "own_instruments.read_file": A,
    "own_instruments.titles": Role.RESEARCHER,
    "own_instruments.try_example": A,
    "own_key_changes.add_example": A,
    "own_key_changes.confirm": A,
    "own_key_changes.drop_draft": A,
    "own_key_changes.drop_example": A,
    "own_key_changes.keep_draft": A,
    "people.add_person": A,
    "people.add_team": A,
    "people.all_people": A,
    "people.all_teams": A,
    "people.end_access": A,
    "people.let_in_again": A,
    "people.move": A,
    "people.set_roles": A,
    "support_directory.for_you": C,
    "support_log.forget_support": C,
    "support_log.log_support": C,
    "support_log.my_support": C,
    "support_log.support_in": C,
    "wordings.add_wording": A,
    "wordings.instruments_in_use": A,
    "wordings.read_wording": A,
    "wordings.remove_wording": A,
    "team_rules.change_team": A,
    "team_rules.choose_rules": A,
    "team_rules.team_sites": A,
    "bundle_jobs.job_of": Role.RESEARCHER,
    "bundle_jobs.start_bundle": Role.RESEARCHER,
    "bundle_ledger.bundle_file": Role.RESEARCHER,
    "bundle_ledger.ledger_of": Role.RESEARCHER,
    "bundle_ledger.whole_ledger": A,
    "bundles.make_bundle": Role.RESEARCHER,
    "consents.agree": C,
    "studies.close_study": A,
    "studies.my_studies": Role.RESEARCHER,
    "studies.open_study": A,
    "studies.require_own_study": Role.RESEARCHER,
    "studies.send_back": A,
    "studies.studies_to_decide": A,
    "studies.submit_study": Role.RESEARCHER,
    "studies.write_study": Role.RESEARCHER,
    "study_figures.study_figures": Role.RESEARCHER,
    "study_handovers.decline_study": Role.RESEARCHER,
    "study_handovers.handover_of": Role.RESEARCHER,
    "study_handovers.left_studies": A,
    "study_handovers.offer_left_study": A,
    "study_handovers.offer_study": Role.RESEARCHER,
    "study_handovers.offered_to_me": Role.RESEARCHER,
    "study_handovers.take_study": Role.RESEARCHER,
    "study_handovers.withdraw_left_offer": A,
    "study_handovers.withdraw_offer": Role.RESEARCHER,
    "study_tokens.make_token": Role.RESEARCHER,
    "study_tokens.my_tokens": Role.RESEARCHER,
    "study_tokens.revoke_token": Role.RESEARCHER,
}

# About the viewer's own account, or the same for everybody.
OPEN_TO_ALL = {
    "accounts.change_password",
    "accounts.check_own_password",
    "open_sessions.end_session",
    "open_sessions.my_sessions",
    "accounts.sign_out_everywhere",
    "audit_files.audit_files",  # about themselves
    "audit.audit_record",  # administrators and representatives (test_audit)
    "audit.my_records",
    "audit.note_reading",  # of teams they lead, else nothing
    "audit.seal_ends_with",  # like audit_record
    "actions.actions_of",  # only of teams they lead or belong to (test_actions)
    "clinic.support_contacts",
    "consents.studies_for_me",  # open ones to clinicians only (test_studies)
    "consents.study_files",
    "consents.take_back",
    "calendar_feed.drop_check_in",
    "calendar_feed.gathering_file",
    "calendar_feed.make_feed",
    "calendar_feed.my_feed",
    "calendar_feed.revoke_feed",
    "gathering_fields.columns_of",
    "gathering_offers.cancel",
    "gathering_offers.change",
    "gathering_offers.offer",
    "gatherings.gathering_files",
    "gatherings.join",
    "gatherings.know_change",
    "gatherings.leave",
    "gatherings.offered",
    "keeping.my_keeping",  # the same for everybody, and their own oldest week
    "identities.begin_connecting",
    "identities.check_it_is_them",
    "identities.disconnect",
    "identities.has_a_password",
    "identities.identity_files",
    "identities.my_providers",
    "connections.confirm",  # a step of single_sign_on, after the provider said who
    "connections.connect_own",
    "my_data.delete_account",
    "keyring.keys_of_session",  # with what only their cookie holds
    "my_data.my_archive",
    "my_keys.begin_texts_anew",
    "my_keys.code_opens_texts",
    "my_keys.new_recovery_code",
    "my_keys.open_texts",
    "my_keys.open_with_former",
    "my_private_files.private_files",  # with their key only
    "my_instruments.questionnaire_files",
    "my_peers.peer_files",
    "own_instruments.own_key_files",  # their own hands only
    "passphrases.begin_texts_anew",
    "passphrases.change_passphrase",
    "passphrases.my_lock",
    "passphrases.new_code_by_passphrase",
    "passphrases.open_by_passphrase",
    "passphrases.recover_texts",
    "passphrases.set_passphrase",
    "peer_check_ins.weeks_to_record",  # the same for everybody
    "my_weeks_files.check_in_files",
    "reminders.choose_reminders",
    "reminders.my_reminders",
    "reminders.pause",
    "reminders.reminder_files",
    "reminders.stop_all",
    "proofs.is_proved",
    "proofs.needs_code",
    "second_factor.begin_factor",  # with a fresh proof, like the next three
    "second_factor.confirm_factor",
    "second_factor.end_factor",
    "second_factor.renew_codes",
    "second_factor.my_second_factor",
    "second_factor.second_factor_files",
    "step_up.can_prove",
    "step_up.prove",
    "seats.seat_of",  # their own teams
    "support_directory.directory",
    "support_directory.what_helps",
    "support_log.support_files",
    "talking.people_to_write_to",
    "talking.write_to",
    "team_rules.team_rules",
}

# Inside a transaction of another service, which has asked for the role.
STEPS = {
    "bundle_ledger.own_bundle",
    "audit.note",
    "proofs.require_code_given",
    "proofs.require_proof",
    "proofs.require_proved",
    "instrument_answers.require_sitting",
    "instrument_answers.sitting_now",
    "own_key_steps.draft_of",
    "own_key_steps.looks_again",
    "own_key_steps.newest_version",
    "own_key_steps.today_of",
    "kind_notes.put_sealed",
    "peer_texts.put_sentence",
    "peers_around.between",
    "peers_around.lock_both",
    "peers_around.look_around",
    "peers_around.require_active",
    "peers_around.step_back",
    "private_rows.how_many_rows",
    "private_rows.need_as_it_was",
    "private_rows.one_row",
    "private_rows.open_rows",
    "private_rows.put_row",
    "private_rows.row_in",
    "private_rows.text_in",
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
        "text_id": "1" * 32,
        "text_ids": ["1" * 32],
        "outcome": Outcome.KEPT,
        "resolve": Resolve.INTENTION,
        "meaning": None,
        "reflection": REFLECTION,
        "draft": REFLECTION,
        "was": "",
        "prompt": prompt_in(THIS_WEEK),
        "entry": ENTRY,
        "weekday": 1,
        "hour": 9,
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
        "changed": Contact(
            contact_id=ContactId(cast.alice.person_id),
            name="Jo",
            reach="Room 12",
            about="",
        ),
        "entries": [],
        "about": "Thursdays",
        "data": b"name,email\nEmil,emil@example.org\n",
        "dry_run": True,
        "peer_id": cast.bob.person_id,
        "rhythm": PeerRhythm.WEEKLY,
        "agrees": True,
        "keys": OpenKeys(bytes(32)),
        "text": "Thank you",
        "at": PeerTime(weekday=1, hour=9),
        "kept": PeerRecord(week=THIS_WEEK),
        "settings": PeerSettings(),
        "new": NewAction(
            week=THIS_WEEK, state=ActionState.DONE, driver=None, what="Fewer meetings"
        ),
        "action_id": cast.alice.person_id,
        "helps": Helps.HELPS,
        "site": "",
        "least_people": 8,
        "pool_below": 10,
        "small": False,
        "study_id": "rest-study",
        "seen": None,
        "version": 1,
        "bundle_id": cast.alice.person_id,
        "token_id": cast.alice.person_id,
        "days": 1,
        "uses": 1,
        "fields": EMPTY,
        "answers": "1",
        "expected": {},
        "source": "Invented",
        "number": 1,
    }
    parameters = list(inspect.signature(function).parameters.values())[2:]
    needed = [p for p in parameters if p.default is p.empty]
    positional = [fitting[p.name] for p in needed if p.kind is not p.KEYWORD_ONLY]
    named = {p.name: fitting[p.name] for p in needed if p.kind is p.KEYWORD_ONLY}
    return positional, named


def test_who_may_call_it_is_decided_for_every_service():
    assert set(FOUND) == {*OPEN_TO, *OPEN_TO_ALL, *STEPS}


@pytest.fixture(scope="module")
def house(sqlite_template, tmp_path_factory):
    """A clinic for all refusals: what is refused changes nothing."""
    file = tmp_path_factory.mktemp("who_may") / "wellbeing.db"
    copy_sqlite(sqlite_template, file)
    ctx = open_context(sqlite_url(file), Clock())
    yield ctx, make_cast(ctx)
    ctx.dispose()


@pytest.mark.parametrize(("name", "role"), REFUSED)
def test_the_wrong_role_is_refused(house, name, role):
    ctx, cast = house
    viewer = replace(cast.alice, roles=frozenset({role}))
    positional, named = arguments(FOUND[name], cast)
    with pytest.raises(NotAllowedError, match=OPEN_TO[name]):
        FOUND[name](ctx, viewer, *positional, **named)


@pytest.mark.parametrize("name", OPEN_TO)
def test_every_other_role_together_and_none_at_all_are_refused(house, name):
    ctx, cast = house
    positional, named = arguments(FOUND[name], cast)
    for roles in (frozenset(), frozenset(Role) - {OPEN_TO[name]}):
        with pytest.raises(NotAllowedError):
            FOUND[name](ctx, replace(cast.alice, roles=roles), *positional, **named)
