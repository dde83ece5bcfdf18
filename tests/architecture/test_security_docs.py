"""What the threat model and the ASVS table claim is there, and none is left out."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = [ROOT / "docs/threat_model.md", ROOT / "docs/asvs.md"]
# Requirements of levels 1 and 2 of ASVS 4.0.3, by section.
REQUIRED = """
1.1.1-7 1.2.1-4 1.4.1/4-5 1.5.1-4 1.6.1-4 1.7.1-2 1.8.1-2 1.9.1-2 1.10.1 1.11.1-2 1.12.2
1.14.1-6 2.1.1-12 2.2.1-3 2.3.1-3 2.4.1-5 2.5.1-7 2.6.1-3 2.7.1-6 2.8.1-7 2.9.1-3
2.10.1-4 3.1.1 3.2.1-4 3.3.1-4 3.4.1-5 3.5.1-3 3.7.1 4.1.1-3/5 4.2.1-2 4.3.1-3 5.1.1-5
5.2.1-8 5.3.1-10 5.4.1-3 5.5.1-4 6.1.1-3 6.2.1-6 6.3.1-2 6.4.1-2 7.1.1-4 7.2.1-2
7.3.1/3-4 7.4.1-3 8.1.1-4 8.2.1-3 8.3.1-8 9.1.1-3 9.2.1-4 10.2.1-2 10.3.1-3 11.1.1-8
12.1.1-3 12.2.1 12.3.1-6 12.4.1-2 12.5.1-2 12.6.1 13.1.1/3-5 13.2.1-3/5-6 13.3.1-2
13.4.1-2 14.1.1-4 14.2.1-6 14.3.2-3 14.4.1-7 14.5.1-4
"""
STATES = {"met", "not applicable", "open"}
ROW = re.compile(r"(?m)^\| ([0-9., ]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$")
TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
FILE = re.compile(r"`([\w./@-]+(?:/[\w.@-]+|\.toml|\.lock|Makefile))`")


def required() -> Iterator[str]:
    for part in REQUIRED.split():
        section, _, numbers = part.rpartition(".")
        for run in numbers.split("/"):
            first, _, last = run.partition("-")
            for number in range(int(first), int(last or first) + 1):
                yield f"{section}.{number}"


def test_every_requirement_of_levels_one_and_two_is_answered_once():
    rows = ROW.findall(DOCS[1].read_text(encoding="utf-8"))
    answered = Counter(n for row in rows for n in row[0].split(", "))
    wanted = Counter(required())
    assert wanted.total() == 259
    assert answered - wanted == Counter()
    assert wanted - answered == Counter()
    assert {row[2] for row in rows} == STATES


@pytest.mark.parametrize("document", DOCS, ids=lambda file: file.name)
def test_every_test_and_file_that_is_named_is_there(document):
    text = document.read_text(encoding="utf-8")
    missing = [
        f"{file}::{name}"
        for file, name in TEST.findall(text)
        if not (ROOT / "tests" / file).is_file()
        or f"def {name}(" not in (ROOT / "tests" / file).read_text(encoding="utf-8")
    ]
    missing += [
        name
        for name in FILE.findall(text)
        if not (ROOT / name).exists() and not (ROOT / "tests" / name).exists()
    ]
    assert not missing
    assert TEST.findall(text)
