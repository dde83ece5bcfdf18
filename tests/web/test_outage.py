"""A short run of trials/outage.py; docs/trials.md has the long one's figures."""

import subprocess
from contextlib import ExitStack
from functools import partial

import pytest

from trials.outage import Load, on_a_full_disk, refusing, small_disk, trial

LOAD = Load(many=2, seconds=2, wait=0.5)
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_while_the_database_is_away_people_are_told_and_every_tap_is_kept(
    migrated_database_url, tmp_path
):
    away = partial(refusing, migrated_database_url)
    seen = trial("away", migrated_database_url, tmp_path, away, LOAD)
    assert seen.taps["away"] >= 2
    assert set(seen.told) == {
        "The database does not answer. Nothing was saved; try again in a moment."
    }
    assert (seen.saved, seen.missing, seen.broken.total()) == (2, 0, 0)


def test_while_the_disk_is_full_people_are_told_and_every_tap_is_kept(tmp_path):
    with ExitStack() as stack:
        # Only the mount may be beyond a user; what fails later is a failure.
        try:
            disk = stack.enter_context(small_disk("8m"))
        except (subprocess.CalledProcessError, OSError):
            pytest.skip("this user may mount no file system")
        seen = on_a_full_disk(disk, tmp_path, LOAD)
    assert seen.taps["away"] >= 2
    assert set(seen.told) == {"The disk is full. Nothing was saved; free some space."}
    assert (seen.saved, seen.missing, seen.broken.total()) == (2, 0, 0)
