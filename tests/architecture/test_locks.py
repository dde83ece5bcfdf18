"""The lock files hold what the pins say, with hashes, and name no host."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = {
    "requirements.lock": ["requirements.txt"],
    "requirements-pdf.lock": ["requirements-pdf.txt"],
    "requirements-spss.lock": ["requirements-spss.txt"],
    "tests/requirements.lock": [
        "requirements-pdf.txt",
        "requirements-spss.txt",
        "tests/requirements.txt",
    ],
}
PIN = re.compile(r"(?m)^([A-Za-z0-9_.-]+)(?:\[[a-z]+\])?==([^\s;\\]+)")
ENTRY = re.compile(r"(?m)^\S+==.*(?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+$")


def pins(name: str) -> dict[str, str]:
    found = PIN.findall((ROOT / name).read_text(encoding="utf-8"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_and_pins_agree(lock):
    wanted = {name: v for file in LOCKS[lock] for name, v in pins(file).items()}
    assert pins(lock) == wanted, "run make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_a_hash(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert len(ENTRY.findall(text)) == len(pins(lock))
    assert "://" not in text
