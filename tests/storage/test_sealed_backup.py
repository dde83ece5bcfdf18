"""An encrypted backup: only its key opens it, and no chunk of it can be exchanged."""

import io
import resource
import tracemalloc
from base64 import b64encode
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests import databases
from tests.clinic import PASSWORD, THIS_WEEK, Clock, give_keys, open_context
from wellbeing.cli.main import main
from wellbeing.domain.errors import DatabaseNotEmptyError, InvalidInputError
from wellbeing.services import my_data, small_successes
from wellbeing.storage.backup import rehearse, restore, take_backup
from wellbeing.storage.backup_errors import (
    BackupDamagedError,
    BackupNotWrittenError,
    BackupTooNewError,
    KeyNeededError,
    NotEncryptedError,
    OtherKeyError,
    SecretsDamagedError,
    SecretsEncryptedError,
    SecretsKeyNeededError,
)
from wellbeing.storage.backup_keys import make_key, read_key
from wellbeing.storage.backup_secrets import NAME as SECRETS
from wellbeing.storage.empty_places import OtherClinicError, is_free
from wellbeing.storage.metadata import METADATA
from wellbeing.storage.sealed_files import (
    CHUNK,
    SealedReader,
    SealingKey,
    SealingWriter,
    seal,
    sealed_under,
    unseal,
)

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

ONE, OTHER = SealingKey(b"1" * 32), SealingKey(b"2" * 32)
HEADER = 17 + 1 + 16 + 32
SEALED_CHUNK = CHUNK + 16
LONG = bytes(range(256)) * (CHUNK // 64) + b"end"
"""Four whole chunks and the beginning of a fifth."""


@pytest.fixture
def place(tmp_path):
    ctx = open_context(databases.sqlite_url(tmp_path / "other.db"), Clock())
    yield ctx
    ctx.dispose()


@pytest.fixture
def with_keys(ctx, cast):
    """Alice has a key to private texts, so that there is a secret to keep."""
    give_keys(ctx, cast.alice)


def back_up(ctx, file, key=ONE):
    return take_backup(ctx.engine, ctx.releases, file, ctx.now(), key)


def restore_into(ctx, file, key=ONE):
    return restore(ctx.engine, ctx.releases, file, key)


def chunks_of(sealed):
    body = sealed[HEADER:]
    return [body[n : n + SEALED_CHUNK] for n in range(0, len(body), SEALED_CHUNK)]


def with_chunks(sealed, chunks):
    return sealed[:HEADER] + b"".join(chunks)


@pytest.mark.usefixtures("database_kind")
class TestASealedFile:
    """What stands in sealed_files.py, without a database."""

    @pytest.mark.parametrize(
        "size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5]
    )
    def test_what_was_sealed_comes_back(self, size):
        content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
        assert unseal(ONE, seal(ONE, content)) == content

    def test_it_is_read_anywhere(self):
        sealed = seal(ONE, LONG)

        @given(st.lists(st.tuples(st.integers(0, len(LONG)), st.integers(0, 9000))))
        def anywhere(looks):
            reader = io.BufferedReader(SealedReader(io.BytesIO(sealed), ONE))
            for at, size in looks:
                reader.seek(at)
                assert reader.read(size) == LONG[at : at + size]
            assert reader.seek(-3, io.SEEK_END) == len(LONG) - 3
            assert reader.read() == b"end"

        anywhere()

    def test_nothing_of_it_can_be_read_and_no_two_files_are_alike(self):
        text = b"Alice was tired" * 9000
        first, second = seal(ONE, text), seal(ONE, text)
        assert b"Alice" not in first
        assert first[HEADER:] != second[HEADER:]
        assert sealed_under(io.BytesIO(first)) == ONE.fingerprint
        assert ONE.secret not in first
        assert "111" not in repr(ONE)

    @pytest.mark.parametrize(
        "change",
        [
            lambda c: [c[1], c[0], *c[2:]],
            lambda c: c[1:],
            lambda c: c[:-1],
            lambda c: [*c[:3], c[4]],
            lambda c: [*c, c[-1]],
            lambda c: [*c[:-1], c[-1][:-1]],
            lambda c: [*c[:-1], c[-1] + b"x"],
            lambda c: [c[0][:-1], *c[1:]],
            lambda c: c[:0],
            lambda c: [c[-1]],
            lambda c: [*c[:4], c[3]],
        ],
    )
    def test_a_chunk_that_is_missing_moved_doubled_or_cut_is_noticed(self, change):
        sealed = seal(ONE, LONG)
        changed = with_chunks(sealed, change(chunks_of(sealed)))
        with pytest.raises(BackupDamagedError):
            unseal(ONE, changed)

    def test_a_chunk_of_another_file_under_the_same_key_is_noticed(self):
        one, other = seal(ONE, LONG), seal(ONE, LONG)
        mixed = [*chunks_of(one)[:2], chunks_of(other)[2], *chunks_of(one)[3:]]
        with pytest.raises(BackupDamagedError):
            unseal(ONE, with_chunks(one, mixed))

    def test_every_changed_byte_and_every_cut_is_noticed(self):
        sealed = seal(ONE, LONG)
        for n in (*range(HEADER + 40), *range(HEADER, len(sealed), 9973)):
            changed = bytearray(sealed)
            changed[n] ^= 1
            with pytest.raises((BackupDamagedError, BackupTooNewError, OtherKeyError)):
                unseal(ONE, bytes(changed))
        for n in (*range(HEADER + 40), *range(HEADER, len(sealed), 9973)):
            with pytest.raises(BackupDamagedError):
                unseal(ONE, sealed[:n])

    def test_a_file_that_was_not_finished_is_never_taken_for_whole(self):
        out = io.BytesIO()
        SealingWriter(out, ONE).write(LONG)
        with pytest.raises(BackupDamagedError):
            unseal(ONE, out.getvalue())

    def test_the_key_that_is_needed_is_named(self):
        sealed = seal(ONE, b"x")
        with pytest.raises(OtherKeyError) as wrong:
            unseal(OTHER, sealed)
        assert ONE.fingerprint in str(wrong.value)
        with pytest.raises(KeyNeededError, match=ONE.fingerprint):
            unseal(None, sealed)
        newer = bytearray(sealed)
        newer[17] = 2
        with pytest.raises(BackupTooNewError):
            unseal(ONE, bytes(newer))

    def test_a_long_file_is_held_in_memory_a_chunk_at_a_time(self, tmp_path):
        block = b"x" * 100_000
        with (tmp_path / "long").open("wb") as out:
            tracemalloc.start()
            writer = SealingWriter(out, ONE)
            for _ in range(200):
                writer.write(block)
            writer.finish()
        with (tmp_path / "long").open("rb") as stream:
            reader = io.BufferedReader(SealedReader(stream, ONE), CHUNK)
            while reader.read(CHUNK):
                pass
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert most < 20 * CHUNK < 200 * len(block) / 10


@pytest.mark.usefixtures("with_keys")
def test_an_encrypted_backup_and_its_secrets_come_back(ctx, cast, place, tmp_path):
    made = back_up(ctx, tmp_path / "it")
    for file in (tmp_path / "it", tmp_path / SECRETS):
        held = file.read_bytes()
        assert held.startswith(b"wellbeing sealed\n")
        assert file.stat().st_mode & 0o777 == 0o600
        assert cast.alice.person_id.hex.encode() not in held
        assert b"alice@example.org" not in held
    assert rehearse(tmp_path / "it", ONE)[::2] == (made, True)
    assert restore_into(place, tmp_path / "it") == made
    table = METADATA.tables["text_secret"]
    with ctx.reading() as db, place.reading() as other:
        mine, theirs = (
            set(map(tuple, d.execute(sa.select(table)))) for d in (db, other)
        )
    assert mine == theirs != set()


@pytest.mark.usefixtures("with_keys")
def test_what_does_not_fit_is_one_sentence_and_nothing_is_written(ctx, place, tmp_path):
    back_up(ctx, tmp_path / "it")
    plain = tmp_path / "apart"
    plain.mkdir()
    take_backup(ctx.engine, ctx.releases, plain / "it", ctx.now())
    cut = tmp_path / "cut"
    cut.write_bytes((tmp_path / "it").read_bytes()[:-100])
    for file, key, error in (
        (tmp_path / "it", OTHER, OtherKeyError),
        (tmp_path / "it", None, KeyNeededError),
        (plain / "it", ONE, NotEncryptedError),
        (cut, ONE, BackupDamagedError),
    ):
        with pytest.raises(error):
            restore_into(place, file, key)
        assert is_free(place.engine, place.releases)
        assert not list(tmp_path.glob("other*"))
    # A plain file of secrets beside an encrypted backup is not taken either.
    (tmp_path / SECRETS).write_bytes((plain / SECRETS).read_bytes())
    with pytest.raises(NotEncryptedError):
        restore_into(place, tmp_path / "it")
    assert not list(tmp_path.glob("other*"))


@pytest.mark.usefixtures("with_keys")
def test_a_backup_from_before_the_key_comes_back_with_the_secrets_sealed_since(
    ctx, place, tmp_path, monkeypatch, capsys
):
    made = take_backup(ctx.engine, ctx.releases, tmp_path / "old", ctx.now())
    back_up(ctx, tmp_path / "new")
    with pytest.raises(SecretsKeyNeededError, match=f"{ONE.fingerprint}.*--plain-back"):
        restore_into(place, tmp_path / "old", None)
    with pytest.raises(NotEncryptedError, match=r"This backup.*--plain-backup"):
        restore_into(place, tmp_path / "old")
    with pytest.raises(SecretsKeyNeededError, match=ONE.fingerprint):
        restore(place.engine, place.releases, tmp_path / "old", OTHER, plain=True)
    assert is_free(place.engine, place.releases)
    assert rehearse(tmp_path / "old", ONE, plain=True)[::2] == (made, True)
    key = tmp_path / "key"
    make_key(key)
    key.write_text("wellbeing-backup-key-1:" + b64encode(ONE.secret).decode() + "\n")
    monkeypatch.setenv("WELLBEING_DATABASE_URL", str(place.engine.url))
    monkeypatch.setenv("WELLBEING_BACKUP_KEY_FILE", str(key))
    assert main(["restore", str(tmp_path / "old")]) == 1
    assert "--plain-backup" in capsys.readouterr().err
    assert main(["restore", str(tmp_path / "old"), "--plain-backup"]) == 0
    out = capsys.readouterr().out
    assert "cannot be read" not in out
    assert "end-second-factor" not in out


@pytest.mark.usefixtures("with_keys")
def test_a_restore_without_the_secrets_says_what_becomes_of_second_factors(
    ctx, place, tmp_path, monkeypatch, capsys
):
    take_backup(ctx.engine, ctx.releases, tmp_path / "it", ctx.now())
    (tmp_path / SECRETS).unlink()
    monkeypatch.setenv("WELLBEING_DATABASE_URL", str(place.engine.url))
    assert main(["restore", str(tmp_path / "it")]) == 0
    assert "end-second-factor EMAIL" in capsys.readouterr().out


@pytest.mark.usefixtures("with_keys")
def test_a_place_of_another_clinic_and_a_place_of_this_one_are_told_apart(
    ctx, place, tmp_path
):
    back_up(ctx, tmp_path / "it")
    with pytest.raises(DatabaseNotEmptyError):
        restore_into(ctx, tmp_path / "it")
    other = open_context(databases.sqlite_url(tmp_path / "third.db"), Clock())
    restore_into(place, tmp_path / "it")
    clinic = METADATA.tables["clinic"]
    with place.writing() as db:
        db.exec_driver_sql("DELETE FROM clinic")
        row = {"name": "Elsewhere", "country": "DE", "time_zone": "Europe/Berlin"}
        db.execute(clinic.insert().values(clinic_id=ctx_id(ctx, "person"), **row))
    with pytest.raises(OtherClinicError):
        restore_into(place, tmp_path / "it")
    other.dispose()


def ctx_id(ctx, table):
    with ctx.reading() as db:
        return db.scalar(sa.select(METADATA.tables[table].c[f"{table}_id"]).limit(1))


@pytest.mark.usefixtures("with_keys")
def test_a_full_disk_leaves_no_encrypted_backup_either(ctx, tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    (tmp_path / "there").mkdir()
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(BackupNotWrittenError, match="no file of that name"):
            back_up(ctx, tmp_path / "there" / "it")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    # The file of secrets is whole, and the same for the next backup.
    assert {one.name for one in (tmp_path / "there").iterdir()} <= {SECRETS}


@pytest.mark.usefixtures("with_keys")
def test_a_plain_file_of_secrets_becomes_encrypted_and_never_plain_again(
    ctx, cast, tmp_path
):
    take_backup(ctx.engine, ctx.releases, tmp_path / "plain", ctx.now())
    assert (tmp_path / SECRETS).read_bytes().startswith(b"{")
    back_up(ctx, tmp_path / "one")
    sealed = (tmp_path / SECRETS).read_bytes()
    assert cast.alice.person_id.hex in unseal(ONE, sealed).decode()
    for key in (None, OTHER):
        with pytest.raises(SecretsEncryptedError, match=ONE.fingerprint):
            back_up(ctx, tmp_path / "two", key)
    assert (tmp_path / SECRETS).read_bytes() == sealed
    (tmp_path / SECRETS).write_bytes(sealed[:-1])
    with pytest.raises(SecretsDamagedError):
        back_up(ctx, tmp_path / "two")
    assert not (tmp_path / "two").exists()


@pytest.mark.usefixtures("with_keys")
def test_a_new_key_begins_a_new_folder_and_the_old_folder_keeps_the_old_key(
    ctx, place, tmp_path
):
    folder, former = tmp_path / "backups", tmp_path / "backups-until-today"
    folder.mkdir()
    back_up(ctx, folder / "one")
    with pytest.raises(SecretsEncryptedError):
        back_up(ctx, folder / "two", OTHER)
    folder.rename(former)
    folder.mkdir()
    back_up(ctx, folder / "two", OTHER)
    for file, key in ((former / "one", ONE), (folder / "two", OTHER)):
        _, faults, readable = rehearse(file, key)
        assert (faults, readable) == ([], True)
    with pytest.raises(OtherKeyError):
        rehearse(folder / "two", ONE)
    restore_into(place, folder / "two", OTHER)


def test_a_deleted_account_leaves_the_encrypted_secrets_with_the_next_backup(
    ctx, cast, place, tmp_path
):
    for one in (cast.alice, cast.bob):
        keys = give_keys(ctx, one)
        small_successes.note_success(ctx, one, keys, THIS_WEEK, "A calm hour")
    back_up(ctx, tmp_path / "old")
    my_data.delete_account(ctx, cast.alice, password=PASSWORD)
    back_up(ctx, tmp_path / "new")
    restore_into(place, tmp_path / "old")
    with place.reading() as db:
        people = set(db.scalars(sa.select(METADATA.tables["text_secret"].c.person_id)))
    assert people == {cast.bob.person_id}


@pytest.mark.usefixtures("database_kind")
def test_a_key_is_made_once_and_used_only_if_nobody_else_can_have_it(tmp_path):
    file = tmp_path / "key"
    made = make_key(file)
    assert read_key(file) == made
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(InvalidInputError, match="there already"):
        make_key(file)
    with pytest.raises(InvalidInputError, match="another place"):
        make_key(tmp_path / "nowhere" / "key")
    for mode in (0o604, 0o620, 0o644):
        file.chmod(mode)
        with pytest.raises(InvalidInputError, match="other users"):
            read_key(file)
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_key(Path("/nowhere"))
    for content in ("", "x", "wellbeing-backup-key-1:eHh4", "wellbeing-backup-key-1:?"):
        file.write_text(content)
        file.chmod(0o600)
        with pytest.raises(InvalidInputError, match="no key"):
            read_key(file)


@pytest.mark.usefixtures("with_keys")
def test_the_commands_take_the_key_from_an_argument_or_the_settings(
    ctx, migrated_database_url, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("WELLBEING_DATABASE_URL", migrated_database_url)
    key, file = str(tmp_path / "key"), str(tmp_path / "it")
    assert main(["backup-key", key]) == 0
    name = read_key(Path(key)).fingerprint
    assert name in capsys.readouterr().out
    assert main(["backup", file, "--key-file", key]) == 0
    assert f"under the key {name}" in capsys.readouterr().out
    assert main(["verify", file]) == 1
    assert "--key-file" in capsys.readouterr().err
    monkeypatch.setenv("WELLBEING_BACKUP_KEY_FILE", key)
    assert main(["verify", file]) == 0
    assert main(["backup", str(tmp_path / "two")]) == 0
    assert main(["backup-key", key]) == 2
    Path(key).chmod(0o644)
    assert main(["backup", str(tmp_path / "three")]) == 2
    assert ctx is not None
