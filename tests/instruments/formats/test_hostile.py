"""Broken and hostile files end in one sentence, soon and without much memory."""

import io
import json
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.instruments.formats.files import (
    asks,
    choice,
    dictionary,
    field,
    repacked,
    resource,
    zipped,
)
from tests.instruments.formats.samples import SAMPLES
from wellbeing.instruments.formats.limits import (
    LONGEST_TEXT,
    MOST_BYTES,
    MOST_ITEMS,
    MOST_OPTIONS,
    MOST_PARTS,
    MOST_ROWS,
)
from wellbeing.instruments.formats.questionnaire import QuestionnaireRefusedError
from wellbeing.instruments.formats.read import understand

# Of the processor, many times what is needed: it is there to catch what grows without
# bound, and must hold on a slow machine that counts covered lines.
SECONDS = 30
BOOK = SAMPLES["evenings.xlsx"]
SHEET = "xl/worksheets/sheet1.xml"
STYLES = "xl/styles.xml"


def refusal(data):
    """Return the one sentence a file ends in, having checked that it came soon."""
    begun = time.process_time()
    with pytest.raises(QuestionnaireRefusedError) as caught:
        understand(data)
    assert time.process_time() - begun < SECONDS
    sentence = str(caught.value)
    assert sentence
    assert "\n" not in sentence
    assert len(sentence) < 600
    return sentence


def with_part(name, part):
    return repacked(BOOK, lambda n, p: part if n == name else p)


def with_cell(cell):
    def change(name, part):
        head = b'<c r="B2"'
        at = part.find(head)
        end = part.find(b"</c>", at) + 4
        return part[:at] + cell + part[end:] if name == SHEET else part

    return repacked(BOOK, change)


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n > 1 else b"&a;" * 10)
    for n in range(1, 10)
)
LAUGHING = LAUGHS + b"]><sst><si><t>&a9;</t></si></sst>"
MANY_CELLS = b"".join(b"<c><v>%d</v></c>" % (n * n) for n in range(70_000))
OUTSIDE = b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst>&a;</sst>'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\xef\xbb\xbf", "no questionnaire"),
        (b"hello", "no questionnaire"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1", "old workbook"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"<Questionnaire/>", "XML or HTML"),
        (b"<!DOCTYPE html><p>", "XML or HTML"),
        (b"\xff\xfeabc", "broken UTF-16"),
        (dictionary(field("a\0")).encode(), "control characters"),
        (dictionary(field("a\0")).encode("utf-16"), "NUL"),
        (b"{", "no sound JSON"),
        (b"[]", "no questionnaire"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": ' + b"9" * 5000 + b"}", "too long"),
        (b'{"items": [], "items": []}', "“items” twice"),
        (b'"items"', "no questionnaire"),
    ],
)
def test_what_is_no_questionnaire_is_refused(data, sentence):
    assert sentence in refusal(data)


@pytest.mark.parametrize("mark", [b"[", b'{"a":', b'{"item":['])
def test_endless_nesting_is_refused(mark):
    most = MOST_BYTES // len(mark)
    assert "too deeply" in refusal(mark * most)
    assert "larger than" in refusal(mark * (2 * most + 1))


def test_a_file_at_the_edge_of_the_size_is_looked_at():
    data = resource(asks()) + b" " * MOST_BYTES
    assert understand(data[:MOST_BYTES]).items
    assert "larger than" in refusal(data)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (with_part(STYLES, LAUGHING), "declares entities"),
        (with_part(STYLES, OUTSIDE), "declares entities"),
        (with_part(STYLES, LAUGHING.decode().encode("utf-16")), "declares entities"),
        (
            with_part(STYLES, b'<?xml version="1.0" encoding="cp037"?>\x4c'),
            "unusual encoding",
        ),
        (with_part(SHEET, b"<worksheet>"), "broken"),
        (with_part("xl/workbook.xml", b"<workbook/>"), "broken|no questionnaire"),
        (with_part(SHEET, MANY_CELLS), "too many cells"),
        (with_cell(b'<c r="B2"><f>1+1</f><v>2</v></c>'), "cell B2 holds a formula"),
        (with_cell(b'<c r="B2" t="e"><v>#REF!</v></c>'), "cell B2 holds an error"),
        (with_cell(b'<c r="B2" t="d"><v>2026-01-01</v></c>'), "cell B2 holds a date"),
        (with_cell(b'<c r="XFD2"><v>1</v></c>'), "columns"),
        (BOOK[: len(BOOK) // 2], "broken or cut off"),
    ],
)
def test_a_hostile_workbook_is_refused(data, sentence):
    said = refusal(data)
    assert any(part in said for part in sentence.split("|")), said


def test_a_workbook_with_a_row_far_below_is_refused():
    far = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    data = repacked(BOOK, lambda _, part: part.replace(b"</sheetData>", far))
    assert f"more than {MOST_ROWS} rows" in refusal(data)


def test_a_zip_bomb_is_refused_by_what_it_declares():
    assert "Unpacked" in refusal(zipped({"instrument.csv": b"0" * 30_000_000}))
    assert "Unpacked" in refusal(zipped({"instrument.csv": b"0" * 15_000_000}))


def test_a_zip_bomb_that_lies_about_its_size_is_refused():
    data = zipped({"instrument.csv": b"0" * 30_000_000})
    size = (30_000_000).to_bytes(4, "little")
    assert refusal(data.replace(size, (10).to_bytes(4, "little")))


def test_an_archive_of_too_many_parts_is_refused():
    parts = {f"{n}.csv": b"" for n in range(MOST_PARTS + 1)}
    assert f"more than {MOST_PARTS} parts" in refusal(zipped(parts))


@pytest.mark.parametrize(
    "name",
    [
        "../instrument.csv",
        "/instrument.csv",
        "C:/instrument.csv",
        "a/../instrument.csv",
    ],
)
def test_an_archive_that_names_a_part_outside_itself_is_refused(name):
    assert "outside itself" in refusal(zipped({name: dictionary(field("a"))}))


def test_an_archive_with_a_part_twice_or_encrypted_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("instrument.csv", "a")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("instrument.csv", "b")
    assert "twice" in refusal(file.getvalue())
    data = bytearray(zipped({"instrument.csv": "a"}))
    data[data.find(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refusal(bytes(data))


def test_an_archive_within_an_archive_is_not_opened():
    inner = zipped({"instrument.csv": dictionary(field("a"))})
    assert "no questionnaire" in refusal(zipped({"inner.zip": inner}))


SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.mark.parametrize(
    "data",
    [
        resource(choice("q1", (SCRIPT, SCRIPT, 0), text=SCRIPT), title=SCRIPT),
        dictionary(field("q1", field_label=SCRIPT, choices=f"1, {SCRIPT}")).encode(),
        json.dumps(
            {"items": [{"id": "q1", "text": SCRIPT, "type": "text", "options": []}]}
        ).encode(),
    ],
)
def test_scripts_and_pictures_stay_the_letters_they_are(data):
    (item,) = understand(data).items
    assert item.text == SCRIPT
    assert {option.label for option in item.options} <= {SCRIPT}


def test_formatted_text_beside_the_text_is_never_taken():
    div = {"status": "generated", "div": f"<div>{SCRIPT}</div>"}
    xhtml = {"url": "http://x/rendering-xhtml", "valueString": SCRIPT}
    item = asks(_text={"extension": [xhtml]})
    found = understand(resource(item, text=div))
    assert "alert" not in repr(found)


@pytest.mark.parametrize("text", ["\0", "\x1b[2J", "\ud800", "\ufffe", "\x07"])
def test_an_item_with_control_characters_is_left_out(text):
    found = understand(resource(asks(link="a"), asks(link="b", text=f"x{text}y")))
    assert [i.id for i in found.items] == ["a"]
    assert "invisible" in found.left_out[0].reason


def test_too_much_of_something_is_refused_or_left_out():
    many = [asks(link=str(n)) for n in range(MOST_ITEMS + 1)]
    assert f"more than {MOST_ITEMS} items" in refusal(resource(*many))
    options = [(str(n), "x", None) for n in range(MOST_OPTIONS + 1)]
    long = asks(link="c", text="x" * (LONGEST_TEXT + 1))
    found = understand(resource(asks(link="a"), choice("b", *options), long))
    assert [i.id for i in found.items] == ["a"]


def shared_value_set():
    concepts = [{"code": str(n)} for n in range(100_000)]
    contained = {"id": "v", "compose": {"include": [{"concept": concepts}]}}
    items = [asks("choice", str(n), answerValueSet="#v") for n in range(15_000)]
    return resource(*items, contained=[contained])


@pytest.mark.parametrize(
    "data",
    [
        b'"' * MOST_BYTES,
        b"," * MOST_BYTES,
        b"a\n" * (MOST_BYTES // 2),
        b"\n" * (MOST_BYTES - 1) + b"a",
        b"<" * MOST_BYTES,
        dictionary(*(field(f"a{n}", "calc") for n in range(MOST_ROWS + 1))).encode(),
        json.dumps({str(n): 0 for n in range(250_000)} | {"items": 0})
        .replace("{", '{"items": 0, ', 1)
        .encode(),
        shared_value_set(),
        resource(*(asks("date", str(n)) for n in range(MOST_ROWS + 1))),
    ],
    ids=lambda data: f"{data[:6]!r} {len(data)}",
)
def test_a_large_file_without_sense_is_refused_soon(data):
    refusal(data)


@pytest.mark.parametrize(
    "label",
    [
        "<a " * 3000,
        "<b" * 4000,
        "\u2003" * 9000,
        "[a(" * 3000,
        "&#" * 4000,
        "{a" * 4000,
    ],
)
def test_no_text_takes_long(label):
    rows = [field(f"q{n}", field_label=f"<i>{label}") for n in range(150)]
    begun = time.process_time()
    understand(dictionary(*rows, field("z")).encode())
    assert time.process_time() - begun < SECONDS


def test_an_item_with_endless_conditions_is_left_out_soon():
    tests = [
        {"question": "q1", "operator": "=", "answerCoding": {"code": str(n)}}
        for n in range(30_000)
    ]
    item = asks(enableWhen=tests, enableBehavior="any")
    begun = time.process_time()
    assert "more than" in understand(resource(choice("q1"), item)).left_out[0].reason
    assert time.process_time() - begun < SECONDS


def ends_well(data):
    """Read a file; anything but a questionnaire or a refusal fails the test."""
    try:
        return understand(data).items
    except QuestionnaireRefusedError as error:
        return str(error)


@given(st.binary(max_size=400))
def test_random_bytes_end_well(data):
    assert ends_well(data)
    assert ends_well(b"PK\x03\x04" + data)


@given(st.sampled_from(sorted(SAMPLES)), st.floats(0, 1))
def test_a_file_cut_off_anywhere_ends_well(name, share):
    data = SAMPLES[name]
    assert ends_well(data[: int(share * len(data))])


@given(
    st.sampled_from(sorted(SAMPLES)),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=3)), max_size=4),
)
def test_a_file_with_strange_bytes_in_it_ends_well(name, changes):
    data = SAMPLES[name]
    for share, put in changes:
        at = int(share * len(data))
        data = data[:at] + put + data[at + len(put) :]
    assert ends_well(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("linkId", "type", "text", "item", "answerOption", "extension"),
                    *(
                        "url",
                        "valueCoding",
                        "code",
                        "enableWhen",
                        "question",
                        "contained",
                    ),
                    *("items", "options", "id", "label", "show_if", "answerValueSet"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=3), JSON)
def test_json_of_any_shape_ends_well(items, contained):
    assert ends_well(resource(*items, contained=contained))
    assert ends_well(json.dumps({"items": items, "title": contained}).encode())
    assert ends_well(json.dumps([field("a"), *items]).encode())
