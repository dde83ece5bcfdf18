"""A script and a picture in every text that is stored: text they stay, everywhere."""

import io
import zipfile
from dataclasses import replace
from datetime import date, time
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from tests import invented_wordings, own_keys
from tests.clinic import give_keys
from tests.pages.conftest import check_in_for, unfold
from tests.pages.test_access import OPEN_TO
from tests.peers import pair
from tests.released import Releases
from tests.servers import token_of, viewer_named
from tests.studies import new_study
from tests.web.conftest import Browser
from wellbeing.bootstrap import process_context
from wellbeing.domain.actions import ActionState
from wellbeing.domain.errors import InvalidInputError
from wellbeing.domain.gatherings import GatheringKind
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.peer_check_ins import PeerRecord
from wellbeing.domain.reflections import (
    Area,
    Practice,
    PracticeEntry,
    Reflection,
    Resolve,
)
from wellbeing.privacy.bands import Band
from wellbeing.services import (
    actions,
    clinic,
    gathering_offers,
    intentions,
    keyring,
    kind_notes,
    own_key_changes,
    peer_check_ins,
    people,
    practice_log,
    reflections,
    small_successes,
    studies,
    team_rules,
    wordings,
)
from wellbeing.services.actions import NewAction
from wellbeing.services.gathering_fields import NewGathering
from wellbeing.services.peer_check_ins import Texts
from wellbeing.services.private_texts import session_secret
from wellbeing.services.wordings import Terms
from wellbeing.settings import ROOT
from wellbeing.storage.metadata import METADATA

SCRIPT = "<script>alert(7)</script> ![x](https://evil.example/x.png)"
LINE = "X\r\nATTENDEE:mailto:eve@example.org"
NEVER_TYPED = {
    # Made by the program, or checked against a list.
    ("audit_record", "about"),
    ("bundle", "checks"),
    ("bundle", "columns"),
    ("bundle", "extras"),
    ("bundle", "file"),
    ("bundle", "fingerprint"),
    ("bundle", "members"),
    ("bundle_member", "cell"),
    ("check_in", "support_used"),
    ("identity", "issuer"),
    ("identity", "subject"),
    ("own_key_example", "answers"),
    ("own_key_example", "expected"),
    ("provider_session", "issuer"),
    ("peer_record", "areas"),
    ("peer_record", "given"),
    ("peer_record", "received"),
    ("person", "email"),
    ("person", "password_hash"),
    ("study_version", "attributes"),
    ("study_version", "context"),
    ("study_version", "instruments"),
    ("study_version", "items"),
    ("study_version", "own_keys"),
    # Must begin with https://, and is shown as text beside it.
    ("gathering", "link"),
    ("contact", "email"),
}
SEEN_BY = {"studies": {"ada", "alice", "rita"}, "team_trends": {"alice", "dora"}}
"""Pages that look different to more than one role."""
SHORTEST = 100
"""Characters of a column that could hold a sentence."""


@pytest.fixture
def filled(ctx) -> SimpleNamespace:
    """A clinic in which everybody has typed a script wherever one can type."""
    ada, alice, bob, dora, rita = (
        viewer_named(ctx, name) for name in ("ada", "alice", "bob", "dora", "rita")
    )
    team = people.all_teams(ctx, ada)[0]
    team_rules.change_team(ctx, ada, team.team_id, name=SCRIPT, site=SCRIPT)
    people.add_team(ctx, ada, f"{SCRIPT} 2")
    people.add_person(ctx, ada, name=SCRIPT, email="eve@example.org", roles=[])
    place = {"country": "DE", "time_zone": "Europe/Berlin"}
    clinic.change_clinic(ctx, ada, name=SCRIPT, **place)
    clinic.add_contact(ctx, ada, name=SCRIPT, reach=SCRIPT, about=SCRIPT)
    _words(ctx, ada)
    _own_key(ctx, ada)
    _about_the_team(ctx, ada, dora, team.team_id)
    keys = give_keys(ctx, alice)
    secret = session_secret("a token")
    own = alice.clinic_id, alice.person_id
    with ctx.writing() as db:
        keyring.hold(db, *own, session=alice.session, secret=secret, keys=keys)
    give_keys(ctx, bob)
    _of_ones_own(ctx, alice, keys)
    pair(ctx, alice, bob)
    kept = PeerRecord(week=ctx.this_week(alice.clinic), connected=6)
    texts = Texts(keys=keys, intention=SCRIPT, sentence=SCRIPT)
    peer_check_ins.record(ctx, alice, bob.person_id, kept, texts)
    kind_notes.send_note(ctx, bob, alice.person_id, SCRIPT)
    said = dict.fromkeys(
        ("title", "purpose", "responsible", "ethics_reference"), SCRIPT
    )
    studies.write_study(ctx, rita, new_study(told=SCRIPT, **said))
    studies.submit_study(ctx, rita, new_study().study_id)
    check_in_for(ctx, alice, [ctx.this_week(alice.clinic)])
    offered = gathering_offers.offer(ctx, bob, _gathering(SCRIPT))
    return SimpleNamespace(
        viewers={"ada": ada, "alice": alice, "bob": bob, "dora": dora, "rita": rita},
        secret=secret,
        team=team,
        gathering=offered,
    )


def _words(ctx, ada) -> None:
    asked = [
        replace(
            item,
            heading=SCRIPT,
            hint=SCRIPT,
            options=tuple(
                replace(option, label=f"{SCRIPT} {option.code}")
                for option in item.options
            ),
        )
        for item in invented_wordings.items("who5", words=SCRIPT)
    ]
    data = invented_wordings.file_of(*asked)
    about = Terms(language="en", copyright=SCRIPT, licence=SCRIPT)
    wordings.add_wording(ctx, ada, "who5", data, terms=about, confirmed=True)


def _own_key(ctx, ada) -> None:
    texts = ("title", "citation", "holder", "allows", "wording", "sheet")
    scales = tuple(
        replace(scale, rule_source=SCRIPT, higher_means=SCRIPT)
        for scale in own_keys.STRAIN.scales
    )
    own_keys.make_draft(ctx, ada, scales=scales, **dict.fromkeys(texts, SCRIPT))
    own_key_changes.add_example(
        ctx,
        ada,
        own_keys.OWN,
        own_keys.newest(ctx, ada).seen,
        answers="1 1 1 1 1",
        expected={f"{own_keys.OWN}_strain": "5"},
        source=SCRIPT,
    )


def _about_the_team(ctx, ada, dora, team_id) -> None:
    made = Releases(ctx, ada.clinic_id)
    made.quarter({team_id: SCRIPT})
    made.close(Band(40, 50))
    new = NewAction(
        week=ctx.this_week(dora.clinic),
        state=ActionState.PLANNED,
        driver=Indicator.WORKLOAD,
        what=SCRIPT,
    )
    actions.record_action(ctx, dora, team_id, new)


def _of_ones_own(ctx, alice, keys) -> None:
    week = ctx.this_week(alice.clinic)
    text = Reflection(
        text_id="1" * 32, week=week, area=Area.ETHICS, prompt="", text=SCRIPT
    )
    reflections.save_reflection(ctx, alice, keys, text)
    entry = PracticeEntry(
        text_id="2" * 32, week=week, practice=Practice.TRAINING, minutes=60, text=SCRIPT
    )
    practice_log.put_practice(ctx, alice, keys, entry)
    small_successes.note_success(ctx, alice, keys, week, SCRIPT)
    intentions.set_intention(ctx, alice, keys, Resolve.INTENTION, SCRIPT)


def _gathering(text: str) -> NewGathering:
    return NewGathering(
        kind=GatheringKind.WORKSHOP,
        title=text,
        about=text,
        day=date(2026, 12, 1),
        clock=time(18, 0),
        zone="Europe/Berlin",
        minutes=60,
        place=text,
        link="https://example.org/room",
        places=4,
    )


def typed_columns() -> set[tuple[str, str]]:
    return {
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.String)
        and (column.type.length is None or column.type.length >= SHORTEST)
    }


def test_every_column_for_words_holds_the_script_or_is_never_typed(ctx, filled):  # noqa: ARG001 (first the fixture, then this)
    holding = set()
    with ctx.reading() as db:
        for name, column in typed_columns():
            found = METADATA.tables[name].c[column]
            values = db.execute(sa.select(found).where(found.is_not(None))).scalars()
            if any("<script>" in str(value) for value in values):
                holding.add((name, column))
    assert holding == typed_columns() - NEVER_TYPED


def markup(at: AppTest) -> list[tuple[str, str]]:
    """Return what is drawn as markup or HTML: labels and options too, but no values."""
    found = []
    for element in at.main:
        drawn, kind = getattr(element, "proto", None), type(element).__name__
        if kind == "Text":
            continue
        texts = [getattr(drawn, name, "") for name in ("body", "label", "help")]
        if drawn is not None and kind in {"Radio", "ButtonGroup"}:
            texts += [getattr(o, "content", o) for o in drawn.options]
        found += [(element.type, text) for text in texts if isinstance(text, str)]
    return found


@pytest.mark.slow
def test_no_page_draws_it_as_more_than_text(filled):
    for page, names in OPEN_TO.items():
        for name in SEEN_BY.get(page, {"alice"} & names or names):
            at = AppTest.from_file(ROOT / "pages" / f"{page}.py", default_timeout=60)
            sid = filled.viewers[name].session
            at.user = {"sid": sid, "key": filled.secret.hex()}
            at = unfold(at.run())
            assert not at.exception
            for kind, text in markup(at):
                assert "<script>" not in text, (page, name, text)
                assert kind == "html" or "![x](" not in text, (page, name, text)
    for path in ("/sign-in", "/recover", "/invitation/x", "/reminders/stop/x"):
        assert "<script" not in browser_of("alice").open(path).text


def browser_of(name: str) -> Browser:
    browser = Browser()
    browser.token = token_of(process_context(), name)
    return browser


def test_no_file_of_it_is_opened_as_a_page(ctx, filled):
    paths = {
        "/my/data.zip": "alice",
        "/my/weeks.csv": "alice",
        f"/my/gatherings/{filled.gathering.gathering_id}.ics": "bob",
        f"/team/trends.csv?team={filled.team.team_id}": "dora",
    }
    for path, name in paths.items():
        answer = browser_of(name).client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "html" not in answer.headers["content-type"]
        assert "<" not in answer.headers["content-disposition"]
    archive = browser_of("alice").client.get("/my/data.zip").content
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert not [n for n in opened.namelist() if n.endswith((".html", ".svg"))]
    # Nor does a line break in it begin a line of a calendar.
    try:
        made = gathering_offers.offer(ctx, filled.viewers["bob"], _gathering(LINE))
    except InvalidInputError:
        return
    path = f"/my/gatherings/{made.gathering_id}.ics"
    lines = browser_of("bob").client.get(path).text.split("\r\n")
    assert not [line for line in lines if line.startswith("ATTENDEE")]
