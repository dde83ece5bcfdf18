"""The server asks nobody: whatever is used, it connects to no other machine."""

import os
import subprocess
import sys

import httpx2
import pytest

from tests.outgoing import contacted, is_here, watch
from tests.servers import running, token_of
from tests.sockets import open_tab
from wellbeing.ui.screens import PAGES

PROBES = {
    "a connection": "socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 9))",
    "a message": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 9))",
    "a name": "socket.getaddrinfo('outside.invalid', 80)",
    "one of libuv": "run(lambda own: own.create_connection(Protocol, '192.0.2.1', 9))",
    "a name for libuv": "run(lambda own: own.getaddrinfo('outside.invalid', 80))",
}
PROBE = """
import asyncio, contextlib, socket, uvloop
from asyncio import Protocol

async def asked(act):
    async with asyncio.timeout(0.2):
        await act(asyncio.get_running_loop())

def run(act):
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(asked(act))

with contextlib.suppress(OSError, TimeoutError):
    """
ROUTES = (
    *("/", "/sign-in", "/readyz", "/healthz", "/metrics", "/session", "/favicon.png"),
    *("/my/data.zip", "/my/weeks.csv", "/my/chart/overall.png", "/my/practice-log.csv"),
    *("/my/practice-log.pdf", "/team/trends.csv", "/team/trends.pdf", "/study/fetch"),
    *("/sign-in/with/uni", "/calendar/none.ics", "/_stcore/health", "/nothing"),
)


@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES)
def test_what_leaves_a_process_is_written_down(tmp_path, probe):
    done = subprocess.run(
        [sys.executable, "-c", PROBE + probe],
        env=os.environ | watch(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [where for _, where in contacted(tmp_path) if not is_here(where)]


def test_no_page_and_no_route_makes_the_server_ask_another_machine(
    cast_template, tmp_path
):
    (tmp_path / "app").mkdir()
    screens = [page.stem.replace("_", "-") for page in PAGES.glob("*.py")]
    for app in running(cast_template, tmp_path / "app", watch(tmp_path)):
        for name in ("alice", "ada", "dora", "rita"):
            token = token_of(app.ctx, name)
            with open_tab(app, token) as tab:
                assert [one for one in screens if not tab.run(one).missing]
            with httpx2.Client(base_url=app.url, timeout=60) as client:
                client.headers["cookie"] = f"wellbeing={token}"
                found = [client.get(path).status_code for path in ROUTES]
            assert 200 in found
    seen = contacted(tmp_path)
    assert ("begins", "") in seen
    assert [one for one in seen if not is_here(one[1])] == []
