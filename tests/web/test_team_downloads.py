"""Downloads of team trends: for whom, what is in them, and that they do not change."""

import csv
import io
import re
from uuid import uuid4

import pytest

from tests.released import PERIODS, Releases
from tests.servers import viewer_named
from wellbeing.charts import child, typeset
from wellbeing.domain.people import Role
from wellbeing.privacy.bands import Band
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.services import accounts, people
from wellbeing.storage import people_queries
from wellbeing.storage.release_engine import Door

B30, B70, LOW = Band(30, 40), Band(70, None), Band(None, 30)
CSV, PDF = "/team/trends.csv", "/team/trends.pdf"
COLUMNS = (
    "first_week,last_week,unit,indicator,direction,lower,upper,people,withheld,"
    "least_people,rules_version"
)
needs_typst = pytest.mark.skipif(
    not typeset.pdf_is_possible(), reason="needs requirements-pdf.lock"
)


@pytest.fixture
def ada(ctx):
    return viewer_named(ctx, "ada")


@pytest.fixture
def teams(ctx, ada):
    """North, which dora leads and alice works in, and South, which is nobody's."""
    people.add_team(ctx, ada, "South")
    return {team.name: team.team_id for team in people.all_teams(ctx, ada)}


@pytest.fixture
def releases(ctx, ada, teams):
    made = Releases(ctx, ada.clinic_id)
    made.quarter({teams["North"]: "North"}, {teams["South"]: "South"})
    made.close(B30)
    return made


@pytest.fixture
def north(teams):
    return f"?team={teams['North']}"


def table(answer):
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


@pytest.mark.parametrize("path", [CSV, PDF])
@pytest.mark.usefixtures("releases")
def test_nothing_is_downloaded_without_a_session(browser, path, north):
    assert browser.client.get(path + north).status_code == 401


@pytest.mark.parametrize("path", [CSV, PDF])
@pytest.mark.parametrize("who", ["ada", "rita", "dora", "alice"])
@pytest.mark.usefixtures("releases")
def test_a_team_that_is_not_theirs_is_answered_like_one_that_is_not_there(
    browser_of, teams, path, who
):
    client = browser_of(who).client
    asked = [
        str(teams["South"]),
        str(uuid4()),
        "",
        "North",
        "../../x",
        "\x00",
        "é" * 40,
    ]
    answers = [client.get(path, params={"team": team}) for team in asked]
    answers.append(client.get(path))
    assert {a.status_code for a in answers} == {404}
    assert len({a.text for a in answers}) == 1
    assert not [a for a in answers if "content-disposition" in a.headers]


@pytest.mark.parametrize("path", [CSV, PDF])
@pytest.mark.parametrize("who", ["ada", "rita"])
@pytest.mark.usefixtures("releases")
def test_who_neither_leads_nor_works_there_gets_nothing(browser_of, north, path, who):
    assert browser_of(who).client.get(path + north).status_code == 404


@pytest.mark.usefixtures("releases")
def test_a_download_stops_working_with_the_seat(browser_of, ctx, ada, north):
    dora = browser_of("dora")
    assert dora.client.get(CSV + north).status_code == 200
    key = ada.clinic_id, viewer_named(ctx, "dora").person_id
    with ctx.writing() as db:
        people_queries.set_leads(db, *key, [])
    assert dora.client.get(CSV + north).status_code == 404
    accounts.sign_out(ctx, dora.token)
    assert dora.client.get(CSV + north).status_code == 401


@pytest.mark.usefixtures("releases")
def test_an_administrator_who_leads_gets_nothing(browser_of, ctx, ada, north):
    key = ada.clinic_id, viewer_named(ctx, "dora").person_id
    with ctx.writing() as db:
        people_queries.set_roles(db, *key, [Role.LEAD, Role.ADMINISTRATOR])
    assert browser_of("dora").client.get(CSV + north).status_code == 404


@pytest.mark.usefixtures("releases")
def test_lead_and_member_get_the_same_bytes(browser_of, north):
    first, second = (browser_of(n).client.get(CSV + north) for n in ("dora", "alice"))
    assert first.content == second.content
    assert first.headers["content-type"].startswith("text/csv")
    assert (
        first.headers["content-disposition"]
        == 'attachment; filename="wellbeing_team_trends.csv"'
    )
    assert first.headers["cache-control"] == "no-store"


def test_the_csv_holds_exactly_what_was_released(browser_of, releases, north):
    releases.close(LOW)
    releases.close(B70, people="13+")
    rows = table(browser_of("dora").client.get(CSV + north))
    assert len(rows) == 3 * len(TEAM_INDICATORS)
    assert {row["unit"] for row in rows} == {"North"}
    shown = [(r["lower"], r["upper"], r["people"], r["withheld"]) for r in rows]
    assert sorted(set(shown)) == [
        ("0", "30", "8-12", ""),
        ("30", "40", "8-12", ""),
        ("70", "100", "13+", ""),
    ]
    weeks = sorted({(r["first_week"], r["last_week"]) for r in rows})
    assert weeks == [(str(p.first_week), str(p.last_week)) for p in PERIODS[:3]]
    assert {r["rules_version"] for r in rows} == {"1"}
    burnout = next(r for r in rows if r["indicator"] == "burnout")
    assert burnout["direction"] == "higher_is_harder"


def test_the_csv_is_as_rfc_4180_says(browser_of, releases, north):
    releases.close(None)
    content = browser_of("dora").client.get(CSV + north).content
    lines = content.decode().split("\r\n")
    assert lines[0] == COLUMNS
    assert lines[-1] == ""
    assert "\n" not in "".join(lines)


def test_what_is_withheld_is_empty_with_its_reason(browser_of, releases, north):
    releases.close(None)
    releases.close(B30, rules_version="0")
    rows = table(browser_of("dora").client.get(CSV + north))
    hidden = [row for row in rows if row["withheld"]]
    assert len(hidden) == 2 * len(TEAM_INDICATORS)
    assert {r["withheld"] for r in hidden} == {"not_enough", "unknown_rules"}
    assert {(r["lower"], r["upper"], r["people"]) for r in hidden} == {("", "", "")}
    unknown = [r for r in hidden if r["withheld"] == "unknown_rules"]
    assert {r["rules_version"] for r in unknown} == {""}


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\uff1d1"])
def test_a_team_name_is_no_formula(browser_of, ctx, ada, teams, north, name):
    releases = Releases(ctx, ada.clinic_id)
    releases.quarter({teams["North"]: name})
    releases.close(B30)
    rows = table(browser_of("dora").client.get(CSV + north))
    assert {row["unit"] for row in rows} == {f"'{name}"}


def test_a_shared_picture_is_named_after_all_its_teams(
    browser_of, ctx, ada, teams, north
):
    releases = Releases(ctx, ada.clinic_id)
    releases.quarter({teams["North"]: 'North, "old"', teams["South"]: "South"})
    releases.close(B30)
    rows = table(browser_of("dora").client.get(CSV + north))
    assert {row["unit"] for row in rows} == {'North, "old"; South'}


def test_a_csv_before_the_first_close_has_its_head_only(browser_of, north):
    assert browser_of("dora").client.get(CSV + north).text == COLUMNS + "\r\n"


@pytest.mark.parametrize("path", [CSV, pytest.param(PDF, marks=needs_typst)])
def test_a_file_is_the_same_to_the_byte_until_the_next_close(
    browser_of, releases, north, time, path
):
    client = browser_of("dora").client
    first = client.get(path + north).content
    time.turn(hours=3)
    assert client.get(path + north).content == first
    releases.close(B30)
    assert client.get(path + north).content != first


@pytest.mark.usefixtures("releases")
def test_without_a_door_a_calm_sentence_is_the_answer(browser_of, ctx, north):
    door = ctx.door
    object.__setattr__(ctx, "door", Door(None))
    answer = browser_of("dora").client.get(CSV + north)
    object.__setattr__(ctx, "door", door)
    assert answer.status_code == 503
    assert "not set up here yet" in answer.text
    assert "WELLBEING" not in answer.text


@needs_typst
@pytest.mark.slow
def test_the_pdf_is_one_tagged_page_that_names_nobody(browser_of, releases, north):
    releases.close(None)
    releases.close({**dict.fromkeys(TEAM_INDICATORS, LOW)})
    answer = browser_of("dora").client.get(PDF + north)
    assert answer.headers["content-type"] == "application/pdf"
    assert (
        answer.headers["content-disposition"]
        == 'attachment; filename="wellbeing_team_trends.pdf"'
    )
    body = answer.content
    assert body.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", body)) == 1
    for part in (b"/StructTreeRoot", b"/MarkInfo", b"pdfuaid:part", b"/Lang"):
        assert part in body
    for time_or_person in (
        b"CreationDate",
        b"ModDate",
        b"CreateDate",
        b"Dora",
        b"Alice",
    ):
        assert time_or_person not in body


@needs_typst
def test_there_is_no_pdf_before_the_first_close(browser_of, north):
    assert browser_of("dora").client.get(PDF + north).status_code == 404


@pytest.mark.usefixtures("releases")
def test_without_the_pdf_extra_the_answer_says_what_to_do(
    browser_of, north, monkeypatch
):
    monkeypatch.setattr(typeset, "find_spec", lambda _name: None)
    answer = browser_of("dora").client.get(PDF + north)
    assert answer.status_code == 503
    assert "requirements-pdf.lock" in answer.text


@needs_typst
@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["#panic() $x$ [b] <script>", 'quote " and \\u{41}', "Südstadt, 北 & Дом"]
)
def test_a_hostile_or_foreign_team_name_stays_text(
    browser_of, ctx, ada, teams, north, name
):
    releases = Releases(ctx, ada.clinic_id)
    releases.quarter({teams["North"]: name, teams["South"]: "S" * 120})
    releases.close(B30)
    answer = browser_of("dora").client.get(PDF + north)
    assert answer.content.startswith(b"%PDF-"), answer.text


@needs_typst
@pytest.mark.usefixtures("releases")
def test_a_page_that_takes_too_long_is_given_up(browser_of, north, monkeypatch):
    monkeypatch.setattr(child, "LONGEST_WAIT", 0.01)
    answer = browser_of("dora").client.get(PDF + north)
    assert answer.status_code == 503
    assert "Try again" in answer.text
