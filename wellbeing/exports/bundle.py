"""Makes a research bundle: de-identified, attacked, then written as one zip."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from wellbeing.domain.questions import QuestionSet
from wellbeing.exports.about import About
from wellbeing.exports.archive import Archive
from wellbeing.exports.codebook import codebook_json, codebook_rows, codebook_table
from wellbeing.exports.columns import Row, Table
from wellbeing.exports.data_package import (
    LICENCE_FILE,
    data_package,
    path_of,
    psych_ds,
)
from wellbeing.exports.extras import (
    Extra,
    about_extras,
    extra_files,
    refuse_impossible,
    write_extras,
)
from wellbeing.exports.files import own_files
from wellbeing.exports.gathering import gather
from wellbeing.exports.layout import Layout, layout_of
from wellbeing.exports.readme import citation, licence, readme
from wellbeing.exports.report import report_json
from wellbeing.exports.rows import rows_of
from wellbeing.exports.scripts import scripts
from wellbeing.exports.spool import Spool
from wellbeing.exports.tables import write_csv
from wellbeing.privacy.differencing import difference_checks, fingerprint
from wellbeing.privacy.linkage import (
    Check,
    EarlierBundle,
    refuse_failed,
)
from wellbeing.privacy.other_studies import OtherBundle, joined_check
from wellbeing.privacy.study_data import Participant, StudyPlan, TimeUnit

_READ, _ATTACKED = 0.3, 0.4
_LARGE = 10_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class BundleReport:
    """What came of a bundle, and what the ledger keeps of it.

    Attributes:
        checks: the attack report; a failed one was accepted by name.
        sha256: of the whole file.
        rows: of the responses table.
        participants: people with rows.
        members: their pseudonyms.
        cells: how the attributes of each stand in it.
        fingerprint, columns: to compare a later bundle with.
    """

    checks: tuple[Check, ...]
    sha256: str
    rows: int
    participants: int
    members: frozenset[str]
    cells: Mapping[str, tuple[str, ...]]
    fingerprint: bytes
    columns: frozenset[str]


def bundle_name(plan: StudyPlan, made_on: date) -> str:
    """Return what the file of a bundle is called; a finer one says so."""
    finer = "_single-weeks" if plan.time_unit is TimeUnit.WEEKS else ""
    return f"wellbeing_{plan.study_id}_{made_on.isoformat()}{finer}.zip"


def write_bundle(  # noqa: PLR0913, PLR0917 (a bundle comes of many things)
    plan: StudyPlan,
    people: Callable[[], Iterable[Participant]],
    key: bytes,
    earlier: Sequence[EarlierBundle],
    out: IO[bytes],
    extras: frozenset[Extra],
    progress: Callable[[float], None],
    *,
    made_on: date,
    program_version: str,
    questions: QuestionSet,
    others: Sequence[OtherBundle] = (),
) -> BundleReport:
    """Write a bundle, or nothing at all.

    People are read once, one by one, and wait on disk, de-identified; memory grows
    with the number of people, by less than ten kilobytes each, not with their rows. The
    same rows, plan, key, day, version and earlier bundles give the same bytes.

    Args:
        plan: what the study asked for.
        people: begins a reading of everybody who agreed, in any order.
        key: the study's, at least 32 bytes.
        earlier: every bundle that was made of this study before.
        out: takes the bytes, from first to last.
        extras: kinds of files to add.
        progress: takes shares done, 0 to 1.
        made_on: the day it is made, in the clinic's time zone.
        program_version: stands in the bundle.
        questions: the weekly questions of the plan.
        others: bundles of other studies that hold rows of the same people.

    Raises:
        BundleRefusedError: it would tell too much.
        ExtraNotSetUpError, TooManyRowsError: an extra cannot be made.
        UnknownInstrumentError: the plan names one that is not shipped.
    """
    with Spool() as spool:
        gathered = gather(plan, questions, people(), key, spool)
        progress(_READ)
        layout = layout_of(plan, questions, gathered.cells)
        members, columns = frozenset(gathered.names), layout.column_names()
        mark = fingerprint(key, gathered.digests, gathered.cells)
        checks = (
            *gathered.checks,
            joined_check(gathered.cells, others),
            *difference_checks(members, mark, columns, plan.time_unit, earlier),
        )
        refuse_failed(checks)
        rows = _rows_of_all(layout, spool)
        counts = gathered.rows_of(layout)
        refuse_impossible(extras, counts)
        progress(_ATTACKED)
        about = About(
            made_on=made_on,
            version=program_version,
            people=len(members),
            by_period=gathered.by_period,
            cut=gathered.cut,
            sheets_cut=gathered.sheets_cut,
            guesses=gathered.found.guesses,
            telling=gathered.found.telling,
            notes=gathered.cells.merged,
            checks=checks,
            earlier=tuple(one.sha256 for one in earlier),
            rows=counts,
        )
        archive = Archive(out, large=counts["responses"] > _LARGE)
        for done, table in enumerate(layout.tables, 1):
            with archive.member(path_of(layout, table)) as stream:
                write_csv(stream, table, rows(table))
            progress(_ATTACKED + done * (0.9 - _ATTACKED) / len(layout.tables))
        _write_texts(archive, layout, about, extras)
        write_extras(archive, layout, about, extras, rows)
        sha256 = archive.close()
    progress(1.0)
    return BundleReport(
        checks=checks,
        sha256=sha256,
        rows=counts["responses"],
        participants=len(members),
        members=members,
        cells=gathered.cells.released,
        fingerprint=mark,
        columns=columns,
    )


def _rows_of_all(layout: Layout, spool: Spool) -> Callable[[Table], Iterator[Row]]:
    def rows(table: Table) -> Iterator[Row]:
        for person in spool.people():
            yield from rows_of(layout, table, person)

    return rows


def _write_texts(
    archive: Archive, layout: Layout, about: About, extras: frozenset[Extra]
) -> None:
    codebook = codebook_table()
    with archive.member(path_of(layout, codebook)) as stream:
        write_csv(stream, codebook, codebook_rows(layout))
    files = own_files(layout) | extra_files(layout, extras)
    texts = {
        "codebook.json": codebook_json(layout),
        "datapackage.json": data_package(layout, about, archive),
        "dataset_description.json": psych_ds(layout),
        "README.md": readme(layout, about, files, about_extras(layout, extras)),
        "report.json": report_json(layout, about),
        LICENCE_FILE: licence(layout),
        "CITATION.cff": citation(layout, about),
        **scripts(layout),
    }
    for name, text in texts.items():
        archive.text(name, text)
