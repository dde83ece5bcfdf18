"""The sample files stand in their catalogue and read as it says."""

import re
from pathlib import Path

import pytest

from tests.unit.test_imports_questions import QUESTIONS
from wellbeing.domain.weeks import Week
from wellbeing.imports.check_ins import read_check_ins, to_check_in, write_check_ins
from wellbeing.imports.people import read_people
from wellbeing.imports.problems import Refused, report

DATA = Path(__file__).parents[2] / "data"
CATALOGUE = (DATA / "README.md").read_text(encoding="utf-8")
_ENTRY = re.compile(r"^\| `(samples/[^`]+)` \|[^|]+\|[^|]+\| ([^|]+) \|$", re.MULTILINE)
_REPORT = re.compile(r"^`(samples/[^`]+)`:\n\n```\n([^`]*)```$", re.MULTILINE)
ENTRIES = dict(_ENTRY.findall(CATALOGUE))
REPORTS = dict(_REPORT.findall(CATALOGUE))
TODAY = Week(2026, 47)


def read(name):
    data = (DATA / name).read_bytes()
    if name.startswith("samples/people"):
        return read_people(data)
    return read_check_ins(data, QUESTIONS, TODAY)


def count(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def told(name):
    found = read(name)
    if isinstance(found, Refused):
        return f"refused, {count(found.total, 'problem')}"
    people = name.startswith("samples/people")
    rows = f"{len(found.rows)} people" if people else count(len(found.rows), "check-in")
    return f"{rows}, {count(len(found.notes), 'note')}"


def tables():
    """Return the sample files of people and check-ins."""
    return [path for path in (DATA / "samples").iterdir() if path.is_file()]


def test_every_sample_stands_in_the_catalogue_and_nothing_else_does():
    files = {f"samples/{path.name}" for path in tables()}
    assert ENTRIES.keys() == files


@pytest.mark.parametrize("name", ENTRIES)
def test_a_sample_reads_as_the_catalogue_says(name):
    assert told(name) == ENTRIES[name]


def test_the_catalogue_shows_the_reports_of_the_refused_samples():
    refused = {name for name, gives in ENTRIES.items() if gives.startswith("refused")}
    assert REPORTS.keys() == refused
    for name in refused:
        found = read(name)
        assert isinstance(found, Refused)
        assert REPORTS[name].splitlines() == report(found.problems, found.total)


def test_everybody_in_the_samples_is_invented():
    for path in tables():
        hosts = set(re.findall(r"@([\w.-]+)", path.read_text(encoding="utf-8")))
        assert hosts == {"example.org"}


def test_the_sample_of_a_download_is_what_the_program_writes():
    name = "samples/own_check_ins.csv"
    found = read(name)
    assert not isinstance(found, Refused)
    past = [to_check_in(row, QUESTIONS) for row in found.rows]
    noted = {row.week: row.tags for row in found.rows}
    written = write_check_ins(past, found.rows[0].email, noted)
    assert written == (DATA / name).read_bytes()
