"""The log tells what happened, where and of which kind; never what was said."""

import json
import logging
import re
import subprocess
import sys
from contextlib import suppress

import httpx2
import pytest
import sqlalchemy as sa
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.clinic import PASSWORD
from tests.servers import ROLES, email_of, running, token_of, viewer_named
from tests.sockets import open_tab
from wellbeing.domain.errors import DatabaseUnusableError, ImpossibleWeekError
from wellbeing.domain.people import Role
from wellbeing.settings import ROOT, LogForm
from wellbeing.storage.clinic_tables import ClinicRow, PersonRow, TeamRow
from wellbeing.ui.main import _SCREENS
from wellbeing.web.app import ROUTES
from wellbeing.web.logs import Form

MARK = "Quillfeather"
"""Stands wherever somebody can type, answer, name or send something."""
FORMS = pytest.mark.parametrize("form", list(LogForm))
BANNER = ("", "  You can now view your Streamlit app in your browser.")


def line_of(form, record) -> str:
    return Form(form).format(record)


def record_of(name, message, *args, error=None, **extra) -> logging.LogRecord:
    known = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord(
        name, logging.ERROR, f"{ROOT}/wellbeing/x.py", 7, message, args, known, "draw"
    )
    made.__dict__.update(extra)
    return made


def caught(error) -> BaseException:
    try:
        raise error
    except type(error) as raised:
        return raised


@FORMS
def test_what_a_library_says_is_left_out_and_the_place_is_told(form):
    for message, args in (
        (f"user {MARK}", ()),
        ("%s", (MARK,)),
        ("%(a)s", ({"a": 1},)),
    ):
        line = line_of(form, record_of("uvicorn.error", message, *args))
        assert MARK not in line
        assert "wellbeing/x.py:7 draw" in line


@FORMS
def test_an_exception_is_told_by_its_kind_and_our_places_and_so_is_its_cause(form):
    def inner():
        raise KeyError(MARK)

    def outer():
        try:
            inner()
        except KeyError as cause:
            raise ExceptionGroup(MARK, [ValueError(MARK)]) from cause

    try:
        outer()
    except ExceptionGroup as error:
        line = line_of(form, record_of("wellbeing.x", "It failed", error=error))
    assert MARK not in line
    for part in ("It failed", "ExceptionGroup", "ValueError", "KeyError"):
        assert part in line
    assert re.search(r"tests/web/test_logs\.py:\d+ inner", line)
    assert str(ROOT) not in line
    assert "\n" not in line


@FORMS
def test_of_our_own_errors_only_those_about_the_machine_are_told_whole(form):
    week = caught(ImpossibleWeekError(MARK))
    full = caught(DatabaseUnusableError("The disk is full."))
    for error in (week, full):
        for record in (
            record_of("wellbeing.x", "%s: %s", "It failed", error),
            record_of("wellbeing.x", "It failed", error=error),
        ):
            line = line_of(form, record)
            assert MARK not in line
            assert type(error).__name__ in line or "The disk is full." in line
            assert ("The disk is full." in line) == (error is full)


def test_a_json_line_has_the_fields_of_the_documentation():
    record = record_of("wellbeing.x", "It failed", route="/my/data.zip", status=500)
    record.created = 1763374210.9
    assert json.loads(line_of(LogForm.JSON, record)) == {
        "time": "2025-11-17T10:10:10Z",
        "level": "ERROR",
        "event": "It failed",
        "where": "wellbeing/x.py:7 draw",
        "route": "/my/data.zip",
        "status": 500,
    }
    plain = line_of(LogForm.PLAIN, record)
    assert plain.startswith("2025-11-17T10:10:10Z ERROR   It failed (where=")


def test_whatever_a_process_writes_goes_through_the_same_form():
    script = f"""
import logging, sys, threading, warnings
from streamlit.logger import get_logger
early = get_logger("streamlit.early")
from wellbeing.settings import LogForm
from wellbeing.web.logs import write_log
write_log(LogForm.JSON)
for logger in (early, get_logger("streamlit.late"), logging.getLogger("uvicorn.error")):
    logger.info("{MARK}")
    logger.error("{MARK}")
warnings.warn("{MARK}")
def fail():
    raise KeyError("{MARK}")
one = threading.Thread(target=fail)
one.start()
one.join()
class Left:
    def __del__(self):
        raise ValueError("{MARK}")
Left()
sys.stderr.flush()
fail()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False
    )
    written = done.stderr.decode()
    assert MARK not in written
    lines = [json.loads(line) for line in written.splitlines()]
    assert [line["event"].split(" at ")[0] for line in lines] == [
        *["A library reported something"] * 3,
        "UserWarning",
        "A thread failed",
        "Something failed where nobody can be told",
        "The process fails",
    ]
    assert done.returncode == 1


@pytest.fixture(params=list(LogForm))
def app(request, cast_template, tmp_path):
    """The app with one form of the log, and names that can be searched for."""
    environment = {"WELLBEING_LOG": request.param}
    for one in running(cast_template, tmp_path, environment):
        with one.ctx.writing() as db:
            for row in (PersonRow, TeamRow):
                db.execute(sa.update(row).values(name=row.name + MARK))
        yield one


def ask_every_address(app, tokens):
    """Ask for every address there is, with what must not be written in each part."""
    for token in (None, *tokens.values()):
        cookies = {"wellbeing": token} if token else {}
        with httpx2.Client(base_url=app.url, cookies=cookies, timeout=30) as web:
            for route in ROUTES:
                path = re.sub(r"\{[^}]*\}", MARK, route.path)
                web.get(f"{path}?next=/{MARK}&email={MARK}")
            for path in ("/recover", f"/invitation/{MARK}", "/sign-in"):
                form = {"email": f"{MARK}@example.org", "password": MARK}
                web.post(path, data=form, headers={"origin": app.url})


def sign_in(app):
    with httpx2.Client(base_url=app.url, timeout=30) as web:
        for password in (MARK, PASSWORD):
            shown = web.get(f"/sign-in?next=/{MARK}").text
            proof = shown.split('name="proof" value="')[1].split('"')[0]
            form = {"email": email_of("alice"), "password": password, "proof": proof}
            web.post("/sign-in", data=form, headers={"origin": app.url})
        assert web.get("/session").status_code == 204


def open_every_screen(app, tokens):
    """Open each screen and send nonsense and words into the fields that it shows."""
    for name, token in tokens.items():
        mine = [s for s, roles in _SCREENS.items() if ROLES[name] in roles]
        with open_tab(app, token) as tab:
            for screen in mine:
                drawn = tab.run(screen.replace("_", "-"))
                message = BackMsg()
                message.rerun_script.page_name = screen.replace("_", "-")
                message.rerun_script.query_string = f"q={MARK}"
                for widget in drawn.widgets[:20]:
                    state = message.rerun_script.widget_states.widgets.add()
                    state.id, state.string_value = widget, MARK
                tab.ask(message)
            assert mine


@pytest.mark.slow
def test_no_name_answer_token_or_address_reaches_the_log(app):
    names = ("alice", "dora", "rita", "ada")
    tokens = {name: token_of(app.ctx, name) for name in names}
    people = [viewer_named(app.ctx, name) for name in names]
    ask_every_address(app, tokens)
    sign_in(app)
    open_every_screen(app, tokens)
    # And now with a fault whose exception names what it found.
    with app.ctx.writing() as db:
        db.execute(sa.update(ClinicRow).values(time_zone=f"{MARK}/Where"))
    with suppress(TimeoutError), open_tab(app, tokens["alice"]) as tab:
        tab.run("my-weeks")
    cookies = {"wellbeing": tokens["alice"]}
    with httpx2.Client(base_url=app.url, cookies=cookies, timeout=30) as web:
        assert web.get(f"/my/data.zip?q={MARK}").status_code == 500

    log = app.log
    assert "A screen failed" in log
    assert "ZoneInfoNotFoundError" in log
    assert "A request failed" in log
    secrets = [MARK, PASSWORD, "Traceback", "example.org", *tokens.values()]
    for one in people:
        secrets += [str(one.person_id), one.person_id.hex, one.session]
        secrets += [str(one.clinic.clinic_id)]
    assert [secret for secret in secrets if secret.lower() in log.lower()] == []
    assert not re.search(r"\b(Alice|Bob|Dora|Rita|Ada|North|Riverside)\b", log)
    # No address of a client either: the app's own is in Streamlit's first words.
    lines = [line for line in log.splitlines() if line not in BANNER]
    assert lines.pop(0) == f"  URL: {app.url}"
    assert "127.0.0.1" not in "\n".join(lines)
    assert Role.CLINICIAN not in "\n".join(lines)
    if app.environment["WELLBEING_LOG"] == LogForm.JSON:
        assert {json.loads(line)["level"] for line in lines} >= {"INFO", "ERROR"}
