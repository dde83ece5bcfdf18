"""Trial: 5,000 senseless byte strings and messages for every door of the app."""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests import noise
from tests.databases import sqlite_url
from tests.servers import RunningApp, fill_with_cast, running, token_of
from wellbeing.bootstrap import migrated_context
from wellbeing.settings import Settings

SHARES = {"requests": 0.4, "streams": 0.2, "messages": 0.4}


def attack(
    app: RunningApp, count: int, seed: int, tokens: list[str]
) -> dict[str, Counter[str]]:
    """Send everything, and return by kind how it was answered."""
    chance = random.Random(seed)
    parts = {kind: round(count * share) for kind, share in SHARES.items()}
    found: dict[str, Counter[str]] = {"requests": Counter(), "messages": Counter()}
    for answer in noise.send_requests(app, chance, parts["requests"], tokens):
        found["requests"][str(answer.status_code)] += 1
    found["streams"] = noise.send_streams(app, chance, parts["streams"], tokens)
    for token in tokens[1:]:
        sent, received = noise.say_messages(app, chance, parts["messages"] // 2, token)
        found["messages"]["sent"] += sent
        found["messages"]["with insides"] += b"Traceback" in received
    found["knocks"] = noise.knock(app, chance, 50)
    return found


def main() -> int:
    """Run it and print what was found; 1 if anything was harmed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=20261117)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        template = folder / "template.db"
        migrated_context(Settings(database_url=sqlite_url(template))).dispose()
        fill_with_cast(template)
        (folder / "app").mkdir()
        for app in running(template, folder / "app"):
            return _report(app, chosen.count, chosen.seed)
    return 1


def _report(app: RunningApp, count: int, seed: int) -> int:
    began = time.perf_counter()
    tokens = ["", token_of(app.ctx, "alice"), token_of(app.ctx, "ada")]
    before = noise.settled(app.ctx)
    found = attack(app, count, seed, tokens)
    after = noise.content(app.ctx)
    changed = sorted(k for k in before | after if before.get(k) != after.get(k))
    faults = noise.faults(app.log)
    server_errors = sum(
        n for kind in found.values() for k, n in kind.items() if k.startswith("5")
    )
    for kind, answers in found.items():
        listed = ", ".join(f"{k} {n}" for k, n in sorted(answers.items()))
        print(f"{kind}: {sum(answers.values())} ({listed})")
    print(f"seconds: {time.perf_counter() - began:.0f}, tables compared: {len(before)}")
    print(f"alive: {app.alive}, faults in the log: {len(faults)}")
    print(f"answers of 500 and more: {server_errors}, tables changed: {changed}")
    harmed = changed or faults or server_errors or found["messages"]["with insides"]
    print("\n".join(faults[:20]))
    return 1 if harmed or not app.alive else 0


if __name__ == "__main__":
    sys.exit(main())
