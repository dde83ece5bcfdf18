"""A bundle as a whole: the same bytes, nothing that names anybody, and what it says."""

import csv
import hashlib
import io
import json
import re
from dataclasses import replace
from random import Random

import pytest

from tests.exports.invented import (
    KEY,
    LIGHT,
    MADE_ON,
    PLAN,
    bundle,
    members,
    participants,
    person_id,
)
from wellbeing.exports.extras import Extra
from wellbeing.instruments.errors import UnknownInstrumentError

ALL = frozenset(Extra)
DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{4}-?W\d{2}\b")
FILES = {
    "README.md",
    "LICENSE.txt",
    "CITATION.cff",
    "checksums.sha256",
    "codebook.csv",
    "codebook.json",
    "data/study-demostudy_type-responses_data.csv",
    "data/study-demostudy_type-scores_data.csv",
    "data/study-demostudy_type-wide_data.csv",
    "datapackage.json",
    "dataset_description.json",
    "report.json",
    "scripts/import.R",
    "scripts/import.do",
    "scripts/import.py",
    "scripts/import.sps",
}


def rows(files, name):
    return list(csv.DictReader(io.StringIO(files[name].decode())))


def of_tables(made):
    """Return the name and the text of every file that holds rows about people."""
    return {
        name: content.decode("utf-8", "replace")
        for name, content in made.files.items()
        if name.startswith(("data/", "extra/"))
    }


def test_a_bundle_holds_these_files(made):
    plain = {name for name in made.files if not name.startswith("extra/")}
    assert plain == FILES
    readme = made.files["README.md"].decode()
    assert all(f"`{name}`" in readme for name in set(made.files) - {"README.md"})


def test_the_same_people_in_any_order_give_the_same_bytes():
    people = participants(40)
    shuffled = people.copy()
    Random(5).shuffle(shuffled)  # noqa: S311 (an order that repeats)
    plan = replace(LIGHT, instruments=("who5",), attributes=PLAN.attributes)
    one, other = (bundle(p, plan, extras=ALL) for p in (people, shuffled))
    assert one[1] == other[1]
    assert hashlib.sha256(one[0]).digest() == hashlib.sha256(other[0]).digest()
    assert one[1].sha256 == hashlib.sha256(one[0]).hexdigest()


def test_the_checksums_are_those_of_the_files(made):
    lines = made.files["checksums.sha256"].decode().splitlines()
    sums = dict(reversed(line.split("  ", 1)) for line in lines)
    assert sums.keys() == made.files.keys() - {"checksums.sha256"}
    for name, digest in sums.items():
        assert hashlib.sha256(made.files[name]).hexdigest() == digest


def test_people_stand_in_the_order_of_their_pseudonyms(made):
    for name in FILES:
        if name.startswith("data/"):
            found = [row["participant_id"] for row in rows(made.files, name)]
            assert found == sorted(found)
            assert set(found) == made.report.members


def test_no_file_about_people_holds_an_identity_a_date_or_a_calendar_week(made):
    numbers = range(60)
    for name, text in of_tables(made).items():
        if name.endswith((".csv", ".parquet", ".sav")):
            assert not DATE.search(text), name
        assert not [n for n in numbers if str(person_id(n)) in text], name
        assert not [n for n in numbers if person_id(n).hex in text], name
        assert KEY.hex() not in text


def test_a_bundle_names_no_other_day_than_the_plan_and_its_own(made):
    known = {str(PLAN.from_week), str(PLAN.through_week)}
    known |= {PLAN.freeze_date.isoformat(), MADE_ON.isoformat()}
    for name, content in made.files.items():
        if not name.startswith("extra/"):
            found = set(DATE.findall(content.decode()))
            assert found <= known, name


def test_the_wide_file_says_nothing_that_the_long_ones_do_not(made):
    wide = {
        (row["participant_id"], row["block"]): row
        for row in rows(made.files, "data/study-demostudy_type-wide_data.csv")
    }
    for table, column, value in (
        ("responses", "item_id", "value"),
        ("scores", "scale_id", "score"),
    ):
        for row in rows(made.files, f"data/study-demostudy_type-{table}_data.csv"):
            beside = wide[row["participant_id"], row["block"]]
            name = row[column]
            if table == "scores" and row["instrument_id"] == "weekly_questions":
                name = f"score_{name}"
            assert beside[name] == row[value]


def test_a_missing_value_has_a_reason_and_a_value_has_none(made):
    for table, value in (("responses", "value"), ("scores", "score")):
        for row in rows(made.files, f"data/study-demostudy_type-{table}_data.csv"):
            assert (row[value] == "") == (row["missing_reason"] != "")


def test_the_report_counts_what_is_there(made):
    report = json.loads(made.files["report.json"])
    for table, count in report["rows"].items():
        name = f"data/study-demostudy_type-{table}_data.csv"
        assert len(rows(made.files, name)) == count
    assert made.report.rows == report["rows"]["responses"]
    assert report["plan"]["purpose"] == PLAN.purpose
    assert {c["name"] for c in report["checks"]} == {c.name for c in made.report.checks}


def test_the_readme_says_how_it_was_made(made):
    readme = made.files["README.md"].decode()
    for words in (PLAN.title, PLAN.responsible, PLAN.told, "HMAC-SHA256", "0.1.0"):
        assert words in readme
    assert "EX-2026/17 \\| amended" in readme
    assert "{{" not in readme
    assert "pseudonymised data, not anonymous" in readme


def test_every_column_stands_in_the_codebook_and_nothing_else_does(made):
    codebook = rows(made.files, "codebook.csv")
    for table in ("responses", "scores", "wide"):
        first = made.data(table).read_text("utf-8").split("\n", 1)[0]
        assert first.split(",") == [
            r["variable"] for r in codebook if r["table"] == table
        ]
    assert all(row["label"] and row["type"] for row in codebook)
    assert all(len(row["variable"]) <= 32 for row in codebook)


def test_values_lie_where_the_codebook_says(made):
    codebook = json.loads(made.files["codebook.json"])["tables"]["wide"]["columns"]
    for row in rows(made.files, "data/study-demostudy_type-wide_data.csv"):
        for column in codebook:
            text = row[column["name"]]
            if text and column["type"] != "string":
                assert column["lowest"] <= float(text) <= column["highest"]
            elif column["type"] == "string" and column.get("labels"):
                assert text in column["labels"]


def test_no_wording_of_a_published_item_is_in_the_codebook(made):
    for row in rows(made.files, "codebook.csv"):
        if row["variable"].startswith(("proqol5_", "who5_")) and row["reversed"]:
            assert re.search(r": item \d+ of the sheet \(", row["label"])
            assert "The wording belongs to" in row["source"]
            assert not row["value_labels"]


def test_progress_goes_from_nothing_to_all():
    told: list[float] = []
    bundle(participants(34), LIGHT, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1


def test_an_instrument_that_is_not_shipped_stops_it_before_anything_is_written():
    out = io.BytesIO()
    with pytest.raises(UnknownInstrumentError):
        bundle(participants(34), replace(LIGHT, instruments=("nothing",)), out=out)
    assert out.getvalue() == b""


def test_a_study_of_one_question_or_of_one_instrument_is_a_bundle_too():
    people = participants(60)
    for plan in (
        replace(LIGHT, items=("rest",)),
        replace(LIGHT, items=(), instruments=("who5",)),
        replace(LIGHT, items=(), context=("days_off",)),
    ):
        data, report = bundle(people, plan, extras=frozenset({Extra.REDCAP}))
        assert report.rows > 0
        assert members(data)["README.md"]
