"""The rules of REDCap's dictionary and data import, each of them."""

import csv
import io
import re

import pytest

from wellbeing.instruments.formats.read import understand
from wellbeing.instruments.formats.redcap_writing import HEADER


@pytest.fixture(scope="module")
def dictionary(made):
    text = made.files["extra/redcap/dictionary.csv"].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def records(made):
    text = made.files["extra/redcap/records.csv"].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def name_of(field):
    return field["Variable / Field Name"]


def choices_of(field):
    parts = field["Choices, Calculations, OR Slider Labels"].split("|")
    return {part.split(",", 1)[0].strip() for part in parts}


def test_the_dictionary_has_its_eighteen_columns(dictionary):
    assert tuple(dictionary[0]) == HEADER


def test_the_record_id_is_the_first_field_and_a_text(dictionary):
    assert name_of(dictionary[0]) == "record_id"
    assert dictionary[0]["Field Type"] == "text"


def test_names_are_unique_and_such_as_redcap_takes(dictionary):
    names = [name_of(field) for field in dictionary]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


def test_the_fields_of_a_form_stand_together(dictionary):
    forms = [field["Form Name"] for field in dictionary]
    changes = [a for a, b in zip(["", *forms], forms, strict=False) if a != b]
    assert len(changes) == len(set(forms))


def test_no_column_of_the_records_is_unknown_to_the_project(dictionary, records):
    forms = list(dict.fromkeys(field["Form Name"] for field in dictionary))
    known = {name_of(field) for field in dictionary}
    known |= {f"{form}_complete" for form in forms}
    known |= {"redcap_repeat_instrument", "redcap_repeat_instance"}
    assert set(records[0]) == known
    assert next(iter(records[0])) == "record_id"


def test_an_answer_is_among_its_choices_or_within_its_limits(dictionary, records):
    for field in dictionary[1:]:
        given = {row[name_of(field)] for row in records} - {""}
        if field["Field Type"] == "radio":
            assert given <= choices_of(field), name_of(field)
            continue
        low, high = (field[f"Text Validation {end}"] for end in ("Min", "Max"))
        for value in given:
            assert float(low) <= float(value) <= float(high)
        if field["Text Validation Type OR Show Slider Number"] == "integer":
            assert all(value.isdigit() for value in given)


def test_each_person_is_there_once_and_each_form_once_a_block(records, made):
    people = [row for row in records if not row["redcap_repeat_instrument"]]
    assert {row["record_id"] for row in people} == made.report.members
    assert len(people) == made.report.participants
    assert all(row["redcap_repeat_instance"] == "" for row in people)
    keys = [
        tuple(row[n] for n in list(row)[:3])
        for row in records
        if row["redcap_repeat_instrument"]
    ]
    assert len(keys) == len(set(keys))
    assert all(int(instance) >= 1 for _, _, instance in keys)


def test_a_row_fills_only_its_own_form(dictionary, records):
    form_of = {name_of(field): field["Form Name"] for field in dictionary[1:]}
    for row in records:
        own = row["redcap_repeat_instrument"] or "participant"
        filled = {form_of[n] for n, value in row.items() if n in form_of and value}
        assert filled <= {own}
        assert row[f"{own}_complete"] == "2"


def test_values_are_those_of_the_wide_file(records, made):
    with made.data("wide").open(encoding="utf-8") as file:
        wide = {(r["participant_id"], r["block"]): r for r in csv.DictReader(file)}
    for row in records:
        form, instance = row["redcap_repeat_instrument"], row["redcap_repeat_instance"]
        if form:
            beside = wide[row["record_id"], instance]
            for name, value in row.items():
                if value and name in beside:
                    assert beside[name] == value


@pytest.mark.parametrize("form", ["weekly_questions", "proqol5", "who5"])
def test_the_reader_of_questionnaires_understands_every_form(dictionary, made, form):
    file = made.files["extra/redcap/dictionary.csv"]
    found = understand(file, form=form)
    assert [item.id for item in found.items] == [
        name_of(field) for field in dictionary if field["Form Name"] == form
    ]
    assert found.left_out == ()
