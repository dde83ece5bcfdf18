"""A short run of trials/exports_kill.py, with real kills."""

import pytest

from trials.exports_kill import trial


@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_partial_bundle_and_a_true_ledger_after_a_kill(
    migrated_database_url, tmp_path
):
    found = trial(migrated_database_url, tmp_path, 2, longest=1)
    assert found.kills == 2
    assert (found.partial, found.lost, found.left) == (0, 0, 0)
