"""``/metrics``: how the process is, in Prometheus' text format, and nothing of people.

For a program on the same machine, or for who brings the token of the settings. What
the figures could tell, and what must not be given beside them, stands in
docs/operations.md.
"""

import ipaddress
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from anyio import move_on_after, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from wellbeing import __version__
from wellbeing.bootstrap import is_ready, process_context
from wellbeing.content.load import say
from wellbeing.domain.errors import WellbeingError
from wellbeing.services.closing import last_closed
from wellbeing.services.context import Context
from wellbeing.web.counting import BUCKETS, COUNTS, Counts
from wellbeing.web.requests import local_hosts

PATH = "/metrics"
FORMAT = "text/plain; version=0.0.4; charset=utf-8"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via", "cookie", "origin")
"""Headers of proxies and browsers: what collects figures sends none of them."""
_PATIENCE = 5
_SECRETS = "wellbeing-secrets.json"


@dataclass(kw_only=True, slots=True)
class Job:
    """What became of a job that the process does again and again."""

    succeeded: datetime | None = None
    failures: int = 0


@dataclass(kw_only=True, slots=True)
class Health:
    """What the process knows of itself; used by its event loop alone."""

    began: datetime | None = None
    jobs: dict[str, Job] = field(default_factory=dict)

    def job(self, name: str) -> Job:
        """Return what became of a job."""
        return self.jobs.setdefault(name, Job())


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What was looked up for one answer.

    Attributes:
        up: whether the database answers.
        closed: from when on the newest closed period could be closed.
        backup: when the newest backup was written, in Unix seconds.
    """

    up: bool = False
    closed: datetime | None = None
    backup: float | None = None


HEALTH = Health()


async def metrics(request: Request) -> Response:
    """Answer with the figures; anybody else is told that there is nothing here."""
    ctx = process_context()
    if not _may_read(ctx, request):
        return PlainTextResponse(say("edge.not_found"), 404)
    found = await _look_up(ctx)
    COUNTS.turn(ctx.now())
    lines = [*_of_process(HEALTH, found), *_of_requests(COUNTS)]
    return PlainTextResponse("\n".join([*lines, ""]), media_type=FORMAT)


def _may_read(ctx: Context, request: Request) -> bool:
    wanted = ctx.settings.metrics_token
    if wanted:
        given = request.headers.get("authorization", "")
        return secrets.compare_digest(given.encode(), f"Bearer {wanted}".encode())
    try:
        peer = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    here = request.headers.get("host", "") in local_hosts(ctx)
    passed_on = any(name in request.headers for name in _FORWARDED)
    return peer.is_loopback and here and not passed_on


async def _look_up(ctx: Context) -> Found:
    def look() -> Found:
        backup = newest_backup(ctx.settings.backups)
        try:
            return Found(up=is_ready(ctx), closed=last_closed(ctx), backup=backup)
        except WellbeingError:
            return Found(backup=backup)

    # A database that hangs holds up its thread, and nobody who asks.
    with move_on_after(_PATIENCE):
        return await to_thread.run_sync(look, abandon_on_cancel=True)
    return Found()


def newest_backup(folder: str) -> float | None:
    """Return when the newest whole backup in a folder was made, in Unix seconds.

    None: no folder is named, it cannot be read, or there is none in it. A file that
    is not whole has a name that begins with a dot.
    """
    try:
        found = [
            file.stat().st_mtime
            for file in (Path(folder).iterdir() if folder else ())
            if file.is_file()
            and not file.name.startswith(".")
            and file.name != _SECRETS
        ]
    except OSError:
        return None
    return max(found, default=None)


def _of_process(health: Health, found: Found) -> Iterator[str]:
    yield from _head("build_info", "gauge", "The version that runs.")
    yield f'wellbeing_build_info{{version="{__version__}"}} 1'
    yield from _single("process_start_time_seconds", "Its start.", health.began)
    told = "1: the database answers, with the schema that is needed."
    yield from _head("database_up", "gauge", told)
    yield f"wellbeing_database_up {int(found.up)}"
    told = "From when on the newest period could be closed that is closed."
    yield from _single("last_close_timestamp_seconds", told, found.closed)
    told = "When the newest backup in the folder of the settings was written."
    yield from _single("last_backup_timestamp_seconds", told, found.backup)
    told = "When the job last ended well, in this process."
    yield from _head("job_success_timestamp_seconds", "gauge", told)
    for name, job in sorted(health.jobs.items()):
        if job.succeeded is not None:
            value = _number(job.succeeded)
            yield f'wellbeing_job_success_timestamp_seconds{{job="{name}"}} {value}'
    yield from _head("job_failures_total", "counter", "How often it failed.")
    for name, job in sorted(health.jobs.items()):
        yield f'wellbeing_job_failures_total{{job="{name}"}} {job.failures}'


def _of_requests(counts: Counts) -> Iterator[str]:
    told = "Answers of 500 and above."
    yield from _head("request_faults_total", "counter", told)
    for route, many in sorted(counts.faults.items()):
        yield f'wellbeing_request_faults_total{{route="{route}"}} {many}'
    told = "Requests up to the last full hour, in lumps of secret size."
    yield from _head("requests_total", "counter", told)
    for (route, status), lumps in sorted(counts.requests.items()):
        if many := lumps.shown[0]:
            labels = f'route="{route}",status="{status}"'
            yield f"wellbeing_requests_total{{{labels}}} {many}"
    yield from _head("request_duration_seconds", "histogram", f"How long. {told}")
    total, seconds = 0, 0.0
    for bound in BUCKETS:
        if bound in counts.took:
            total += counts.took[bound].shown[0]
            seconds += counts.took[bound].shown[1]
        label = "+Inf" if bound == BUCKETS[-1] else f"{bound:g}"
        yield f'wellbeing_request_duration_seconds_bucket{{le="{label}"}} {total}'
    yield f"wellbeing_request_duration_seconds_sum {seconds:.1f}"
    yield f"wellbeing_request_duration_seconds_count {total}"


def _head(name: str, kind: str, told: str) -> tuple[str, str]:
    return f"# HELP wellbeing_{name} {told}", f"# TYPE wellbeing_{name} {kind}"


def _single(name: str, told: str, value: datetime | float | None) -> Iterator[str]:
    if value is not None:
        yield from _head(name, "gauge", told)
        yield f"wellbeing_{name} {_number(value)}"


def _number(value: datetime | float) -> int:
    return int(value.timestamp() if isinstance(value, datetime) else value)
