"""What a spreadsheet makes of a bundle: no formula, no link, nothing lost."""

import csv
import io
import zipfile

import openpyxl
import pytest

from tests.exports.invented import MADE_ON
from wellbeing.exports.columns import Column, Kind, Table
from wellbeing.exports.tables import harmless, write_csv
from wellbeing.exports.workbook import write_workbook

# What LibreOffice and Excel take for a formula, and what they do not.
DANGEROUS = [
    "=1+1",
    '=HYPERLINK("http://example.org")',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(1)",
]
PLAIN = ["", "therapy", "1+1", "'=1", "a=b", "p2h2"]
TABLE = Table(
    name="t",
    title="t",
    key=("text",),
    columns=(
        Column(name="text", label="text", kind=Kind.TEXT),
        Column(name="number", label="number", kind=Kind.NUMBER),
    ),
)


def written(rows, **how):
    out = io.BytesIO()
    write_csv(out, TABLE, rows, **how)
    return out.getvalue()


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_could_be_a_formula_is_marked_for_spreadsheets_only(text):
    assert harmless(text) == f"'{text}"
    rows = [(text, -1.5)]
    marked = written(rows, spreadsheet=True)
    assert marked.startswith(b'\xef\xbb\xbf"text",')
    read = csv.reader(io.StringIO(marked.decode("utf-8-sig"), newline=""))
    assert list(read)[1] == [f"'{text}", "-1.5"]


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_stay_as_they_are(text):
    assert harmless(text) == text


def test_a_workbook_holds_texts_as_texts(tmp_path):
    file = tmp_path / "t.xlsx"
    rows = [(text, 1.5) for text in [*DANGEROUS, "http://example.org", "12"]]
    write_workbook(file, [(TABLE, rows)], MADE_ON)
    with zipfile.ZipFile(file) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<hyperlink" not in sheet
    cells = openpyxl.load_workbook(file)["t"]
    assert {row[0].data_type for row in cells.iter_rows(min_row=2)} <= {
        "s",
        "inlineStr",
    }
    assert cells["B2"].value == 1.5


def test_the_workbook_of_a_bundle_has_every_table_and_the_codebook(made):
    file = io.BytesIO(made.files["extra/demo-study.xlsx"])
    book = openpyxl.load_workbook(file, read_only=True)
    assert book.sheetnames == ["responses", "scores", "wide", "codebook"]
    with made.data("wide").open(encoding="utf-8") as exact:
        expected = list(csv.reader(exact))
    found = list(book["wide"].iter_rows(values_only=True))
    assert len(found) == len(expected)
    for row, line in zip(found[1:], expected[1:], strict=True):
        texts = ["" if cell is None else cell for cell in row]
        assert [float(t) if isinstance(t, int | float) else t for t in texts] == [
            float(c) if isinstance(t, int | float) else c
            for c, t in zip(line, texts, strict=True)
        ]


def test_no_cell_of_a_bundle_could_be_a_formula(made):
    for name, content in made.files.items():
        if name.endswith(".csv"):
            for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
                assert [cell for cell in row if harmless(cell) != cell] == []


def test_the_same_people_give_the_same_workbook(tmp_path):
    for name in ("one", "two"):
        write_workbook(tmp_path / name, [(TABLE, [("a", 1)])], MADE_ON)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
