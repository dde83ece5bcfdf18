"""What a format has no place for is refused when it is written, not lost."""

from dataclasses import replace

import pytest

from tests.instruments.formats.samples import SAMPLES
from wellbeing.instruments.formats import fhir_writing, redcap_writing
from wellbeing.instruments.formats.conditions import parse
from wellbeing.instruments.formats.questionnaire import (
    ItemType,
    Option,
    UnwritableError,
)
from wellbeing.instruments.formats.read import understand

MADE = understand(SAMPLES["evenings.json"])


def changed(item_id, **changes):
    items = (replace(i, **changes) if i.id == item_id else i for i in MADE.items)
    return replace(MADE, items=tuple(items))


MIDDLE = (Option(code="50", label="So so", score=50),)
QUARTER = (Option(code="25", label="Hardly", score=25),)


@pytest.mark.parametrize(
    ("write", "questionnaire"),
    [
        (fhir_writing.write, changed("rested", options=MIDDLE)),
        (fhir_writing.write, changed("own_words", show_if=parse("on_call != 1"))),
        (
            fhir_writing.write,
            changed("own_words", show_if=parse("on_call = 1 and evening_1 = 0, 1")),
        ),
        (redcap_writing.write, changed("rested", options=QUARTER)),
        (redcap_writing.write, changed("rested", step=5)),
        (redcap_writing.write, changed("own_words", id="Own words")),
        (
            redcap_writing.write,
            changed("on_call", options=(Option(code="a|b", label=""),)),
        ),
    ],
)
def test_what_has_no_place_is_refused(write, questionnaire):
    with pytest.raises(UnwritableError):
        write(questionnaire)


@pytest.mark.parametrize(
    "line",
    [
        "on_call = 1 or evening_1 = 0, 1",
        "on_call = 0, 1",
        "on_call = 1 and evening_1 = 2",
    ],
)
def test_conditions_that_have_a_place_are_kept(line):
    made = changed("own_words", show_if=parse(line))
    for write in (fhir_writing.write, redcap_writing.write):
        read = {item.id: item for item in understand(write(made)).items}
        assert read["own_words"].show_if == parse(line)


def test_redcap_keeps_a_mark_in_the_middle_of_a_slider():
    read = understand(redcap_writing.write(changed("rested", options=MIDDLE)))
    (slider,) = (item for item in read.items if item.type is ItemType.SLIDER)
    assert slider.options == MIDDLE


def test_fhir_gets_no_score_that_nobody_confirmed():
    unsure = (Option(code="1", label="One", score=1, to_confirm=True),)
    read = understand(fhir_writing.write(changed("on_call", options=unsure)))
    (item,) = (item for item in read.items if item.id == "on_call")
    assert item.options == (Option(code="1", label="One"),)
