"""A consent that was taken back stays so, whatever becomes of the database."""

import pytest

from tests import databases
from tests.clinic import PASSWORD, open_context
from tests.studies import STUDY, open_study, with_folders
from wellbeing.privacy.linkage import BundleRefusedError
from wellbeing.services import accounts, bundles, consents, my_data, studies
from wellbeing.services.study_folders import StudyFolderError, keys_folder
from wellbeing.services.study_keys import marks_file
from wellbeing.services.take_backs import hold_to_all_marks
from wellbeing.storage.backup import restore, take_backup

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def ctx(ctx, tmp_path):
    return with_folders(ctx, tmp_path)


@pytest.fixture
def agreed(ctx, cast):
    """Alice and bob take part in rita's study."""
    open_study(ctx, cast)
    for who in (cast.alice, cast.bob):
        consents.agree(ctx, who, STUDY, 1)
    return cast.alice, cast.bob


@pytest.fixture
def restored(ctx, tmp_path, clock):
    """Restore a backup of now into another place, with the same folder of keys."""
    file = tmp_path / "backup"
    other = open_context(databases.sqlite_url(tmp_path / "other.db"), clock)

    def go_back():
        restore(other.engine, other.releases, file)
        return with_folders(other, tmp_path)

    def back_up():
        take_backup(ctx.engine, ctx.releases, file, ctx.now())
        return go_back

    yield back_up
    other.dispose()


def take_part(ctx, people):
    return [one.agreed for who in people for one in consents.studies_for_me(ctx, who)]


def test_no_bundle_after_a_restore_holds_who_took_back_since(
    ctx, cast, agreed, restored
):
    go_back = restored()
    consents.take_back(ctx, cast.alice, STUDY)
    again = go_back()
    assert take_part(again, agreed) == [True, True]
    with again.writing() as db:  # a backup signs nobody in
        own = cast.clinic.clinic_id, cast.rita.person_id
        token = accounts.begin_session(again, db, *own, proved=True)
    rita = accounts.viewer_of_token(again, token)
    with pytest.raises(BundleRefusedError):
        bundles.make_bundle(again, rita, STUDY)
    assert take_part(again, agreed) == [False, True]


def test_a_restore_takes_back_at_once_also_for_deleted_accounts(
    ctx, cast, agreed, restored
):
    go_back = restored()
    my_data.delete_account(ctx, cast.alice, password=PASSWORD)
    again = go_back()
    hold_to_all_marks(again)
    assert take_part(again, agreed) == [False, True]


def test_who_agrees_anew_takes_part_after_a_restore(ctx, cast, agreed, restored):
    consents.take_back(ctx, cast.alice, STUDY)
    consents.agree(ctx, cast.alice, STUDY, 1)
    again = restored()()
    hold_to_all_marks(again)
    assert take_part(again, agreed) == [True, True]


def test_a_no_needs_no_folder_and_a_new_yes_does(ctx, cast, agreed):
    consents.take_back(ctx, cast.bob, STUDY)
    keys_folder(ctx).chmod(0o755)
    consents.take_back(ctx, cast.alice, STUDY)
    assert take_part(ctx, agreed) == [False, False]
    with pytest.raises(StudyFolderError):
        consents.agree(ctx, cast.bob, STUDY, 1)
    assert take_part(ctx, agreed) == [False, False]


def test_what_is_noted_names_nobody_and_goes_with_the_key(ctx, cast, agreed):
    for who in agreed:
        consents.take_back(ctx, who, STUDY)
    file = marks_file(ctx, cast.clinic.clinic_id, STUDY)
    lines = file.read_text().split()
    assert lines == sorted(lines)
    assert file.stat().st_mode & 0o777 == 0o600
    for who in agreed:
        assert who.person_id.hex not in file.read_text()
    studies.close_study(ctx, cast.ada, STUDY)
    assert list(keys_folder(ctx).iterdir()) == []
