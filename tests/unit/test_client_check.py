"""What may identify a client is found; what is one's own is left alone."""

import time

import pytest

from tests.client_sentences import WITH_CLUES, WITHOUT_CLUES
from trials.client_check import missed, wrongly_warned
from wellbeing.domain.client_check import (
    Clue,
    client_clues,
    writes_nouns_with_capitals,
)
from wellbeing.domain.reflections import LONGEST_REFLECTION

RUN = 20_000
BEGINNINGS = """
record case file patient client chart policy claim MRN NHS SSN insurance caseno. 3
from in born Born aged turned June Mr Client Marlene Marlene, Marlene's 12345 AB1 and
14 5th weg Weinstrasse Marlene,did hei\u00dft a@b.c http:// @a A. 2026-03- +49 030 (
"""


def test_nine_of_ten_sentences_with_a_clue_are_caught():
    assert len(WITH_CLUES) >= 60
    assert len(missed()) <= len(WITH_CLUES) // 10


def test_at_most_one_clean_sentence_in_twenty_is_warned_about():
    assert len(WITHOUT_CLUES) >= 60
    assert len(wrongly_warned()) <= len(WITHOUT_CLUES) // 20


@pytest.mark.parametrize(
    ("text", "clue", "words"),
    [
        ("I met Marlene today.", Clue.NAME, "Marlene"),
        ("Mr. Kowalski was late.", Clue.NAME, "Mr. Kowalski"),
        ("She is from Leeds.", Clue.PLACE, "Leeds"),
        ("The 9-year-old cried.", Clue.AGE, "9-year-old"),
        ("It was on 5 June 2026.", Clue.DATE, "5 June 2026"),
        ("Write to a.b@example.org now.", Clue.CONTACT, "a.b@example.org"),
        ("See file no. 4471-208.", Clue.NUMBER, "file no. 4471-208"),
        ("See case no.  : 4471-88.", Clue.NUMBER, "case no.  : 4471-88"),
    ],
)
def test_the_words_and_what_they_tell_are_named(text, clue, words):
    [found] = client_clues(text)
    assert (found.clue, found.words) == (clue, words)


def test_a_word_is_named_once_however_often_it_stands_there():
    assert len(client_clues("I like Marlene. Then I lost Marlene, oh Marlene.")) == 1


def test_a_language_with_capital_nouns_does_not_drown_in_warnings():
    text = (
        "Ich war nach dem Dienst mit der Kollegin in der Pause und habe \u00fcber die "
        "Arbeit, das Team und den Druck gesprochen. Herr Weber war nicht da."
    )
    assert writes_nouns_with_capitals(text)
    assert [one.words for one in client_clues(text)] == ["Herr Weber"]


def test_an_empty_text_holds_no_clue():
    assert client_clues("") == ()


@pytest.mark.parametrize(
    "part", ["I said no, and nobody minded. ", "Aa ", "a", "1", "1 ", ".", "A. ", "\n"]
)
def test_the_longest_text_is_checked_in_a_moment(part):
    assert seconds(part * (LONGEST_REFLECTION // len(part))) < 2


@pytest.mark.parametrize("blank", [" ", "\n", "\t", " \n"])
def test_a_run_of_blanks_is_checked_in_a_moment_after_any_word(blank):
    run = blank * (2000 // len(blank))
    assert seconds("x ".join(f"{word}{run}" for word in BEGINNINGS.split())) < 1


@pytest.mark.parametrize("word", ["case", "caseno.", "born", "Marlene,", "14"])
def test_a_longer_run_of_blanks_takes_no_longer_than_it_is(word):
    assert seconds(f"{word}{' ' * RUN}x") < 0.5


PARTS = (
    "case |case no : |3-|Aa-|Aa'|Mr |Aa\n|born in |5 of |a.|a@|@a|a@a.|www.|1-|(0|0 0"
    "|12345 |AA-|June |was t|Aa's |A.A|weg|aweg |from A|, |and Aa |1 Aa Aa "
)


@pytest.mark.parametrize("part", PARTS.split("|"))
def test_a_run_of_whatever_a_pattern_looks_for_is_checked_in_a_moment(part):
    assert seconds(part * (RUN // 2 // len(part)) + "!") < 0.5


def test_what_is_longer_than_a_reflection_may_be_is_looked_at_up_to_there():
    text = "I said no. " * (LONGEST_REFLECTION // 11 + 1)
    assert client_clues(f"{text} I met Marlene.") == ()
    assert seconds("case  " * LONGEST_REFLECTION) < 2


def seconds(text):
    began = time.process_time()
    client_clues(text)
    return time.process_time() - began
