"""The ledger of bundles is written once, by whatever statement; people's rows go."""

from datetime import date

import pytest
import sqlalchemy as sa

from tests.studies import STUDY, open_study, with_folders
from wellbeing.domain.ids import new_id
from wellbeing.domain.studies import BundleId, SizeClass, Through
from wellbeing.privacy.linkage import EarlierBundle
from wellbeing.privacy.study_data import TimeUnit
from wellbeing.privacy.study_ledger import LedgerLine, PassedCheck
from wellbeing.storage import bundle_queries, people_queries
from wellbeing.storage.bundle_queries import NewBundle
from wellbeing.storage.metadata import METADATA
from wellbeing.storage.schema import move, upgrade_engine

COMPARED = EarlierBundle(
    sha256="ab" * 32,
    time_unit=TimeUnit.BLOCKS,
    columns=frozenset({"rest", "overall"}),
    members=frozenset({"p1", "p2"}),
    fingerprint=b"\x00\xff" * 12,
    recalled=True,
)


@pytest.fixture
def line(ctx, cast, tmp_path):
    """One bundle with rows of alice's and bob's, made by rita and recalled."""
    open_study(with_folders(ctx, tmp_path), cast)
    line = LedgerLine(
        bundle_id=BundleId(new_id(ctx.now())),
        study_id=STUDY,
        version=1,
        made_on=date(2026, 11, 17),
        through=Through.SCREEN,
        maker="Rita",
        file="bundle.zip",
        sha256=COMPARED.sha256,
        size=SizeClass.SOME,
        time_unit=TimeUnit.BLOCKS,
        extras=("redcap", "spss"),
        checks=(PassedCheck(name="people", passed=True, told="Enough people."),),
        recalled=True,
    )
    with ctx.writing() as db:
        new = NewBundle(
            line=line,
            comparison=COMPARED,
            maker=cast.rita.person_id,
            people={cast.alice.person_id: ("therapy", "any"), cast.bob.person_id: ()},
        )
        bundle_queries.add_bundle(db, cast.clinic.clinic_id, new)
        bundle_queries.recall(db, cast.clinic.clinic_id, [line.bundle_id])
        bundle_queries.recall(db, cast.clinic.clinic_id, [line.bundle_id])
    return line


def test_what_is_written_is_read_back_as_it_was(ctx, cast, line):
    clinic_id = cast.clinic.clinic_id
    with ctx.reading() as db:
        assert bundle_queries.bundles_of_study(db, clinic_id, STUDY) == [line]
        assert bundle_queries.bundle_of(db, clinic_id, line.bundle_id) == line
        assert bundle_queries.comparisons_of(db, clinic_id, STUDY) == [COMPARED]
        for viewer, lines in ((cast.alice, [line]), (cast.charlie, [])):
            found = bundle_queries.bundles_with(db, clinic_id, viewer.person_id)
            assert found == lines
        elsewhere = bundle_queries.members_elsewhere(db, clinic_id, "another-study")
        mine = bundle_queries.cells_of(db, clinic_id, cast.alice.person_id)
    assert elsewhere == [
        {cast.alice.person_id: ("therapy", "any"), cast.bob.person_id: ()}
    ]
    assert mine == {line.bundle_id: ("therapy", "any")}


@pytest.mark.usefixtures("line")
def test_no_statement_changes_or_removes_what_is_in_the_ledger(ctx):
    for statement in (
        "UPDATE bundle SET sha256 = ''",
        "UPDATE bundle_member SET person_id = clinic_id",
        "UPDATE bundle_member SET cell = ''",
        "UPDATE bundle_maker SET person_id = clinic_id",
        "UPDATE bundle_recall SET bundle_id = clinic_id",
        "DELETE FROM bundle",
        "DELETE FROM bundle_member",
        "DELETE FROM bundle_maker",
        "DELETE FROM bundle_recall",
        "DELETE FROM study",
        "DELETE FROM clinic",
    ):
        with pytest.raises(sa.exc.IntegrityError), ctx.writing() as db:
            db.execute(sa.text(statement))


def test_people_who_go_take_their_rows_along_and_the_ledger_stays(ctx, cast, line):
    clinic_id = cast.clinic.clinic_id
    gone = (cast.alice.person_id, cast.rita.person_id)
    with ctx.writing() as db:
        for person in gone:
            people_queries.drop_person(db, clinic_id, person)
    with ctx.reading() as db:
        found = bundle_queries.bundle_of(db, clinic_id, line.bundle_id)
        assert found is not None
        assert found.maker is None
        for table in METADATA.sorted_tables:
            for row in db.execute(sa.select(table)):
                assert not set(gone) & set(row)
        bob = bundle_queries.bundles_with(db, clinic_id, cast.bob.person_id)
    assert [one.bundle_id for one in bob] == [line.bundle_id]


@pytest.mark.usefixtures("line")
def test_a_filled_ledger_goes_down_and_up_again(ctx):
    move(ctx.engine, "0007", down=True)
    upgrade_engine(ctx.engine)
    with ctx.reading() as db:
        assert db.scalar(sa.text("SELECT count(*) FROM bundle")) == 0
