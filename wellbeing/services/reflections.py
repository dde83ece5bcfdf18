"""The private journal. What it holds is readable with its author's key only."""

from dataclasses import dataclass

from wellbeing.content.reflection_prompts import Prompt, prompt_in
from wellbeing.domain.errors import InvalidInputError
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.private_kinds import PrivateKind
from wellbeing.domain.reflections import (
    LONGEST_DRAFT,
    LONGEST_REFLECTION,
    Area,
    Reflection,
)
from wellbeing.services.context import Context
from wellbeing.services.meanings import hard_indicators, history_of
from wellbeing.services.private_rows import (
    OpenRow,
    clean_line,
    drop_rows,
    need_as_it_was,
    new_text_id,
    open_rows,
    put_row,
    text_in,
)
from wellbeing.services.private_texts import OpenKeys
from wellbeing.storage import (
    check_in_queries,
    preference_queries,
    private_text_queries,
)

_KINDS = PrivateKind.DRAFT, PrivateKind.REFLECTION
"""Where the text of a reflection is: a draft is newer than what is saved."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Journal:
    """What the viewer wrote, newest week first.

    Attributes:
        found: those that the search is about.
        written: how many there are in all.
    """

    found: tuple[Reflection, ...]
    written: int


def prompt_for(
    ctx: Context, viewer: Viewer, *, skipped: int = 0, area: Area | None = None
) -> Prompt:
    """Return this week's prompt, chosen with regard to what is hard for the viewer.

    Args:
        ctx: the surroundings.
        viewer: who is going to write.
        skipped: so many prompts were not wanted.
        area: only prompts on it; None: on any.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        rows = check_in_queries.scores_of(db, *own)
        _, baseline = preference_queries.preferences(db, *own)
    this = ctx.this_week(viewer.clinic)
    history = history_of(rows, baseline)
    hard: frozenset[Indicator] = frozenset()
    if history.weeks and history.weeks[-1] in {this, this.plus(-1)}:
        hard = hard_indicators(history, history.weeks[-1])
    return prompt_in(this, hard=hard, skipped=skipped, area=area)


def journal(
    ctx: Context,
    viewer: Viewer,
    keys: OpenKeys,
    *,
    search: str = "",
    area: Area | None = None,
) -> Journal:
    """Return the viewer's reflections that hold every word of a search.

    Each is decrypted and looked through here, in its author's session: there is no
    index that somebody else could look into.
    """
    viewer.require(Role.CLINICIAN)
    opened = open_rows(ctx, viewer, keys, PrivateKind.REFLECTION)
    words = search.casefold().split()
    everything = [_reflection(row) for row in reversed(opened.rows)]
    found = (
        one
        for one in everything
        if area in {None, one.area}
        and all(word in f"{one.prompt}\n{one.text}".casefold() for word in words)
    )
    return Journal(found=tuple(found), written=len(everything))


def drafts(ctx: Context, viewer: Viewer, keys: OpenKeys) -> dict[str, Reflection]:
    """Return what the viewer wrote and has not saved, by the id it will have."""
    viewer.require(Role.CLINICIAN)
    opened = open_rows(ctx, viewer, keys, PrivateKind.DRAFT)
    return {row.text_id: _reflection(row) for row in opened.rows}


def begun_reflection(ctx: Context, viewer: Viewer, keys: OpenKeys) -> Reflection | None:
    """Return a new reflection that was begun and not saved; None: there is none.

    Changes of a saved one are not meant: they stand beside it.
    """
    kept = drafts(ctx, viewer, keys)
    saved = {
        row.text_id for row in open_rows(ctx, viewer, keys, PrivateKind.REFLECTION).rows
    }
    return next((d for text_id, d in kept.items() if text_id not in saved), None)


def keep_draft(
    ctx: Context, viewer: Viewer, keys: OpenKeys, draft: Reflection, *, was: str
) -> str:
    """Keep a text that is not saved yet; an empty one is forgotten.

    Args:
        ctx: the surroundings.
        viewer: whose it is.
        keys: to their texts.
        draft: as it was typed.
        was: the stored text that the typing began from; empty: there was none.

    Returns:
        The text that is stored now: what ``was`` is the next time.

    Raises:
        ChangedElsewhereError: another text is stored by now, or none any more.
        InvalidInputError: it is longer than four reflections may be.
    """
    text = clean_line(draft.text, LONGEST_DRAFT, may_be_empty=True)
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        need_as_it_was(db, viewer, keys, _KINDS, _row(draft, draft.text), was)
        if text:
            put_row(db, viewer, keys, PrivateKind.DRAFT, _row(draft, draft.text))
            return draft.text
        private_text_queries.drop_texts(db, *own, PrivateKind.DRAFT, [draft.text_id])
        return text_in(db, viewer, keys, _KINDS, draft.text_id) or ""


def drop_draft(ctx: Context, viewer: Viewer, text_id: str) -> None:
    """Forget a text that is not saved."""
    drop_rows(ctx, viewer, PrivateKind.DRAFT, [text_id])


def save_reflection(
    ctx: Context,
    viewer: Viewer,
    keys: OpenKeys,
    reflection: Reflection,
    *,
    was: str | None = None,
) -> None:
    """Save a reflection, new or changed, and forget its draft.

    Under the same id it is the same reflection: saving twice makes one.

    Args:
        ctx: the surroundings.
        viewer: whose it is.
        keys: to their texts.
        reflection: as it was typed.
        was: as for a draft; None: whatever is stored is replaced.

    Raises:
        ChangedElsewhereError: another text is stored by now, or none any more.
        InvalidInputError: it is empty or too long; the draft stays.
    """
    if len(reflection.text) > LONGEST_REFLECTION:
        over = len(reflection.text) - LONGEST_REFLECTION
        sentence = (
            f"This is {over:,} characters longer than a reflection can be. It is kept "
            "as a draft: shorten it, or save it in two parts."
        )
        raise InvalidInputError(sentence)
    text = clean_line(reflection.text, LONGEST_REFLECTION)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        if was is not None:
            typed = _row(reflection, reflection.text)
            need_as_it_was(db, viewer, keys, _KINDS, typed, was)
        put_row(db, viewer, keys, PrivateKind.REFLECTION, _row(reflection, text))
        private_text_queries.drop_texts(
            db, *own, PrivateKind.DRAFT, [reflection.text_id]
        )


def delete_reflection(ctx: Context, viewer: Viewer, text_id: str) -> None:
    """Delete one of the viewer's reflections and what was changed in it."""
    drop_rows(ctx, viewer, PrivateKind.REFLECTION, [text_id])
    drop_rows(ctx, viewer, PrivateKind.DRAFT, [text_id])


def has_unreadable(ctx: Context, viewer: Viewer, keys: OpenKeys) -> bool:
    """Tell whether anything of the viewer's was written under a key that is lost."""
    viewer.require(Role.CLINICIAN)
    return any(open_rows(ctx, viewer, keys, k).unreadable for k in PrivateKind)


def delete_unreadable(ctx: Context, viewer: Viewer, keys: OpenKeys) -> None:
    """Delete what the viewer wrote under a key that is lost, of every kind."""
    viewer.require(Role.CLINICIAN)
    for kind in PrivateKind:
        lost = open_rows(ctx, viewer, keys, kind).unreadable
        drop_rows(ctx, viewer, kind, list(lost))


def new_reflection(ctx: Context, viewer: Viewer, prompt: Prompt) -> Reflection:
    """Return an empty reflection on a prompt, with the id it will have."""
    viewer.require(Role.CLINICIAN)
    return Reflection(
        text_id=new_text_id(),
        week=ctx.this_week(viewer.clinic),
        area=prompt.area,
        prompt=prompt.text,
        text="",
    )


def _reflection(row: OpenRow) -> Reflection:
    return Reflection(
        text_id=row.text_id,
        week=row.week,
        area=Area(row.values["area"]),
        prompt=row.values["prompt"],
        text=row.values["text"],
    )


def _row(reflection: Reflection, text: str) -> OpenRow:
    values = {"area": reflection.area, "prompt": reflection.prompt, "text": text}
    return OpenRow(text_id=reflection.text_id, week=reflection.week, values=values)
