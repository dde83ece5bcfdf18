"""Reading people: what a row means, what is refused, and in which words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellbeing.domain.people import Role
from wellbeing.domain.weeks import Week
from wellbeing.imports.cells import starts_like_formula
from wellbeing.imports.people import PeopleFile, read_people
from wellbeing.imports.problems import Refused, report

HEADER = "name\temail\tteam\tfrom_week\troles\tleads\n"
ANA = ("Ana", "ana@example.org", "Harbour", "2026-W47", "", "")


def file_of(*rows):
    quoted = ("\t".join(f'"{cell}"' for cell in row) for row in rows)
    return read_people((HEADER + "\n".join(quoted)).encode())


def only(*row):
    read = file_of(row)
    assert isinstance(read, PeopleFile), read
    (person,) = read.rows
    return person


def sentences(*rows):
    read = file_of(*rows)
    assert isinstance(read, Refused), read
    return report(read.problems, read.total)


def with_cell(column, text):
    at = HEADER.split().index(column)
    return (*ANA[:at], text, *ANA[at + 1 :])


def test_a_row_is_a_clinician_in_a_team_unless_it_says_more():
    person = only(*ANA)
    assert (person.line, person.name, person.team) == (2, "Ana", "Harbour")
    assert person.from_week == Week(2026, 47)
    assert person.roles == {Role.CLINICIAN}
    assert person.leads == ()


def test_roles_and_leads_need_no_column():
    data = b"name,email,team,from_week\nAna,ana@example.org,Harbour,2026-W47\n"
    assert isinstance(read_people(data), PeopleFile)


@pytest.mark.parametrize(
    "text", ["clinician lead", "Clinician, Lead", "lead;clinician", "lead+clinician"]
)
def test_roles_may_be_parted_in_several_ways(text):
    assert only(*with_cell("roles", text)).roles == {Role.CLINICIAN, Role.LEAD}


def test_a_lead_may_lead_several_teams():
    person = only(*ANA[:4], "lead", "Meadow; Harbour ;Meadow")
    assert person.leads == ("Harbour", "Meadow")


def test_a_day_means_its_week():
    # 2027-01-01 is a Friday in the last week of 2026.
    assert only(*with_cell("from_week", "2027-01-01")).from_week == Week(2026, 53)


def test_names_are_trimmed_and_composed():
    decomposed = unicodedata.normalize("NFD", "Zoë Müller")
    assert only(*with_cell("name", f"\u00a0 {decomposed} ")).name == "Zoë Müller"


def test_the_case_of_an_e_mail_makes_no_difference():
    assert only(*with_cell("email", " Ana@Example.ORG ")).email == "ana@example.org"


@pytest.mark.parametrize("column", ["name", "team", "leads"])
@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(1)", " =1", "\uff1d1", "\uff20x", "\ufe62x"]
)
def test_a_formula_is_no_name(column, text):
    row = list(with_cell(column, text))
    row[4] = "lead"
    (told,) = sentences(row)
    assert told.startswith(f"Line 2, column {column}: This cell begins with one of")
    assert "1+1" not in told


def test_a_name_that_begins_with_a_tab_is_refused():
    assert "formula" in sentences(with_cell("name", "\tAna"))[0]


@pytest.mark.parametrize("text", ["a\x07b", "a\nb", "a\u202eb", "a\u2028b", "\ufeffa"])
def test_invisible_control_characters_are_refused(text):
    assert "control character" in sentences(with_cell("team", text))[0]


def test_a_name_has_at_most_120_characters():
    assert only(*with_cell("name", "é" * 120)).name == "é" * 120
    assert "longer than 120" in sentences(with_cell("name", "é" * 121))[0]


@pytest.mark.parametrize(
    "text",
    [
        *("ana", "ana@", "@example.org", "ana@example", "a b@example.org"),
        *("ana@example..org", "a@b@example.org", "=a@example.org", "a,b@example.org"),
        *("ana@example.org\u200b", "Ana <ana@example.org>", "x" * 250 + "@example.org"),
    ],
)
def test_what_is_no_e_mail_address_is_refused_without_repeating_it(text):
    (told,) = sentences(with_cell("email", text))
    assert told == (
        "Line 2, column email: This is not an e-mail address. "
        "Write it like name@example.org."
    )


@pytest.mark.parametrize(
    "text", ["o'neil@example.org", "ana+x@example.org", "ä@ö.example"]
)
def test_uncommon_addresses_are_taken(text):
    assert only(*with_cell("email", text)).email == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2025-W53", "“2025-W53” is not a week. Write it like 2026-W47."),
        ("soon", "“soon” is not a week."),
        ("x" * 99, "“" + "x" * 39 + "…” is not a week."),
        ("16.11.2026", "day and month can be confused. Write it like 2026-11-16."),
        ("11/16/2026", "day and month can be confused"),
        ("2026-02-30", "“2026-02-30” is not a day of the calendar."),
        ("1999-W47", "before the year 2000"),
        ("", "Say from which week the person is in the team."),
    ],
)
def test_a_week_that_cannot_be_is_refused(text, says):
    (told,) = sentences(with_cell("from_week", text))
    assert told.startswith("Line 2, column from_week: ")
    assert says in told


def test_somebody_may_belong_to_no_team():
    text = "name,email,roles\nAna,ana@example.org,researcher\n"
    read = read_people(text.encode())
    assert isinstance(read, PeopleFile)
    (row,) = read.rows
    assert (row.team, row.from_week) == ("", None)


def test_an_unknown_role_names_the_possible_ones():
    (told,) = sentences(with_cell("roles", "boss"))
    assert "“boss” is not possible here. Write clinician, lead, researcher," in told


def test_leading_a_team_needs_the_role():
    assert "needs the role lead" in sentences(with_cell("leads", "Meadow"))[0]


def test_the_names_of_teams_to_lead_may_not_be_blank():
    row = (*ANA[:4], "lead", "Meadow;;Harbour")
    assert "A team name is empty" in sentences(row)[0]


def test_all_problems_of_a_row_are_told_at_once():
    told = sentences(("", "x", "=1", "2025-W53", "boss", ""))
    assert len(told) == 5


def test_a_person_told_twice_alike_counts_once():
    read = file_of(ANA, with_cell("email", "ANA@example.org"))
    assert isinstance(read, PeopleFile)
    assert len(read.rows) == 1
    assert read.notes == ("Line 3 says the same as line 2 and is counted once.",)


def test_a_person_told_twice_differently_is_refused_naming_both_lines():
    (told,) = sentences(ANA, with_cell("team", "Meadow"))
    assert told.startswith("Line 3, column email: This line and line 2 have the same")
    assert "ana" not in told


@given(st.text(max_size=20).filter(lambda text: '"' not in text))
def test_whatever_is_taken_for_a_name_is_no_formula_and_has_no_control_characters(text):
    read = file_of(with_cell("name", text.encode("utf-8", "ignore").decode()))
    for person in getattr(read, "rows", ()):
        assert person.name
        assert person.name == person.name.strip()
        assert not starts_like_formula(person.name)
        assert "Cc" not in {unicodedata.category(c) for c in person.name}


def test_a_file_without_a_single_person_is_refused():
    assert sentences() == [
        "Line 1: Below the first row stands nobody. Add a row for each person."
    ]


def test_a_file_of_very_many_different_people_is_read_whole():
    lines = (f"P,p{n}@example.org,T,2026-W47" for n in range(20_500))
    read = read_people(("name,email,team,from_week\n" + "\n".join(lines)).encode())
    assert isinstance(read, PeopleFile)
    assert len({person.email for person in read.rows}) == 20_500
