"""What cannot be recorded is not done: a record that fails takes its act with it."""

import pytest
import sqlalchemy as sa

from tests.clinic import PASSWORD, THIS_WEEK
from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.people import Role
from wellbeing.services import accounts, audit, keeping, my_data, people
from wellbeing.services.seats import seat_of
from wellbeing.storage.metadata import METADATA

_ON_SQLITE = """
CREATE TRIGGER full_disk BEFORE INSERT ON audit_record
BEGIN SELECT RAISE(ABORT, 'disk is full'); END
"""
_ON_POSTGRESQL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON audit_record
FOR EACH ROW EXECUTE FUNCTION full_disk()
"""


@pytest.fixture
def full(ctx, cast):
    """A disk on which no record can be written any more."""
    sqlite = ctx.engine.dialect.name == "sqlite"
    with ctx.writing() as db:
        db.exec_driver_sql(_ON_SQLITE if sqlite else _ON_POSTGRESQL)
    return cast


def everything(ctx):
    with ctx.reading() as db:
        return {
            name: sorted(map(repr, db.execute(sa.select(table))))
            for name, table in METADATA.tables.items()
            # Sessions keep the hour of their last use, whatever fails then.
            if name != "web_session"
        }


ACTS = {
    "add somebody": lambda ctx, cast: people.add_person(
        ctx, cast.ada, name="Emil", email="emil@example.org", roles=[Role.CLINICIAN]
    ),
    "change roles": lambda ctx, cast: people.set_roles(
        ctx, cast.ada, cast.alice.person_id, roles=[Role.RESEARCHER]
    ),
    "move somebody": lambda ctx, cast: people.move(
        ctx, cast.ada, cast.alice.person_id, cast.south.team_id, THIS_WEEK.plus(1)
    ),
    "end an access": lambda ctx, cast: people.end_access(
        ctx, cast.ada, cast.alice.person_id
    ),
    "delete an account": lambda ctx, cast: my_data.delete_account(
        ctx, cast.alice, password=PASSWORD
    ),
    "sign in as a lead": lambda ctx, _: accounts.sign_in(
        ctx, email="dora@example.org", password=PASSWORD, address="127.0.0.1"
    ),
    "read team trends": lambda ctx, cast: audit.note_reading(
        ctx, cast.dora, seat_of(ctx, cast.dora), cast.north.team_id
    ),
    "remove what is old": lambda ctx, _: keeping.remove_old(ctx),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_cannot_be_recorded_fails_and_changes_nothing(ctx, full, act):
    before = everything(ctx)
    with pytest.raises((WellbeingError, sa.exc.IntegrityError)) as refused:
        ACTS[act](ctx, full)
    if ctx.engine.dialect.name == "postgresql":
        assert "The disk is full. Nothing was saved" in str(refused.value)
    after = everything(ctx)
    # A failed sign-in that was counted first stays counted.
    for one in (before, after):
        del one["sign_in_attempt"]
    assert after == before
