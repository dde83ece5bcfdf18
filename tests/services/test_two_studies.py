"""Two studies of the same people: the second bundle is compared with the first."""

import json
from collections import Counter

import pytest

from tests.studies import (
    STUDY,
    add_clinicians,
    everybody_agrees,
    everybody_decides,
    new_study,
    open_study,
    with_folders,
)
from wellbeing.domain.studies import Decision, RoleGroup
from wellbeing.privacy.linkage import BundleRefusedError
from wellbeing.services import bundle_ledger, bundles, consents
from wellbeing.services.other_bundles import bundles_elsewhere

OTHER = "sleep-study"


@pytest.fixture
def ctx(ctx, tmp_path):
    return with_folders(ctx, tmp_path)


def test_who_takes_back_still_stands_in_the_other_studys_file(ctx, cast):
    # Otherwise their attributes are merged anew, and small groups are overlooked.
    open_study(ctx, cast, items=("overall",), attributes=("role_group",))
    people = add_clinicians(ctx, cast.clinic, 33)
    everybody_agrees(ctx, people[:22], role_group=RoleGroup.THERAPY)
    others = RoleGroup.MEDICINE_AND_NURSING
    everybody_agrees(ctx, people[22:], role_group=others)
    bundles.make_bundle(ctx, cast.rita, STUDY)

    def seen():
        with ctx.reading() as db:
            [one] = bundles_elsewhere(db, cast.clinic.clinic_id, OTHER, bytes(32))
        return Counter(one.cells.values())

    assert seen() == {("therapy",): 22, ("medicine_and_nursing",): 11}
    everybody_decides(ctx, people[31:], Decision.TAKEN_BACK)
    assert seen() == {("therapy",): 22, ("medicine_and_nursing",): 11}
    [told] = json.loads(consents.study_files(ctx, people[32])["studies.json"])[
        "bundles_with_my_rows"
    ]
    assert told["my_attributes"] == ["medicine_and_nursing"]


def test_a_bundle_that_differs_from_another_studys_by_one_person_is_refused(ctx, cast):
    open_study(ctx, cast)
    open_study(ctx, cast, study_id=OTHER, items=new_study().items[:2])
    people = add_clinicians(ctx, cast.clinic, 33)
    everybody_agrees(ctx, people)
    bundles.make_bundle(ctx, cast.rita, STUDY)
    everybody_agrees(ctx, people[1:], study_id=OTHER)
    with pytest.raises(BundleRefusedError, match="of another study"):
        bundles.make_bundle(ctx, cast.rita, OTHER)
    assert bundle_ledger.ledger_of(ctx, cast.rita, OTHER) == ()
    everybody_agrees(ctx, people[:1], study_id=OTHER)
    made = bundles.make_bundle(ctx, cast.rita, OTHER)
    [told] = [c for c in made.checks if c.name == "joined_with_other_studies"]
    assert told.passed
    # Another pseudonym for everybody: what joins the two is what they say.
    again = bundles.make_bundle(ctx, cast.rita, STUDY)
    assert all(check.passed for check in again.checks)
