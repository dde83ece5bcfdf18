"""One response of each shipped key, worked by hand, that notices any slip of the key.

Each was worked from the hand-copied keys of ``keys.py``: the terms stand in the order
of the sheet, reversed ones already turned.
"""

from dataclasses import replace

import pytest

from wellbeing.instruments.registry import find_instrument, instruments
from wellbeing.instruments.worked import Example, agrees, unproved

VECTORS = {
    "proqol5": (
        [
            *(5, 5, 1, 4, 5, 5, 4, 5, 4, 2),
            *(2, 4, 2, 1, 4, 2, 4, 1, 1, 4),
            *(5, 1, 4, 5, 4, 2, 5, 5, 4, 1),
        ],
        {
            "compassion_satisfaction": "29",  # 1+5+4+2+1+4+1+5+5+1
            "burnout": "24",  # 1+2+5+2+2+2+1+5+2+2
            "secondary_trauma": "36",  # 5+5+4+4+2+2+1+4+4+5
        },
    ),
    "cbi": (
        [
            *(100, 100, 0, 75, 100, 100),
            *(75, 100, 75, 25, 25, 75, 25),
            *(0, 75, 25, 75, 0, 0),
        ],
        {
            "personal": "79.167",  # 475 / 6
            "work": "64.286",  # (75+100+75+25+25+75 + 100-25) / 7 = 450 / 7
            "client": "29.167",  # 175 / 6
        },
    ),
    "olbi": (
        [4, 4, 1, 3, 4, 4, 3, 4, 3, 2, 2, 3, 2, 1, 3, 2],
        {
            "disengagement": "2.75",  # (4+4+1+3+2+3+2+3) / 8 = 22 / 8
            "exhaustion": "1.875",  # (1+2+4+1+2+2+1+2) / 8 = 15 / 8
            "total": "37",  # 22 + 15
        },
    ),
    "bat23": (
        [
            *(5, 5, 1, 4, 5, 5, 4, 5),
            *(4, 2, 2, 4, 2),
            *(1, 4, 2, 4, 1),
            *(1, 4, 5, 1, 4),
        ],
        {
            "exhaustion": "4.25",  # 34 / 8
            "mental_distance": "2.8",  # 14 / 5
            "cognitive_impairment": "2.4",  # 12 / 5
            "emotional_impairment": "3.0",  # 15 / 5
            "total": "3.261",  # (34+14+12+15) / 23 = 75 / 23
        },
    ),
    "pfi": (
        [*(4, 4, 0, 3, 4, 4), *(3, 4, 3, 1), *(1, 3, 1, 0, 3, 1)],
        {
            "fulfilment": "3.167",  # 19 / 6
            "work_exhaustion": "2.75",  # 11 / 4
            "interpersonal_disengagement": "1.5",  # 9 / 6
            "burnout": "2.0",  # (11+9) / 10
        },
    ),
    "stss": (
        [5, 5, 1, 4, 5, 5, 4, 5, 4, 2, 2, 4, 2, 1, 4, 2, 4],
        {
            "intrusion": "15",  # 5+1+5+2+2
            "avoidance": "27",  # 5+5+4+4+4+1+4
            "arousal": "17",  # 4+5+2+4+2
            "total": "59",  # 15+27+17
        },
    ),
    "who5": ([3, 3, 0, 2, 4], {"wellbeing": "48"}),  # 12 * 4
    "pss10": (
        [4, 4, 4, 1, 1, 4, 1, 0, 4, 3],
        {"stress": "36"},  # 4+4+4+3+3+4+3+4+4+3
    ),
    "pss4": ([1, 1, 3, 4], {"stress": "9"}),  # 1+3+1+4
    "brs": ([5, 5, 1, 4, 5, 5], {"resilience": "2.5"}),  # (5+1+1+2+5+1) / 6 = 15 / 6
    "ucla3": ([3, 3, 1], {"loneliness": "7"}),  # 3+3+1
    "burnout1": ([5], {"burnout": "5"}),
}


def example(name):
    codes, expected = VECTORS[name]
    scores = {f"{name}_{scale}": value for scale, value in expected.items()}
    return Example(answers=tuple(codes), expected=scores, source="By hand")


def test_every_shipped_key_has_a_response_worked_by_hand():
    assert set(VECTORS) == {one.id for one in instruments()}


@pytest.mark.parametrize("name", VECTORS)
def test_a_response_worked_by_hand_gives_every_score(name):
    one = find_instrument(name)
    assert set(example(name).expected) == {scale.id for scale in one.scales}
    assert agrees(one, example(name))


@pytest.mark.parametrize("name", VECTORS)
def test_no_item_can_be_turned_round_unnoticed(name):
    one = find_instrument(name)
    for at, item in enumerate(one.items):
        items = list(one.items)
        items[at] = replace(item, reversed=not item.reversed)
        assert not agrees(replace(one, items=tuple(items)), example(name)), item.id


@pytest.mark.parametrize("name", VECTORS)
def test_no_item_can_be_taken_from_a_scale_or_put_into_another_unnoticed(name):
    found = unproved(find_instrument(name), [example(name)])
    assert (found.members, found.reversed, found.scales) == ((), (), ())
