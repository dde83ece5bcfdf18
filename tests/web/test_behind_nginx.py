"""Two processes behind the nginx of ``deploy/``: one goes, nobody is signed out."""

import os
import socket
import ssl
import time

import httpx2
import pytest
from websockets import Subprotocol
from websockets.sync.client import connect

from tests import nginx
from tests.clinic import PASSWORD
from tests.databases import copy_sqlite, sqlite_url
from tests.noise import faults
from tests.servers import RunningApp, email_of, free_port
from tests.sockets import Tab
from wellbeing.bootstrap import make_context
from wellbeing.content.load import say
from wellbeing.settings import ROOT, Settings, read_settings

pytestmark = pytest.mark.slow
OLD_AND_NEW = [
    ssl.TLSVersion.TLSv1,
    ssl.TLSVersion.TLSv1_1,
    ssl.TLSVersion.TLSv1_2,
    ssl.TLSVersion.TLSv1_3,
]


@pytest.fixture(scope="module")
def two(cast_template, tmp_path_factory):
    """Two processes on one database, and nginx in front of them."""
    if not nginx.is_there() and not os.environ.get("CI"):
        pytest.skip("needs nginx (Debian: apt-get install nginx-light)")
    folder = tmp_path_factory.mktemp("two")
    file = folder / "wellbeing.db"
    copy_sqlite(cast_template, file)
    ctx = make_context(Settings(database_url=sqlite_url(file)))
    port = free_port()
    settings = {
        "WELLBEING_PUBLIC_URL": f"https://{nginx.HOST}:{port}",
        "WELLBEING_PROXIES": "1",
    }
    apps = []
    for name in ("one", "two"):
        (folder / name).mkdir()
        app = RunningApp(
            port=free_port(), folder=folder / name, ctx=ctx, environment=settings
        )
        apps.append(app)
    try:
        for app in apps:
            app.start(host=f"{nginx.HOST}:{port}")
        with nginx.front_of([a.port for a in apps], port, folder / "front") as front:
            yield front, apps
    finally:
        for app in apps:
            app.kill()
        ctx.dispose()


def browser(front):
    return httpx2.Client(base_url=front.url, verify=front.trust, timeout=30)


def sign_in(client, name):
    client.get("/sign-in")
    shown = client.get("/sign-in").text
    proof = shown.split('name="proof" value="')[1].split('"')[0]
    given = {"email": email_of(name), "password": PASSWORD, "proof": proof}
    origin = {"origin": str(client.base_url).rstrip("/")}
    answer = client.post("/sign-in", data=given, headers=origin)
    assert answer.status_code == 303, answer.text
    return next(v for k, v in client.cookies.items() if k.endswith("wellbeing"))


def screen(front, token, page):
    with connect(
        f"wss://{nginx.HOST}:{front.port}/_stcore/stream",
        origin=front.url,
        additional_headers={"Cookie": f"__Host-wellbeing={token}"},
        subprotocols=[Subprotocol("streamlit"), Subprotocol("none")],
        ssl=front.trust,
        max_size=None,
        proxy=None,
    ) as socket:
        return Tab(connection=socket).run(page)


def test_a_person_stays_signed_in_whichever_process_is_there(two):
    front, apps = two
    with browser(front) as client:
        token = sign_in(client, "alice")
        assert say("support.title") in screen(front, token, "support").text
        for gone, other in (apps, apps[::-1]):
            gone.kill()
            assert other.alive
            for number in range(9):  # some of them are tried at the one that is gone
                unknown = client.get(f"/invitation/SECRET{number}")
                assert unknown.status_code == 404
            assert client.get("/session").status_code == 204
            assert say("support.title") in screen(front, token, "support").text
            gone.start(host=front.url.removeprefix("https://"))
        assert client.get("/my/data.zip").status_code == 200
    # Neither who came, nor when, nor by which secret address.
    assert "client" not in front.log
    assert "SECRET" not in front.log


def test_a_whole_clinic_can_come_at_once_from_one_address(two):
    front, _ = two
    with browser(front) as client:
        answers = [client.get("/sign-in").status_code for _ in range(150)]
    assert set(answers) == {200}


def test_nothing_listens_without_tls_and_cookies_are_for_this_host_alone(two):
    front, _ = two
    with browser(front) as client:
        answer = client.get("/sign-in")
        for cookie in answer.headers.get_list("set-cookie"):
            assert cookie.startswith("__Host-")
            assert "Secure" in cookie
            assert "HttpOnly" in cookie
        assert "max-age" in answer.headers["strict-transport-security"]
        assert answer.headers["server"] == "nginx"
    with httpx2.Client() as plain:
        answer = plain.get(f"http://{nginx.HOST}:{front.port}/sign-in")
        assert answer.status_code == 400


def handshake(front, version):
    """Speak one version of TLS alone; return what the server says to that."""
    only = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    only.check_hostname, only.verify_mode = False, ssl.CERT_NONE
    only.set_ciphers("ALL:@SECLEVEL=0")  # or this side would not speak the old ones
    only.minimum_version = only.maximum_version = version
    plain = socket.create_connection(("127.0.0.1", front.port), timeout=10)
    try:
        with plain, only.wrap_socket(plain) as line:
            return line.version()
    except ssl.SSLError as error:
        return error.reason


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_1_2_and_1_3_are_spoken_and_older_ones_refused_by_the_server(two):
    front, _ = two
    said = {version: handshake(front, version) for version in OLD_AND_NEW}
    assert list(said.values()) == [
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "TLSv1.2",
        "TLSv1.3",
    ]


def spoken(front, *parts, seconds=10):
    """Send bytes over TLS, a second and a half apart; return how it is answered."""
    plain = socket.create_connection(("127.0.0.1", front.port), timeout=seconds)
    with front.trust.wrap_socket(plain, server_hostname=nginx.HOST) as line:
        for number, part in enumerate(parts):
            time.sleep(1.5 * bool(number))
            try:
                line.sendall(part)
            except OSError:
                break
        try:
            return line.recv(4096).split(b"\r\n")[0].decode()
        except OSError:
            return ""


def test_what_is_too_long_too_large_or_too_slow_goes_no_further_than_nginx(two):
    front, apps = two
    host = f"Host: {nginx.HOST}:{front.port}\r\n".encode()
    get = b"GET /sign-in HTTP/1.1\r\n" + host
    post = b"POST /sign-in HTTP/1.1\r\n" + host + b"Content-Length: %d\r\n\r\n"
    long = b"GET /sign-in?" + b"y" * 9_000 + b" HTTP/1.1\r\n" + host + b"\r\n"
    assert " 414 " in spoken(front, long)
    assert " 400 " in spoken(front, get + b"X: " + b"y" * 9_000 + b"\r\n\r\n")
    assert " 413 " in spoken(front, post % 7_000_000)
    # Half of the headers, or half of a body, and then nothing: the line is cut.
    for slow in (get, post % 100 + b"half"):
        assert "200" not in spoken(front, slow, b"", b"")
    assert " 200 " in spoken(front, get + b"\r\n")
    assert not [app for app in apps if faults(app.log)]


def test_figures_are_for_this_machine_and_not_for_who_comes_through_the_proxy(two):
    front, apps = two
    with browser(front) as client:
        for host in (None, f"127.0.0.1:{apps[0].port}"):
            headers = {"host": host} if host else {}
            for path in ("/metrics", "/readyz"):
                assert client.get(path, headers=headers).status_code == 404
    for app in apps:
        for path in ("/metrics", "/readyz"):
            assert httpx2.get(f"{app.url}{path}").status_code == 200


DOORS = (
    *("/sign-in", "/sign-in/with/x", "/second-factor", "/recover", "/invitation/x"),
    *("/set-up/x", "/calendar/x.ics", "/reminders/stop/x", "/study/fetch"),
)
"""What answers somebody whom nobody knows."""


def test_a_flood_from_one_ipv6_network_is_limited_at_every_door(two):
    front, _ = two

    def ask(path, address):
        return client.get(path, headers={"x-from": address}).status_code

    with browser(front) as client:
        flood = [ask("/calendar/x", f"2001:db8:0:1::{n:x}") for n in range(1, 260)]
        assert 429 in flood
        for path in DOORS:
            again = (ask(path, f"2001:db8:0:1:{n}::1") for n in range(1, 40))
            assert 429 in again, path
        others = ("2001:db8:0:2::1", "2001:db8:1::1", "192.0.2.1", "192.0.2.2")
        assert 429 not in {ask("/calendar/x", address) for address in others}


def test_the_settings_file_is_understood_and_keys_stand_outside_the_code(monkeypatch):
    for line in (ROOT / "deploy/wellbeing.env").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            monkeypatch.setenv(name, value)
    found = read_settings()
    for folder in (found.study_keys, found.study_bundles):
        assert str(folder).startswith("/var/lib/wellbeing/")
