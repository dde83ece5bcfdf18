"""A faulty file of the weekly questions is refused by the name of its key."""

import pytest

from wellbeing.content import load
from wellbeing.content.reading import Section, read


def a_file(**changes):
    """The weekly questions as read, with one change."""
    return Section("q.toml", dict(read("weekly_questions").values) | changes)


def with_question(position, **changes):
    """The weekly questions with one of them changed; None takes a key away."""
    questions = [dict(q.values) for q in read("weekly_questions").sections("questions")]
    merged = questions[position] | changes
    questions[position] = {k: v for k, v in merged.items() if v is not None}
    return a_file(questions=questions)


@pytest.mark.parametrize(
    ("faulty", "named"),
    [
        (a_file(version=""), "version is blank"),
        (a_file(version=1), "version is no str"),
        (a_file(questions={}), "questions is no list"),
        (a_file(questions=["text"]), "questions must be a list of tables"),
        (a_file(subtitle="x"), "subtitle is not known"),
        (a_file(short_form=["rest"]), "short_form must be the first questions"),
        (a_file(labels={"rating": ["1"]}), "labels: frequency is missing"),
        (with_question(3, text=None), r"questions\[3\]: text is missing"),
        (with_question(3, text="  "), r"questions\[3\]: text is blank"),
        (with_question(3, response="faces"), "response is no response scale: faces"),
        (with_question(3, client_work="yes"), "client_work is no bool"),
        (with_question(3, id="detachment_2"), "id stands twice"),
        (with_question(3, id="other"), "detachment_1 must be asked every week"),
        (with_question(3, turn=4), "detachment_1 must be asked every week"),
        (with_question(3, response="rating"), "detachment_1 has another response"),
        (with_question(12, turn=7), "turn must count"),
        (with_question(12, turn=True), "turn is no int"),
    ],
)
def test_a_faulty_question_file_is_refused_by_the_name_of_its_key(faulty, named):
    with pytest.raises(ValueError, match=named):
        load.parse_questions(faulty)


def test_a_wrong_number_of_labels_is_refused():
    labels = dict(read("weekly_questions").section("labels").values) | {
        "frequency": ["Never"]
    }
    with pytest.raises(ValueError, match="frequency needs 5 labels"):
        load.parse_questions(a_file(labels=labels))
