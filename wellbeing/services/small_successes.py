"""What went well in a week, kept by its author and shown to them in a hard one."""

from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.private_kinds import PrivateKind
from wellbeing.domain.reflections import LONGEST_LINE, SmallSuccess
from wellbeing.domain.weeks import Week
from wellbeing.services.context import Context
from wellbeing.services.meanings import Meaning, Position
from wellbeing.services.private_rows import (
    OpenRow,
    clean_line,
    drop_rows,
    open_rows,
    put_row,
)
from wellbeing.services.private_texts import OpenKeys, text_id_of


def small_successes(
    ctx: Context, viewer: Viewer, keys: OpenKeys
) -> tuple[SmallSuccess, ...]:
    """Return what the viewer noted, newest week first."""
    viewer.require(Role.CLINICIAN)
    rows = open_rows(ctx, viewer, keys, PrivateKind.SMALL_SUCCESS).rows
    return tuple(
        SmallSuccess(text_id=row.text_id, week=row.week, text=row.values["text"])
        for row in reversed(rows)
    )


def note_success(
    ctx: Context, viewer: Viewer, keys: OpenKeys, week: Week, text: str
) -> None:
    """Note something that went well in a week; the same words once.

    Raises:
        InvalidInputError: nothing is written, or too much.
    """
    text = clean_line(text, LONGEST_LINE)
    text_id = text_id_of(keys, str(week), text)
    row = OpenRow(text_id=text_id, week=week, values={"text": text})
    with ctx.writing() as db:
        put_row(db, viewer, keys, PrivateKind.SMALL_SUCCESS, row)


def delete_success(ctx: Context, viewer: Viewer, text_id: str) -> None:
    """Delete one of the viewer's notes."""
    drop_rows(ctx, viewer, PrivateKind.SMALL_SUCCESS, [text_id])


def success_for(
    ctx: Context, viewer: Viewer, keys: OpenKeys, meaning: Meaning
) -> SmallSuccess | None:
    """Return something that went well before, if the week is a hard one.

    It follows from the week alone, so that a reload shows the same one.
    """
    known = small_successes(ctx, viewer, keys)
    if not is_hard(meaning):
        return None
    before = [one for one in known if one.week < meaning.week]
    if not before:
        return None
    return before[meaning.week.monday.toordinal() // 7 % len(before)]


def is_hard(meaning: Meaning) -> bool:
    """Tell whether a week has an early sign, or is overall under its usual range."""
    positions = {meaning.overall.position, meaning.fatigue.position}
    return (
        Position.EARLY_SIGN in positions or meaning.overall.position is Position.HARDER
    )
