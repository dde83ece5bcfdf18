"""Whether LibreOffice finds the values of a bundle in its CSV files and its workbook.

A bundle of invented people is made with every extra; LibreOffice opens each file as
somebody who double-clicks it would, and writes what it holds as CSV, which is compared
cell by cell with the codebook's tables. As a control, a table with texts that are
formulas is opened, too: in the plain CSV they are computed, in the safe one never.
"""

import argparse
import csv
import io
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.exports.invented import bundle, members, participants
from wellbeing.exports.columns import Column, Kind, Table
from wellbeing.exports.extras import Extra
from wellbeing.exports.tables import write_csv

TABLES = ("responses", "scores", "wide", "codebook")
# Comma, quote, UTF-8, from line 1; values as they are and not as shown; every sheet.
_AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false"
_EVERY_SHEET = ",-1"
# What its dialog chooses for a file in UTF-8: comma, quote, UTF-8, from line 1.
_READ = "Text - txt - csv (StarCalc):44,34,76,1"
_FORMULAS = ("=1+1", '=HYPERLINK("x")', "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "plain")

_Cells = list[list[str]]


def opened(program: str, file: Path, out: Path, *, sheets: bool = False) -> list[Path]:
    """Let LibreOffice open a file, and return what it then holds, a file a sheet."""
    out.mkdir(parents=True)
    profile = f"-env:UserInstallation={(out.parent / 'profile').as_uri()}"
    kind = _AS_CSV + (_EVERY_SHEET if sheets else "")
    command = [program, profile, "--headless", "--convert-to", kind]
    if file.suffix == ".csv":
        command.append(f"--infilter={_READ}")
    subprocess.run(
        [*command, "--outdir", str(out), str(file)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return sorted(out.iterdir())


def cells_of(file: Path) -> _Cells:
    """Return the cells of a CSV file, without a byte order mark."""
    with file.open(encoding="utf-8-sig", newline="") as read:
        return [list(row) for row in csv.reader(read)]


def differing(expected: _Cells, found: _Cells) -> int:
    """Return how many cells differ; equal numbers are equal however they are written.

    What is missing at the end of a row is an empty cell.
    """
    count = abs(len(expected) - len(found))
    for mine, theirs in zip(expected, found, strict=False):
        width = max(len(mine), len(theirs))
        pairs = zip(_filled(mine, width), _filled(theirs, width), strict=True)
        count += sum(not _is_same(a, b) for a, b in pairs)
    return count


def _filled(row: Sequence[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]


def _is_same(mine: str, theirs: str) -> bool:
    try:
        return float(mine) == float(theirs)
    except ValueError:
        return mine == theirs


def _told(name: str, expected: _Cells, found: _Cells) -> None:
    cells = sum(map(len, expected))
    print(f"{name}: {cells} cells, {differing(expected, found)} differ")


def compare_bundle(program: str, folder: Path) -> None:
    """Open every table of a bundle in LibreOffice and tell what differs."""
    data, _ = bundle(participants(60), extras=frozenset(Extra))
    for name, content in members(data).items():
        (folder / "b" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "b" / name).write_bytes(content)
    resources = json.loads((folder / "b/datapackage.json").read_text("utf-8"))
    files = {r["name"]: folder / "b" / r["path"] for r in resources["resources"]}
    for name in TABLES:
        for kind, file in (
            ("csv", files[name]),
            ("safe csv", folder / f"b/extra/spreadsheet/{name}.csv"),
        ):
            [found] = opened(program, file, folder / kind / name)
            _told(f"{kind} {name}", cells_of(file), cells_of(found))
    sheets = opened(
        program, folder / "b/extra/demo-study.xlsx", folder / "xlsx", sheets=True
    )
    for name in TABLES:
        [found] = [one for one in sheets if one.stem.endswith(f"-{name}")]
        _told(f"workbook {name}", cells_of(files[name]), cells_of(found))


def compare_formulas(program: str, folder: Path) -> None:
    """Open texts that are formulas, plainly and made safe, and tell what became so."""
    column = Column(name="text", label="text", kind=Kind.TEXT)
    table = Table(name="t", title="t", key=("text",), columns=(column,))
    for safe in (False, True):
        file = folder / f"formulas_{safe}.csv"
        out = io.BytesIO()
        write_csv(out, table, _rows(), spreadsheet=safe)
        file.write_bytes(out.getvalue())
        [found] = opened(program, file, folder / f"opened_{safe}")
        pairs = zip(cells_of(file), cells_of(found), strict=True)
        changed = [mine for [mine], [theirs] in pairs if mine != theirs]
        print(f"{'safe' if safe else 'plain'} csv: computed or changed {changed}")


def _rows() -> Iterable[tuple[str]]:
    return ((text,) for text in _FORMULAS)


def main() -> None:
    """Run both parts and print what was found."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    program = shutil.which("soffice")
    if program is None:
        print("LibreOffice is not installed, so nothing was tried.")
        return
    with tempfile.TemporaryDirectory(prefix="wellbeing-spreadsheets-") as at:
        compare_bundle(program, Path(at))
        compare_formulas(program, Path(at))


if __name__ == "__main__":
    main()
