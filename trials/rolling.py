"""Trial: two processes behind the nginx of ``deploy/``, one killed and one rolled.

Many people have a screen open and ask for it every few seconds, as a browser does:
when the connection goes, it is opened anew. Each belongs to a team of their own, whose
name stands on their screen and must never stand on somebody else's.
"""

import argparse
import asyncio
import contextlib
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import quantiles

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests import databases, nginx
from tests.clinic import make_clinic, make_person, make_team
from tests.servers import RunningApp, free_port
from wellbeing.bootstrap import make_context
from wellbeing.domain.people import Role
from wellbeing.services.accounts import begin_session
from wellbeing.services.context import Context
from wellbeing.settings import Settings

PAGE = "team-trends"
PATIENCE = 30
AGAIN = 0.5
"""Seconds until a browser tries to connect again."""


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """Who looks: the token of a session, and the words that only they may see."""

    token: str
    team: str


@dataclass(kw_only=True)
class Seen:
    """What happened to all of them together."""

    phase: str = "before"
    taken: dict[str, list[float]] = field(default_factory=dict)
    reconnected: Counter[str] = field(default_factory=Counter)
    strange: int = 0
    missing: int = 0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long each phase takes, and how long people wait, in seconds."""

    warm: float
    phase: float
    wait: float


def people_of(ctx: Context, many: int) -> list[Somebody]:
    """Make a clinic of so many people, each alone in a team."""
    clinic = make_clinic(ctx)
    found = []
    for n in range(many):
        name = f"Team {n:04d}"
        team = make_team(ctx, clinic, name)
        viewer = make_person(ctx, clinic, f"P{n:04d}", Role.CLINICIAN, team=team)
        with ctx.writing() as db:
            token = begin_session(ctx, db, clinic.clinic_id, viewer.person_id)
        found.append(Somebody(token=token, team=name))
    return found


@contextlib.contextmanager
def a_door(ctx: Context) -> Iterator[str]:
    """Let team trends be read: without it nobody's screen names their team."""
    with databases.with_door(ctx) as opened:
        engine = opened.door.engine
        if engine is None:
            raise RuntimeError("The identity that was made opens no door.")
        yield engine.url.render_as_string(hide_password=False)


async def look(front: nginx.Front, one: Somebody, seen: Seen, wait: float) -> None:
    """Keep a screen open until the task is ended."""
    rng = Random(one.team)
    await asyncio.sleep(rng.uniform(0, wait))
    while True:
        with contextlib.suppress(WebSocketException, OSError, TimeoutError):
            await _one_connection(front, one, seen, rng, wait)
        seen.reconnected[seen.phase] += 1
        await asyncio.sleep(AGAIN)


async def _one_connection(
    front: nginx.Front, one: Somebody, seen: Seen, rng: Random, wait: float
) -> None:
    began = time.perf_counter()
    async with connect(
        f"wss://{nginx.HOST}:{front.port}/_stcore/stream",
        origin=front.url,
        additional_headers={"Cookie": f"__Host-wellbeing={one.token}"},
        subprotocols=["streamlit", "none"],
        ssl=front.trust,
        max_size=None,
        proxy=None,
        open_timeout=PATIENCE,
    ) as socket:
        while True:
            message = BackMsg()
            message.rerun_script.page_name = PAGE
            await socket.send(message.SerializeToString())
            drawn = await asyncio.wait_for(_drawn(socket), PATIENCE)
            seen.taken.setdefault(seen.phase, []).append(time.perf_counter() - began)
            _judge(one, drawn, seen)
            await asyncio.sleep(rng.uniform(0.5, 1.5) * wait)
            began = time.perf_counter()


async def _drawn(socket) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001 (either kind of connection)
    texts = []
    async for received in socket:
        answer = ForwardMsg.FromString(received)
        texts.append(str(answer.delta))
        if answer.WhichOneof("type") == "script_finished":
            return "\n".join(texts)
    return ""


def _judge(one: Somebody, drawn: str, seen: Seen) -> None:
    if not drawn:
        return
    if one.team not in drawn:
        seen.missing += 1
    if "Team 0" in drawn.replace(one.team, ""):
        seen.strange += 1


async def run(
    front: nginx.Front,
    apps: Sequence[RunningApp],
    people: Sequence[Somebody],
    plan: Plan,
) -> Seen:
    """Let everybody look while one process is killed and the other rolled."""
    seen = Seen()
    host = front.url.removeprefix("https://")
    looking = [asyncio.create_task(look(front, one, seen, plan.wait)) for one in people]
    await asyncio.sleep(plan.warm)
    seen.taken.clear()
    await asyncio.sleep(plan.phase)
    seen.phase = "one killed"
    apps[0].kill()
    await asyncio.sleep(plan.phase)
    seen.phase = "started again"
    await asyncio.to_thread(apps[0].start, host=host)
    await asyncio.sleep(plan.phase)
    seen.phase = "the other rolled"
    apps[1].kill()
    await asyncio.to_thread(apps[1].start, host=host)
    await asyncio.sleep(plan.phase)
    seen.phase = "after"
    await asyncio.sleep(plan.phase)
    for task in looking:
        task.cancel()
    await asyncio.gather(*looking, return_exceptions=True)
    return seen


def main() -> None:
    """Run it on PostgreSQL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--phase", type=float, default=30)
    chosen = parser.parse_args()
    if not nginx.is_there():
        sys.exit("This needs nginx and openssl (Debian: apt-get install nginx-light).")
    plan = Plan(warm=2 * chosen.phase, phase=chosen.phase, wait=5)
    folder = Path(tempfile.mkdtemp())
    server_folder = databases.new_server_folder()
    port, apps = free_port(), []
    try:
        server = databases.server_url(Path(server_folder))
        with (
            databases.postgresql_template(server) as template,
            databases.postgresql_database(server, template) as url,
            contextlib.ExitStack() as stack,
        ):
            ctx = make_context(Settings(database_url=url))
            people = people_of(ctx, chosen.people)
            settings = {
                "WELLBEING_RELEASES_URL": stack.enter_context(a_door(ctx)),
                "WELLBEING_PUBLIC_URL": f"https://{nginx.HOST}:{port}",
                "WELLBEING_PROXIES": "1",
            }
            for name in ("one", "two"):
                (folder / name).mkdir()
                app = RunningApp(
                    port=free_port(),
                    folder=folder / name,
                    ctx=ctx,
                    environment=settings,
                )
                app.start(host=f"{nginx.HOST}:{port}")
                apps.append(app)
            ports = [app.port for app in apps]
            with nginx.front_of(ports, port, folder / "front") as front:
                seen = asyncio.run(run(front, apps, people, plan))
            for app in apps:
                app.kill()
            ctx.dispose()
    finally:
        for app in apps:
            app.kill()
        databases.remove_server(server_folder)
        shutil.rmtree(folder)
    report(seen, chosen.people)


def report(seen: Seen, people: int) -> None:
    """Print a line for each phase, and fail if anybody saw what is not theirs."""
    print(f"{people} people, a look every 5 s; milliseconds until a screen is drawn")
    for phase, taken in seen.taken.items():
        cuts = quantiles(taken, n=100)
        shown = ", ".join(f"p{p} {1000 * cuts[p - 1]:.0f}" for p in (50, 95, 99))
        again = seen.reconnected[phase]
        print(f"{phase:16}  {len(taken):5} looks  {shown}  {again} connected anew")
    print(
        f"without their own words {seen.missing}, with somebody else's {seen.strange}"
    )
    if seen.missing or seen.strange:
        sys.exit("Somebody was signed out, or saw another's screen.")


if __name__ == "__main__":
    main()
