"""What helps: every row leads somewhere that is there."""

from pathlib import Path

import pytest

from wellbeing.content.load import say
from wellbeing.content.reading import Section
from wellbeing.content.support_ways import all_ways, parse_way
from wellbeing.domain.indicators import SCALES

ROOT = Path(__file__).parents[2]
FINE = {"id": "a", "name": "A", "about": "b", "page": "reflect"}


@pytest.mark.parametrize("way", all_ways(), ids=lambda w: w.id)
def test_a_row_leads_to_a_contact_or_to_a_screen_that_is_there(way):
    assert way.contacts or way.page
    if way.page:
        assert (ROOT / "pages" / f"{way.page}.py").is_file()
        assert say(f"support.way_page_{way.page}")
    assert way.about.endswith(".")
    assert len(way.name) <= 48


def test_rows_have_names_of_their_own():
    assert len({w.id for w in all_ways()}) == len({w.name for w in all_ways()}) == 10


def test_whatever_indicator_is_hard_something_is_suggested():
    told = {i for way in all_ways() for i in way.hard}
    assert set(SCALES) <= told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"page": ""}, "blank"),
        ({"contacts": ["boss"]}, "contacts must be among"),
        ({"hard": ["mood"]}, "hard must be among"),
        ({"link": "x"}, "not known"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_its_key(change, said):
    with pytest.raises(ValueError, match=said):
        parse_way(Section("ways", FINE | change))


def test_a_row_that_leads_nowhere_is_refused():
    nowhere = {k: v for k, v in FINE.items() if k != "page"}
    with pytest.raises(ValueError, match="leads nowhere"):
        parse_way(Section("ways", nowhere))
