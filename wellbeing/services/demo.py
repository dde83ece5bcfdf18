"""The demo: an empty database becomes an invented clinic with a past."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from sqlalchemy import Connection

from wellbeing.domain.check_ins import CheckIn
from wellbeing.domain.contacts import Contact, ContactKind
from wellbeing.domain.errors import DatabaseNotEmptyError, InvalidInputError
from wellbeing.domain.ids import ClinicId, ContactId, PersonId, TeamId, new_id
from wellbeing.domain.people import Clinic, Role, Standing, Team
from wellbeing.domain.weeks import Week
from wellbeing.services import check_in_batches, passwords
from wellbeing.services.closing import close
from wellbeing.services.context import Context
from wellbeing.services.demo_gatherings import offer_gatherings
from wellbeing.services.demo_peers import pair_people
from wellbeing.services.demo_people import (
    Course,
    Invented,
    demo_texts,
    invent_people,
    most_people,
    team_names,
)
from wellbeing.services.demo_studies import add_demo_study
from wellbeing.services.demo_support import keep_support_logs
from wellbeing.services.demo_weeks import invent_weeks
from wellbeing.services.demo_writing import write_texts
from wellbeing.storage import (
    account_queries,
    clinic_queries,
    people_queries,
    preference_queries,
    second_factor_queries,
    tag_queries,
    team_queries,
)

_FEWEST_PEOPLE, _MOST_WEEKS = 10, 520
_APART = timedelta(milliseconds=1)
"""Between ids, so that the same seed gives teams in the same order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """Somebody of the demo clinic to sign in as."""

    email: str
    name: str
    part: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoClinic:
    """What was invented, and how to get in."""

    clinic: str
    people: int
    teams: int
    check_ins: int
    first_week: Week
    last_week: Week
    password: str
    sign_ins: tuple[SignIn, ...]


def fill_demo(
    ctx: Context, *, people: int = 60, weeks: int = 40, seed: int = 1
) -> DemoClinic:
    """Fill an empty database with an invented clinic; same seed, same people.

    Every period of it that has ended is closed.

    Args:
        ctx: the surroundings; the past ends with the last complete week.
        people: how many, from 10 on.
        weeks: how many weeks of check-ins, 1 to 520.
        seed: another one gives other people.

    Raises:
        DatabaseNotEmptyError: the database holds a clinic; nothing was written.
        InvalidInputError: a number is out of its range.
    """
    if not _FEWEST_PEOPLE <= people <= most_people():
        sentence = f"Choose from {_FEWEST_PEOPLE} to {most_people()} people."
        raise InvalidInputError(sentence)
    if not 1 <= weeks <= _MOST_WEEKS:
        raise InvalidInputError(f"Choose from 1 to {_MOST_WEEKS} weeks.")
    rng = Random(seed)  # noqa: S311 (invented people need a seed, not a secret)
    everybody = invent_people(rng, people, weeks)
    clinic = _clinic(ctx)
    last = ctx.this_week(clinic).plus(-1)
    past = last.plus(1 - weeks).through(last)
    with ctx.writing() as db:
        if clinic_queries.the_clinic(db) is not None:
            raise DatabaseNotEmptyError
        _add_clinic(ctx, db, clinic)
        teams = _add_teams(ctx, db, clinic.clinic_id, everybody)
        by_id = _add_people(ctx, db, clinic.clinic_id, everybody, teams, past)
        made = _check_ins(ctx, db, clinic.clinic_id, rng, by_id, past)
        written = check_in_batches.write(db, clinic.clinic_id, made)
        offer_gatherings(ctx, db, clinic, by_id)
        keep_support_logs(db, clinic.clinic_id, by_id, seed)
        pair_people(db, clinic.clinic_id, by_id, past, seed)
        write_texts(db, clinic, by_id, last.plus(1), seed)
        add_demo_study(ctx, db, clinic, rng, by_id, past)
    close(ctx)
    return DemoClinic(
        clinic=clinic.name,
        people=len(everybody),
        teams=len(teams),
        check_ins=written,
        first_week=past[0],
        last_week=last,
        password=demo_texts().text("password"),
        sign_ins=tuple(
            SignIn(email=p.email, name=p.name, part=p.part) for p in everybody if p.part
        ),
    )


def _clinic(ctx: Context) -> Clinic:
    texts = demo_texts()
    return Clinic(
        clinic_id=ClinicId(new_id(ctx.now())),
        name=texts.text("clinic"),
        country=texts.text("country"),
        time_zone=texts.text("time_zone"),
    )


def _add_clinic(ctx: Context, db: Connection, clinic: Clinic) -> None:
    clinic_queries.add_clinic(db, clinic)
    second_factor_queries.mark_invented(db, clinic.clinic_id)
    today = ctx.now().astimezone(clinic.zone).date()
    for position, told in enumerate(demo_texts().sections("contacts")):
        contact = Contact(
            contact_id=ContactId(new_id(ctx.now())),
            name=told.text("name"),
            reach=told.text("reach"),
            about=told.text("about"),
            kind=ContactKind(told.text("kind")),
            email=told.text("email") if "email" in told.values else "",
            agreed="email" in told.values,
            checked_on=today - timedelta(days=told.take("checked", int)),
        )
        clinic_queries.add_contact(db, clinic.clinic_id, contact, position)


def _add_teams(
    ctx: Context, db: Connection, clinic_id: ClinicId, everybody: Sequence[Invented]
) -> list[TeamId]:
    count = 1 + max(stay.team for p in everybody for stay in p.stays)
    teams = [
        Team(team_id=TeamId(new_id(ctx.now() + n * _APART)), name=name)
        for n, name in enumerate(team_names(count))
    ]
    team_queries.add_teams(db, clinic_id, teams)
    return [team.team_id for team in teams]


def _add_people(
    ctx: Context,
    db: Connection,
    clinic_id: ClinicId,
    everybody: Sequence[Invented],
    teams: Sequence[TeamId],
    past: Sequence[Week],
) -> dict[PersonId, Invented]:
    # Hashing takes a tenth of a second on purpose, so all share one hash.
    hashed = passwords.hash_password(demo_texts().text("password"))
    people = {PersonId(new_id(ctx.now())): person for person in everybody}
    for person_id, person in people.items():
        own = clinic_id, person_id
        people_queries.add_person(
            db, *own, name=person.name, email=person.email, roles=person.roles
        )
        account_queries.set_password(db, *own, hashed)
        if person.standing is not Standing.ACTIVE:
            people_queries.set_standing(db, *own, person.standing)
        if person.leads:
            people_queries.set_leads(db, *own, [teams[n] for n in person.leads])
        if person.team_trends is not None:
            counted = person.team_trends
            preference_queries.set_team_trends(db, *own, counted=counted)
        for stay in person.stays:
            last = None if stay.last is None else past[stay.last]
            team, first = teams[stay.team], past[stay.first]
            team_queries.add_membership(db, *own, team, first, last)
    return people


def _check_ins(
    ctx: Context,
    db: Connection,
    clinic_id: ClinicId,
    rng: Random,
    people: Mapping[PersonId, Invented],
    past: Sequence[Week],
) -> Iterator[tuple[PersonId, CheckIn]]:
    """Invent one person after the other; tags are written on the way."""
    for person_id, person in people.items():
        own = Random(rng.getrandbits(64))  # noqa: S311 (the same)
        if Role.CLINICIAN not in person.roles or person.course is Course.NEVER_ANSWERS:
            continue
        last = person.stays[-1].last
        there = past[person.stays[0].first : None if last is None else last + 1]
        declines = person.course is Course.DECLINE
        for week in invent_weeks(own, ctx.questions, there, declines=declines):
            yield person_id, week.check_in
            if week.tags:
                on = week.check_in.week
                tag_queries.put_tags(db, clinic_id, person_id, on, week.tags)
