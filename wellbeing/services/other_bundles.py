"""The bundles of other studies that hold rows of the same people."""

from sqlalchemy import Connection

from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.privacy.attribute_cells import merge_cells
from wellbeing.privacy.deidentification import pseudonym
from wellbeing.privacy.other_studies import OtherBundle
from wellbeing.storage import bundle_queries, consent_queries, study_queries


def bundles_elsewhere(
    db: Connection, clinic_id: ClinicId, study_id: str, key: bytes
) -> tuple[OtherBundle, ...]:
    """Return the bundles of all other studies, under the pseudonyms of this one.

    Recalled ones count, because copies of them may be left. Somebody whose account is
    gone is in none of them any more.

    Args:
        key: of the study that a bundle is made of.
    """
    plans = {
        (each.plan.study_id, each.version): each.plan
        for each in study_queries.versions_of(db, clinic_id)
    }
    found = set[tuple[tuple[str, tuple[str, ...]], ...]]()
    for other, version, people in bundle_queries.members_elsewhere(
        db, clinic_id, study_id
    ):
        agreed = consent_queries.who_agreed(db, clinic_id, other, version)
        names = plans[other, version].attributes
        given = {
            pseudonym(key, PersonId(person)): {
                n: v for n, v in agreed.get(person, {}).items() if n in names
            }
            for person in people
        }
        found.add(tuple(sorted(merge_cells(names, given).released.items())))
    return tuple(OtherBundle(cells=dict(one)) for one in sorted(found))
