"""Bundles under real kills: the ledger stays true, and the screen says what became."""

import multiprocessing
import os
import signal
import time

import pytest

from tests.clinic import Clock, make_cast, open_context
from tests.studies import (
    STUDY,
    add_clinicians,
    everybody_agrees,
    open_study,
    with_folders,
)
from trials.exports_kill import trial
from wellbeing.services import bundle_jobs, bundle_ledger
from wellbeing.services.bundle_files import finish_all_left
from wellbeing.services.bundle_jobs import Job, JobState
from wellbeing.services.study_folders import BundleInTheMakingError, bundles_folder

_PROCESSES = multiprocessing.get_context("forkserver")
_LONGEST = 60


@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_partial_bundle_and_a_true_ledger_after_a_kill(
    migrated_database_url, tmp_path
):
    found = trial(migrated_database_url, tmp_path, 2, longest=1)
    assert found.kills == 2
    assert (found.partial, found.lost, found.left) == (0, 0, 0)


def _begin(url, folder, viewer):
    ctx = with_folders(open_context(url, Clock()), folder)
    bundle_jobs.start_bundle(ctx, viewer, STUDY)
    time.sleep(_LONGEST)


def _eventually(look):
    deadline = time.monotonic() + _LONGEST
    while time.monotonic() < deadline:
        if look():
            return
        time.sleep(0.01)
    raise TimeoutError


@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_after_a_kill_the_screen_says_that_the_bundle_is_not_made_any_more(
    migrated_database_url, tmp_path
):
    ctx = with_folders(open_context(migrated_database_url, Clock()), tmp_path)
    cast = make_cast(ctx)
    open_study(ctx, cast)
    everybody_agrees(ctx, add_clinicians(ctx, cast.clinic, 30))
    args = migrated_database_url, tmp_path, cast.rita
    child = _PROCESSES.Process(target=_begin, args=args)
    child.start()

    def job():
        return bundle_jobs.job_of(ctx, cast.rita, STUDY)

    def names():
        return [one.name for one in bundles_folder(ctx).iterdir()]

    # Another process sees it go on, and cannot begin a second one.
    _eventually(lambda: bundles_folder(ctx).exists() and len(names()) > 1)
    # Held there, or it could be done before this has looked.
    os.kill(child.pid or 0, signal.SIGSTOP)
    assert job().state is JobState.RUNNING
    with pytest.raises(BundleInTheMakingError):
        bundle_jobs.start_bundle(ctx, cast.rita, STUDY)
    os.kill(child.pid or 0, signal.SIGKILL)
    child.join()

    assert any(name.endswith(".part") for name in names())
    finish_all_left(ctx)
    assert not any(name.endswith(".part") for name in names())
    for _ in range(2):
        assert job() == Job(state=JobState.LOST, share=0.0)
    assert bundle_ledger.ledger_of(ctx, cast.rita, STUDY) == ()

    bundle_jobs.start_bundle(ctx, cast.rita, STUDY)
    _eventually(lambda: job().state is not JobState.RUNNING)
    assert job().state is JobState.DONE
    [made] = bundle_ledger.ledger_of(ctx, cast.rita, STUDY)
    assert [one for one in names() if not one.endswith(".job")] == [
        f"{made.line.bundle_id}.zip"
    ]
    ctx.dispose()
