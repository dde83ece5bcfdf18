"""What a bundle holds on request: files for REDCap, SPSS, Parquet, spreadsheets."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from wellbeing.content.load import say
from wellbeing.domain.errors import WellbeingError
from wellbeing.exports.about import About
from wellbeing.exports.archive import Archive
from wellbeing.exports.codebook import codebook_rows, codebook_table
from wellbeing.exports.columns import Row, Table
from wellbeing.exports.layout import Layout
from wellbeing.exports.redcap import dictionary, write_records
from wellbeing.exports.tables import Rows, write_csv
from wellbeing.exports.workbook import MOST_ROWS, TooManyRowsError, write_workbook


class Extra(StrEnum):
    """A kind of file that a bundle may hold beside its own."""

    REDCAP = "redcap"
    SPSS = "spss"
    PARQUET = "parquet"
    WORKBOOK = "workbook"
    SPREADSHEET = "spreadsheet"


class ExtraNotSetUpError(WellbeingError):
    """What makes a kind of file is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Files for SPSS are not set up here. Leave them out, or ask whoever runs "
            "Wellbeing to install requirements-spss.lock."
        )


def possible_extras() -> frozenset[Extra]:
    """Return the kinds of files that can be made here."""
    lacking = frozenset() if find_spec("pyreadstat") else frozenset({Extra.SPSS})
    return frozenset(Extra) - lacking


def refuse_impossible(extras: frozenset[Extra], rows: Mapping[str, int]) -> None:
    """Refuse kinds of files that cannot be made of so many rows, or not here.

    Raises:
        ExtraNotSetUpError, TooManyRowsError: one cannot.
    """
    if not extras <= possible_extras():
        raise ExtraNotSetUpError
    if Extra.WORKBOOK in extras and max(rows.values()) > MOST_ROWS:
        raise TooManyRowsError


def extra_files(layout: Layout, extras: frozenset[Extra]) -> dict[str, str]:
    """Return the files that are made on request, with what each is."""
    study, found = layout.plan.study_id, {}
    for extra in sorted(extras):
        what = say(f"bundle.file_{extra}")
        if extra is Extra.REDCAP:
            found["extra/redcap/dictionary.csv"] = what
            found["extra/redcap/records.csv"] = what
        elif extra is Extra.SPSS:
            found[f"extra/{study}.sav"] = what
        elif extra is Extra.WORKBOOK:
            found[f"extra/{study}.xlsx"] = what
        elif extra is Extra.PARQUET:
            found |= {f"extra/{t.name}.parquet": what for t in layout.tables}
        else:
            tables = (*layout.tables, codebook_table())
            found |= {f"extra/spreadsheet/{t.name}.csv": what for t in tables}
    return found


def about_extras(layout: Layout, extras: frozenset[Extra]) -> str:
    """Return what the README says of them."""
    lines = []
    if Extra.REDCAP in extras:
        lines.append(say("bundle.extras_redcap", unit=layout.unit))
    if Extra.SPREADSHEET in extras:
        lines.append(say("bundle.extras_spreadsheet"))
    return "".join(f"\n{line}\n" for line in lines)


def write_extras(
    archive: Archive,
    layout: Layout,
    about: About,
    extras: frozenset[Extra],
    rows: Rows,
) -> None:
    """Write what was asked for."""
    writers = {
        Extra.REDCAP: _redcap,
        Extra.SPSS: _spss,
        Extra.PARQUET: _parquet,
        Extra.WORKBOOK: _workbook,
        Extra.SPREADSHEET: _spreadsheet,
    }
    for extra in sorted(extras):
        writers[extra](archive, layout, about, rows)


def _redcap(archive: Archive, layout: Layout, _: About, rows: Rows) -> None:
    archive.text("extra/redcap/dictionary.csv", dictionary(layout))
    with archive.member("extra/redcap/records.csv") as stream:
        write_records(stream, layout, rows(layout.wide))


def _spss(archive: Archive, layout: Layout, about: About, rows: Rows) -> None:
    # Not at the top: the package need not be installed.
    from wellbeing.exports.spss import write_sav  # noqa: PLC0415

    def write(path: Path) -> None:
        write_sav(path, layout, rows(layout.wide), about.made_on)

    _through_disk(archive, f"extra/{layout.plan.study_id}.sav", write)


def _parquet(archive: Archive, layout: Layout, _: About, rows: Rows) -> None:
    # Not at the top: whoever opens a screen need not wait for it.
    from wellbeing.exports.parquet import write_parquet  # noqa: PLC0415

    for table in layout.tables:

        def write(path: Path, table: Table = table) -> None:
            write_parquet(path, table, rows(table))

        _through_disk(archive, f"extra/{table.name}.parquet", write)


def _workbook(archive: Archive, layout: Layout, about: About, rows: Rows) -> None:
    def write(path: Path) -> None:
        found = [(table, rows(table)) for table in layout.tables]
        found.append((codebook_table(), codebook_rows(layout)))
        write_workbook(path, found, about.made_on)

    _through_disk(archive, f"extra/{layout.plan.study_id}.xlsx", write)


def _spreadsheet(archive: Archive, layout: Layout, _: About, rows: Rows) -> None:
    own: Iterator[tuple[Table, Iterator[Row]]] = ((t, rows(t)) for t in layout.tables)
    codebook = codebook_table(), codebook_rows(layout)
    for table, found in chain(own, [codebook]):
        with archive.member(f"extra/spreadsheet/{table.name}.csv") as stream:
            write_csv(stream, table, found, spreadsheet=True)


def _through_disk(archive: Archive, name: str, write: Callable[[Path], None]) -> None:
    """Put a file into the archive that its writer has to go back and forth in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        write(path)
        archive.copy(name, path)
