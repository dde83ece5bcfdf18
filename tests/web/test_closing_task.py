"""The running app looks for ended periods again and again, whatever happens."""

import asyncio
from contextlib import suppress

import sqlalchemy as sa

from tests.servers import viewer_named
from wellbeing.domain.check_ins import Kind
from wellbeing.services import check_ins
from wellbeing.storage.clinic_tables import ClinicRow
from wellbeing.web import app


def test_a_fault_is_told_by_its_kind_and_the_next_look_comes(ctx, monkeypatch, caplog):
    alice = viewer_named(ctx, "alice")
    week = ctx.this_week(alice.clinic)
    check_ins.keep(ctx, alice, week, {"overall": 3})
    check_ins.save(ctx, alice, week, Kind.FULL)
    with ctx.writing() as db:
        db.execute(sa.update(ClinicRow).values(time_zone="No/Where"))
    monkeypatch.setattr(app, "_LOOK_AGAIN", 0.01)

    async def look_for_a_while() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(app._close_when_due(), 1)  # noqa: SLF001 (the task)

    asyncio.run(look_for_a_while())
    told = [r.getMessage() for r in caplog.records if r.name == app.__name__]
    assert len(told) > 1
    assert set(told) == {"Team trends were not closed: ZoneInfoNotFoundError"}
