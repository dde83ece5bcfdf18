"""The WebSocket of the real app: for whom it opens, and as whom."""

import socket

import httpx2
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.clinic import PASSWORD
from tests.servers import email_of, token_of, viewer_named
from tests.sockets import RefusedError, as_bytes, open_tab
from wellbeing.content.load import say
from wellbeing.services import accounts
from wellbeing.services.passwords import hash_token
from wellbeing.services.private_texts import session_secret

SIGNED_OUT = say("frame.signed_out_title")
PEOPLE = say("navigation.people")


@pytest.fixture
def alice(running_app) -> str:
    return token_of(running_app.ctx, "alice")


@pytest.fixture
def web(running_app):
    with httpx2.Client(base_url=running_app.url, timeout=30) as client:
        yield client


def refusal(app, token=None, **how) -> int:
    with pytest.raises(RefusedError) as refused, open_tab(app, token, **how):
        pass
    return refused.value.status


def test_it_opens_for_a_session_from_a_page_of_ours(running_app, alice):
    with open_tab(running_app, alice) as tab:
        assert say("check_in.title") in tab.run().texts


def test_it_does_not_open_for_a_stranger(running_app):
    assert refusal(running_app) == 403


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "https://evil.example",
        "http://localhost:9999",
        "http://127.0.0.1:9999",
        "http://127.0.0.1",
        "http://0.0.0.0:8501",
        "http://[::1]:8501",
        "file://",
    ],
)
def test_it_does_not_open_from_elsewhere_with_a_good_cookie(running_app, alice, origin):
    assert refusal(running_app, alice, origin=origin) == 403


@pytest.mark.parametrize(
    "form", ["https://{}", "http://{}.evil.example", "http://x@{}"]
)
def test_it_does_not_open_from_what_looks_like_us(running_app, alice, form):
    origin = form.format(running_app.url.removeprefix("http://"))
    assert refusal(running_app, alice, origin=origin) == 403


def test_it_does_not_open_under_a_name_that_was_bound_to_us(running_app, alice):
    host = f"evil.example:{running_app.port}"
    assert refusal(running_app, alice, host=host, origin=f"http://{host}") == 403


@pytest.mark.parametrize("token", ["", "A" * 43, "A" * 4000, "'--", "é"])
def test_it_does_not_open_for_a_forged_cookie(running_app, token):
    assert refusal(running_app, token) == 403


def test_it_does_not_open_for_an_ended_session(running_app, alice):
    accounts.sign_out(running_app.ctx, alice)
    assert refusal(running_app, alice) == 403


def test_it_does_not_open_for_a_session_that_is_only_claimed(running_app):
    ada = viewer_named(running_app.ctx, "ada")
    for value in (ada.session, f"{ada.session}, {ada.session}"):
        assert refusal(running_app, headers={"X-Wb-Sid": value}) == 403


@pytest.mark.parametrize("name", ["X-Wb-Sid", "x-wb-sid", "X-WB-SID"])
def test_a_claimed_session_gives_nobody_another_role(running_app, alice, name):
    ada = viewer_named(running_app.ctx, "ada")
    with open_tab(running_app, alice, headers={name: ada.session}) as tab:
        shown = tab.run()
    assert PEOPLE not in shown.texts
    assert say("navigation.check_in") in shown.texts


def test_what_opens_private_texts_never_reaches_the_browser(running_app, alice):
    secret = session_secret(alice)
    sent = b""
    with open_tab(running_app, alice) as tab:
        for page in ("", "reflect"):
            message = BackMsg()
            message.rerun_script.page_name = page
            tab.connection.send(message.SerializeToString())
            answer = ForwardMsg()
            while answer.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY or (
                answer.WhichOneof("type") != "script_finished"
            ):
                received = as_bytes(tab.connection.recv(20))
                answer = ForwardMsg.FromString(received)
                sent += received
    assert say("reflect.title").encode() in sent
    for told in (secret, secret.hex().encode(), hash_token(alice).encode()):
        assert told not in sent


def test_signing_out_ends_an_open_tab_at_its_next_run(running_app, alice):
    with open_tab(running_app, alice) as tab:
        assert SIGNED_OUT not in tab.run().texts
        accounts.sign_out(running_app.ctx, alice)
        shown = tab.run("my-weeks")
    assert shown.texts[0] == SIGNED_OUT
    assert not shown.widgets


def test_signing_out_everywhere_ends_the_other_tab_too(running_app, alice):
    other = token_of(running_app.ctx, "alice")
    with open_tab(running_app, alice) as here, open_tab(running_app, other) as there:
        here.run()
        there.run()
        me = accounts.viewer_of_token(running_app.ctx, alice)
        accounts.sign_out_everywhere(running_app.ctx, me)
        assert SIGNED_OUT in here.run().texts
        assert SIGNED_OUT in there.run().texts


def test_two_tabs_of_one_browser_work_side_by_side(running_app, alice):
    with open_tab(running_app, alice) as one, open_tab(running_app, alice) as two:
        first, second = one.run("check-in"), two.run("my-weeks")
    assert first.session_id != second.session_id
    assert SIGNED_OUT not in first.texts + second.texts


def test_one_can_resume_ones_own_tab(running_app, alice):
    with open_tab(running_app, alice) as tab:
        session = tab.run().session_id
    with open_tab(running_app, alice, resume=session) as again:
        assert again.run().session_id == session


@pytest.mark.parametrize("connected", [True, False])
def test_nobody_resumes_the_tab_of_somebody_else(running_app, alice, connected):
    bob = token_of(running_app.ctx, "bob")
    with open_tab(running_app, alice) as tab:
        session = tab.run().session_id
        if connected:
            with open_tab(running_app, bob, resume=session) as other:
                assert other.run().session_id != session
    with open_tab(running_app, bob, resume=session) as other:
        assert other.run().session_id != session
    assert refusal(running_app, resume=session) == 403


def test_a_tab_is_not_resumed_under_a_later_sign_in(running_app, alice):
    with open_tab(running_app, alice) as tab:
        session = tab.run().session_id
    later = token_of(running_app.ctx, "alice")
    with open_tab(running_app, later, resume=session) as again:
        assert again.run().session_id != session


def upload_path(tab) -> str:
    """Ask for an address to upload to, although no page shows an uploader."""
    session = tab.run().session_id
    message = BackMsg()
    message.file_urls_request.request_id = "r"
    message.file_urls_request.file_names.append("x.bin")
    message.file_urls_request.session_id = session
    tab.connection.send(message.SerializeToString())
    while True:
        answer = ForwardMsg.FromString(tab.connection.recv(20))
        if answer.WhichOneof("type") == "file_urls_response":
            return answer.file_urls_response.file_urls[0].upload_url


def test_nothing_is_uploaded_without_a_session(running_app, web, alice):
    with open_tab(running_app, alice) as tab:
        path = upload_path(tab)
        web.get("/_stcore/health")
        token = web.cookies.get("_streamlit_xsrf", "")
        answer = web.put(path, files={"f": b"x" * 1000}, headers={"X-Xsrftoken": token})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/host-config",
        "/_stcore/allowed-message-origins",
        "/media/0123456789abcdef.png",
        "/component/x/index.html",
        "/my/data.zip",
        "/session",
        "/check-in",
        "/",
    ],
)
def test_the_real_app_answers_no_stranger(web, path):
    answer = web.get(path)
    assert answer.status_code in {401, 404}
    assert "streamlit" not in answer.text.lower()


TRICKS = [
    "/static/../../app.py",
    "/static/..%2f..%2fapp.py",
    "/static/%2e%2e/%2e%2e/%2e%2e/app.py",
    "/static//etc/passwd",
    "/static/%2fetc%2fpasswd",
    "/static/..%5c..%5capp.py",
    "/static/%00",
    "/static/js/%2e%2e/index.html%00.js",
    "/assets/../sign_in.py",
    "/assets/%2e%2e/sign_in.py",
    "/assets/..%2fsign_in.py",
    "//etc/passwd",
    "/sign-in/../my/data.zip",
    "/sign-in/%2e%2e/my/data.zip",
    "/static/../_stcore/metrics",
    "/static/%2e%2e/_stcore/metrics",
    "/static/%2e%2e/media/x",
]


@pytest.mark.parametrize("path", TRICKS)
def test_no_path_leads_out_of_what_is_served(running_app, path):
    # A plain socket sends the path as it is: clients tidy it up.
    status, body = raw_get(running_app, path)
    # For a file that it does not have, Streamlit sends its own empty front page.
    assert status in {400, 401, 404, 405}, body
    for secret in ("root:", "process_cpu", "PK\x03", "Riverside", "MIDDLEWARE"):
        assert secret not in body


def raw_get(app, path: str) -> tuple[int, str]:
    with socket.create_connection(("127.0.0.1", app.port), timeout=20) as line:
        host = app.url.removeprefix("http://")
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        line.sendall(request.encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.decode("latin-1").partition("\r\n\r\n")
    return int(head.split()[1]), body


@pytest.mark.usefixtures("running_app")
def test_the_real_app_says_the_same_headers_everywhere(web, alice):
    cookie = {"cookie": f"wellbeing={alice}"}
    index = web.get("/check-in", headers={**cookie, "accept": "text/html"})
    [script] = [part.split('"')[0] for part in index.text.split('src="./')[1:2]]
    paths = [
        "/sign-in",
        f"/{script}",
        "/_stcore/health",
        "/_stcore/metrics",
        "/nothing",
    ]
    for path in paths:
        for headers in ({}, cookie):
            answer = web.get(path, headers=headers)
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "'unsafe-inline'" not in script_rule(answer)


def script_rule(answer) -> str:
    rules = answer.headers["content-security-policy"].split(";")
    [rule] = [r for r in rules if r.strip().startswith("script-src")]
    return rule


def test_signing_in_over_the_wire_opens_the_app(running_app, web):
    form = web.get("/sign-in", headers={"accept": "text/html"}).text
    proof = form.split('name="proof" value="')[1].split('"')[0]
    fields = {"proof": proof, "email": email_of("bob"), "password": PASSWORD}
    answer = web.post("/sign-in", data=fields, headers={"origin": running_app.url})
    assert answer.status_code == 303
    with open_tab(running_app, web.cookies["wellbeing"]) as tab:
        assert say("check_in.title") in tab.run().texts


@pytest.mark.slow
def test_a_kill_and_a_new_start_keep_people_signed_in(fresh_app):
    alice = token_of(fresh_app.ctx, "alice")
    with open_tab(fresh_app, alice) as tab:
        tab.run()
    fresh_app.kill()
    fresh_app.start()
    cookie = {"cookie": f"wellbeing={alice}"}
    assert httpx2.get(f"{fresh_app.url}/session", headers=cookie).status_code == 204
    with open_tab(fresh_app, alice) as tab:
        assert say("check_in.title") in tab.run("check-in").texts
