"""Reading tables: encodings, delimiters, headers, and what is refused where."""

import re
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.imports.problems import MOST_PROBLEMS, Problem, report
from wellbeing.imports.tables import read_table

COLUMNS = {"email": ("mail",), "from_week": ("since",), "note": ()}


def read(data, **limits):
    content = data if isinstance(data, bytes) else data.encode()
    return read_table(content, columns=COLUMNS, required={"email"}, **limits)


def cells(table):
    return [row.cells for row in table.rows]


def first_problem(table):
    assert table.rows == ()
    return table.problems[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_reads_the_same_however_a_program_saves_it(encoding, delimiter, end):
    lines = ["email,note", "", "a@example.org,Müller", ",", "b@example.org,é"]
    text = end.join(lines).replace(",", delimiter)
    table = read(text.encode(encoding))
    assert table.problems == ()
    assert table.delimiter == delimiter
    assert cells(table) == [("a@example.org", "Müller"), ("b@example.org", "é")]
    assert [row.line for row in table.rows] == [3, 5]


def test_big_endian_utf_16_with_its_mark_is_read():
    table = read("\ufeffemail\nü\n".encode("utf-16-be"))
    assert cells(table) == [("ü",)]


def test_headings_differ_in_case_space_hyphen_and_underscore_only():
    table = read("E-Mail,FROM week\na,b\n")
    assert table.columns == {"email": 0, "from_week": 1}
    assert table.headings["from_week"] == "FROM week"


def test_a_quoted_cell_may_hold_the_delimiter_quotes_and_line_breaks():
    table = read('email,note\na,"x, ""y""\nz"\nb,c\n')
    assert cells(table) == [("a", 'x, "y"\nz'), ("b", "c")]
    assert [row.line for row in table.rows] == [2, 4]


def test_blank_columns_that_a_spreadsheet_adds_are_left_out():
    table = read("email;note;;\na;b;;\n;;;\n")
    assert cells(table) == [("a", "b")]


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"", 1, "empty"),
        (b" \r\n\n", 1, "empty"),
        (b"\xef\xbb\xbf", 1, "empty"),
        (b",,\n,,\n", 1, "column email is missing"),
        (b"PK\x03\x04rest", 1, "workbook or a zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", 1, "old workbook"),
        (b"%PDF-1.7\n", 1, "a PDF"),
        (b"\x1f\x8b\x08", 1, "compressed"),
        (b"email\na\n\x00\n", 3, "NUL"),
        ("email\na\n".encode("utf-16-le"), 1, "NUL"),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", 1, "not text"),
        ("email,note\na,b\nc,Müller\n".encode("latin-1"), 3, "not UTF-8.*“CSV UTF-8”"),
        ("email,note\r\na,„x“\r\n".encode("cp1252"), 2, "not UTF-8"),
        ("email\nab".encode("utf-16")[:-1], 2, "broken UTF-16"),
        (b"email,E-Mail\na,b\n", 1, "column email stands twice: columns 1 and 2"),
        (b"note\nb\n", 1, "column email is missing"),
        (b"\nemial,note\nb,c\n", 2, "“emial” is not .* Did you mean email"),
        (b"email,shoe size\nb,c\n", 1, "“shoe size” is not .* Take it out"),
        (b"email,,note\nb,,c\n", 1, "Column 2 has no heading"),
        (b"email|note\nb|c\n", 1, "not a column"),
        (b"email" + b",x" * 500, 1, "more than 200 columns"),
        (b'email,note\n"a,b\nc,d\n', 2, "quotation mark"),
        (b'email,note\na,b\n"c"d,e\n', 3, "quotation mark"),
        (b'"email\n', 1, "quotation mark"),
        (b"email,note\na\n", 2, "has 1 cell and the first row 2"),
        (b"email,note\n6,5,a\n", 2, "has 3 cells and the first row 2"),
        (b"email,note,\na,b,c\n", 2, "under no heading"),
    ],
)
def test_a_file_that_is_no_such_table_ends_in_a_sentence(data, line, says):
    table = read(data)
    problem = table.problems[0]
    assert problem.line == line
    assert re.search(says, problem.sentence), problem


def test_a_first_row_without_headings_is_refused_even_if_none_is_required():
    table = read_table(b",\n,\n", columns=COLUMNS, required=set())
    assert "has to name the columns" in first_problem(table).sentence


def test_an_unquoted_comma_never_shifts_cells_into_other_columns():
    table = read("email,from_week,note\na,6,5,\n")
    assert table.rows == ()
    assert table.total == 1


def test_a_cell_without_end_stops_the_reading_early():
    table = read('email\n"' + "x" * 200_000)
    assert first_problem(table).line == 2


def test_a_file_that_is_too_large_is_refused_unread():
    assert "larger than 5 MB" in first_problem(read(b"x" * 5_000_001)).sentence


def test_rows_beyond_the_most_are_refused_with_the_line_of_the_first():
    assert read("email\na\n\nb\n", max_rows=2).total == 0
    table = read("email\na\n\nb\nc\n", max_rows=2)
    assert table.problems[0].line == 5
    assert "3" in table.problems[0].sentence


@pytest.mark.slow
def test_a_file_of_blank_lines_is_not_read_without_end():
    table = read("email\n" + "\n" * 3_000_000)
    assert "passes 1,000,000 lines" in table.problems[0].sentence


def test_the_first_problems_are_kept_and_all_are_counted():
    table = read("email,note\n" + "a\n" * 1000)
    assert len(table.problems) == MOST_PROBLEMS
    assert table.total == 1000
    told = report(table.problems, table.total)
    assert told[0].startswith("Line 2: This row has 1 cell and")
    assert told[-1].startswith("And 800 more problems.")


def test_a_report_names_line_and_column():
    problem = Problem(14, "week", "“2025-W53” is not a week. Write it like 2026-W47.")
    assert report([problem], 1) == [
        "Line 14, column week: “2025-W53” is not a week. Write it like 2026-W47."
    ]


def test_a_heading_cannot_smuggle_control_characters_into_a_report():
    table = read('"em\x1b[2Jail\u202e"\na\n')
    assert table.problems[-1].sentence.isprintable()


@given(st.binary(max_size=300))
def test_any_bytes_give_rows_or_a_sentence(data):
    table = read(data)
    assert table.rows or table.problems or table.columns
    assert all(p.line >= 1 and p.sentence.endswith((".", "?")) for p in table.problems)


@given(st.text(max_size=200))
def test_any_text_below_a_header_keeps_every_row_as_wide_as_the_header(text):
    table = read("email,note\n" + text.encode("utf-8", "ignore").decode())
    assert all(len(row.cells) == 2 for row in table.rows)


def test_memory_stays_near_the_size_of_the_file():
    data = b"email,note\n" + b"person@example.org,xx\n" * 10_000
    tracemalloc.start()
    table = read(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(table.rows) == 10_000
    assert peak < 30 * len(data)
