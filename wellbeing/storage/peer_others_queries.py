"""What others keep about a peer, carried over while the row of the peer is renewed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.storage.engine import upsert
from wellbeing.storage.peer_queries import pair_key
from wellbeing.storage.peer_tables import (
    PeerBlockRow,
    PeerContactRow,
    PeerRecordRow,
    PeerSentenceRow,
)

_BLOCK: Table = PeerBlockRow.__table__  # type: ignore[assignment]
_CONTACT: Table = PeerContactRow.__table__  # type: ignore[assignment]
_RECORD: Table = PeerRecordRow.__table__  # type: ignore[assignment]
_SENTENCE: Table = PeerSentenceRow.__table__  # type: ignore[assignment]

Rows = Mapping[Table, Sequence[Mapping[str, Any]]]


def rows_about(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> Rows:
    """Return what others wrote for themselves about somebody, as it is stored.

    Whom they blocked, their records with the contacts of these, and their own copies
    of what they wrote. What that person wrote is not in it.
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
        for table in (_BLOCK, _RECORD, _SENTENCE)
    }
    contacts = [
        {**pair_key(clinic_id, row["person_id"], person_id), "week": row["week"]}
        for row in found[_RECORD]
    ]
    own = [row for row in found[_SENTENCE] if row["own"]]
    return {**found, _CONTACT: contacts, _SENTENCE: own}


def put_back(db: Connection, rows: Rows) -> None:
    """Write what ``rows_about`` returned, once its person is there again."""
    for table, those in rows.items():
        upsert(db, table, [dict(row) for row in those])
