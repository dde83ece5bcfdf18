"""What sixty people who sign in at the same second cost: memory, and who waits.

``python -m benchmarks.sign_in_burst [--quick]``; README.md says what is measured.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import httpx2

from benchmarks import _people, _servers
from benchmarks._people import PASSWORD
from benchmarks._tables import table

_PROOF = re.compile(r'name="proof" value="([0-9a-f]+)"')
_PATIENCE = 300.0
_LOOK = 0.05
# The app closes a kept connection after some seconds, and they wait for longer.
_NEVER_KEPT = httpx2.Limits(max_keepalive_connections=0)
_WARM_UP = 2


async def _watch(server: _servers.Server, seen: list[float]) -> None:
    while True:
        seen.append(server.memory())
        await asyncio.sleep(_LOOK)


async def _sign_in(client: httpx2.AsyncClient, email: str, password: str) -> float:
    """Sign in through the form; return the seconds that the answer took."""
    page = await client.get("/sign-in")
    proof = _PROOF.search(page.text)
    if proof is None:
        raise RuntimeError(page.text)
    sent = {"proof": proof[1], "email": email, "password": password}
    began = perf_counter()
    await client.post(
        "/sign-in", data=sent, headers={"origin": str(client.base_url).rstrip("/")}
    )
    return perf_counter() - began


async def _asked(client: httpx2.AsyncClient, path: str, waits: list[float]) -> None:
    while True:
        began = perf_counter()
        try:
            await client.get(path)
        finally:  # one that still waits when all is over has waited, too
            waits.append(perf_counter() - began)
        await asyncio.sleep(_LOOK)


async def _burst(
    server: _servers.Server, people: list[tuple[str, str]]
) -> dict[str, str]:
    clients = [
        httpx2.AsyncClient(
            base_url=server.origin, timeout=_PATIENCE, limits=_NEVER_KEPT
        )
        for _ in range(len(people) + 2)
    ]
    for client, (email, password) in zip(clients, people[:_WARM_UP], strict=False):
        await _sign_in(client, email, password)
        client.cookies.clear()
    waits: dict[str, list[float]] = {"/healthz": [], "/readyz": []}
    seen = [server.memory()]
    tasks = [asyncio.create_task(_watch(server, seen))]
    tasks += [
        asyncio.create_task(_asked(client, path, waits[path]))
        for client, path in zip(clients[-2:], waits, strict=True)
    ]
    began = perf_counter()
    took = await asyncio.gather(
        *(
            _sign_in(client, *person)
            for client, person in zip(clients, people, strict=False)
        )
    )
    whole = perf_counter() - began
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for client in clients:
        await client.aclose()
    return {
        "memory before, MB": f"{seen[0]:.0f}",
        "most memory, MB": f"{max(seen):.0f}",
        "all answered, s": f"{whole:.1f}",
        "slowest sign-in, s": f"{max(took):.1f}",
        "slowest /healthz, s": f"{max(waits['/healthz']):.2f}",
        "slowest /readyz, s": f"{max(waits['/readyz']):.2f}",
    }


def main() -> int:
    """Measure both bursts and print a table."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--quick", action="store_true", help="fewer people")
    count = 20 if reader.parse_args().quick else 58
    rows: list[list[str]] = []
    found: dict[str, str] = {}
    for name in ("wrong passwords", "right passwords"):
        with tempfile.TemporaryDirectory() as made:
            folder, port = Path(made), _servers.free_port()
            url = f"sqlite:///{folder / 'wellbeing.db'}"
            ctx, clinic = _people.open_database(url, port)
            people = _people.add_clinicians(ctx, clinic, count, 0)
            for one in people:
                _people.give_password(ctx, one)
            emails = [one.viewer.email for one in people]
            ctx.dispose()
            password = PASSWORD if name.startswith("right") else "not this one"
            with _servers.app(folder, url, port) as server:
                typed = [(email, password) for email in emails]
                found = asyncio.run(_burst(server, typed))
        rows.append([f"{count} {name} at once", *found.values()])
    print(table(["burst", *found], rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
