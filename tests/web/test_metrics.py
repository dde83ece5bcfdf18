"""``/metrics``: for whom it is, and that it tells nothing of anybody."""

import random
import re

import httpx2
import pytest
from starlette.testclient import TestClient

from tests.servers import ROLES, token_of
from tests.web.conftest import HOME, PUBLIC, Browser, restart
from wellbeing.services import closing
from wellbeing.settings import SettingsError, read_settings
from wellbeing.storage.schema import HOUSE, move
from wellbeing.web import app, counting, metrics
from wellbeing.web.counting import HOUR, LEAST_LUMP, MOST_LUMP, Counts, Lumps

HERE = ("127.0.0.1", 40000)
TOKEN = "t" * 43
LINE = re.compile(
    r"# (HELP|TYPE) wellbeing_\w+ .+"
    r"|wellbeing_\w+(\{\w+=\"[^\"]*\"(,\w+=\"[^\"]*\")*\})? -?\d+(\.\d+)?"
)


@pytest.fixture
def counts(monkeypatch):
    """Counts of this test alone, in lumps of five."""
    made = Counts(draw=lambda _below: 0)
    monkeypatch.setattr(counting, "LEAST_LUMP", 5)
    for module in (metrics, counting):
        monkeypatch.setattr(module, "COUNTS", made)
    monkeypatch.setattr(app.MIDDLEWARE[0], "kwargs", {"counts": made, **KNOWN})
    monkeypatch.setattr(metrics, "HEALTH", metrics.Health())
    return made


KNOWN = dict(app.MIDDLEWARE[0].kwargs)


def collector(home=HOME, client=HERE) -> TestClient:
    """What collects figures on this machine: no browser, no cookie."""
    whole = Browser(home).client.app
    return TestClient(whole, base_url=home, client=client, headers={"accept": "*/*"})


def figures(text) -> dict[str, float]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (s.rsplit(" ", 1) for s in lines)}


@pytest.mark.usefixtures("ctx")
def test_a_program_on_this_machine_reads_figures_in_the_known_format():
    answer = collector().get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.text.endswith("\n")
    assert [s for s in answer.text.splitlines() if not LINE.fullmatch(s)] == []
    assert figures(answer.text)["wellbeing_database_up"] == 1


@pytest.mark.parametrize("name", [None, *ROLES])
def test_nobody_who_uses_the_app_reads_them(ctx, name):
    web = collector()
    if name:
        web.cookies.set("wellbeing", token_of(ctx, name), domain="127.0.0.1")
        assert web.get("/metrics").status_code == 404
    for browser in (Browser(), Browser()):
        if name:
            browser.token = token_of(ctx, name)
        answer = browser.open("/metrics")
        assert answer.status_code == 404
        assert "wellbeing_" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "127.0.0.1"},
        {"x-real-ip": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"via": "1.1 somewhere"},
        {"origin": HOME},
        {"host": "wellbeing.example.org"},
        {"host": "evil.example"},
    ],
)
@pytest.mark.usefixtures("ctx")
def test_what_comes_through_a_proxy_or_a_browser_is_refused(headers):
    assert collector().get("/metrics", headers=headers).status_code in {404, 421}


@pytest.mark.parametrize("peer", ["10.0.0.7", "203.0.113.9", "::2", "testclient"])
@pytest.mark.usefixtures("ctx")
def test_another_machine_is_refused(peer):
    assert collector(client=(peer, 1)).get("/metrics").status_code == 404


@pytest.fixture
def with_token(ctx, monkeypatch, tmp_path):  # noqa: ARG001 (first the fixture, then this)
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    file.chmod(0o600)
    monkeypatch.setenv("WELLBEING_METRICS_TOKEN", f"file://{file}")
    monkeypatch.setenv("WELLBEING_PUBLIC_URL", PUBLIC)
    restart()


@pytest.mark.usefixtures("with_token")
def test_with_a_token_it_is_asked_for_wherever_somebody_is():
    elsewhere = collector(PUBLIC, ("10.0.0.7", 1))
    for web in (collector(), elsewhere):
        for given in (None, "", TOKEN, "Bearer", f"Bearer {TOKEN}x", "Bearer é"):
            sent = {} if given is None else {b"authorization": given.encode()}
            assert web.get("/metrics", headers=sent).status_code == 404
        sent = {b"authorization": f"Bearer {TOKEN}".encode()}
        assert web.get("/metrics", headers=sent).status_code == 200


def test_a_token_that_can_be_guessed_is_refused(monkeypatch):
    monkeypatch.setenv("WELLBEING_METRICS_TOKEN", "short")
    with pytest.raises(SettingsError, match="at least 32"):
        read_settings()


@pytest.mark.usefixtures("ctx")
def test_a_public_address_lets_this_machine_ask_how_it_is_and_nothing_else(monkeypatch):
    monkeypatch.setenv("WELLBEING_PUBLIC_URL", PUBLIC)
    restart()
    web = collector()
    for path in ("/healthz", "/readyz", "/metrics"):
        assert web.get(path).status_code == 200
    assert web.get("/sign-in").status_code == 421


def an_hour_of_work(names, ctx, time, *, also=()):
    """Let people come, each with the same requests; return what is then shown."""
    browser = Browser()
    for name in (*names, *also):
        browser.token = token_of(ctx, name)
        for path in ("/check-in", "/my/weeks.csv", "/healthz"):
            browser.open(path)
    time.turn(hours=1)
    lines = collector().get("/metrics").text.splitlines()
    # How long each took is really measured, so it is not the same a second time.
    return [line for line in lines if "duration" not in line]


def test_the_figures_are_the_same_whether_or_not_one_person_comes(ctx, time, counts):
    others = ["bob"] * 6  # so that there is something to be seen
    shown = an_hour_of_work(others, ctx, time)
    assert any(lumps.shown[0] for lumps in counts.requests.values())
    time.turn(hours=-1)
    fresh = Counts(draw=counts.draw)
    for name in ("requests", "took", "hour"):
        setattr(counts, name, getattr(fresh, name))
    assert an_hour_of_work(others, ctx, time, also=["alice"]) == shown


def test_between_two_full_hours_nothing_moves(ctx, time, counts):
    before = collector().get("/metrics").text
    time.turn(minutes=30)
    for _ in range(3 * MOST_LUMP):
        counts.note(ctx.now(), "/session", 204, 0.01)
    assert collector().get("/metrics").text == before
    time.turn(minutes=30)
    assert collector().get("/metrics").text != before


def test_one_visit_moves_a_figure_in_few_of_all_cases():
    chance = random.Random(5)  # noqa: S311 (a seed makes it the same each time)
    moved = 0
    for _ in range(1000):
        lumps = Lumps(draw=chance.randrange)
        for _ in range(chance.randrange(5000)):
            lumps.add(0.01)
        before = lumps.full
        for _ in range(10):
            lumps.add(0.01)
        moved += lumps.full != before
    assert moved / 1000 < 10 / LEAST_LUMP


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/my/chart/burnout.png", "/my/chart/{indicator}.png"),
        ("/invitation/secret-token", "/invitation/{token}"),
        ("/calendar/secret-name.ics", "/calendar/{name:path}"),
        ("/check-in", "page"),
        ("/people?name=Alice", "page"),
    ],
)
def test_only_patterns_of_addresses_are_counted(ctx, counts, browser_of, path, route):
    browser_of("alice").open(path)
    assert {route for route, _ in counts.requests} == {route}
    assert ctx.now().timestamp() // HOUR == counts.hour


def test_no_figure_is_kept_by_person_team_or_screen(ctx, time, counts):
    shown = "".join(an_hour_of_work([*ROLES] * 3, ctx, time))
    assert "route=" in shown
    for word in ("alice", "bob", "North", "check-in", "people", "example.org"):
        assert word not in shown
    assert counts.requests.keys() <= {
        (route, status)
        for route in ("page", "/my/weeks.csv")
        for status in ("2xx", "3xx", "4xx")
    }


def test_jobs_the_last_close_and_the_newest_backup_are_told(ctx, monkeypatch, tmp_path):
    monkeypatch.setattr(metrics, "HEALTH", metrics.Health())
    folder = tmp_path / "backups"
    folder.mkdir()
    job = metrics.HEALTH.job("close")
    job.succeeded, job.failures = ctx.now(), 2
    (folder / ".wellbeing-1.part").touch()
    (folder / "wellbeing-secrets.json").touch()
    assert metrics.newest_backup(str(folder)) is None
    assert metrics.newest_backup(str(folder / "none")) is None
    (folder / "2026-11-16").touch()
    monkeypatch.setenv("WELLBEING_BACKUPS", str(folder))
    restart()
    found = figures(collector().get("/metrics").text)
    assert found['wellbeing_job_failures_total{job="close"}'] == 2
    said = found['wellbeing_job_success_timestamp_seconds{job="close"}']
    assert said == int(ctx.now().timestamp())
    assert found["wellbeing_last_backup_timestamp_seconds"] > 0
    assert "wellbeing_last_close_timestamp_seconds" not in found
    assert closing.last_closed(ctx) is None


def test_a_database_with_another_schema_is_told_and_the_figures_still_come(ctx):
    move(ctx.engine, "-1", down=True, schema=HOUSE)
    answer = collector().get("/metrics")
    assert answer.status_code == 200
    assert figures(answer.text)["wellbeing_database_up"] == 0


def test_a_request_that_fails_is_told_at_once_by_its_pattern(ctx, counts, browser_of):
    alice = browser_of("alice")
    with ctx.writing() as db:
        db.exec_driver_sql("ALTER TABLE draft RENAME TO gone")
    assert alice.open("/my/data.zip").status_code == 503
    assert counts.faults == {"/my/data.zip": 1}


@pytest.mark.slow
def test_the_running_app_answers_a_program_and_no_browser(running_app):
    url = f"{running_app.url}/metrics"
    assert httpx2.get(url).status_code == 200
    for name in ("dora", "alice"):
        cookies = {"wellbeing": token_of(running_app.ctx, name)}
        assert httpx2.get(url, cookies=cookies).status_code == 404
