"""Backup and restore: one moment of both databases, all or nothing, on each engine."""

import json
import resource
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import sqlalchemy as sa

from tests import databases
from tests.clinic import PASSWORD, THIS_WEEK, Clock, give_keys, open_context
from tests.counted_clinic import PERIODS, House
from trials.backup import on_postgresql, on_sqlite, trial
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.errors import (
    DatabaseNotEmptyError,
    DatabaseUnusableError,
    InvalidInputError,
)
from wellbeing.domain.private_kinds import PrivateKind
from wellbeing.services import accounts, check_ins, closing, my_data
from wellbeing.services.private_texts import (
    WrongKeyError,
    about,
    lock,
    password_secret,
    unlock,
    unwrap,
)
from wellbeing.services.setup import new_setup_link
from wellbeing.storage import key_queries, private_text_queries
from wellbeing.storage.backup import (
    ReleasesNotEmptyError,
    rehearse,
    restore,
    take_backup,
)
from wellbeing.storage.backup_errors import (
    BackupDamagedError,
    BackupNotWrittenError,
    BackupTooNewError,
    SecretsDamagedError,
)
from wellbeing.storage.backup_file import new_backup, open_backup
from wellbeing.storage.backup_rows import (
    LEFT_OUT,
    copy_tables,
    load_tables,
    plain_type,
)
from wellbeing.storage.backup_secrets import NAME as SECRETS
from wellbeing.storage.backup_secrets import texts_are_readable
from wellbeing.storage.empty_places import ForeignTablesError, is_free
from wellbeing.storage.engine import open_engine
from wellbeing.storage.metadata import METADATA, RELEASE_METADATA
from wellbeing.storage.private_text_queries import LockedText
from wellbeing.storage.schema import RELEASES, is_current, move, upgrade_engine

WRITTEN = "Today I noticed how tired I was."
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize(
    "database_kind",
    [pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
)


@pytest.fixture
def house(ctx) -> House:
    """A clinic with two closed periods, the second with figures that are shown."""
    made = House(ctx, ctx.now)
    for period in PERIODS[:2]:
        made.everybody_answers(period)
        made.end(period)
        closing.close(ctx)
    return made


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def place(request, tmp_path) -> Iterator:
    """An empty place to restore into, on each engine whatever the backup is of."""
    with empty_place(request, request.param, tmp_path) as ctx:
        yield ctx


@pytest.fixture
def same_place(request, database_kind, tmp_path) -> Iterator:
    """An empty place on the engine that the backup is of."""
    with empty_place(request, database_kind, tmp_path) as ctx:
        yield ctx


@contextmanager
def empty_place(request, kind, tmp_path):
    if kind == "sqlite":
        ctx = open_context(databases.sqlite_url(tmp_path / "other.db"), Clock())
        yield ctx
        ctx.dispose()
        return
    server = request.getfixturevalue("postgresql_server")
    with databases.postgresql_database(server) as url:
        ctx = open_context(url, Clock())
        yield ctx
        ctx.dispose()


def back_up(ctx, file):
    return take_backup(ctx.engine, ctx.releases, file, ctx.now())


def restore_into(ctx, file):
    return restore(ctx.engine, ctx.releases, file)


def rows(engine, metadata):
    with engine.connect() as db:
        return {
            name: sorted(map(repr, db.execute(sa.select(table))))
            for name, table in metadata.tables.items()
        }


def everything(ctx):
    return rows(ctx.engine, METADATA) | rows(ctx.releases, RELEASE_METADATA)


def tables(engine):
    return set(sa.inspect(engine).get_table_names())


@pytest.mark.usefixtures("filled_too")
def test_every_row_comes_back_on_either_engine(ctx, place, tmp_path):
    before = everything(ctx)
    made = back_up(ctx, tmp_path / "it")
    assert restore_into(place, tmp_path / "it") == made
    after = everything(place)
    assert all(before[name] for name in ("figure", "check_in", "draft", "invitation"))
    for name, found in after.items():
        assert found == ([] if name in LEFT_OUT else before[name])
    assert is_current(place.engine)
    assert is_current(place.releases, RELEASES)


@pytest.fixture
def filled_too(ctx, house):
    """Something in tables that the clinic of counted people leaves empty."""
    alice = house.people[0]
    house.clock.instant = Clock().instant
    check_ins.keep(ctx, alice, THIS_WEEK, {"overall": 6})
    values = {"clinic_id": house.clinic.clinic_id, "person_id": alice.person_id}
    link = values | {"token_hash": "f" * 64, "expires_at": ctx.now()}
    with ctx.writing() as db:
        db.execute(METADATA.tables["invitation"].insert(), link)


@pytest.mark.usefixtures("house")
def test_the_same_rows_give_the_same_bytes_on_either_engine(ctx, place, tmp_path):
    first = back_up(ctx, tmp_path / "first")
    restore_into(place, tmp_path / "first")
    second = back_up(place, tmp_path / "second")
    assert (first.check_ins, first.releases) == (second.check_ins, second.releases)


@pytest.mark.usefixtures("house")
def test_a_backup_of_the_first_schema_is_brought_up_to_date(ctx, place, tmp_path):
    move(ctx.engine, "0001", down=True)
    made = back_up(ctx, tmp_path / "old")
    assert made.check_ins.revision == "0001"
    restore_into(place, tmp_path / "old")
    assert is_current(place.engine)
    upgrade_engine(ctx.engine)
    before, after = everything(ctx), everything(place)
    assert after.keys() == before.keys()
    assert {n: r for n, r in after.items() if n not in LEFT_OUT} == {
        n: r for n, r in before.items() if n not in LEFT_OUT
    }


@pytest.mark.usefixtures("house")
def test_people_sign_in_with_their_password_and_no_session_comes_back(
    ctx, same_place, tmp_path
):
    back_up(ctx, tmp_path / "it")
    restore_into(same_place, tmp_path / "it")
    assert everything(same_place)["web_session"] == []
    assert accounts.sign_in(
        same_place, email="p0@example.org", password=PASSWORD, address="127.0.0.1"
    )


def test_whatever_holds_a_link_or_a_session_is_left_out():
    secret = {
        name
        for name, table in METADATA.tables.items()
        if any("token" in column.name for column in table.columns)
    }
    # These sign nobody in: one tells hours, the other switches reminders off.
    kept = {"calendar_feed", "reminder_stop_link"}
    assert secret - kept <= LEFT_OUT <= set(METADATA.tables)


def test_nothing_that_signs_somebody_in_is_in_the_file(ctx, house, tmp_path):
    back_up(ctx, tmp_path / "it")
    with ctx.reading() as db:
        hashes = db.scalars(sa.select(METADATA.tables["web_session"].c.token_hash))
        tokens = [one.encode() for one in hashes]
    assert len(tokens) == len(house.people) + 1
    with ZipFile(tmp_path / "it") as archive:
        held = b"".join(archive.read(name) for name in archive.namelist())
    assert not [token for token in tokens if token in held]


def test_a_backup_while_people_save_holds_whole_check_ins(ctx, cast, tmp_path):
    weeks = [THIS_WEEK.plus(n) for n in range(-40, 0)]
    clock = ctx.now
    failures: list[BaseException] = []
    begun, ended = threading.Event(), threading.Event()

    def save():
        try:
            for week in weeks:
                clock.turn_to(week)
                check_ins.keep(ctx, cast.alice, week, {"overall": 6, "rest": 2})
                check_ins.save(ctx, cast.alice, week, Kind.FULL)
                begun.set()
        except BaseException as error:  # noqa: BLE001 (told below)
            failures.append(error)
        finally:
            begun.set()
            ended.set()

    saving = threading.Thread(target=save)
    saving.start()
    begun.wait()
    made: list[Path] = []
    while not ended.is_set():
        file = tmp_path / f"{len(made)}"
        back_up(ctx, file)
        made.append(file)
    saving.join()
    assert not failures
    counts = [whole_check_ins(file, len(ctx.questions.questions)) for file in made]
    assert counts == sorted(counts)
    assert counts[0] < len(weeks)


def whole_check_ins(file, questions) -> int:
    with open_backup(file) as (_, manifest):
        rows = {part.table: part.rows for part in manifest.check_ins.parts}
    assert rows["answer"] == rows["check_in"] * questions
    return rows["check_in"]


def test_a_close_that_a_backup_fell_into_is_made_anew_and_alike(
    ctx, house, same_place, tmp_path
):
    made: list[Path] = []

    def between_panels_and_release(_connection):
        made.append(tmp_path / f"{len(made)}")
        back_up(ctx, made[-1])

    sa.event.listen(ctx.releases, "commit", between_panels_and_release)
    for period in PERIODS[2:4]:
        house.everybody_answers(period, overall=7)
        house.end(period)
        closing.close(ctx)
    assert rehearse(made[-3])[1] == []
    # The last two belong to the look that found nothing more to close.
    restore_into(same_place, made[-3])
    begun = everything(same_place)
    assert begun["panel_member"] == everything(ctx)["panel_member"]
    assert len(begun["period"]) == len(everything(ctx)["period"]) - 1
    same_place.now.instant = house.clock.instant
    assert len(closing.close(same_place)) == 1
    assert everything(same_place)["figure"] == everything(ctx)["figure"]


@pytest.mark.usefixtures("house")
def test_a_backup_takes_nobody_s_place_and_nobody_else_reads_it(ctx, tmp_path):
    file = tmp_path / "it"
    back_up(ctx, file)
    held = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(InvalidInputError, match="there already"):
        back_up(ctx, file)
    assert file.read_bytes() == held
    assert not list(tmp_path.glob(".*"))


@pytest.mark.usefixtures("house")
def test_what_a_killed_backup_left_goes_with_the_next_one(ctx, tmp_path):
    left = tmp_path / ".wellbeing-x.part"
    left.write_bytes(b"half")
    with new_backup(tmp_path / "other"):
        back_up(ctx, tmp_path / "it")
        # That of a backup that is still being made stays.
        assert len(list(tmp_path.glob(".*"))) == 1
    assert sorted(f.name for f in tmp_path.glob("*") if "it" in f.name) == ["it"]
    assert not left.exists()
    assert not list(tmp_path.glob(".*"))


def test_a_backup_into_no_folder_is_bad_input(ctx, tmp_path):
    with pytest.raises(InvalidInputError, match="is no folder"):
        back_up(ctx, tmp_path / "nowhere" / "it")


def test_a_backup_where_nobody_may_write_says_so(ctx):
    # Not even the system's administrator makes a file there.
    with pytest.raises(BackupNotWrittenError, match="could not"):
        back_up(ctx, Path("/proc/backup"))


@pytest.mark.usefixtures("house")
def test_a_backup_that_finds_the_disk_full_leaves_nothing(ctx, tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    (tmp_path / "there").mkdir()
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(BackupNotWrittenError, match="no file of that name"):
            back_up(ctx, tmp_path / "there" / "it")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list((tmp_path / "there").iterdir())


@ON_SQLITE
@pytest.mark.usefixtures("house")
def test_a_restore_that_finds_the_disk_full_leaves_nothing(ctx, same_place, tmp_path):
    back_up(ctx, tmp_path / "it")
    sa.event.listen(
        same_place.engine,
        "connect",
        lambda connection, _: connection.execute("PRAGMA max_page_count = 60"),
    )
    with pytest.raises(DatabaseUnusableError, match="disk is full"):
        restore_into(same_place, tmp_path / "it")
    assert not list(tmp_path.glob("other*"))


@ON_SQLITE
@pytest.mark.usefixtures("house")
def test_a_damaged_backup_is_never_restored(ctx, same_place, tmp_path):
    made = back_up(ctx, tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    broken = [whole[:n] for n in range(0, len(whole), len(whole) // 30)]
    broken += [
        whole[:n] + bytes([whole[n] ^ 0x41]) + whole[n + 1 :]
        for n in range(0, len(whole), len(whole) // 300)
    ]
    found = 0
    for data in [*broken, b"no zip at all\n"]:
        (tmp_path / "it").write_bytes(data)
        try:
            with open_backup(tmp_path / "it") as (_, manifest):
                # Some bytes of a zip's own headers mean nothing for what is in it.
                assert manifest == made
        except BackupDamagedError:
            found += 1
    assert found > len(broken) // 2
    (tmp_path / "it").write_bytes(whole[:-1])
    with pytest.raises(BackupDamagedError):
        restore_into(same_place, tmp_path / "it")
    assert not list(tmp_path.glob("other*"))


def rewritten(tmp_path, change):
    """Write a backup again with another manifest, or with other lines."""
    with (
        ZipFile(tmp_path / "it") as archive,
        ZipFile(tmp_path / "other", "w", ZIP_DEFLATED) as out,
    ):
        for name in archive.namelist():
            out.writestr(name, change(name, archive.read(name)))
    return tmp_path / "other"


def on_manifest(change):
    def both(name, data):
        if name != "manifest.json":
            return data
        manifest = json.loads(data)
        change(manifest)
        return json.dumps(manifest)

    return both


@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda m: m.update(format=2), BackupTooNewError),
        (lambda m: m["check_ins"].update(revision="9999"), BackupTooNewError),
        (lambda m: m["releases"].update(revision="r9999"), BackupTooNewError),
        (lambda m: m["check_ins"].update(revision="0001"), BackupDamagedError),
        (lambda m: m["check_ins"]["parts"].pop(), BackupDamagedError),
        (lambda m: m["check_ins"]["parts"][0].update(rows=9), BackupDamagedError),
        (lambda m: m.pop("made_at"), BackupDamagedError),
        (lambda m: m.pop("format"), BackupDamagedError),
    ],
)
@pytest.mark.usefixtures("house")
def test_a_backup_that_does_not_fit_is_refused(ctx, change, error, place, tmp_path):
    back_up(ctx, tmp_path / "it")
    file = rewritten(tmp_path, on_manifest(change))
    with pytest.raises(error):
        restore_into(place, file)
    assert tables(place.engine) == set()
    assert tables(place.releases) == set()


@ON_SQLITE
@pytest.mark.usefixtures("house")
def test_a_changed_row_is_noticed(ctx, tmp_path):
    back_up(ctx, tmp_path / "it")

    def other_name(name, data):
        return data.replace(b"P1", b"P7") if "person" in name else data

    with pytest.raises(BackupDamagedError):
        rehearse(rewritten(tmp_path, other_name))


@pytest.mark.usefixtures("house")
def test_a_place_with_people_is_left_as_it_is(ctx, tmp_path):
    before = everything(ctx)
    back_up(ctx, tmp_path / "it")
    assert not is_free(ctx.engine, ctx.releases)
    with pytest.raises(DatabaseNotEmptyError):
        restore_into(ctx, tmp_path / "it")
    assert everything(ctx) == before


@pytest.mark.usefixtures("house")
def test_a_place_that_was_only_started_is_free_and_its_set_up_link_ends(
    ctx, same_place, tmp_path
):
    upgrade_engine(same_place.engine)
    upgrade_engine(same_place.releases, RELEASES)
    assert new_setup_link(same_place)
    assert is_free(same_place.engine, same_place.releases)
    back_up(ctx, tmp_path / "it")
    restore_into(same_place, tmp_path / "it")
    assert everything(same_place)["setup_link"] == []
    assert everything(same_place)["figure"] == everything(ctx)["figure"]


def test_a_restore_that_was_killed_between_both_databases_goes_on(
    ctx, house, same_place, tmp_path
):
    back_up(ctx, tmp_path / "it")
    restore_into(same_place, tmp_path / "it")
    move(same_place.engine, "base", down=True)
    restore_into(same_place, tmp_path / "it")
    assert everything(same_place)["answer"] == everything(ctx)["answer"]
    move(same_place.engine, "base", down=True)
    house.everybody_answers(PERIODS[2])
    house.end(PERIODS[2])
    closing.close(ctx)
    back_up(ctx, tmp_path / "later")
    with pytest.raises(ReleasesNotEmptyError):
        restore_into(same_place, tmp_path / "later")
    assert "check_in" not in tables(same_place.engine)


@pytest.mark.usefixtures("house")
def test_a_database_of_something_else_is_left_alone(ctx, same_place, tmp_path):
    back_up(ctx, tmp_path / "it")
    with same_place.writing() as db:
        db.exec_driver_sql("CREATE TABLE theirs (x integer)")
    with pytest.raises(ForeignTablesError):
        restore_into(same_place, tmp_path / "it")
    assert tables(same_place.engine) == {"theirs"}
    assert tables(same_place.releases) == set()


def test_there_is_nothing_to_back_up_before_the_first_start(same_place, tmp_path):
    with pytest.raises(DatabaseUnusableError):
        back_up(same_place, tmp_path / "it")
    assert not list(tmp_path.glob("it*"))
    assert not list(tmp_path.glob("other*"))


@ON_POSTGRESQL
def test_a_user_without_rights_is_told_so(ctx, tmp_path):
    name = f"nobody_{secrets.token_hex(6)}"
    with ctx.writing() as db:
        db.exec_driver_sql(f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
    url = ctx.engine.url.set(username=name, password="x")
    engine = open_engine(url.render_as_string(hide_password=False))
    try:
        with pytest.raises(DatabaseUnusableError, match="owner of the tables"):
            take_backup(engine, ctx.releases, tmp_path / "it", ctx.now())
    finally:
        engine.dispose()
        with ctx.writing() as db:
            db.exec_driver_sql(f"DROP ROLE {name}")
    assert not list(tmp_path.glob("*it*"))


def test_a_file_that_is_not_there_is_bad_input(same_place, tmp_path):
    with pytest.raises(InvalidInputError, match="Check the path"):
        restore_into(same_place, tmp_path / "nothing")


ODD = sa.Table(
    "odd",
    sa.MetaData(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.String(20), primary_key=True),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("day", sa.Date),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("yes", sa.Boolean),
    sa.Column("real", sa.Double),
    sa.Column("large", sa.BigInteger),
    sa.Column("text", sa.Text),
)


def test_every_kind_of_value_comes_back_as_it_was(database_url, tmp_path):
    engine = open_engine(database_url)
    given = [
        {
            "id": "6f1c0a3e-0000-7000-8000-000000000001",
            "name": "b_",
            "sealed": bytes(range(256)),
            "day": date(2026, 11, 22),
            "at": datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC),
            "yes": True,
            "real": 0.1 + 0.2,
            "large": 2**53 + 1,
            "text": 'line\nquote" \u2028 \x1f umlaut \u00e4',
        },
    ]
    nothing = dict.fromkeys(ODD.columns.keys())
    given.append(nothing | {"id": given[0]["id"], "name": "B"})
    given = [row | {"id": sa.Uuid().python_type(row["id"])} for row in given]
    with engine.begin() as db:
        ODD.create(db)
        db.execute(ODD.insert(), given)
        before = sorted(map(repr, db.execute(sa.select(ODD))))

        def open_part(_name):
            return (tmp_path / "part").open("wb")

        parts = copy_tables(db, open_part)
        lines = (tmp_path / "part").read_bytes().splitlines()
        db.execute(ODD.delete())
        load_tables(db, parts, lambda _: map(json.loads, lines))
        after = sorted(map(repr, db.execute(sa.select(ODD))))
    engine.dispose()
    assert after == before
    # The same order on every engine, whatever the language of the server.
    assert [json.loads(line)[1] for line in lines] == ["B", "b_"]


def test_a_kind_of_column_that_a_backup_does_not_know_is_a_fault():
    with pytest.raises(TypeError):
        plain_type(sa.JSON())


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.slow
def test_a_short_trial_finds_backups_whole_or_not_there(migrated_database_url):
    found = trial(migrated_database_url, seconds=2, seed=3)
    assert found.whole + found.killed > 0
    assert (found.half, found.lost, found.torn, found.out_of_step) == (0, 0, 0, 0)
    assert found.stuck == 0


def test_the_trial_is_there_for_both_databases():
    assert callable(on_sqlite)
    assert callable(on_postgresql)


@pytest.fixture
def written(ctx, cast):
    """Two people with keys, each with a text; what was locked, and under what."""
    texts = {}
    for viewer in (cast.alice, cast.bob):
        place = about(viewer.clinic_id, viewer.person_id, "reflection", "1")
        keys = give_keys(ctx, viewer)
        text = LockedText(
            text_id="1", week=THIS_WEEK, content=lock(keys, WRITTEN, place)
        )
        own = viewer.clinic_id, viewer.person_id
        with ctx.writing() as db:
            private_text_queries.put_text(db, *own, PrivateKind.REFLECTION, text)
        texts[viewer.name] = (own, place)
    return texts


def read_with_the_password(ctx, own, place):
    """Return a text as somebody reads it who has the database and the password."""
    clinic_id, person_id = own
    with ctx.reading() as db:
        wraps = key_queries.wraps_of(db, clinic_id, person_id)
        [text] = private_text_queries.texts_of(
            db, clinic_id, person_id, PrivateKind.REFLECTION
        )
    assert wraps is not None
    secret = password_secret(PASSWORD, wraps.password_salt).secret
    key = about(clinic_id, person_id, "key", "password")
    keys = unwrap(wraps.by_password, secret, wraps.shred or b"", key)
    return unlock(keys, text.content, place)


def test_private_texts_come_back_with_the_file_beside_the_backup(
    ctx, written, tmp_path, same_place
):
    back_up(ctx, tmp_path / "one")
    restore_into(same_place, tmp_path / "one")
    for own, place in written.values():
        assert read_with_the_password(same_place, own, place) == WRITTEN


@ON_SQLITE
def test_the_file_of_secrets_is_for_its_owner_only_and_not_in_the_backup(
    ctx, written, tmp_path
):
    back_up(ctx, tmp_path / "one")
    assert written
    assert (tmp_path / SECRETS).stat().st_mode & 0o777 == 0o600
    with ZipFile(tmp_path / "one") as archive:
        assert "check_ins/person_key.jsonl" in archive.namelist()
        assert "check_ins/text_secret.jsonl" not in archive.namelist()
    assert sorted(f.name for f in tmp_path.glob(f"*{SECRETS}*")) == [SECRETS]


def test_what_a_deleted_account_wrote_is_unreadable_in_older_backups(
    ctx, cast, written, tmp_path, same_place
):
    back_up(ctx, tmp_path / "old")
    my_data.delete_account(ctx, cast.alice, password=PASSWORD)
    back_up(ctx, tmp_path / "new")
    restore_into(same_place, tmp_path / "old")
    own, place = written["Alice"]
    with pytest.raises(WrongKeyError):
        read_with_the_password(same_place, own, place)
    assert read_with_the_password(same_place, *written["Bob"]) == WRITTEN
    with same_place.reading() as db:
        assert not texts_are_readable(db)


@ON_SQLITE
def test_without_the_file_of_secrets_all_else_is_restored(
    ctx, written, tmp_path, same_place
):
    back_up(ctx, tmp_path / "one")
    (tmp_path / SECRETS).unlink()
    restore_into(same_place, tmp_path / "one")
    for own, place in written.values():
        with pytest.raises(WrongKeyError):
            read_with_the_password(same_place, own, place)
    with same_place.reading() as db:
        assert not texts_are_readable(db)


def test_a_backup_of_an_empty_place_leaves_older_backups_readable(
    ctx, written, tmp_path, same_place
):
    back_up(ctx, tmp_path / "old")
    upgrade_engine(same_place.engine)
    upgrade_engine(same_place.releases, RELEASES)
    back_up(same_place, tmp_path / "empty")
    restore_into(same_place, tmp_path / "old")
    for own, place in written.values():
        assert read_with_the_password(same_place, own, place) == WRITTEN


@ON_SQLITE
def test_a_backup_made_without_the_secrets_leaves_older_backups_readable(
    ctx, cast, written, tmp_path, same_place
):
    back_up(ctx, tmp_path / "old")
    (tmp_path / "apart").mkdir()
    (tmp_path / "old").rename(tmp_path / "apart" / "old")
    restore_into(same_place, tmp_path / "apart" / "old")
    my_data.delete_account(same_place, cast.bob, password=PASSWORD)
    back_up(same_place, tmp_path / "new")
    held = json.loads((tmp_path / SECRETS).read_text())["secrets"]
    [alice, bob] = (written[name][0] for name in ("Alice", "Bob"))
    assert [one[:2] for one in held] == [[part.hex for part in alice]]
    assert bob[1].hex not in str(held)
    move(same_place.engine, "base", down=True)
    restore_into(same_place, tmp_path / "new")
    assert read_with_the_password(same_place, *written["Alice"]) == WRITTEN


@ON_SQLITE
def test_a_trial_restore_tells_whether_texts_would_be_readable(ctx, written, tmp_path):
    assert written
    back_up(ctx, tmp_path / "one")
    assert rehearse(tmp_path / "one")[2]
    (tmp_path / SECRETS).unlink()
    assert not rehearse(tmp_path / "one")[2]


@ON_SQLITE
@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"secrets": [["x"]]}', '{"secrets": [[1, 2, ""]]}']
)
def test_a_damaged_file_of_secrets_is_not_replaced(ctx, tmp_path, content):
    (tmp_path / SECRETS).write_text(content)
    with pytest.raises(SecretsDamagedError, match="damaged"):
        back_up(ctx, tmp_path / "one")
    assert (tmp_path / SECRETS).read_text() == content
    assert [f.name for f in tmp_path.glob("*one*")] == []


@ON_SQLITE
@pytest.mark.parametrize("content", ["", "[]", "{}", '{"secrets": [["x"]]}'])
def test_a_damaged_file_of_secrets_is_refused_before_anything_is_written(
    ctx, written, tmp_path, same_place, content
):
    assert written
    back_up(ctx, tmp_path / "one")
    (tmp_path / SECRETS).write_text(content)
    with pytest.raises(BackupDamagedError):
        restore_into(same_place, tmp_path / "one")
    assert is_free(same_place.engine, same_place.releases)
