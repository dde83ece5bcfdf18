"""What a writer writes, the reader reads back as it was."""

import csv
import io
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.instruments.formats.invented import (
    TEXTS,
    WORDS,
    questionnaires,
)
from wellbeing.instruments.formats import (
    fhir_writing,
    own_json,
    own_template,
    redcap_writing,
)
from wellbeing.instruments.formats.collecting import suggested
from wellbeing.instruments.formats.conditions import parse, written
from wellbeing.instruments.formats.questionnaire import (
    LeftOut,
    Option,
    UnwritableError,
)
from wellbeing.instruments.formats.read import understand

LEFT_OUT = st.lists(
    st.builds(LeftOut, where=TEXTS, reason=TEXTS, asked=st.booleans()), max_size=2
).map(tuple)
ONE_LINE = TEXTS.map(lambda text: " ".join(text.split()))
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
REDCAP_CODES = st.from_regex(r"[A-Za-z0-9._-]{1,4}", fullmatch=True)


@given(questionnaires(), LEFT_OUT, st.lists(TEXTS, max_size=2).map(tuple))
def test_our_own_json_keeps_everything(made, left_out, notes):
    made = replace(made, left_out=left_out, notes=notes)
    assert understand(own_json.write(made)) == made


@settings(max_examples=40)
@given(questionnaires())
def test_the_template_keeps_everything_that_is_asked(made):
    assert understand(own_template.write(made)) == made


@st.composite
def confirmed(draw, code):
    score = draw(st.none() | st.integers(-9, 9) | st.just(0.5))
    return Option(code=code, label=draw(WORDS), score=score)


@given(questionnaires(options=confirmed))
def test_fhir_keeps_what_it_has_a_place_for(made):
    try:
        file = fhir_writing.write(made)
    except UnwritableError:
        assume(condition=False)
    assert understand(file) == made


@st.composite
def coded(draw, code):
    return suggested(code, draw(ONE_LINE))


def written_for_redcap(made):
    last = replace(made.items[-1], id="the_last_one")
    return redcap_writing.write(replace(made, items=(*made.items[:-1], last)))


@given(questionnaires(NAMES, ONE_LINE, REDCAP_CODES, coded))
def test_redcap_keeps_what_it_has_a_place_for(made):
    read = understand(written_for_redcap(made))
    assert read.items[:-1] == made.items[:-1]
    assert not read.left_out


@given(questionnaires(NAMES, ONE_LINE, REDCAP_CODES, coded))
def test_no_cell_of_a_dictionary_looks_like_a_formula(made):
    file = written_for_redcap(made).decode()
    for row in csv.reader(io.StringIO(file, newline="")):
        formulas = [cell for cell in row if cell[:1] in {"=", "+", "-", "@"}]
        assert not [cell for cell in formulas if not cell.lstrip("-").isdigit()]


@given(questionnaires())
def test_a_condition_of_the_template_reads_back(made):
    for item in made.items:
        assert parse(written(item.show_if)) == item.show_if
