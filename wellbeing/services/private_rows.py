"""Rows that only their author can read: the steps that all kinds of them share."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from wellbeing.domain.errors import InvalidInputError, NotFoundError, WellbeingError
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.private_kinds import PrivateKind
from wellbeing.domain.weeks import Week
from wellbeing.services import private_texts
from wellbeing.services.context import Context
from wellbeing.services.fields import refuse_longer
from wellbeing.services.private_texts import OpenKeys, UnreadableTextError, about
from wellbeing.storage import people_queries, private_text_queries
from wellbeing.storage.private_text_queries import LockedText

_STEP = 256


class ChangedElsewhereError(WellbeingError):
    """What another tab has saved, changed or deleted meanwhile is not written over."""

    def __init__(self) -> None:
        super().__init__(
            "This was changed or deleted in another tab. What you typed here was not "
            "kept: copy it if you need it, then begin from what stands there now."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRow:
    """A row that its author has opened.

    Attributes:
        values: what it says, by field.
    """

    text_id: str
    week: Week
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRows:
    """Rows of a kind, the oldest week first.

    Attributes:
        unreadable: ids of rows that were written under a key that is lost.
    """

    rows: tuple[OpenRow, ...]
    unreadable: tuple[str, ...]


def new_text_id() -> str:
    """Return a random id: it tells neither when nor in which order one writes."""
    return secrets.token_hex(16)


def open_rows(
    ctx: Context, viewer: Viewer, keys: OpenKeys, kind: PrivateKind
) -> OpenRows:
    """Return what the viewer wrote of a kind, whatever their roles are by now."""
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        found = private_text_queries.texts_of(db, *own, kind)
    rows, unreadable = [], []
    for text in found:
        try:
            opened = private_texts.unlock(
                keys, text.content, about(*own, kind, text.text_id)
            )
        except UnreadableTextError:
            unreadable.append(text.text_id)
            continue
        values = json.loads(opened)
        rows.append(OpenRow(text_id=text.text_id, week=text.week, values=values))
    return OpenRows(rows=tuple(rows), unreadable=tuple(unreadable))


def how_many_rows(ctx: Context, viewer: Viewer, kind: PrivateKind) -> int:
    """Return how many rows of a kind the viewer has, readable or not."""
    with ctx.reading() as db:
        return private_text_queries.how_many(
            db, viewer.clinic_id, viewer.person_id, kind
        )


def one_row(
    ctx: Context, viewer: Viewer, keys: OpenKeys, kind: PrivateKind, text_id: str
) -> OpenRow:
    """Return one row of the viewer's.

    Raises:
        NotFoundError: they have none of this id.
    """
    for row in open_rows(ctx, viewer, keys, kind).rows:
        if row.text_id == text_id:
            return row
    raise NotFoundError("text")


def row_in(
    db: Connection, viewer: Viewer, keys: OpenKeys, kind: PrivateKind, text_id: str
) -> OpenRow | None:
    """Return a row as this transaction sees it; None: there is none.

    Raises:
        UnreadableTextError: it was written under a key that is lost.
    """
    own = viewer.clinic_id, viewer.person_id
    found = private_text_queries.text_of(db, *own, kind, text_id)
    if found is None:
        return None
    opened = private_texts.unlock(keys, found.content, about(*own, kind, text_id))
    return OpenRow(text_id=text_id, week=found.week, values=json.loads(opened))


def text_in(
    db: Connection,
    viewer: Viewer,
    keys: OpenKeys,
    kinds: Sequence[PrivateKind],
    text_id: str,
) -> str | None:
    """Return the text of a row, of the first kind that has one; None: there is none.

    Raises:
        UnreadableTextError: it was written under a key that is lost.
    """
    for kind in kinds:
        found = row_in(db, viewer, keys, kind, text_id)
        if found is not None:
            return str(found.values["text"])
    return None


def need_as_it_was(
    db: Connection,
    viewer: Viewer,
    keys: OpenKeys,
    kinds: Sequence[PrivateKind],
    typed: OpenRow,
    was: str,
) -> None:
    """Refuse to write over what another tab wrote or deleted meanwhile.

    Args:
        db: the transaction that will write.
        viewer: whose row it is.
        keys: to their texts.
        kinds: of which the row may be; the first that is there counts.
        typed: what is to be written.
        was: the stored text that the typing began from; empty: there was none.

    Raises:
        ChangedElsewhereError: another text is stored by now, or none any more.
        UnreadableTextError: it was written under a key that is lost.
    """
    # Two tabs in two transactions: the later one has to see what the first one wrote.
    people_queries.lock_person(db, viewer.clinic_id, viewer.person_id)
    stored = text_in(db, viewer, keys, kinds, typed.text_id)
    # The same text again is a tap that came twice. None is no empty text: what was
    # deleted stays deleted.
    if (stored or "") != was and stored != typed.values["text"]:
        raise ChangedElsewhereError


def put_row(
    db: Connection, viewer: Viewer, keys: OpenKeys, kind: PrivateKind, row: OpenRow
) -> None:
    """Write a row, in place of an earlier one under the same id."""
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    text = json.dumps(row.values, ensure_ascii=False)
    # Spaces at the end, which JSON does not mind: the length of what is stored must
    # not tell a short word from another.
    size = len(text.encode())
    text += " " * (-size % _STEP)
    content = private_texts.lock(keys, text, about(*own, kind, row.text_id))
    locked = LockedText(text_id=row.text_id, week=row.week, content=content)
    private_text_queries.put_text(db, *own, kind, locked)


def drop_rows(
    ctx: Context, viewer: Viewer, kind: PrivateKind, text_ids: list[str]
) -> None:
    """Delete rows of the viewer's; those that are not there are left out."""
    viewer.require(Role.CLINICIAN)
    with ctx.writing() as db:
        private_text_queries.drop_texts(
            db, viewer.clinic_id, viewer.person_id, kind, text_ids
        )


def clean_line(text: str, longest: int, *, may_be_empty: bool = False) -> str:
    """Return a text of one's own as it is kept, without surplus space around it.

    Raises:
        InvalidInputError: there is nothing in it, or too much.
    """
    text = text.replace("\x00", "").strip()
    if not text and not may_be_empty:
        raise InvalidInputError("Write a sentence first.")
    refuse_longer(len(text), longest)
    return text
