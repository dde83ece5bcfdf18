"""Whether the process can serve, for who asks it and for who started it."""

import asyncio
import logging
import os
import socket
from contextlib import suppress

from starlette.concurrency import run_in_threadpool

from wellbeing.bootstrap import is_ready, process_context
from wellbeing.domain.errors import WellbeingError

_LOG = logging.getLogger(__name__)
_AGAIN = 0.1
"""Seconds between two looks whether it can serve."""


async def can_serve() -> bool:
    """Tell whether the database answers, and has the schema that is needed."""
    with suppress(WellbeingError):
        return await run_in_threadpool(lambda: is_ready(process_context()))
    return False


async def tell_when_ready() -> None:
    """Tell systemd, if it waits for that, as soon as this process listens and serves.

    So ``systemctl restart`` takes as long as it takes until the next process may be
    restarted. The way is that of sd_notify(3): a datagram to ``NOTIFY_SOCKET``.
    """
    where = os.environ.get("NOTIFY_SOCKET", "")
    if not where:
        return
    while True:
        if await _listens() and await can_serve():
            break
        await asyncio.sleep(_AGAIN)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.connect(where.replace("@", "\0", 1) if where[0] == "@" else where)
            line.send(b"READY=1")
    except OSError as error:
        _LOG.warning("Nobody could be told that the app is ready: %s", error.strerror)


async def _listens() -> bool:
    settings = process_context().settings
    try:
        _, line = await asyncio.open_connection(settings.address, settings.port)
    except OSError:
        return False
    line.close()
    return True
