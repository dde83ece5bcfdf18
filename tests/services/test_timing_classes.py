"""How long an answer to a lead takes cannot tell what nobody has asked for.

Times themselves are measured in ``trials/timing.py``; here stands what makes them
alike: the same statements, on the same rows, whatever happens between two closes.
"""

import re
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from tests.clinic import make_person
from tests.counted_clinic import PERIODS, House
from wellbeing.domain.people import Role
from wellbeing.services import actions
from wellbeing.services.closing import close
from wellbeing.services.seats import seat_of
from wellbeing.services.team_exports import team_trends_csv
from wellbeing.services.team_trends import team_picture
from wellbeing.storage.check_in_tables import CheckInRow

ANSWERED = re.compile(
    r"\b(check_in|answer|draft|week_tag|panel_member|instrument_\w+)\b"
)
"""Tables of what people answered; ``action_answer`` is read for the lead's own rows."""


@contextmanager
def statements(*engines):
    """Collect every statement that is sent, with its values."""
    seen = []

    def note(_db, _cursor, statement, values, _context, _many):
        seen.append((statement, repr(values)))

    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        sa.event.remove(engine, "before_cursor_execute", note)


def look(house):
    """Do all that the screen and the file of a lead do, and return what is asked."""
    ctx, dora = house.ctx, house.dora
    with statements(ctx.engine, ctx.releases, ctx.door.engine) as seen:
        seat = seat_of(ctx, dora)
        team_picture(ctx.door, seat, house.north.team_id)
        team_trends_csv(ctx.door, seat, house.north.team_id)
        actions.actions_of(ctx, dora, house.north.team_id)
    return seen


@pytest.fixture
def house(door_ctx, clock):
    made = House(door_ctx, clock)
    for period in PERIODS[:3]:
        made.everybody_answers(period)
    made.end(PERIODS[2])
    close(door_ctx)
    return made


def test_a_lead_is_answered_by_the_same_statements_between_two_closes(house):
    before = look(house)
    house.answer(house.people[:6], PERIODS[3].first_week, overall=1)
    with house.ctx.writing() as db:
        gone = CheckInRow.person_id == house.people[0].person_id
        db.execute(sa.delete(CheckInRow).where(gone))
    house.counts(house.people[1], counted=False)
    for n in range(9):
        make_person(
            house.ctx, house.clinic, f"New{n}", Role.CLINICIAN, team=house.north
        )
    assert len(before) > 3
    assert look(house) == before


def test_no_statement_for_a_lead_reads_what_somebody_answered(house):
    for statement, _ in look(house):
        assert not ANSWERED.search(statement), statement


def test_the_attack_would_see_a_screen_that_reads_answers(house):
    engine = house.ctx.engine
    with statements(engine) as seen, house.ctx.reading() as db:
        db.exec_driver_sql("SELECT avg(overall) FROM check_in")
    assert any(ANSWERED.search(statement) for statement, _ in seen)
