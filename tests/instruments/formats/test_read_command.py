"""``read-questionnaire``: what it prints and answers; it changes nothing."""

import json

import pytest

from tests.instruments.formats.files import asks, dictionary, field, resource
from tests.instruments.formats.samples import FOLDER
from wellbeing.cli.main import main

FINE, BAD_INPUT = 0, 2


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run the command on a file or on bytes; return status, output, error lines."""
    database = tmp_path / "nowhere" / "wellbeing.db"
    monkeypatch.setenv("WELLBEING_DATABASE_URL", f"sqlite:///{database}")

    def command(file, *options):
        if isinstance(file, bytes):
            (tmp_path / "given").write_bytes(file)
            file = tmp_path / "given"
        status = main(["read-questionnaire", str(file), *options])
        said = capsys.readouterr()
        assert not database.parent.exists()
        return status, said.out, said.err.splitlines()

    return command


def test_it_prints_items_options_codes_and_scores(run):
    status, out, errors = run(FOLDER / "evenings.json")
    assert (status, errors) == (FINE, [])
    lines = out.splitlines()
    assert lines[0] == "Evenings after work (en)"
    assert "  evening_1 [choice] I could leave the day's sessions behind me." in lines
    assert "      0 = Never (score 4)" in lines
    assert "  on_call_calls [integer, 0 to 50] How often were you called?" in lines
    assert "      shown if on_call = 1" in lines
    assert lines[-1] == "8 items understood, 0 left out."


def test_its_json_has_exactly_the_keys_that_are_promised(run):
    file = FOLDER / "visits_redcap_with_problems.csv"
    status, out, errors = run(file, "--json", "--leave-out")
    assert status == FINE
    told = json.loads(out)
    assert list(told) == ["title", "items", "left_out"]
    assert told["items"][0] == {
        "id": "visit_kind",
        "text": "Most visits were\nto whom?",
        "type": "choice",
        "options": [
            {"code": "1", "label": "Families", "score": 1},
            {"code": "2", "label": "People who live alone", "score": 2},
            {"code": "3", "label": "Groups", "score": 3},
        ],
    }
    assert [o["score"] for o in told["items"][1]["options"]] == [None, None]
    assert {
        "where": "line 8 (visit_map)",
        "reason": "It takes a file or a signature.",
    } in told["left_out"]
    assert "Confirm them before use." in errors[-1]


def test_a_file_with_something_that_cannot_be_taken_over_needs_a_word(run):
    file = FOLDER / "breaks_fhir_with_problems.json"
    status, out, errors = run(file)
    assert status == BAD_INPUT
    assert "  linkId “when”: It asks for “time”, which is not taken here." in out
    (sentence,) = errors
    assert sentence.startswith("4 things in this file cannot be taken over")
    assert "--leave-out" in sentence
    status, again, errors = run(file, "--leave-out")
    assert (status, again, errors) == (FINE, out, [])


@pytest.mark.parametrize("file", [b"", b"hello", b"PK\x03\x04", b"\0\xff\x80", b"[[["])
@pytest.mark.parametrize("options", [[], ["--json"], ["--leave-out"]])
def test_a_file_that_cannot_be_read_ends_in_one_sentence(run, file, options):
    status, out, errors = run(file, *options)
    assert (status, out, len(errors)) == (BAD_INPUT, "", 1)


def test_a_file_that_is_not_there_ends_in_one_sentence(run, tmp_path):
    status, out, errors = run(tmp_path / "gone")
    assert (status, out, len(errors)) == (BAD_INPUT, "", 1)


def test_a_form_and_a_language_can_be_chosen(run):
    two = dictionary(field("a"), field("b", form_name="form_b")).encode()
    assert "  b [choice]" in run(two, "--form", "form_b")[1]
    status, _, errors = run(resource(asks()), "--language", "de")
    assert status == BAD_INPUT
    assert "“de”" in errors[0]


def test_nothing_in_a_file_can_move_the_cursor_of_a_terminal(run):
    data = resource(asks(text="a\u202eb\u200b\u2066c\n\nd"), title="\u202et")
    status, out, _ = run(data)
    assert status == FINE
    assert all(c.isprintable() for line in out.split("\n") for c in line)


def test_it_changes_neither_the_file_nor_its_folder(run, tmp_path):
    before = (FOLDER / "evenings.xlsx").read_bytes()
    run(before)
    assert (tmp_path / "given").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["given"]
