"""A short run of trials/kill.py; docs/trials.md has the long one's figures."""

import pytest

from trials.kill import on_postgresql, on_sqlite, trial


@pytest.mark.slow
def test_what_was_said_to_be_saved_survives_a_kill_of_the_program(
    migrated_database_url,
):
    found = trial(migrated_database_url, 5)
    assert found.kills == 5
    assert len(found.acknowledged) >= 5
    assert (found.lost, found.doubled, found.torn) == (0, 0, 0)


def test_the_trial_is_there_for_both_databases():
    assert callable(on_sqlite)
    assert callable(on_postgresql)
