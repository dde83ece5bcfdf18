"""Erasing what peers wrote and sealed for somebody whose key is lost."""

from sqlalchemy import Connection, Table, delete, exists, select, update

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.storage.peer_tables import PeerNoteRow, PeerRecordRow, PeerSentenceRow

_RECORD: Table = PeerRecordRow.__table__  # type: ignore[assignment]
_SENTENCE: Table = PeerSentenceRow.__table__  # type: ignore[assignment]
_NOTE: Table = PeerNoteRow.__table__  # type: ignore[assignment]


def has_texts(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> bool:
    """Tell whether there is anything that ``drop_texts_of`` would erase."""
    for table in (_SENTENCE, _NOTE, _RECORD):
        theirs = [table.c.clinic_id == clinic_id, table.c.person_id == person_id]
        if table is _RECORD:
            theirs.append(table.c.intention.is_not(None))
        if db.scalar(select(exists().where(*theirs))):
            return True
    return False


def drop_texts_of(db: Connection, clinic_id: ClinicId, person_id: PersonId) -> None:
    """Erase intentions, notes to somebody, and their own copies of sentences.

    The records of which these were a part stay, and so do the copies of peers.
    """
    for table in (_SENTENCE, _NOTE):
        db.execute(
            delete(table).where(
                table.c.clinic_id == clinic_id, table.c.person_id == person_id
            )
        )
    db.execute(
        update(_RECORD)
        .where(_RECORD.c.clinic_id == clinic_id, _RECORD.c.person_id == person_id)
        .values(intention=None)
    )
