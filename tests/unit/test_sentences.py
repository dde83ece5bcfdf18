"""Every sentence is shown somewhere, and every sentence that is shown exists."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [*ROOT.glob("wellbeing/**/*.py"), *ROOT.glob("pages/*.py")]
CODE = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
SENTENCES = {
    table: names
    for file in ROOT.glob("wellbeing/content/sentences/*.toml")
    for table, names in tomllib.loads(file.read_text(encoding="utf-8")).items()
}
KEYS = [f"{table}.{name}" for table, names in SENTENCES.items() for name in names]
# Some keys are put together: f"navigation.{name}", or f"{name}.button" for a form.
WHOLE = set(re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", CODE))
PREFIXES = tuple(re.findall(r"""f["']([a-z_]+\.[a-z_]*)\{""", CODE))
FORMS = ("set_up", "recover", "invitation", "sign_in", "sign_in_code", "sign_in_factor")
OF_FORMS = {f"{form}.{part}" for form in FORMS for part in ("title", "intro", "button")}
FILE = ("file", "file_what", "file_label", "file_try", "file_load", "file_fine")
OF_FILES = {f"{s}.{part}" for s in ("people", "my_data") for part in FILE}
OF_FILES |= {"people.file_done", "my_data.file_done"}


@pytest.mark.parametrize("table", SENTENCES)
def test_a_sentence_is_shown_somewhere(table):
    known = WHOLE | OF_FORMS | OF_FILES
    keys = [key for key in KEYS if key.startswith(f"{table}.")]
    assert not [k for k in keys if k not in known and not k.startswith(PREFIXES)]


def test_a_sentence_that_is_shown_exists():
    assert not set(re.findall(r'say\(\s*"([^"]+)"', CODE)) - set(KEYS)


@pytest.mark.parametrize("table", SENTENCES)
def test_a_sentence_is_calm(table):
    assert not [text for text in SENTENCES[table].values() if "!" in text]
