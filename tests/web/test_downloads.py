"""Downloads of one's own data: for whom, and nobody else's in them."""

import csv
import io
import json
import zipfile

import pytest

from tests.servers import ROLES, email_of, viewer_named
from tests.web.conftest import Browser
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.indicators import Indicator
from wellbeing.services import accounts, check_ins

FOR_CLINICIANS = ["/my/weeks.csv", "/my/chart/overall.png"]
FILES = {
    "about_me.json",
    "README.md",
    "check_ins.csv",
    "check_ins.json",
    "weeks.csv",
    "audit_record.json",
}


@pytest.fixture
def answered(ctx):
    """Alice and bob have checked in this week, with different answers."""
    for name, value in (("alice", 1), ("bob", 3)):
        viewer = viewer_named(ctx, name)
        form = check_ins.check_in_form(ctx, viewer)
        fields = {q.id: value for q in form.questions}
        check_ins.keep(ctx, viewer, form.week, fields)
        check_ins.save(ctx, viewer, form.week, Kind.FULL)


def archive_of(browser: Browser) -> zipfile.ZipFile:
    answer = browser.client.get("/my/data.zip")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


@pytest.mark.parametrize("path", FOR_CLINICIANS)
@pytest.mark.parametrize("name", [n for n in ROLES if n not in {"alice", "bob"}])
def test_weeks_are_refused_to_who_is_no_clinician(browser_of, path, name):
    answer = browser_of(name).client.get(path)
    assert answer.status_code == 403
    assert "content-disposition" not in answer.headers


@pytest.mark.parametrize("path", [*FOR_CLINICIANS, "/my/data.zip"])
def test_nothing_is_downloaded_without_a_session(browser, path):
    assert browser.client.get(path).status_code == 401


@pytest.mark.parametrize("path", [*FOR_CLINICIANS, "/my/data.zip"])
@pytest.mark.usefixtures("answered")
def test_a_download_stops_working_the_moment_one_signs_out(browser_of, ctx, path):
    alice = browser_of("alice")
    assert alice.client.get(path).status_code == 200
    accounts.sign_out(ctx, alice.token)
    assert alice.client.get(path).status_code == 401


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.usefixtures("answered")
def test_everybody_gets_what_is_stored_about_them_and_nobody_else(
    browser_of, ctx, name
):
    archive = archive_of(browser_of(name))
    everything = b"".join(archive.read(each) for each in archive.namelist())
    about = json.loads(archive.read("about_me.json"))
    assert about["email"] == email_of(name)
    assert about["roles"] == [ROLES[name]]
    for other in set(ROLES) - {name}:
        assert email_of(other).encode() not in everything
        assert f'"{other.capitalize()}"'.encode() not in everything
        person = viewer_named(ctx, other).person_id
        assert person.hex.encode() not in everything.replace(b"-", b"")


@pytest.mark.usefixtures("answered")
def test_an_archive_holds_no_token_and_no_password(browser_of, ctx):
    alice = browser_of("alice")
    archive = archive_of(alice)
    everything = b"".join(archive.read(each) for each in archive.namelist())
    viewer = accounts.viewer_of_token(ctx, alice.token)
    for secret in (str(alice.token), viewer.session, "argon2"):
        assert secret.encode() not in everything


@pytest.mark.usefixtures("answered")
def test_every_file_of_an_archive_can_be_read(browser_of):
    archive = archive_of(browser_of("alice"))
    assert archive.testzip() is None
    assert set(archive.namelist()) == FILES
    for name in FILES:
        content = archive.read(name).decode("utf-8")
        if name.endswith(".json"):
            json.loads(content)
        if name.endswith(".csv"):
            [header, row] = csv.reader(io.StringIO(content))
            assert len(header) == len(row) == len(set(header))


@pytest.mark.usefixtures("answered")
def test_an_archive_holds_ones_own_answers(browser_of):
    [alice] = json.loads(archive_of(browser_of("alice")).read("check_ins.json"))
    [bob] = json.loads(archive_of(browser_of("bob")).read("check_ins.json"))
    answers = [a["value"] for a in alice["answers"].values() if a["missing"] is None]
    assert set(answers) == {1}
    others = [a["value"] for a in bob["answers"].values() if a["missing"] is None]
    assert set(others) == {3}


def test_who_is_no_clinician_has_no_check_ins_in_the_archive(browser_of):
    assert set(archive_of(browser_of("ada")).namelist()) == {
        "about_me.json",
        "README.md",
        "audit_record.json",
    }


@pytest.mark.usefixtures("answered")
def test_the_weeks_come_as_one_line_a_week(browser_of):
    answer = browser_of("alice").client.get("/my/weeks.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert row["week"] == "2026-W47"
    assert {i.value for i in Indicator} <= set(row)


@pytest.mark.usefixtures("answered")
def test_nobody_elses_weeks_can_be_named(browser_of, ctx):
    bob = viewer_named(ctx, "bob").person_id
    alice = browser_of("alice").client
    plain = alice.get("/my/weeks.csv").text
    for question in (f"?person={bob}", f"?person_id={bob}", f"?viewer={bob}"):
        assert alice.get(f"/my/weeks.csv{question}").text == plain
    assert alice.get(f"/my/weeks.csv/{bob}").status_code == 404


@pytest.mark.parametrize("path", [*FOR_CLINICIANS, "/my/data.zip"])
@pytest.mark.usefixtures("answered")
def test_a_download_is_a_file_that_no_cache_keeps(browser_of, path):
    headers = browser_of("alice").client.get(path).headers
    assert headers["content-disposition"].startswith('attachment; filename="wellbeing_')
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("period", ["half_year", "year", "all"])
@pytest.mark.usefixtures("answered")
def test_a_chart_is_a_picture(browser_of, period):
    path = f"/my/chart/compassion_fatigue.png?period={period}"
    answer = browser_of("alice").client.get(path)
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG\r\n\x1a\n")
    assert answer.content.endswith(b"IEND\xaeB`\x82")


def test_there_is_a_picture_before_the_first_check_in(browser_of):
    answer = browser_of("alice").client.get("/my/chart/overall.png")
    assert answer.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path",
    [
        "/my/chart/happiness.png",
        "/my/chart/overall.svg",
        "/my/chart/..%2f..%2fetc%2fpasswd.png",
        "/my/chart/%00.png",
        "/my/chart/overall.png?period=None",
        "/my/chart/overall.png?period=../../x",
        "/my/other.zip",
        "/my/",
    ],
)
def test_what_is_no_download_is_not_found(browser_of, path):
    assert browser_of("alice").client.get(path).status_code == 404
