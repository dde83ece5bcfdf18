"""You said, we did: what a lead does about a trend, and who says that it helps.

Nothing here reads a check-in. What members say is kept for the closing job, which
releases it once, as a band; a lead's screen sees only that.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from wellbeing.domain.actions import Action, ActionId, ActionState, Helps
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.ids import TeamId, new_id
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.seats import Seat
from wellbeing.domain.weeks import Week
from wellbeing.privacy.release import Figure
from wellbeing.privacy.units import UnitId
from wellbeing.services.context import Context
from wellbeing.services.fields import clean_words
from wellbeing.services.seats import seat_of
from wellbeing.storage import action_queries, release_queries

LONGEST = 300
"""Characters of a lead's words."""
_RELEASED = (
    "People have said of these words whether it helps, so the words stay. Write a new "
    "action for other words."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewAction:
    """What a lead writes down.

    Attributes:
        week: planned for, done in, or decided in.
        driver: the indicator it is meant to move; None: none in particular.
        what: what is done; for ``nothing``, the reason.
    """

    week: Week
    state: ActionState
    driver: Indicator | None
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenAction:
    """An action as somebody of the unit sees it.

    Attributes:
        helps: the share of the unit's people who say that it helps, as a band of 0
            to 100; None: not released yet.
        mine: what the viewer said; None: nothing, or they lead the team.
    """

    action: Action
    helps: Figure | None
    mine: Helps | None


def actions_of(ctx: Context, viewer: Viewer, team_id: TeamId) -> tuple[SeenAction, ...]:
    """Return the actions of the units that hold or held a team, newest first.

    Raises:
        NotFoundError: the viewer neither leads the team nor belongs to it.
        DoorClosedError: the door is not set up.
    """
    units = _units(ctx, seat_of(ctx, viewer), team_id)
    with ctx.reading() as db:
        found = action_queries.actions_of_units(db, viewer.clinic_id, units)
        mine = action_queries.answers_of(db, viewer.clinic_id, viewer.person_id)
    ids = [action.action_id for _, action in found]
    with ctx.door.open() as out:
        helps = release_queries.action_figures(out, viewer.clinic_id, ids)
    return tuple(
        SeenAction(
            action=action,
            helps=helps.get(action.action_id),
            mine=mine.get(action.action_id),
        )
        for _, action in found
    )


def newest_unanswered(ctx: Context, viewer: Viewer) -> SeenAction | None:
    """Return the newest action of the viewer's own unit that they said nothing about.

    None also if it was released already how many it helps, or without a door.
    """
    viewer.require(Role.CLINICIAN)
    with ctx.reading() as db:
        # Asked after every check-in, and nearly always there is none.
        some = action_queries.has_unanswered(db, viewer.clinic_id, viewer.person_id)
    if not some or ctx.door.engine is None:
        return None
    for team in seat_of(ctx, viewer).member_of:
        for seen in actions_of(ctx, viewer, team.team_id):
            if seen.mine is None and seen.helps is None:
                return seen
    return None


def record_action(
    ctx: Context, viewer: Viewer, team_id: TeamId, new: NewAction
) -> None:
    """Write down an action beside the trend of a team that the viewer leads.

    Raises:
        InvalidInputError: there are no words, too many, or no picture yet.
        NotFoundError: the viewer does not lead the team.
    """
    seat = _leading(ctx, viewer, team_id)
    with ctx.door.open() as out:
        units = release_queries.units_of_team(out, seat.clinic_id, team_id)
    if not units:
        raise InvalidInputError("There is no picture yet that this could stand beside.")
    quarter = max(units)
    action = _action(ActionId(new_id(ctx.now())), new)
    with ctx.writing() as db:
        action_queries.add_action(
            db, viewer.clinic_id, units[quarter].unit_id, quarter, action
        )


def change_action(
    ctx: Context, viewer: Viewer, team_id: TeamId, action_id: ActionId, new: NewAction
) -> None:
    """Change an action of a team that the viewer leads.

    What people said stays with the words that they read: with other words they are
    asked again, and once it was released how many it helps the words stay.

    Raises:
        InvalidInputError: there are no words, too many, or the words must stay.
        NotFoundError: the viewer does not lead the team, or there is no such action.
    """
    seat, after = _leading(ctx, viewer, team_id), _action(action_id, new)
    units = _units(ctx, seat, team_id)
    with ctx.door.open() as out:
        released = release_queries.action_figures(out, seat.clinic_id, [action_id])
    with ctx.writing() as db:
        found = action_queries.actions_of_units(db, seat.clinic_id, units)
        words = {action.action_id: action.what for _, action in found}
        if action_id not in words:
            raise NotFoundError("action")
        if words[action_id] != after.what:
            if released:
                raise InvalidInputError(_RELEASED)
            action_queries.drop_answers_to(db, seat.clinic_id, action_id)
        action_queries.change_action(db, seat.clinic_id, after)


def answer_action(
    ctx: Context, viewer: Viewer, action_id: ActionId, helps: Helps
) -> None:
    """Keep whether an action of the viewer's own unit helps them.

    Raises:
        NotFoundError: there is no such action in their unit.
    """
    viewer.require(Role.CLINICIAN)
    seat = seat_of(ctx, viewer)
    units = [u for team in seat.member_of for u in _units(ctx, seat, team.team_id)]
    with ctx.writing() as db:
        found = action_queries.actions_of_units(db, viewer.clinic_id, units)
        if action_id not in {action.action_id for _, action in found}:
            raise NotFoundError("action")
        action_queries.put_answer(
            db, viewer.clinic_id, viewer.person_id, action_id, helps
        )


def _leading(ctx: Context, viewer: Viewer, team_id: TeamId) -> Seat:
    viewer.require(Role.LEAD)
    seat = seat_of(ctx, viewer)
    if all(team.team_id != team_id for team in seat.leads):
        raise NotFoundError("team")
    return seat


def _units(ctx: Context, seat: Seat, team_id: TeamId) -> Iterable[UnitId]:
    if not seat.may_see(team_id):
        raise NotFoundError("team")
    with ctx.door.open() as out:
        units = release_queries.units_of_team(out, seat.clinic_id, team_id)
    return {unit.unit_id for unit in units.values()}


def _action(action_id: ActionId, new: NewAction) -> Action:
    return Action(
        action_id=action_id,
        week=new.week,
        state=new.state,
        driver=new.driver,
        what=clean_words(new.what, LONGEST),
    )
