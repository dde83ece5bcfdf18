"""A set of questions made by hand, for the tests of reading files."""

from wellbeing.domain.indicators import SCALES
from wellbeing.domain.questions import Question, QuestionSet, Response

WEEKLY = (
    *("overall", "exhaustion_1", "exhaustion_2", "detachment_1", "detachment_2"),
    *("trauma_1", "trauma_2", "meaning_1", "meaning_2", "rest", "workload", "support"),
)
IN_TURN = ("control", "boundaries", "reactions", "accomplishment")
ABOUT_CLIENTS = {
    *("detachment_1", "detachment_2", "trauma_1", "trauma_2"),
    *("meaning_1", "meaning_2", "reactions"),
}


def question(item, turn):
    response = Response.RATING if item == "overall" else Response.FREQUENCY
    return Question(
        id=item,
        text=f"Invented sentence for {item}",
        response=response,
        client_work=item in ABOUT_CLIENTS,
        turn=turn,
    )


QUESTIONS = QuestionSet(
    version="1",
    questions=(
        *(question(item, None) for item in WEEKLY),
        *(question(item, turn) for turn, item in enumerate(IN_TURN)),
    ),
    labels={},
    short_form=("overall", "exhaustion_1", "rest"),
)


def test_the_set_made_by_hand_has_every_item_that_is_scored():
    scored = {item for scale in SCALES.values() for item in scale.items}
    assert scored <= set(WEEKLY)
