"""A new version and the way back, with the demo clinic in place."""

import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from tests.servers import free_port
from wellbeing.cli.main import FAILED, main
from wellbeing.services.context import Context
from wellbeing.services.demo import fill_demo
from wellbeing.storage.metadata import METADATA
from wellbeing.storage.schema import TURN, is_current, move, upgrade_engine

Rows = dict[str, Counter[tuple[str, ...]]]


@pytest.fixture
def demo(ctx) -> Context:
    fill_demo(ctx, people=10, weeks=4)
    return ctx


def columns_of(ctx) -> dict[str, set[str]]:
    there = sa.inspect(ctx.engine)
    return {
        name: {column["name"] for column in there.get_columns(name)}
        for name in set(there.get_table_names()) & METADATA.tables.keys()
    }


def rows_of(ctx, known) -> Rows:
    """Return all that stands in the columns that are known."""
    found = {}
    with ctx.reading() as db:
        for name, columns in known.items():
            table = sa.table(name, *map(sa.column, sorted(columns)))
            rows = db.execute(sa.select(table))
            found[name] = Counter(tuple(map(repr, row)) for row in rows)
    return found


def test_the_newest_version_can_be_left_and_taken_again_without_loss(demo):
    newest = columns_of(demo)
    move(demo.engine, "-1", down=True)
    assert not is_current(demo.engine)
    older = {name: there & newest[name] for name, there in columns_of(demo).items()}
    kept = rows_of(demo, older)
    assert kept["check_in"].total() > 10
    upgrade_engine(demo.engine)
    assert columns_of(demo) == newest
    assert rows_of(demo, older) == kept


def test_what_the_older_version_knows_is_not_changed_by_going_back(demo):
    newest = columns_of(demo)
    before = rows_of(demo, newest)
    move(demo.engine, "-1", down=True)
    older = columns_of(demo)
    same = {name for name in older if older[name] == newest[name]}
    assert {"check_in", "answer", "person"} <= same
    after = rows_of(demo, {name: older[name] for name in same})
    assert after == {name: before[name] for name in same}


def test_an_older_program_refuses_a_newer_database_in_one_sentence(
    ctx, cast, monkeypatch, capsys
):
    before = rows_of(ctx, columns_of(ctx))
    with ctx.writing() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    url = ctx.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("WELLBEING_DATABASE_URL", url)
    monkeypatch.setenv("WELLBEING_PORT", str(free_port()))
    for command in ("migrate", "close", "serve"):
        assert main([command]) == FAILED
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "Start that version, or restore an older backup" in said
    assert rows_of(ctx, columns_of(ctx)) == before
    assert cast.alice.name not in said


@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_processes_that_start_together_on_an_empty_database_all_start(database_url):
    engine = sa.create_engine(database_url)
    command = [sys.executable, "-m", "wellbeing", "migrate"]
    variables = os.environ | {"WELLBEING_DATABASE_URL": database_url}
    with ExitStack() as ends:
        with engine.begin() as db:
            db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
            started = [
                ends.enter_context(
                    subprocess.Popen(command, env=variables, stderr=subprocess.PIPE)
                )
                for _ in range(3)
            ]
            wait_for_turn(engine, len(started))
        said = [one.communicate(timeout=60)[1] for one in started]
    assert [one.returncode for one in started] == [0, 0, 0], said
    assert is_current(engine)
    engine.dispose()


def wait_for_turn(engine, many):
    """Wait until so many processes stand at the lock, and none goes on."""
    until = time.monotonic() + 60
    waiting = """
        SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
    """
    with engine.connect() as db:
        while db.exec_driver_sql(waiting).scalar() != many:
            assert time.monotonic() < until
            time.sleep(0.1)
