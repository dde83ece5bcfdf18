"""A short run of trials/chaos.py; docs/trials.md has the long one's figures."""

import pytest

from trials.chaos import on_postgresql, on_sqlite, trial


@pytest.mark.slow
def test_everything_stays_true_when_all_of_it_is_killed_at_once(
    migrated_database_url, tmp_path
):
    found = trial(migrated_database_url, tmp_path, 2, longest=1.5)
    assert found.kills == 2
    assert found.bad == 0
    assert found.faults == []


def test_the_trial_is_there_for_both_databases():
    assert callable(on_sqlite)
    assert callable(on_postgresql)
