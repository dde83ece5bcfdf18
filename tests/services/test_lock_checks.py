"""``verify`` tries whether what stands in the database opens a private text."""

import pytest
import sqlalchemy as sa

from tests.clinic import THIS_WEEK, give_keys
from wellbeing.services import keyring, lock_checks, private_texts, small_successes
from wellbeing.storage import key_queries
from wellbeing.storage.metadata import METADATA

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def alice(ctx, cast):
    keys = give_keys(ctx, cast.alice, "the code of alice")
    small_successes.note_success(ctx, cast.alice, keys, THIS_WEEK, "A calm hour")
    with ctx.writing() as db:
        own = cast.alice.clinic_id, cast.alice.person_id
        session = cast.alice.session
        keyring.hold(db, *own, session=session, secret=b"of a cookie", keys=keys)
    return cast.alice, keys


def faults(ctx):
    with ctx.reading() as db:
        return lock_checks.faults_of_locks(db)


@pytest.mark.usefixtures("alice")
def test_nothing_that_is_stored_opens_a_key(ctx):
    assert faults(ctx) == []


@pytest.mark.parametrize(
    ("kind", "secret_of"),
    [
        ("password", lambda row: row.secret),
        ("password", lambda row: row.password_salt),
        ("recovery code", lambda row: private_texts.code_secret(row.token_hash)),
        ("session", lambda row: private_texts.session_secret(row.token_hash)),
        ("session", lambda _: b""),
    ],
)
@ON_SQLITE
def test_a_key_that_opens_with_what_stands_beside_it_is_a_fault(
    ctx, alice, kind, secret_of
):
    viewer, keys = alice
    own = viewer.clinic_id, viewer.person_id
    key, secret, session = (
        METADATA.tables[name] for name in ("person_key", "text_secret", "web_session")
    )
    with ctx.writing() as db:
        row = db.execute(
            sa.select(key.c.password_salt, secret.c.secret, session.c.token_hash).where(
                key.c.person_id == own[1],
                secret.c.person_id == key.c.person_id,
                session.c.person_id == key.c.person_id,
            )
        ).one()
        wraps = key_queries.wraps_of(db, *own)
        assert wraps is not None
        place = private_texts.about(*own, "key", kind)
        weak = private_texts.wrap(keys, secret_of(row), wraps.shred or b"", place)
        mine = key.c.person_id == own[1]
        db.execute(key.update().where(mine).values(by_password=weak))
    assert "opens with what stands beside it" in " ".join(faults(ctx))


@pytest.mark.usefixtures("alice")
def test_a_text_that_is_not_locked_is_a_fault(ctx):
    with ctx.writing() as db:
        table = METADATA.tables["private_text"]
        db.execute(table.update().values(content=b"A calm hour, in plain words now"))
    assert "private_text is not locked" in " ".join(faults(ctx))
