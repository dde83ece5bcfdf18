"""Bundles: whole or not there, of those who agree to the end, and in the ledger."""

import fcntl
import os
import resource
import threading
import time
import zipfile
from contextlib import contextmanager
from datetime import date

import pytest

from tests.clinic import PASSWORD, make_person
from tests.second_factors import just_proved
from tests.studies import (
    FREEZE,
    LAST,
    STUDY,
    add_clinicians,
    everybody_agrees,
    new_study,
    open_study,
    open_version,
    with_folders,
)
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.people import Role
from wellbeing.domain.studies import SizeClass, Through
from wellbeing.exports.extras import Extra
from wellbeing.privacy.linkage import BundleRefusedError
from wellbeing.privacy.study_data import TimeUnit
from wellbeing.services import (
    bundle_jobs,
    bundle_ledger,
    bundles,
    consents,
    my_data,
    people,
    studies,
    study_figures,
    study_tokens,
)
from wellbeing.services.bundle_files import DiskFullError, part_of, sha256_of
from wellbeing.services.bundle_jobs import JobState
from wellbeing.services.bundles import ConsentsChangedError
from wellbeing.services.job_marks import begin_mark, end_mark
from wellbeing.services.study_folders import (
    BundleInTheMakingError,
    StudyFolderError,
    bundles_folder,
    make_private,
)
from wellbeing.services.study_keys import (
    StudyKeyMissingError,
    StudyKeyWrongError,
    key_file,
)
from wellbeing.services.study_tokens import TokenRefusedError
from wellbeing.services.take_backs import drop_all_recalled
from wellbeing.storage import bundle_queries

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@pytest.fixture
def ctx(ctx, tmp_path):
    return with_folders(ctx, tmp_path)


@pytest.fixture
def taking_part(ctx, cast):
    """32 people with twelve weeks each who agree to rita's study."""
    open_study(ctx, cast)
    people = add_clinicians(ctx, cast.clinic, 32)
    everybody_agrees(ctx, people)
    return people


def ledger(ctx, cast):
    return bundle_ledger.ledger_of(ctx, cast.rita, STUDY)


def files(ctx):
    folder = bundles_folder(ctx)
    return sorted(one.name for one in folder.iterdir()) if folder.exists() else []


def wide_rows(file):
    with zipfile.ZipFile(file) as bundle:
        [name] = [n for n in bundle.namelist() if n.endswith("-wide_data.csv")]
        return bundle.read(name).decode().splitlines()


def own_bundles(ctx, viewer):
    [one] = consents.studies_for_me(ctx, viewer)
    return one.bundles


def test_a_bundle_is_kept_in_the_ledger_and_seen_by_those_in_it(ctx, cast, taking_part):
    shares: list[float] = []
    made = bundles.make_bundle(
        ctx, cast.rita, STUDY, extras=[Extra.REDCAP], progress=shares.append
    )
    [seen] = ledger(ctx, cast)
    line = seen.line
    assert (line.bundle_id, line.sha256, seen.kept) == (
        made.bundle_id,
        made.sha256,
        True,
    )
    assert (line.maker, line.through) == ("Rita", Through.SCREEN)
    assert (line.size, line.extras) == (SizeClass.SOME, ("redcap",))
    assert line.made_on == date(2026, 11, 17)
    assert all(check.passed for check in line.checks)
    name, file = bundle_ledger.bundle_file(ctx, cast.rita, line.bundle_id)
    assert name == f"wellbeing_{STUDY}_2026-11-17.zip"
    assert sha256_of(file) == line.sha256
    assert len({row.split(",")[0] for row in wide_rows(file)[1:]}) == 32
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (
        0o600,
        0o700,
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert [b.sha256 for b in own_bundles(ctx, taking_part[0])] == [line.sha256]
    assert own_bundles(ctx, cast.alice) == ()
    written = consents.study_files(ctx, taking_part[0])["studies.json"].decode()
    assert line.sha256 in written
    assert bundle_ledger.whole_ledger(ctx, cast.ada) == (line,)
    text = b"".join(bytes(row, "utf-8") for row in wide_rows(file))
    for person in taking_part:
        assert person.person_id.hex.encode() not in text.replace(b"-", b"")


def test_who_takes_back_half_way_is_not_in_the_bundle(ctx, cast, taking_part):
    gone = taking_part[0]
    bundles.make_bundle(
        ctx,
        cast.rita,
        STUDY,
        progress=lambda _share: consents.take_back(ctx, gone, STUDY),
    )
    [seen] = ledger(ctx, cast)
    _, file = bundle_ledger.bundle_file(ctx, cast.rita, seen.line.bundle_id)
    assert len({row.split(",")[0] for row in wide_rows(file)[1:]}) == 31
    assert own_bundles(ctx, gone) == ()
    assert files(ctx) == [f"{seen.line.bundle_id}.zip"]


@ON_SQLITE
def test_if_consents_change_again_and_again_nothing_is_written(ctx, cast, taking_part):
    everybody_agrees(ctx, add_clinicians(ctx, cast.clinic, 2, first=32))
    leaving = iter(taking_part)

    def change(share):
        if share == 1:
            consents.take_back(ctx, next(leaving), STUDY)

    with pytest.raises(ConsentsChangedError):
        bundles.make_bundle(ctx, cast.rita, STUDY, progress=change)
    assert (ledger(ctx, cast), files(ctx)) == ((), [])


@ON_SQLITE
def test_fewer_than_thirty_people_are_refused_with_the_reason(ctx, cast, taking_part):
    for person in taking_part[:3]:
        consents.take_back(ctx, person, STUDY)
    with pytest.raises(BundleRefusedError, match="Fewer than 30 people"):
        bundles.make_bundle(ctx, cast.rita, STUDY)
    assert (ledger(ctx, cast), files(ctx)) == ((), [])


@ON_SQLITE
@pytest.mark.usefixtures("taking_part")
def test_a_second_bundle_at_once_gets_a_sentence(ctx, cast, tmp_path):
    refused = []

    def again(_share):
        with pytest.raises(BundleInTheMakingError) as found:
            bundles.export_bundle(ctx, STUDY, tmp_path / "out")
        refused.append(str(found.value))

    bundles.make_bundle(ctx, cast.rita, STUDY, progress=again)
    assert refused
    assert len(ledger(ctx, cast)) == 1
    assert list((tmp_path / "out").iterdir()) == []


@ON_SQLITE
def test_one_more_person_or_another_column_is_refused(ctx, cast, taking_part):
    consents.take_back(ctx, taking_part[0], STUDY)
    bundles.make_bundle(ctx, cast.rita, STUDY)
    first = bundles.make_bundle(ctx, cast.rita, STUDY)
    assert first.sha256 != ""
    consents.agree(ctx, taking_part[0], STUDY, 1)
    with pytest.raises(BundleRefusedError, match="too few people"):
        bundles.make_bundle(ctx, cast.rita, STUDY)
    studies.write_study(ctx, cast.rita, new_study(items=("overall",)))
    studies.submit_study(ctx, cast.rita, STUDY)
    open_version(ctx, cast.ada, 2)
    everybody_agrees(ctx, taking_part, version=2)
    with pytest.raises(BundleRefusedError, match="other columns"):
        bundles.make_bundle(ctx, cast.rita, STUDY)
    assert len(ledger(ctx, cast)) == 2


def test_taking_back_before_the_freeze_date_recalls_the_bundle(ctx, cast, taking_part):
    made = bundles.make_bundle(ctx, cast.rita, STUDY)
    secret = study_tokens.make_token(ctx, cast.rita, made.bundle_id, days=1, uses=2)
    consents.take_back(ctx, taking_part[0], STUDY)
    [seen] = ledger(ctx, cast)
    assert (seen.line.recalled, seen.kept) == (True, False)
    assert files(ctx) == []
    with pytest.raises(NotFoundError):
        bundle_ledger.bundle_file(ctx, cast.rita, made.bundle_id)
    with pytest.raises(TokenRefusedError):
        study_tokens.use_token(ctx, secret, "192.0.2.1")
    [one] = own_bundles(ctx, taking_part[0])
    assert one.recalled
    with pytest.raises(BundleRefusedError, match="was recalled"):
        bundles.make_bundle(ctx, cast.rita, STUDY)


@ON_SQLITE
def test_a_recalled_file_that_was_left_goes_with_the_next_look(ctx, cast, taking_part):
    made = bundles.make_bundle(ctx, cast.rita, STUDY)
    file = bundles_folder(ctx) / f"{made.bundle_id}.zip"
    drop_all_recalled(ctx)
    content = file.read_bytes()
    people.end_access(ctx, cast.ada, taking_part[0].person_id)
    assert not file.exists()
    file.write_bytes(content)
    drop_all_recalled(ctx)
    assert not file.exists()


@ON_SQLITE
def test_a_role_that_is_taken_and_given_tells_nobody_who_takes_part(
    ctx, cast, taking_part
):
    [stranger] = add_clinicians(ctx, cast.clinic, 1, first=40)
    bundles.make_bundle(ctx, cast.rita, STUDY)

    before = ledger(ctx, cast), studies.my_studies(ctx, cast.rita), files(ctx)
    for who in (taking_part[0], stranger):
        for roles in ([], [Role.CLINICIAN]):
            people.set_roles(ctx, cast.ada, who.person_id, roles=roles)
            after = ledger(ctx, cast), studies.my_studies(ctx, cast.rita), files(ctx)
            assert after == before
    # Nor does a bundle that is made while a role is taken.
    people.set_roles(ctx, cast.ada, taking_part[0].person_id, roles=[])
    made = bundles.make_bundle(ctx, cast.rita, STUDY)
    assert all(check.passed for check in made.checks)
    assert [one.line.recalled for one in ledger(ctx, cast)] == [False, False]


@ON_SQLITE
def test_after_the_freeze_date_a_bundle_stays_and_no_new_one_is_made(
    ctx, cast, taking_part, clock
):
    bundles.make_bundle(ctx, cast.rita, STUDY)
    clock.turn(days=(FREEZE - date(2026, 11, 17)).days + 1)
    just_proved(ctx, cast.rita)
    consents.take_back(ctx, taking_part[0], STUDY)
    [seen] = ledger(ctx, cast)
    assert (seen.line.recalled, seen.kept) == (False, True)
    with pytest.raises(BundleRefusedError):
        bundles.make_bundle(ctx, cast.rita, STUDY)


@ON_SQLITE
def test_who_deletes_the_account_recalls_every_bundle_with_their_rows(
    ctx, cast, taking_part
):
    bundles.make_bundle(ctx, cast.rita, STUDY)
    bundles.make_bundle(ctx, cast.rita, STUDY)
    my_data.delete_account(ctx, taking_part[0], password=PASSWORD)
    assert all(seen.line.recalled for seen in ledger(ctx, cast))
    assert files(ctx) == []
    people.end_access(ctx, cast.ada, taking_part[1].person_id)
    [one] = consents.studies_for_me(ctx, taking_part[1])
    assert not one.agreed


@ON_SQLITE
def test_single_weeks_have_to_be_named_and_stand_in_the_ledger_with_their_risk(
    ctx, cast, taking_part
):
    with pytest.raises(InvalidInputError, match="does not name weeks"):
        bundles.make_bundle(ctx, cast.rita, STUDY, time_unit=TimeUnit.WEEKS)
    studies.write_study(ctx, cast.rita, new_study(time_unit=TimeUnit.WEEKS))
    studies.submit_study(ctx, cast.rita, STUDY)
    open_version(ctx, cast.ada, 2)
    everybody_agrees(ctx, taking_part, version=2)
    line = bundles.make_bundle(ctx, cast.rita, STUDY, time_unit=TimeUnit.WEEKS)
    assert line.time_unit is TimeUnit.WEEKS
    assert "single-weeks" in line.file
    assert [c.told for c in line.checks if not c.passed]


@ON_SQLITE
@pytest.mark.usefixtures("taking_part")
def test_a_week_that_still_takes_answers_is_waited_for(ctx, cast, clock):
    clock.turn_to(LAST)
    with pytest.raises(InvalidInputError, match="still takes answers"):
        bundles.make_bundle(ctx, cast.rita, STUDY)


@ON_SQLITE
@pytest.mark.usefixtures("taking_part")
def test_a_key_that_is_missing_wrong_or_open_to_others_is_refused(ctx, cast):
    bundles.make_bundle(ctx, cast.rita, STUDY)
    file = key_file(ctx, cast.clinic.clinic_id, STUDY)
    right = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    for text, mode, refusal in (
        ("00" * 32, 0o600, StudyKeyWrongError),
        ("no key", 0o600, StudyKeyWrongError),
        (right, 0o640, StudyFolderError),
    ):
        file.write_text(text)
        file.chmod(mode)
        with pytest.raises(refusal):
            bundles.make_bundle(ctx, cast.rita, STUDY)
    file.unlink()
    with pytest.raises(StudyKeyMissingError, match="Bring it back"):
        bundles.make_bundle(ctx, cast.rita, STUDY)
    file.write_text(right)
    file.chmod(0o600)
    file.parent.chmod(0o755)
    with pytest.raises(StudyFolderError, match="open to other users"):
        bundles.make_bundle(ctx, cast.rita, STUDY)
    assert len(ledger(ctx, cast)) == 1


@ON_SQLITE
@pytest.mark.usefixtures("taking_part")
def test_the_key_goes_with_the_study_and_no_bundle_is_made_again(ctx, cast):
    bundles.make_bundle(ctx, cast.rita, STUDY)
    file = key_file(ctx, cast.clinic.clinic_id, STUDY)
    studies.close_study(ctx, cast.ada, STUDY)
    assert not file.exists()
    with pytest.raises(NotFoundError):
        bundles.make_bundle(ctx, cast.rita, STUDY)
    assert not file.exists()


@ON_POSTGRESQL
@pytest.mark.usefixtures("taking_part")
def test_a_full_disk_is_a_sentence_and_leaves_nothing(ctx, cast):
    # The server has a disk of its own; only this process may write no more.
    with at_most_bytes(1500), pytest.raises(DiskFullError):
        bundles.make_bundle(ctx, cast.rita, STUDY)
    assert (ledger(ctx, cast), files(ctx)) == ((), [])


@contextmanager
def at_most_bytes(size):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@ON_SQLITE
@pytest.mark.usefixtures("taking_part")
def test_what_a_killed_process_left_is_finished_or_removed(ctx, cast, tmp_path):
    out = tmp_path / "out"
    first = bundles.export_bundle(ctx, STUDY, out)
    # Killed between the ledger and the name, and half-way in another bundle.
    part = part_of(out, STUDY, first.bundle_id)
    (out / first.file).rename(part)
    half = part_of(out, STUDY, cast.alice.person_id)
    half.write_bytes(b"PK half")
    second = bundles.export_bundle(ctx, STUDY, out)
    assert sorted(one.name for one in out.iterdir()) == sorted(
        (first.file, second.file)
    )
    assert sha256_of(out / first.file) == first.sha256


@ON_SQLITE
@pytest.mark.usefixtures("taking_part")
def test_a_stranger_to_the_study_gets_nothing_of_it(ctx, cast):
    made = bundles.make_bundle(ctx, cast.rita, STUDY)
    rolf = make_person(ctx, cast.clinic, "Rolf", Role.RESEARCHER)
    for attempt in (
        lambda: bundles.make_bundle(ctx, rolf, STUDY),
        lambda: bundle_jobs.start_bundle(ctx, rolf, STUDY),
        lambda: bundle_jobs.job_of(ctx, rolf, STUDY),
        lambda: bundle_ledger.ledger_of(ctx, rolf, STUDY),
        lambda: bundle_ledger.bundle_file(ctx, rolf, made.bundle_id),
        lambda: study_figures.study_figures(ctx, rolf, made.bundle_id),
        lambda: study_tokens.make_token(ctx, rolf, made.bundle_id, days=1, uses=1),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def test_a_token_works_so_often_so_long_and_from_one_place(
    ctx, cast, taking_part, clock
):
    made = bundles.make_bundle(ctx, cast.rita, STUDY)
    here, there = "192.0.2.1", "192.0.2.2"

    def new(uses=2):
        return study_tokens.make_token(
            ctx, cast.rita, made.bundle_id, days=2, uses=uses
        )

    assert taking_part
    secret = new()
    assert study_tokens.use_token(ctx, secret, here)[0] == made.file
    with pytest.raises(TokenRefusedError):
        study_tokens.use_token(ctx, secret, there)
    study_tokens.use_token(ctx, secret, here)
    with pytest.raises(TokenRefusedError):
        study_tokens.use_token(ctx, secret, here)
    revoked = new()
    [token] = [t for t in study_tokens.my_tokens(ctx, cast.rita) if t.works]
    study_tokens.revoke_token(ctx, cast.rita, token.token_id)
    old = new()
    for days, uses in ((0, 1), (31, 1), (1, 0), (1, 11)):
        with pytest.raises(InvalidInputError):
            study_tokens.make_token(
                ctx, cast.rita, made.bundle_id, days=days, uses=uses
            )
    for useless in (revoked, "", "guess"):
        with pytest.raises(TokenRefusedError):
            study_tokens.use_token(ctx, useless, here)
    clock.turn(days=2, seconds=1)
    with pytest.raises(TokenRefusedError):
        study_tokens.use_token(ctx, old, here)
    for viewer in (cast.rita, cast.ada):
        just_proved(ctx, viewer)
    last = new()
    people.set_roles(
        ctx,
        cast.ada,
        cast.rita.person_id,
        roles=[Role.LEAD],
        leads=[cast.north.team_id],
    )
    with pytest.raises(TokenRefusedError):
        study_tokens.use_token(ctx, last, here)


def ended_job(ctx, cast):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        job = bundle_jobs.job_of(ctx, cast.rita, STUDY)
        assert job is not None
        if job.state is not JobState.RUNNING:
            return job
        time.sleep(0.05)
    raise TimeoutError


@ON_SQLITE
def test_who_looks_at_the_mark_of_a_process_that_is_gone_stops_nobody(ctx, cast):
    make_private(bundles_folder(ctx))
    own = cast.clinic.clinic_id, STUDY
    gone = begin_mark(ctx, *own, 0)
    os.close(gone.opened)
    [place] = bundles_folder(ctx).iterdir()
    looking = os.open(place, os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)
    ends = threading.Timer(0.05, os.close, [looking])
    ends.start()
    begun = begin_mark(ctx, *own, 0)
    with pytest.raises(BundleInTheMakingError):
        begin_mark(ctx, *own, 0)
    end_mark(begun)
    ends.join()


@ON_SQLITE
@pytest.mark.usefixtures("taking_part")
def test_a_bundle_is_made_in_the_background(ctx, cast):
    bundle_jobs.start_bundle(ctx, cast.rita, STUDY)
    job = ended_job(ctx, cast)
    assert (job.state, job.share) == (JobState.DONE, 1.0)
    # Another process began one since, and knows how that went.
    begun = begin_mark(ctx, cast.clinic.clinic_id, STUDY, 1)
    elsewhere = bundle_jobs.job_of(ctx, cast.rita, STUDY)
    assert elsewhere is not None
    assert elsewhere.state is JobState.RUNNING
    end_mark(begun)
    assert bundle_jobs.job_of(ctx, cast.rita, STUDY) is None
    assert len(ledger(ctx, cast)) == 1
    studies.close_study(ctx, cast.ada, STUDY)
    bundle_jobs.start_bundle(ctx, cast.rita, STUDY)
    job = ended_job(ctx, cast)
    assert (job.state, job.sentence[:8]) == (JobState.REFUSED, "There is")


@ON_SQLITE
@pytest.mark.usefixtures("taking_part")
def test_figures_come_from_the_rows_of_the_bundle_alone(ctx, cast):
    made = bundles.make_bundle(ctx, cast.rita, STUDY)
    found = study_figures.study_figures(ctx, cast.rita, made.bundle_id)
    assert found.people is SizeClass.SOME
    assert [one.share for one in found.completeness] == [1.0, 1.0, 1.0]
    assert {one.value for one in found.distributions} == {
        "overall",
        "exhaustion",
        "rest",
    }
    assert {one.value for one in found.alphas} == {"exhaustion"}
    [alpha] = found.alphas.values()
    assert alpha is not None
    assert alpha.people == 32
    assert alpha.low < alpha.value < alpha.high <= 1
    assert found.agreements == ()
    with ctx.reading() as db:
        [line] = bundle_queries.bundles_of_study(db, cast.clinic.clinic_id, STUDY)
    assert line.sha256 == made.sha256
