"""Bundles that are made in the background: asked for on a screen that can be left.

Progress is kept in this process: after a restart there is no job, and what it had
written is finished or removed by the next bundle of the study.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock, Thread

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.ids import ClinicId
from wellbeing.domain.people import Role, Viewer
from wellbeing.exports.extras import Extra
from wellbeing.privacy.study_data import TimeUnit
from wellbeing.services.bundles import make_bundle
from wellbeing.services.context import Context
from wellbeing.services.studies import require_own_study
from wellbeing.services.study_folders import BundleInTheMakingError

_LOG = logging.getLogger(__name__)


class JobState(StrEnum):
    """How a job goes."""

    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    BROKEN = "broken"


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


_JOBS: dict[tuple[ClinicId, str], Job] = {}
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
    """
    viewer.require(Role.RESEARCHER)
    require_own_study(ctx, viewer, study_id)
    key = viewer.clinic_id, study_id
    with _LOCK:
        if key in _JOBS and _JOBS[key].state is JobState.RUNNING:
            raise BundleInTheMakingError
        _JOBS[key] = Job(state=JobState.RUNNING, share=0.0)

    def tell(share: float) -> None:
        with _LOCK:
            _JOBS[key] = replace(_JOBS[key], share=share)

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
            _JOBS[key] = ended

    Thread(target=run, name=f"bundle of {study_id}", daemon=True).start()


def job_of(ctx: Context, viewer: Viewer, study_id: str) -> Job | None:
    """Return how the last bundle of a study of the viewer's goes or went here.

    Raises:
        NotFoundError: it is not their study.
    """
    viewer.require(Role.RESEARCHER)
    require_own_study(ctx, viewer, study_id)
    with _LOCK:
        return _JOBS.get((viewer.clinic_id, study_id))
