"""Rules of the house that neither imports nor the linter can see."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "pages").glob("*.py"))
MODULES = sorted((ROOT / "wellbeing").rglob("*.py"))
GUARD = re.compile(r"viewer = require\(.*\)")
PLACELESS = {"common", "helper", "helpers", "misc", "shared", "util", "utils"}
# Their fields take codes and lines that are copied from a source, not written.
SHORT_LINES = {
    "audit_screen", "own_examples_details", "own_key_form", "second_factor_details",
    "wording_form",
}  # fmt: skip
# Pictures, dingbats and the long dash: a screen reader speaks them or drops them.
PICTURES = re.compile("[\u2014\u2600-\u27bf\u2b50-\u2b55\ufe0f\U0001f000-\U0001faff]")
# In parts, so that this file passes its own test.
REGISTRIES = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("conda", "io"),
        ("deb", "debian", "org"),
    ]
]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def repository_texts() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 (the git of the path)
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = (ROOT / name for name in listed.stdout.split("\0") if name)
    return sorted(f for f in files if f.is_file() and b"\0" not in f.read_bytes())


def test_there_are_pages_and_modules_to_look_at():
    assert PAGES
    assert MODULES


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_first_thing_a_page_does_is_to_ask_who_is_there(page):
    tree = parsed(page)
    statements = [
        node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert ast.get_docstring(tree), "a page begins with its docstring"
    assert GUARD.fullmatch(ast.unparse(statements[1]))
    guards = [
        node
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "wellbeing.ui.session"
    ]
    assert any(a.name == "require" and not a.asname for n in guards for a in n.names)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_is_short_and_defines_nothing(page):
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 80
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    assert not [n.name for n in ast.walk(parsed(page)) if isinstance(n, definitions)]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_has_a_plain_name_and_leaves_state_and_markup_to_ui(page):
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.py", page.name)
    text = page.read_text(encoding="utf-8")
    assert not [w for w in ("session_state", "unsafe_allow_html") if w in text]


def test_one_screen_leads_to_another_by_its_whole_path_only():
    found = [m.name for m in MODULES if "switch_page(" in m.read_text("utf-8")]
    assert sorted(found) == ["main.py", "screens.py"]


def test_no_browser_drops_a_long_paste_from_a_field_that_people_write_in():
    limited = [
        named(path)
        for path in (ROOT / "wellbeing" / "ui").glob("*.py")
        if "max_chars=" in path.read_text(encoding="utf-8")
        and path.stem not in SHORT_LINES
    ]
    assert limited == []


@pytest.mark.parametrize("words", ['type="primary"', "st.multiselect("])
def test_nothing_has_white_words_on_the_accent(words):
    # Streamlit writes them white in both themes; the accent of the dark one is light.
    assert not [
        named(module)
        for module in [*PAGES, *MODULES]
        if words in module.read_text(encoding="utf-8")
    ]


def is_migration(module: Path) -> bool:
    """Tell whether nobody reads on in it: a migration says once what was true then."""
    return module.parent.name.endswith("versions")


def test_a_module_is_at_most_250_lines():
    assert not [
        named(module)
        for module in MODULES
        if not is_migration(module)
        and len(module.read_text(encoding="utf-8").splitlines()) > 250
    ]


def test_a_module_is_named_after_what_it_holds():
    for module in MODULES:
        parts = {part.removesuffix(".py") for part in module.relative_to(ROOT).parts}
        assert not parts & PLACELESS, named(module)


def undocumented(module: Path) -> Iterator[str]:
    tree = parsed(module)
    if not ast.get_docstring(tree):
        yield named(module)
    for node in tree.body:
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ):
            yield f"{named(module)}: {node.name}"


def test_a_module_and_its_public_functions_and_classes_have_docstrings():
    modules = [module for module in MODULES if not is_migration(module)]
    assert not [name for module in modules for name in undocumented(module)]


def test_the_domain_imports_the_standard_library_only():
    strangers = {
        f"{named(module)}: {name}"
        for module in MODULES
        if "domain" in module.parts
        for name in imported(parsed(module))
        if not name.startswith("wellbeing.domain")
        and name.split(".")[0] not in sys.stdlib_module_names
    }
    assert not strangers


def test_no_text_of_the_repository_names_a_package_registry():
    options = ["--" + name for name in ("index-url", "extra-index-url", "find-links")]
    found = [
        f"{named(file)}: {word}"
        for file in repository_texts()
        for word in REGISTRIES + options
        if word in file.read_text(encoding="utf-8", errors="replace")
    ]
    assert not found


def test_code_and_sentences_hold_no_emoji_and_no_long_dash():
    found = [
        f"{named(file)}:{number}: {line.strip()}"
        for file in repository_texts()
        if file.suffix in {".py", ".toml"}
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if PICTURES.search(line)
    ]
    assert not found
