"""Bundles that are made in the background: asked for on a screen that can be left.

How it goes is kept in this process, and noted beside the bundles (job_marks.py), so
that another process, or this one after a restart, can say what became of it.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock, Thread

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import ClinicId
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.studies import Through
from wellbeing.exports.extras import Extra
from wellbeing.privacy.study_data import TimeUnit
from wellbeing.services.bundle_files import finish_left
from wellbeing.services.bundles import make_bundle
from wellbeing.services.context import Context
from wellbeing.services.job_marks import begin_mark, end_mark, mark_of, tell_share
from wellbeing.services.proofs import require_proved
from wellbeing.services.studies import require_own_study
from wellbeing.services.study_folders import BundleInTheMakingError
from wellbeing.storage import bundle_queries

_LOG = logging.getLogger(__name__)


class JobState(StrEnum):
    """How a job goes; lost: its process is gone, and nothing was made."""

    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    BROKEN = "broken"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A bundle in the making, or how that ended.

    Attributes:
        share: how much is done, 0 to 1.
        sentence: why it was refused; empty otherwise.
    """

    state: JobState
    share: float
    sentence: str = ""


_JOBS: dict[tuple[ClinicId, str], tuple[str, Job]] = {}
"""The last job of each study in this process, and which run of its mark that is."""
_LOCK = Lock()


def start_bundle(
    ctx: Context,
    viewer: Viewer,
    study_id: str,
    *,
    extras: Iterable[Extra] = (),
    time_unit: TimeUnit = TimeUnit.BLOCKS,
) -> None:
    """Begin to make a bundle of a study of the viewer's; ``job_of`` tells how it goes.

    Raises:
        NotFoundError: it is not their study.
        BundleInTheMakingError: one is being made already.
        ProofNeededError: the viewer gave no password lately.
    """
    require_proved(ctx, viewer, Role.RESEARCHER)
    require_own_study(ctx, viewer, study_id)
    key = viewer.clinic_id, study_id
    with _LOCK:
        if key in _JOBS and _JOBS[key][1].state is JobState.RUNNING:
            raise BundleInTheMakingError
        mark = begin_mark(ctx, *key, _made(ctx, *key))
        _JOBS[key] = mark.run, Job(state=JobState.RUNNING, share=0.0)

    def tell(share: float) -> None:
        tell_share(mark, share)
        with _LOCK:
            _JOBS[key] = mark.run, Job(state=JobState.RUNNING, share=share)

    def run() -> None:
        try:
            make_bundle(
                ctx,
                viewer,
                study_id,
                extras=extras,
                time_unit=time_unit,
                progress=tell,
            )
            ended = Job(state=JobState.DONE, share=1.0)
        except WellbeingError as error:
            ended = Job(state=JobState.REFUSED, share=0.0, sentence=str(error))
        except Exception as error:  # noqa: BLE001 (the screen must learn that it ended)
            # Its kind and no more: a message could hold what somebody answered.
            _LOG.error("A bundle was not made: %s", type(error).__name__)
            ended = Job(state=JobState.BROKEN, share=0.0)
        with _LOCK:
            _JOBS[key] = mark.run, ended
            end_mark(mark)

    Thread(target=run, name=f"bundle of {study_id}", daemon=True).start()


def job_of(ctx: Context, viewer: Viewer, study_id: str) -> Job | None:
    """Return how the last bundle of a study of the viewer's goes or went.

    One that another process has ended it does not tell: the ledger shows what was made.

    What a process that is gone had written is finished or removed here, as the next
    bundle would do it.

    Raises:
        NotFoundError: it is not their study.
    """
    viewer.require(Role.RESEARCHER)
    require_own_study(ctx, viewer, study_id)
    key = viewer.clinic_id, study_id
    mark = mark_of(ctx, *key)
    if mark is None:
        return None
    if mark.runs:
        return Job(state=JobState.RUNNING, share=mark.share)
    if mark.ended:
        with _LOCK:
            run, job = _JOBS.get(key, ("", None))
        return job if run == mark.run else None
    finish_left(ctx, *key)
    if _made(ctx, *key) > mark.before:
        return Job(state=JobState.DONE, share=1.0)
    return Job(state=JobState.LOST, share=0.0)


def _made(ctx: Context, clinic_id: ClinicId, study_id: str) -> int:
    with ctx.reading() as db:
        lines = bundle_queries.bundles_of_study(db, clinic_id, study_id)
    return sum(line.through is Through.SCREEN for line in lines)
