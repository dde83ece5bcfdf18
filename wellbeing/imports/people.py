"""Reading who joins: one row a person."""

from dataclasses import dataclass, replace
from functools import partial

from wellbeing.domain.errors import InvalidInputError
from wellbeing.domain.people import LEAD_AND_ADMINISTRATOR, Role
from wellbeing.domain.weeks import Week
from wellbeing.imports.cells import choices, email, plain_text, week_or_day
from wellbeing.imports.problems import ProblemList, Refused, kept_notes, repeats_note
from wellbeing.imports.tables import Memo, RowCells, read_table

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("full name",),
    "email": ("mail", "e-mail address"),
    "team": ("team name",),
    "from_week": ("from", "since"),
    "roles": ("role",),
    "leads": ("leads team", "leads teams"),
}
"""The columns of a file of people, each with further headings taken for it."""

_REQUIRED = {"name", "email"}
_CLINICIAN = frozenset({Role.CLINICIAN})
_NO_TEAMS: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonRow:
    """One person of a file. Whether the teams exist is for the service to know.

    Attributes:
        line: the line of the file.
        email: in lower case.
        team: the name of the team, as the file gives it; empty: no team.
        from_week: the first week of the membership, may lie ahead; None: no team.
        roles: clinician, if the file names none.
        leads: names of the teams that somebody with the role lead leads.
    """

    line: int
    name: str
    email: str
    team: str
    from_week: Week | None
    roles: frozenset[Role]
    leads: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PeopleFile:
    """The people of a file, each once, and notes on what was left out."""

    rows: tuple[PersonRow, ...]
    notes: tuple[str, ...]


def read_people(data: bytes) -> PeopleFile | Refused[PersonRow]:
    """Read a file of people: all of it, or none and why.

    Args:
        data: a table with the columns name and email and, if wanted, team and
            from_week (an ISO week or an ISO date; both or none), roles (several
            parted by space, comma, semicolon or plus) and leads (team names parted
            by comma or semicolon).
    """
    table = read_table(data, columns=COLUMNS, required=_REQUIRED)
    problems = ProblemList(table.problems, table.total)
    if table.columns and not table.rows and not problems.total:
        sentence = "Below the first row stands nobody. Add a row for each person."
        problems.add(table.header_line, None, sentence)
    people: dict[str, PersonRow] = {}
    notes: list[str] = []
    memo: Memo = {}
    for row in table.rows:
        cells = RowCells(table, row, problems, memo)
        person = _person(cells)
        if person is None:
            continue
        first = people.setdefault(person.email, person)
        if first is person:
            continue
        if replace(person, line=first.line) == first:
            notes.append(repeats_note(person.line, first.line))
        else:
            sentence = f"This line and line {first.line} have the same e-mail and "
            cells.refuse("email", f"{sentence}differ otherwise. Keep one of them.")
    if problems.total:
        return problems.refused(people.values())
    return PeopleFile(rows=tuple(people.values()), notes=kept_notes(notes))


def _person(cells: RowCells) -> PersonRow | None:
    """Return the person of a row; None, if something is wrong with it."""
    name = cells.take("name", plain_text, "")
    address = cells.take("email", email, "")
    team = cells.take("team", plain_text, "")
    week = cells.take("from_week", week_or_day, None)
    roles = cells.take("roles", partial(choices, Role), _CLINICIAN)
    leads = cells.take("leads", _team_names, _NO_TEAMS)
    for column in sorted(_REQUIRED):
        if not cells.text(column):
            cells.refuse(column, "This cell is empty. Fill it in.")
    if cells.text("team") and not cells.text("from_week"):
        cells.refuse("from_week", "Say from which week the person is in the team.")
    if cells.text("from_week") and not cells.text("team"):
        cells.refuse("team", "Name the team that the week is about, or empty both.")
    if {Role.LEAD, Role.ADMINISTRATOR} <= (roles or _CLINICIAN):
        cells.refuse("roles", LEAD_AND_ADMINISTRATOR)
    if leads and Role.LEAD not in roles:
        sentence = "A team to lead needs the role lead. Add it under roles."
        cells.refuse("leads", sentence)
    if not cells.sound:
        return None
    return PersonRow(
        line=cells.line,
        name=name,
        email=address,
        team=team,
        from_week=week,
        roles=roles or _CLINICIAN,
        leads=leads,
    )


def _team_names(text: str) -> tuple[str, ...]:
    names = [plain_text(part) for part in text.replace(";", ",").split(",")]
    if not all(names):
        sentence = "A team name is empty. Part the names by a comma or semicolon."
        raise InvalidInputError(sentence)
    return tuple(sorted(set(names)))
