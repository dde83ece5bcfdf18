"""What an administrator may choose among the rules of team trends."""

from typing import Any

import pytest

from tests.clinic import make_person
from tests.counted_clinic import PERIODS, House
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.people import Role
from wellbeing.privacy.policy import RULES, PolicyRefusedError
from wellbeing.services import people, team_rules
from wellbeing.services.closing import close

STRICT: dict[str, Any] = {"least_people": 12, "pool_below": 14, "small": False}
SMALL: dict[str, Any] = {"least_people": 5, "pool_below": 6, "small": True}


def test_without_a_choice_the_rules_hold(ctx, cast):
    found = team_rules.team_rules(ctx, cast.alice)
    assert (found.now, found.later) == (RULES, None)


def test_before_the_first_answer_a_choice_holds_at_once(ctx, cast):
    team_rules.choose_rules(ctx, cast.ada, **STRICT)
    assert team_rules.team_rules(ctx, cast.alice).now.least_people == 12


@pytest.mark.parametrize("closed", [False, True])
def test_after_the_first_answer_a_choice_holds_from_the_next_quarter(
    ctx, clock, closed
):
    house = House(ctx, clock, size=1)
    clock.turn_to(PERIODS[1].first_week)
    house.everybody_answers(PERIODS[0])
    if closed:
        house.end(PERIODS[0])
        close(ctx)
    ada = make_person(ctx, house.clinic, "Ada", Role.ADMINISTRATOR)
    assert team_rules.choose_rules(ctx, ada, **SMALL) == PERIODS[3].first_week
    found = team_rules.team_rules(ctx, ada)
    assert (found.now, found.from_week) == (RULES, PERIODS[3].first_week)
    assert found.later is not None
    assert found.later.small_teams


@pytest.mark.parametrize(
    "looser",
    [
        STRICT | {"least_people": 7},
        STRICT | {"least_people": 0},
        STRICT | {"least_people": 8, "pool_below": 9},
        STRICT | {"least_people": 20},
        SMALL | {"least_people": 4},
        SMALL | {"pool_below": 5},
        SMALL | {"small": False},
    ],
)
def test_looser_rules_are_refused_with_the_reason(ctx, cast, looser):
    with pytest.raises(PolicyRefusedError, match="cannot be set so"):
        team_rules.choose_rules(ctx, cast.ada, **looser)
    assert team_rules.team_rules(ctx, cast.ada).now == RULES


def test_a_team_gets_another_name_and_a_site(ctx, cast):
    team_rules.change_team(
        ctx, cast.ada, cast.north.team_id, name=" Polar ", site="River bank"
    )
    found = team_rules.team_sites(ctx, cast.ada)
    assert found[cast.north.team_id] == ("Polar", "River bank")
    assert [team.name for team in people.all_teams(ctx, cast.ada)] == ["Polar", "South"]


@pytest.mark.parametrize("name", ["South", "south"])
def test_two_teams_cannot_have_the_same_name(ctx, cast, name):
    with pytest.raises(InvalidInputError, match="Another team"):
        team_rules.change_team(ctx, cast.ada, cast.north.team_id, name=name, site="")


def test_a_team_may_change_the_case_of_its_own_name(ctx, cast):
    team_rules.change_team(ctx, cast.ada, cast.north.team_id, name="NORTH", site="")
    assert [team.name for team in people.all_teams(ctx, cast.ada)] == ["NORTH", "South"]


def test_a_team_of_nobody_is_not_there(ctx, cast):
    with pytest.raises(NotFoundError):
        team_rules.change_team(
            ctx, cast.ada, cast.alice.person_id, name="East", site=""
        )


def test_nobody_is_lead_and_administrator(ctx, cast):
    with pytest.raises(InvalidInputError, match="must not choose"):
        people.set_roles(
            ctx,
            cast.ada,
            cast.dora.person_id,
            roles=[Role.LEAD, Role.ADMINISTRATOR],
            leads=[cast.north.team_id],
        )
