"""R and PSPP run the scripts of a bundle, and find every value and every label."""

import csv
import json
import os
import shutil
import subprocess

import pyreadstat
import pytest

TABLES = ("responses", "scores", "wide")
R_KINDS = {"string": {"character", "factor"}, "integer": {"integer"}}

# Written by R in its own words: what a column is, and what it is called.
DUMP = """
out <- commandArgs(TRUE)[1]
source("scripts/import.R")
told <- file(file.path(out, "about.tsv"), "wb")
for (table in c("responses", "scores", "wide")) {
  frame <- get(table)
  write.csv(frame, file.path(out, paste0(table, ".csv")), na = "", row.names = FALSE,
            fileEncoding = "UTF-8")
  for (name in names(frame)) {
    column <- frame[[name]]
    labels <- attr(column, "labels")
    about <- c(table, name, class(column), attr(column, "label"))
    if (!is.null(labels)) about <- c(about, paste0(labels, "=", names(labels)))
    writeLines(enc2utf8(paste(about, collapse = "\\t")), told, useBytes = TRUE)
  }
}
close(told)
"""


def program(name):
    """Return where a program is; without it a test fails in CI and is skipped here."""
    found = shutil.which(name)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{name} is not installed")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(folder, *command, **environment):
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def columns_of(made, table):
    return json.loads(made.files["codebook.json"])["tables"][table]["columns"]


def as_read(file, columns):
    """Return rows with numbers as numbers and None where a cell is empty."""
    numbers = [c["type"] != "string" for c in columns]
    with file.open(encoding="utf-8", newline="") as opened:
        header, *rows = csv.reader(opened)
    assert header == [c["name"] for c in columns]
    return [
        tuple(
            None if cell == "" else float(cell) if number else cell
            for cell, number in zip(row, numbers, strict=True)
        )
        for row in rows
    ]


def words_of(column):
    return column.get("labels", {})


def as_code(value):
    return value if isinstance(value, str) else f"{value:g}"


@pytest.mark.parametrize("locale", ["C", "C.utf8"])
def test_r_reads_every_value_and_every_label(made, tmp_path, locale):
    script = tmp_path / "dump.R"
    script.write_text(DUMP, "utf-8")
    command = program("Rscript"), "--vanilla", str(script), str(tmp_path)
    told = run(made.folder, *command, LC_ALL=locale)
    assert f"responses: {made.report.rows} rows, 7 columns" in told
    lines = (tmp_path / "about.tsv").read_text("utf-8").splitlines()
    about = {(t, n): rest for t, n, *rest in (line.split("\t") for line in lines)}
    for table in TABLES:
        columns = columns_of(made, table)
        assert as_read(tmp_path / f"{table}.csv", columns) == as_read(
            made.data(table), columns
        )
        for column in columns:
            kind, label, *labels = about.pop((table, column["name"]))
            assert kind in R_KINDS.get(column["type"], {"numeric"})
            assert label == column["label"]
            assert dict(one.split("=", 1) for one in labels) == words_of(column)
    assert not about


def test_r_stops_at_a_changed_file(made, tmp_path):
    found = program("Rscript")
    shutil.copytree(made.folder, tmp_path / "b")
    (tmp_path / "b/README.md").write_text("changed", "utf-8")
    done = subprocess.run(
        [found, "--vanilla", "scripts/import.R"],
        cwd=tmp_path / "b",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "README.md is not the file that was made" in done.stderr


def test_pspp_reads_every_value_and_every_label_of_the_spss_script(made, tmp_path):
    found = program("pspp")
    folder = tmp_path / "b"
    shutil.copytree(made.folder, folder)
    written = made.files["scripts/import.sps"].decode()
    assert max(map(len, written.splitlines())) < 256
    assert not run(folder, found, "scripts/import.sps")
    for table in TABLES:
        columns = columns_of(made, table)
        frame, about = pyreadstat.read_sav(str(folder / f"{table}.sav"))
        rows = [
            tuple(None if cell == "" or cell != cell else cell for cell in row)  # noqa: PLR0124 (not a number)
            for row in frame.itertuples(index=False, name=None)
        ]
        assert rows == as_read(made.data(table), columns)
        for column in columns:
            name = column["name"]
            assert about.column_names_to_labels[name] == column["label"][:255].rstrip()
            labels = about.variable_value_labels.get(name, {})
            assert {as_code(value): words for value, words in labels.items()} == {
                value: words[:120].rstrip() for value, words in words_of(column).items()
            }
