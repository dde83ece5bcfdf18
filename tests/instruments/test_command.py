"""The commands ``instruments`` and ``score``."""

import csv
import io
import json

import pytest

from tests.instruments.keys import KEYS
from wellbeing.cli.main import main

BRS = [f"brs_{n}" for n in range(1, 7)]
HEADER = ",".join(BRS)
IDS = list(KEYS)


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run a command without a database; return status, output and error lines."""
    monkeypatch.setenv("WELLBEING_DATABASE_URL", f"sqlite:///{tmp_path}/no/such.db")

    def command(*arguments):
        try:
            status = main([str(a) for a in arguments])
        except SystemExit as left:
            status = int(left.code or 0)
        said = capsys.readouterr()
        return status, said.out, said.err.splitlines()

    return command


@pytest.fixture
def score(run, tmp_path):
    """Score a file of a text or of bytes."""

    def command(instrument, content, *arguments):
        file = tmp_path / "given.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return run("score", instrument, file, *arguments)

    return command


def table(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_list_in_json_holds_what_is_promised_and_nothing_else(run):
    status, told, complaints = run("instruments", "--json")
    assert (status, complaints) == (0, [])
    found = json.loads(told)
    assert [one["id"] for one in found] == IDS
    for one in found:
        assert list(one) == ["id", "version", "title", "items", "scales", "wording"]
        assert one["wording"] == []
        key = KEYS[one["id"]]
        assert [i["id"] for i in one["items"]] == [
            f"{one['id']}_{n}" for n in range(1, key.items + 1)
        ]
        turned = {n for scale in key.scales.values() for n in scale.turned}
        for item in one["items"]:
            assert list(item) == ["id", "position", "reversed"]
            assert item["reversed"] is (item["position"] in turned)
        for scale in one["scales"]:
            assert list(scale) == ["id", "items", "range", "higher_means"]
            known = key.scales[scale["id"].removeprefix(f"{one['id']}_")]
            numbers = sorted(known.plain + known.turned)
            assert scale["items"] == [f"{one['id']}_{n}" for n in numbers]
            assert scale["range"][0] < scale["range"][1]


def test_the_list_in_words_names_source_licence_and_what_is_left_out(run):
    status, told, complaints = run("instruments")
    assert (status, complaints) == (0, [])
    assert "reversed items: 1, 4, 15, 17, 29; window: last 30 days" in told
    assert "scale stss_total: items 1, 2, 3" in told
    assert "doi:10.1080/02678370500297720" in told
    assert told.count("  licence: ") == len(IDS)
    assert "Maslach Burnout Inventory. It is proprietary" in told


def test_a_scale_is_added_for_each_response_and_the_rest_is_carried_through(score):
    text = f"who,{HEADER},note\nx,1,2,3,4,5,1,“ö, ä”\ny,,,,,,,\n"
    text = text.replace("“ö, ä”", '"ö, ä"')
    status, told, complaints = score("brs", text)
    assert (status, complaints) == (0, [])
    # Plain 1 + 3 + 5; reversed 6-2, 6-4, 6-1: 20 of six items.
    assert told == (
        f"who,{HEADER},note,brs_resilience\n"
        'x,1,2,3,4,5,1,"ö, ä",3.3333333333333335\n'
        "y,,,,,,,,\n"
    )


def test_every_instrument_scores_a_file_with_its_items_in_any_order(score):
    for name, key in KEYS.items():
        items = [f"{name}_{n}" for n in range(key.items, 0, -1)]
        text = f"{','.join(items)}\n{','.join([str(key.codes[0])] * key.items)}\n"
        status, told, complaints = score(name, text)
        assert (status, complaints) == (0, [])
        [row] = table(told)
        assert set(row) == {*items, *(f"{name}_{s}" for s in key.scales)}
        assert all(row.values())


def test_the_scores_are_written_to_a_file_if_one_is_named(score, tmp_path):
    out = tmp_path / "scored.csv"
    status, told, complaints = score(
        "ucla3", "ucla3_1,ucla3_2,ucla3_3\n1,2,3\n", "--out", out
    )
    assert (status, complaints) == (0, [])
    assert told == f"Scored: 1 responses, 1 scales. Written to {out}.\n"
    expected = b"ucla3_1,ucla3_2,ucla3_3,ucla3_loneliness\n1,2,3,6\n"
    assert out.read_bytes() == expected


def test_the_file_that_is_read_is_never_written_over(score, tmp_path):
    file = tmp_path / "given.csv"
    status, told, complaints = score("burnout1", "burnout1_1\n1\n", "--out", file)
    assert (status, told) == (2, "")
    assert complaints == [f"{file} is the file that is read. Write to another one."]
    assert file.read_text() == "burnout1_1\n1\n"


def test_nothing_is_written_if_something_is_wrong(score, tmp_path):
    out = tmp_path / "scored.csv"
    status, _, _ = score("burnout1", "burnout1_1\n1\n9\n", "--out", out)
    assert status == 2
    assert not out.exists()


# What spreadsheets and statistics programs write; all of it is the same file.
@pytest.mark.parametrize(
    "content",
    [
        b"ucla3_1,ucla3_2,ucla3_3\n1,2,3\n",
        b"\xef\xbb\xbfucla3_1,ucla3_2,ucla3_3\r\n1,2,3\r\n",
        "ucla3_1,ucla3_2,ucla3_3\n1,2,3\n".encode("utf-16"),
        b"ucla3_1;ucla3_2;ucla3_3\n1;2;3\n",
        b"ucla3_1\tucla3_2\tucla3_3\n1\t2\t3",
        b'"UCLA3 1","UCLA3-2","ucla3_3 "\n"1"," 2 ",3.0\n',
        b"\n\nucla3_1,ucla3_2,ucla3_3\n\n1.0,2.00,3\n\n",
    ],
)
def test_the_usual_forms_of_a_file_are_read(score, content):
    status, told, complaints = score("ucla3", content)
    assert (status, complaints) == (0, [])
    assert [row["ucla3_loneliness"] for row in table(told)] == ["6"]


@pytest.mark.parametrize(
    "cell",
    [
        "0",
        "6",
        "often",
        "3,0",
        "3,5",
        "2.5",
        "-1",
        "NA",
        "nan",
        "1e0",
        "٣",
        "1_0",
        "99999999999999",
    ],
)
def test_a_cell_that_is_no_code_is_refused_by_line_and_column(score, cell):
    text = f'who,{HEADER}\n"two\nlines",1,1,1,1,1,1\nx,1,1,"{cell}",1,1,1\n'
    status, told, complaints = score("brs", text)
    assert (status, told) == (2, "")
    assert complaints == [
        "Nothing was written: 1 problem in the file.",
        (
            "Line 4, column brs_3: The codes are whole numbers from 1 to 5. "
            "Write one of them as a number, or leave the cell empty."
        ),
    ]


def test_codes_that_are_no_row_of_numbers_are_named_one_by_one(score):
    items = [f"cbi_{n}" for n in range(1, 20)]
    text = f"{','.join(items)}\n{','.join(['4'] + ['25'] * 18)}\n"
    status, _, complaints = score("cbi", text)
    assert status == 2
    assert "Line 2, column cbi_1: The codes are 0, 25, 50, 75 and 100." in complaints[1]


def test_every_faulty_cell_is_named_in_the_order_of_the_lines(score):
    text = f"{HEADER}\n1,1,1,1,1,x\n1,1,1,1,1,1\n,7,,,,x\n"
    status, _, complaints = score("brs", text)
    assert status == 2
    places = [line.split(":")[0] for line in complaints[1:]]
    assert places == [
        "Line 2, column brs_6",
        "Line 4, column brs_2",
        "Line 4, column brs_6",
    ]


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (HEADER.replace("brs_6", "q6"), "Line 1: The column brs_6 must be there"),
        ("id", "Line 1: The columns brs_1, brs_2, brs_3, brs_4, brs_5, brs_6 must be"),
        (f"{HEADER},brs_7", "Line 1, column brs_7: brs has no such item; it ends with"),
        (f"{HEADER},BRS 1", "Line 1, column BRS 1: Columns 1 and 7 are the same item."),
        (
            f"{HEADER},brs_resilience",
            "Line 1, column brs_resilience: A scale is called",
        ),
    ],
)
def test_columns_that_do_not_fit_are_refused(score, header, named):
    status, told, complaints = score("brs", f"{header}\n")
    assert (status, told) == (2, "")
    assert complaints[1].startswith(named)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "Line 1: This file is empty."),
        (b"PK\x03\x04rest", "Line 1: This is a workbook or a zip archive"),
        (b"burnout1_1\n\xe4\n", "Line 2: This line is not UTF-8"),
        (b"burnout1_1\n1\0\n", "Line 2: This file holds NUL"),
        (b'burnout1_1\n1\n"2\n', "Line 3: A quotation mark in this row is not closed"),
        (b"burnout1_1,x\n1\n", "Line 2: This row has 1 cell and the first row 2."),
        (b"burnout1_1\n1,2\n", "Line 2: This row has 2 cells and the first row 1."),
        (b"burnout1_1,x\n1," + b"y" * 200_000, "Line 2: A quotation mark in this row"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(score, content, named):
    status, told, complaints = score("burnout1", content)
    assert (status, told) == (2, "")
    assert complaints[0].startswith("Nothing was written: 1 problem")
    assert complaints[1].startswith(named)


def test_a_file_without_responses_gives_its_columns_alone(score):
    assert score("burnout1", "burnout1_1,x\n") == (
        0,
        "burnout1_1,x,burnout1_burnout\n",
        [],
    )


def test_a_cell_of_white_space_is_empty(score):
    _, told, complaints = score("ucla3", "ucla3_1,ucla3_2,ucla3_3\n1, ,3\n")
    assert complaints == []
    assert [row["ucla3_loneliness"] for row in table(told)] == [""]


def test_a_row_of_empty_cells_stays_a_response(score):
    _, told, _ = score("burnout1", 'burnout1_1\n""\n2\n')
    assert [row["burnout1_burnout"] for row in table(told)] == ["", "2"]


def test_a_formula_is_carried_through_as_text_and_a_number_as_a_number(score):
    cells = ["=1+1", "@x", "+x", "-x", "\tx", "-4", "+1.5", "-1e-5", "-2,5", "a=b"]
    text = "burnout1_1;=head\n" + "".join(f"1;{cell}\n" for cell in cells)
    status, told, _ = score("burnout1", text)
    assert status == 0
    assert [row["'=head"] for row in table(told)] == [
        *("'" + cell for cell in cells[:5]),
        *cells[5:],
    ]


def test_scores_read_back_as_the_same_numbers(score):
    text = f"{HEADER}\n1,2,2,3,,\n5,1,4,4,4,\n1,5,,,,\n"
    _, told, _ = score("brs", text)
    # Plain 1 + 2, reversed 4 + 3; plain 5 + 4 + 4, reversed 5 + 2; plain 1, reversed 1.
    found = [float(row["brs_resilience"]) for row in table(told)]
    assert found == [10 / 4, 20 / 5, 1]


def test_answers_that_look_reversed_are_scored_with_a_note(score):
    rows = "".join(
        f"{a},{a},{a},{a},{a},{a}\n" for a in (1, 2, 3, 4, 5) for _ in range(8)
    )
    status, told, complaints = score("brs", f"{HEADER}\n{rows}")
    assert status == 0
    assert len(table(told)) == 40
    [note] = complaints
    assert note.startswith(
        "Note: brs_2, brs_4, brs_6 look as if they had been reversed"
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("mbi", "Maslach Burnout Inventory is not shipped. It is proprietary"),
        ("phq9", "“phq9” is no instrument that is installed. Name one of proqol5, "),
    ],
)
def test_an_instrument_that_is_not_there_is_refused_in_one_sentence(
    score, name, sentence
):
    status, told, complaints = score(name, "x\n1\n")
    assert (status, told, len(complaints)) == (2, "", 1)
    assert complaints[0].startswith(sentence)


def test_a_file_that_is_not_there_is_refused_in_one_sentence(run, tmp_path):
    file = tmp_path / "none.csv"
    sentence = f"{file}: no such file or directory. Check the path and its rights."
    assert run("score", "brs", file) == (2, "", [sentence])


def test_a_place_that_cannot_be_written_is_a_failure_of_one_sentence(score, tmp_path):
    out = tmp_path / "none" / "scored.csv"
    status, _, complaints = score("burnout1", "burnout1_1\n1\n", "--out", out)
    assert (status, len(complaints)) == (1, 1)
    assert str(out) in complaints[0]
