"""Intentions and boundaries for a week, which come back to their author in the next."""

from dataclasses import replace

from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.private_kinds import PrivateKind
from wellbeing.domain.reflections import LONGEST_LINE, Intention, Outcome, Resolve
from wellbeing.services.context import Context
from wellbeing.services.private_rows import (
    OpenRow,
    clean_line,
    drop_rows,
    one_row,
    open_rows,
    put_row,
)
from wellbeing.services.private_texts import OpenKeys, text_id_of


def intentions_of(
    ctx: Context, viewer: Viewer, keys: OpenKeys
) -> tuple[Intention, ...]:
    """Return the viewer's intentions and boundaries, newest week first."""
    viewer.require(Role.CLINICIAN)
    rows = open_rows(ctx, viewer, keys, PrivateKind.INTENTION).rows
    return tuple(_intention(row) for row in reversed(rows))


def intentions_back(
    ctx: Context, viewer: Viewer, keys: OpenKeys
) -> tuple[Intention, ...]:
    """Return those of earlier weeks that the viewer has said nothing about yet."""
    this = ctx.this_week(viewer.clinic)
    found = intentions_of(ctx, viewer, keys)
    return tuple(i for i in found if i.outcome is None and i.week < this)


def set_intention(
    ctx: Context, viewer: Viewer, keys: OpenKeys, resolve: Resolve, text: str
) -> None:
    """Set an intention or a boundary for the coming week.

    The same words in the same week are set once, however often one taps.

    Raises:
        InvalidInputError: nothing is written, or too much.
    """
    text, this = clean_line(text, LONGEST_LINE), ctx.this_week(viewer.clinic)
    text_id = text_id_of(keys, str(this), resolve, text)
    made = Intention(
        text_id=text_id, week=this, resolve=resolve, text=text, outcome=None
    )
    with ctx.writing() as db:
        put_row(db, viewer, keys, PrivateKind.INTENTION, _row(made))


def say_outcome(
    ctx: Context, viewer: Viewer, keys: OpenKeys, text_id: str, outcome: Outcome
) -> None:
    """Say what became of an intention; it comes back no more.

    Raises:
        NotFoundError: it is not there.
    """
    viewer.require(Role.CLINICIAN)
    row = one_row(ctx, viewer, keys, PrivateKind.INTENTION, text_id)
    said = replace(_intention(row), outcome=outcome)
    with ctx.writing() as db:
        put_row(db, viewer, keys, PrivateKind.INTENTION, _row(said))


def delete_intention(ctx: Context, viewer: Viewer, text_id: str) -> None:
    """Delete one of the viewer's intentions."""
    drop_rows(ctx, viewer, PrivateKind.INTENTION, [text_id])


def _intention(row: OpenRow) -> Intention:
    outcome = row.values["outcome"]
    return Intention(
        text_id=row.text_id,
        week=row.week,
        resolve=Resolve(row.values["resolve"]),
        text=row.values["text"],
        outcome=None if outcome is None else Outcome(outcome),
    )


def _row(intention: Intention) -> OpenRow:
    values = {
        "resolve": intention.resolve,
        "text": intention.text,
        "outcome": intention.outcome,
    }
    return OpenRow(text_id=intention.text_id, week=intention.week, values=values)
