"""Other programs read a bundle, and find the same in it."""

import csv
import importlib
import json
import shutil
import subprocess
import sys
from io import BytesIO, StringIO

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.exports.columns import Column, Kind, Table
from wellbeing.exports.tables import write_csv

TABLES = ("responses", "scores", "wide")


def columns_of(made, table):
    return json.loads(made.files["codebook.json"])["tables"][table]["columns"]


def plainly(made, table):
    """Return a table as the csv module reads it, numbers as floats, gaps as None."""
    numbers = [c["type"] != "string" for c in columns_of(made, table)]
    with made.data(table).open(encoding="utf-8", newline="") as file:
        _, *found = csv.reader(file)
    return [
        tuple(
            None if cell == "" else float(cell) if number else cell
            for cell, number in zip(row, numbers, strict=True)
        )
        for row in found
    ]


def as_rows(frame):
    """Return the rows of any library as plain ones."""
    return [tuple(map(as_cell, row)) for row in frame]


def as_cell(cell):
    if cell is None or cell is pd.NA or cell != cell:  # noqa: PLR0124 (not a number)
        return None
    return cell if isinstance(cell, str) else float(cell)


def read_by_frictionless(file):
    """Return its reading; on loading it raises the csv module's limit for everybody."""
    limit = csv.field_size_limit()
    package = importlib.import_module("frictionless").Package(file)
    csv.field_size_limit(limit)
    return package


def test_frictionless_finds_nothing_wrong(made):
    package = read_by_frictionless(str(made.folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["type", "note"])[:3]
    assert [r.name for r in package.resources] == [*TABLES, "codebook"]
    assert all(task.stats["rows"] > 0 for task in report.tasks)


def test_frictionless_finds_a_changed_value(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "b")
    file = tmp_path / "b" / made.data("wide").relative_to(made.folder)
    lines = file.read_text("utf-8").splitlines()
    lines[1] = lines[1].replace(",1,", ",x,", 1)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    package = read_by_frictionless(str(tmp_path / "b/datapackage.json"))
    assert not package.validate().valid


@pytest.mark.parametrize("table", TABLES)
def test_every_reader_finds_the_same_values(made, table):
    expected = plainly(made, table)
    file = str(made.data(table))
    kinds = {"string": "string", "integer": "Int64", "number": "Float64"}
    types = {c["name"]: kinds[c["type"]] for c in columns_of(made, table)}
    texts = [name for name, kind in types.items() if kind == "string"]
    in_pandas = pd.read_csv(file, dtype=types, keep_default_na=False, na_values=[""])
    assert as_rows(in_pandas.itertuples(index=False, name=None)) == expected
    in_polars = pl.read_csv(
        file,
        infer_schema_length=None,
        schema_overrides=dict.fromkeys(texts, pl.String),
    )
    assert as_rows(in_polars.iter_rows()) == expected
    as_varchar = dict.fromkeys(texts, "VARCHAR")
    found = duckdb.sql(
        f"SELECT * FROM read_csv('{file}', sample_size=-1, types={as_varchar})"  # noqa: S608 (our own file)
    )
    assert found is not None
    assert as_rows(found.fetchall()) == expected
    in_parquet = pq.read_table(made.folder / f"extra/{table}.parquet")
    assert as_rows(tuple(r.values()) for r in in_parquet.to_pylist()) == expected


def test_parquet_has_every_label(made):
    for table in TABLES:
        schema = pq.read_schema(made.folder / f"extra/{table}.parquet")
        labels = {f.name: f.metadata[b"label"].decode() for f in schema}
        assert labels == {c["name"]: c["label"] for c in columns_of(made, table)}


def test_spss_has_every_label_and_says_why_a_value_is_missing(made):
    file = made.folder / "extra/demo-study.sav"
    frame, about = pyreadstat.read_sav(str(file))
    columns = columns_of(made, "wide")
    short = {c["name"]: c["label"][:255] for c in columns}
    assert about.column_names_to_labels == short
    assert as_rows(frame.itertuples(index=False, name=None)) == plainly(made, "wide")
    coded, _ = pyreadstat.read_sav(str(file), user_missing=True)
    words = about.variable_value_labels["proqol5_1"]
    codes = set(coded["proqol5_1"][frame["proqol5_1"].isna()])
    assert codes
    assert {words[code] for code in codes} <= {
        (
            "The questionnaire was not answered in this block of four weeks, or not by "
            "the version of its key that is asked for"
        ),
        "Skipped",
    }
    assert about.variable_value_labels["rest"][4] == "Always"
    assert str(about.creation_time) == "2026-11-20 00:00:00"


def test_the_python_script_reads_and_labels_everything(made, tmp_path):
    done = subprocess.run(
        [sys.executable, str(made.folder / "scripts/import.py"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == list(TABLES)
    for table in TABLES:
        frame = pd.read_parquet(tmp_path / f"{table}.parquet")
        found = frame.astype(object).where(frame.notna(), None)
        rows = as_rows(found.itertuples(index=False, name=None))
        assert rows == plainly(made, table)


def test_the_python_script_stops_at_a_changed_file(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "b")
    (tmp_path / "b/README.md").write_text("changed", "utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "b/scripts/import.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "README.md is not the file that was made" in done.stderr


def outside_of_texts(script, quotes):
    """Return a script without what stands in quotes, escapes heeded."""
    kept, until, escaped = [], "", False
    for sign in script:
        if escaped:
            escaped = False
        elif until:
            escaped = sign == "\\" and "\\" in quotes
            until = "" if sign == until else until
        elif sign in quotes:
            until = sign
        else:
            kept.append(sign)
    assert not until, "a text is not closed"
    return "".join(kept)


def test_the_r_script_is_sound(made):
    script = made.files["scripts/import.R"].decode()
    code = "\n".join(line for line in script.splitlines() if not line.startswith("#"))
    bare = outside_of_texts(code, '"\\')
    assert all(bare.count(a) == bare.count(b) for a, b in ("()", "{}", "[]"))
    assert script.isascii(), "R reads it in the encoding of the machine"
    for table in TABLES:
        for column in columns_of(made, table):
            assert f"{table}${column['name']} <- labelled(" in script


def test_the_stata_and_spss_scripts_label_every_column(made):
    stata, spss = (
        made.files[f"scripts/import.{end}"].decode() for end in ("do", "sps")
    )
    outside_of_texts("\n".join(spss.splitlines()[1:]), "'")
    for table in TABLES:
        path = f"data/study-demostudy_type-{table}_data.csv"
        assert f'import delimited using "{path}"' in stata
        assert f"/FILE='{path}'" in spss
        for column in columns_of(made, table):
            name = column["name"]
            assert len(name) <= 32, "Stata takes no longer name"
            assert f'label variable {name} `"' in stata
            assert f"\n  {name} '" in spss
    assert '0 `"Never"\'' in stata
    assert "  0 'Never'" in spss


def test_psych_ds_lists_every_column_of_every_csv_file(made):
    about = json.loads(made.files["dataset_description.json"])
    assert about["@type"] == "Dataset"
    listed = {one["name"] for one in about["variableMeasured"]}
    for name in made.files:
        if name.endswith(".csv") and not name.startswith("extra/"):
            [header] = list(csv.reader([made.files[name].decode().split("\n", 1)[0]]))
            assert set(header) <= listed


# A column refuses what cannot be printed, and rows hold ids only.
TEXTS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1)
NUMBERS = st.none() | st.integers(), st.none() | st.floats(0, 1e6)


@given(st.lists(st.tuples(st.none() | TEXTS, *NUMBERS), max_size=20))
def test_what_is_written_is_read_back(rows):
    kinds = {"a": Kind.TEXT, "b": Kind.INTEGER, "c": Kind.NUMBER}
    columns = tuple(Column(name=n, label=n, kind=k) for n, k in kinds.items())
    table = Table(name="t", title="t", key=("a",), columns=columns)
    out = BytesIO()
    write_csv(out, table, rows)
    text = out.getvalue().decode()
    assert text.count("\n") == len(rows) + 1
    header, *found = csv.reader(StringIO(text, newline=""))
    assert header == ["a", "b", "c"]
    assert [
        (a or None, int(b) if b else None, float(c) if c else None) for a, b, c in found
    ] == rows


@pytest.mark.parametrize("sign", ["\n", "\r", "\u2028", "\x00"])
def test_a_column_whose_label_would_break_a_line_is_refused(sign):
    with pytest.raises(ValueError, match="cannot be printed"):
        Column(name="a", label=f"one{sign}two", kind=Kind.TEXT)
