"""What others keep about a peer, carried over while the row of the peer is renewed.

Whom the peer blocked is carried over, too: a block holds until who set it lifts it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, or_, select

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.storage.engine import upsert
from wellbeing.storage.peer_queries import pair_key
from wellbeing.storage.peer_tables import (
    PeerBlockRow,
    PeerContactRow,
    PeerNoteRow,
    PeerPairRow,
    PeerRecordRow,
    PeerSentenceRow,
)

_BLOCK: Table = PeerBlockRow.__table__  # type: ignore[assignment]
_CONTACT: Table = PeerContactRow.__table__  # type: ignore[assignment]
_NOTE: Table = PeerNoteRow.__table__  # type: ignore[assignment]
_PAIR: Table = PeerPairRow.__table__  # type: ignore[assignment]
_RECORD: Table = PeerRecordRow.__table__  # type: ignore[assignment]
_SENTENCE: Table = PeerSentenceRow.__table__  # type: ignore[assignment]

Rows = Mapping[Table, Sequence[Mapping[str, Any]]]


def rows_about(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> Rows:
    """Return what others keep of somebody, and whom that person blocked, as stored.

    Whom the others blocked, their records and their copies of sentences for both with
    the contacts of these, kind notes to them, and that they were paired. Nothing else
    that the person keeps is in it.
    """
    found = {
        table: [
            dict(row)
            for row in db.execute(
                select(table).where(
                    table.c.clinic_id == clinic_id, table.c.peer_id == person_id
                )
            ).mappings()
        ]
        for table in (_RECORD, _SENTENCE, _NOTE)
    }
    block = or_(_BLOCK.c.person_id == person_id, _BLOCK.c.peer_id == person_id)
    blocks = select(_BLOCK).where(_BLOCK.c.clinic_id == clinic_id, block)
    blocked = [dict(row) for row in db.execute(blocks).mappings()]
    contacts = [
        {**pair_key(clinic_id, row["person_id"], person_id), "week": row["week"]}
        for row in (*found[_RECORD], *found[_SENTENCE])
    ]
    either = or_(_PAIR.c.first_id == person_id, _PAIR.c.second_id == person_id)
    pairs = select(_PAIR).where(_PAIR.c.clinic_id == clinic_id, either)
    paired = [dict(row) for row in db.execute(pairs).mappings()]
    return {_BLOCK: blocked, **found, _CONTACT: contacts, _PAIR: paired}


def put_back(db: Connection, rows: Rows) -> None:
    """Write what ``rows_about`` returned, once its person is there again."""
    for table, those in rows.items():
        upsert(db, table, [dict(row) for row in those])
