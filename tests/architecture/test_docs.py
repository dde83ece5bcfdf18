"""What README and the changelog must say, read off what is there."""

import os
import re
import subprocess
import sys
from pathlib import Path

from wellbeing.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


def output_of(*command: str) -> str:
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "80", "NO_COLOR": "1"},
    )
    return done.stdout


def commands() -> list[str]:
    text = output_of(sys.executable, "-m", "wellbeing", "--help")
    _, listed = re.split(r"(?im)^.*(?:commands|arguments):$", text, maxsplit=1)
    return re.findall(r"(?m)^ {2,4}([a-z][a-z-]+)(?: |$)", listed)


def test_readme_names_every_make_target():
    targets = re.findall(r"(?m)^make ([a-z-]+) ", output_of("make", "help"))
    text = README.read_text(encoding="utf-8")
    assert "test" in targets
    assert not [t for t in targets if not re.search(rf"make {t}(?![\w-])", text)]


def test_readme_names_every_setting_and_no_other():
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    named = set(re.findall(r"WELLBEING_[A-Z_]+", README.read_text(encoding="utf-8")))
    assert named == known


def test_readme_names_every_command():
    text = README.read_text(encoding="utf-8")
    found = commands()
    assert "serve" in found
    assert not [c for c in found if not re.search(rf"(`|wellbeing ){c}(?![\w-])", text)]


def test_the_changelog_says_what_is_not_released_yet():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"(?m)^## \[Unreleased\]$", text)
