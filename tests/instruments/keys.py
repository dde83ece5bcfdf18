"""The keys once more, copied by hand from the published sources, not from the TOML.

A scale is: how its score is made, the plain items, the reversed items, how many must
be answered. ``Percent`` moves the mean of the answers to 0 to 100.
"""

from typing import NamedTuple

SUM, MEAN, PERCENT = "sum", "mean", "percent"


class Scale(NamedTuple):
    method: str
    plain: list[int]
    turned: list[int]
    needs: int


class Key(NamedTuple):
    items: int
    codes: list[int]
    scales: dict[str, Scale]


def span(first: int, last: int) -> list[int]:
    return list(range(first, last + 1))


KEYS = {
    # Stamm 2010; items of the self-score sheet. Eight of ten is our own rule.
    "proqol5": Key(
        30,
        [1, 2, 3, 4, 5],
        {
            "compassion_satisfaction": Scale(
                SUM, [3, 6, 12, 16, 18, 20, 22, 24, 27, 30], [], 8
            ),
            "burnout": Scale(SUM, [8, 10, 19, 21, 26], [1, 4, 15, 17, 29], 8),
            "secondary_trauma": Scale(SUM, [2, 5, 7, 9, 11, 13, 14, 23, 25, 28], [], 8),
        },
    ),
    # Sheet of the PUMA study: 6 + 7 + 6 items, the last of the work scale reversed.
    "cbi": Key(
        19,
        [0, 25, 50, 75, 100],
        {
            "personal": Scale(MEAN, span(1, 6), [], 3),
            "work": Scale(MEAN, span(7, 12), [13], 4),
            "client": Scale(MEAN, span(14, 19), [], 3),
        },
    ),
    # Demerouti et al. 2003, coded 1 for the strongest agreement.
    "olbi": Key(
        16,
        [1, 2, 3, 4],
        {
            "disengagement": Scale(MEAN, [1, 7, 13, 15], [3, 6, 9, 11], 8),
            "exhaustion": Scale(MEAN, [5, 10, 14, 16], [2, 4, 8, 12], 8),
            "total": Scale(
                SUM, [1, 5, 7, 10, 13, 14, 15, 16], [2, 3, 4, 6, 8, 9, 11, 12], 16
            ),
        },
    ),
    # Schaufeli et al. 2020: 8 + 5 + 5 + 5 items; the total is the mean of all 23.
    "bat23": Key(
        23,
        [1, 2, 3, 4, 5],
        {
            "total": Scale(MEAN, span(1, 23), [], 23),
            "exhaustion": Scale(MEAN, span(1, 8), [], 8),
            "mental_distance": Scale(MEAN, span(9, 13), [], 5),
            "cognitive_impairment": Scale(MEAN, span(14, 18), [], 5),
            "emotional_impairment": Scale(MEAN, span(19, 23), [], 5),
        },
    ),
    # Trockel et al. 2018: 6 + 4 + 6 items; burnout is the mean of the last ten.
    "pfi": Key(
        16,
        [0, 1, 2, 3, 4],
        {
            "fulfilment": Scale(MEAN, span(1, 6), [], 6),
            "work_exhaustion": Scale(MEAN, span(7, 10), [], 4),
            "interpersonal_disengagement": Scale(MEAN, span(11, 16), [], 6),
            "burnout": Scale(MEAN, span(7, 16), [], 10),
        },
    ),
    # Bride et al. 2004.
    "stss": Key(
        17,
        [1, 2, 3, 4, 5],
        {
            "intrusion": Scale(SUM, [2, 3, 6, 10, 13], [], 5),
            "avoidance": Scale(SUM, [1, 5, 7, 9, 12, 14, 17], [], 7),
            "arousal": Scale(SUM, [4, 8, 11, 15, 16], [], 5),
            "total": Scale(SUM, span(1, 17), [], 17),
        },
    ),
    # Topp et al. 2015: the sum, 0 to 25, times four.
    "who5": Key(
        5, [0, 1, 2, 3, 4, 5], {"wellbeing": Scale(PERCENT, span(1, 5), [], 5)}
    ),
    # Cohen et al. 1983.
    "pss10": Key(
        10,
        [0, 1, 2, 3, 4],
        {"stress": Scale(SUM, [1, 2, 3, 6, 9, 10], [4, 5, 7, 8], 10)},
    ),
    "pss4": Key(4, [0, 1, 2, 3, 4], {"stress": Scale(SUM, [1, 4], [2, 3], 4)}),
    # Smith et al. 2008: the sum divided by the number answered.
    "brs": Key(
        6, [1, 2, 3, 4, 5], {"resilience": Scale(MEAN, [1, 3, 5], [2, 4, 6], 1)}
    ),
    # Hughes et al. 2004.
    "ucla3": Key(3, [1, 2, 3], {"loneliness": Scale(SUM, span(1, 3), [], 3)}),
    # Rohland et al. 2004.
    "burnout1": Key(1, [1, 2, 3, 4, 5], {"burnout": Scale(SUM, [1], [], 1)}),
}
