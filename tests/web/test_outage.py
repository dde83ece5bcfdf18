"""A short run of trials/outage.py; docs/trials.md has the long one's figures."""

import os
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from trials._full_disk import small_disk
from trials.outage import (
    Load,
    Seen,
    on_a_full_disk,
    on_full_tables,
    refusing,
    trial,
)

LOAD = Load(many=2, seconds=2, wait=0.5)
FULL = (
    "The disk is full. Nothing was saved; whoever runs the server has to free some "
    "space."
)
AWAY = "The database does not answer. Nothing was saved; try again in a moment."
pytestmark = pytest.mark.slow


@pytest.fixture
def disk() -> Iterator[Path]:
    """A disk so small that it can be filled."""
    mounted = small_disk("48m")
    # Only the mount may be beyond a user; what fails later is a failure.
    try:
        folder = mounted.__enter__()
    except (subprocess.CalledProcessError, OSError):
        pytest.skip("this user may mount no file system")
    yield folder
    mounted.__exit__(None, None, None)


def everybody_was_told_and_every_tap_is_kept(seen: Seen, sentence: str) -> None:
    assert seen.taps["away"] >= 2
    assert set(seen.told) == {sentence}
    assert (seen.saved, seen.missing, seen.broken.total()) == (2, 0, 0)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_while_the_database_is_away_people_are_told_and_every_tap_is_kept(
    migrated_database_url, tmp_path
):
    away = partial(refusing, migrated_database_url)
    seen = trial("away", migrated_database_url, tmp_path, away, LOAD)
    everybody_was_told_and_every_tap_is_kept(seen, AWAY)


def test_while_the_disk_is_full_people_are_told_and_every_tap_is_kept(disk, tmp_path):
    seen = on_a_full_disk(disk, tmp_path, LOAD)
    everybody_was_told_and_every_tap_is_kept(seen, FULL)


@pytest.mark.postgresql
@pytest.mark.skipif(
    "TEST_DATABASE_URL" in os.environ, reason="a named server may be elsewhere"
)
def test_while_postgresql_has_no_room_people_are_told_and_every_tap_is_kept(
    disk, postgresql_server, postgresql_template, tmp_path
):
    seen = on_full_tables(disk, postgresql_server, postgresql_template, tmp_path, LOAD)
    everybody_was_told_and_every_tap_is_kept(seen, FULL)
