"""Queries of actions beside team trends, and of who says that they help."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from wellbeing.domain.actions import Action, ActionId, Helps
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week
from wellbeing.privacy.periods import Period
from wellbeing.privacy.units import UnitId
from wellbeing.storage.engine import upsert
from wellbeing.storage.team_trends_tables import ActionAnswerRow, ActionRow


def add_action(
    db: Connection,
    clinic_id: ClinicId,
    unit_id: UnitId,
    quarter: Period,
    action: Action,
) -> None:
    """Write an action of a unit."""
    db.execute(
        insert(ActionRow).values(
            clinic_id=clinic_id,
            action_id=action.action_id,
            unit_id=unit_id,
            quarter=str(quarter.first_week),
            week=str(action.week),
            state=action.state,
            driver=action.driver,
            what=action.what,
        )
    )


def change_action(db: Connection, clinic_id: ClinicId, action: Action) -> None:
    """Write week, state, driver and words of an action."""
    db.execute(
        update(ActionRow)
        .where(
            ActionRow.clinic_id == clinic_id,
            ActionRow.action_id == action.action_id,
        )
        .values(
            week=str(action.week),
            state=action.state,
            driver=action.driver,
            what=action.what,
        )
    )


def drop_answers_to(db: Connection, clinic_id: ClinicId, action_id: ActionId) -> None:
    """Forget what people said about an action."""
    db.execute(
        delete(ActionAnswerRow).where(
            ActionAnswerRow.clinic_id == clinic_id,
            ActionAnswerRow.action_id == action_id,
        )
    )


def actions_of_units(
    db: Connection, clinic_id: ClinicId, units: Iterable[UnitId]
) -> list[tuple[UnitId, Action]]:
    """Return the actions of these units, newest first."""
    statement = (
        select(ActionRow.__table__)
        .where(ActionRow.clinic_id == clinic_id, ActionRow.unit_id.in_(list(units)))
        .order_by(ActionRow.week.desc(), ActionRow.action_id)
    )
    return [
        (
            UnitId(row.unit_id),
            Action(
                action_id=ActionId(row.action_id),
                week=Week.parse(row.week),
                state=row.state,
                driver=None if row.driver is None else Indicator(row.driver),
                what=row.what,
            ),
        )
        for row in db.execute(statement)
    ]


def put_answer(
    db: Connection,
    clinic_id: ClinicId,
    person_id: PersonId,
    action_id: ActionId,
    helps: Helps,
) -> None:
    """Write whether somebody says that an action helps; a second answer replaces."""
    row = {
        "clinic_id": clinic_id,
        "action_id": action_id,
        "person_id": person_id,
        "helps": helps,
    }
    upsert(db, ActionAnswerRow.__table__, [row])  # type: ignore[arg-type]


def answers_of(
    db: Connection, clinic_id: ClinicId, person_id: PersonId
) -> dict[ActionId, Helps]:
    """Return what one person said about actions."""
    statement = select(ActionAnswerRow.action_id, ActionAnswerRow.helps).where(
        ActionAnswerRow.clinic_id == clinic_id, ActionAnswerRow.person_id == person_id
    )
    return {ActionId(row.action_id): row.helps for row in db.execute(statement)}


_UNANSWERED = select(
    exists().where(
        ActionRow.clinic_id == bindparam("clinic"),
        ~exists().where(
            ActionAnswerRow.clinic_id == ActionRow.clinic_id,
            ActionAnswerRow.action_id == ActionRow.action_id,
            ActionAnswerRow.person_id == bindparam("person"),
        ),
    )
)


def has_unanswered(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> bool:
    """Tell whether the clinic has any action that somebody said nothing about."""
    key = {"clinic": clinic_id, "person": person_id}
    return bool(db.scalar(_UNANSWERED, key))


def answers_to(
    db: Connection, clinic_id: ClinicId, quarter: Period
) -> dict[ActionId, tuple[UnitId, dict[PersonId, Helps]]]:
    """Return what everybody said about the actions since a quarter: for closing."""
    statement = (
        select(
            ActionRow.action_id,
            ActionRow.unit_id,
            ActionAnswerRow.person_id,
            ActionAnswerRow.helps,
        )
        .join(
            ActionAnswerRow,
            (ActionAnswerRow.clinic_id == ActionRow.clinic_id)
            & (ActionAnswerRow.action_id == ActionRow.action_id),
        )
        .where(
            ActionRow.clinic_id == clinic_id,
            ActionRow.quarter >= str(quarter.first_week),
        )
    )
    found: dict[ActionId, tuple[UnitId, dict[PersonId, Helps]]] = {}
    for row in db.execute(statement):
        action = ActionId(row.action_id)
        _, answers = found.setdefault(action, (UnitId(row.unit_id), {}))
        answers[PersonId(row.person_id)] = row.helps
    return found
