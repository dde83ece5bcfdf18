"""The bundles of other studies that hold rows of the same people."""

from sqlalchemy import Connection

from wellbeing.domain.ids import ClinicId
from wellbeing.privacy.deidentification import pseudonym
from wellbeing.privacy.other_studies import OtherBundle
from wellbeing.storage import bundle_queries


def bundles_elsewhere(
    db: Connection, clinic_id: ClinicId, study_id: str, key: bytes
) -> tuple[OtherBundle, ...]:
    """Return the bundles of all other studies, under the pseudonyms of this one.

    Each is as its file was made: who took back since still counts as they stand there,
    and recalled ones count, because copies of them may be left. Somebody whose account
    is gone is in none of them any more.

    Args:
        key: of the study that a bundle is made of.
    """
    found = {
        tuple(sorted((pseudonym(key, person), cell) for person, cell in people.items()))
        for people in bundle_queries.members_elsewhere(db, clinic_id, study_id)
    }
    return tuple(OtherBundle(cells=dict(one)) for one in sorted(found))
