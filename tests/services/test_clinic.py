"""The clinic and its support contacts."""

from dataclasses import replace
from typing import Any

import pytest

from tests.clinic import make_clinic, make_person
from wellbeing.domain.errors import InvalidInputError
from wellbeing.domain.people import Role
from wellbeing.services import accounts
from wellbeing.services.clinic import (
    add_contact,
    change_clinic,
    remove_contact,
    support_contacts,
)

PEER_LINE: dict[str, Any] = {
    "name": "Peer line",
    "reach": "Room 12",
    "about": "Thursdays at noon",
}


def names(ctx, viewer):
    return [c.name for c in support_contacts(ctx, viewer)]


def test_everybody_sees_the_contacts_in_their_order(ctx, cast):
    for name in ("Zoe", "Anton", "Mira"):
        add_contact(ctx, cast.ada, **(PEER_LINE | {"name": name}))
    for viewer in (cast.alice, cast.dora, cast.rita, cast.ada):
        assert names(ctx, viewer) == ["Zoe", "Anton", "Mira"]


def test_a_new_contact_comes_last_even_after_others_were_removed(ctx, cast, clock):
    for name in ("One", "Two", "Three"):
        add_contact(ctx, cast.ada, **(PEER_LINE | {"name": name}))
        clock.turn(minutes=1)
    for contact in support_contacts(ctx, cast.ada)[:2]:
        remove_contact(ctx, cast.ada, contact.contact_id)
        remove_contact(ctx, cast.ada, contact.contact_id)
    assert names(ctx, cast.alice) == ["Three"]
    add_contact(ctx, cast.ada, **(PEER_LINE | {"name": "Four"}))
    assert names(ctx, cast.alice) == ["Three", "Four"]


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"name": "=1"},
        {"reach": "  "},
        {"reach": "x" * 201},
        {"about": "x" * 301},
    ],
)
def test_a_contact_that_cannot_be_taken_is_refused(ctx, cast, change):
    with pytest.raises(InvalidInputError):
        add_contact(ctx, cast.ada, **(PEER_LINE | change))
    assert names(ctx, cast.ada) == []


def test_a_contact_with_a_control_character_is_refused(ctx, cast):
    with pytest.raises(InvalidInputError):
        add_contact(ctx, cast.ada, **(PEER_LINE | {"reach": "Room\x0012"}))


def test_another_clinic_has_contacts_of_its_own(ctx, cast):
    other = make_clinic(ctx, "Hillside")
    boss = make_person(ctx, other, "Ben", Role.ADMINISTRATOR)
    add_contact(ctx, cast.ada, **PEER_LINE)
    contact = support_contacts(ctx, cast.ada)[0]
    remove_contact(ctx, boss, contact.contact_id)
    assert (names(ctx, boss), names(ctx, cast.ada)) == ([], ["Peer line"])


def test_name_and_place_of_the_clinic_change_for_everybody(ctx, cast):
    change_clinic(
        ctx, cast.ada, name=" New  name ", country="NZ", time_zone="Pacific/Auckland"
    )
    clinic = accounts.viewer_of(ctx, cast.alice.session).clinic
    expected = replace(
        cast.clinic, name="New name", country="NZ", time_zone="Pacific/Auckland"
    )
    assert clinic == expected


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"country": "de"}, {"time_zone": "Mars/Base"}]
)
def test_a_place_that_is_not_in_the_lists_is_refused(ctx, cast, change):
    fine = {"name": "Riverside", "country": "DE", "time_zone": "Europe/Berlin"}
    with pytest.raises(InvalidInputError):
        change_clinic(ctx, cast.ada, **(fine | change))
    assert accounts.viewer_of(ctx, cast.ada.session).clinic == cast.clinic
