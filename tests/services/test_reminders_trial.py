"""The command, and a short run of trials/reminders.py (long ones: docs/trials.md)."""

import json

import pytest

from tests.mail_server import FROM, mail_server
from trials.reminders import trial, worst
from wellbeing.cli.main import BAD_INPUT, FINE, main


@pytest.mark.slow
def test_two_processes_of_which_one_is_killed_lose_nothing(migrated_database_url):
    found = trial(migrated_database_url, 1, people=6)
    assert (found.rounds, found.due, found.lost) == (1, 6, 0)
    # A kill may come between the last line of a mail and the commit of its mark.
    assert found.doubled <= found.kills
    assert found.other_name == 0


@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_killed_before_the_yes_is_heard_nothing_is_lost(
    migrated_database_url,
):
    found = worst(migrated_database_url, 1)
    assert (found.kills, found.lost, found.other_name) == (1, 0, 0)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_command_says_how_many_and_needs_a_mail_server(
    migrated_database_url, monkeypatch, capsys
):
    monkeypatch.setenv("WELLBEING_DATABASE_URL", migrated_database_url)
    assert main(["remind", "--due"]) == BAD_INPUT
    assert "WELLBEING_SMTP_URL" in capsys.readouterr().err
    with mail_server() as server:
        monkeypatch.setenv("WELLBEING_SMTP_URL", server.url)
        monkeypatch.setenv("WELLBEING_MAIL_FROM", FROM)
        assert main(["remind", "--due", "--json"]) == FINE
    assert json.loads(capsys.readouterr().out) == {"sent": 0, "failed": 0}
