"""Words in a private text that may identify a client. It warns; it never blocks.

Patterns and lists, no model and no network: it runs where the text is, and is measured
with ``python -m trials.client_check``. Written for English. In a language that writes
every noun with a capital, capitals say nothing about names, so a text in which many
words inside sentences have one is not searched for bare names or places; titles,
dates, numbers and addresses are still found. German, for one, is such a language.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

from wellbeing.domain.reflections import LONGEST_REFLECTION

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November"
    "|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
_CAPITAL = r"[A-Z\u00c0-\u00d6\u00d8-\u00de][\w'\u2019-]{0,30}[a-z\u00df-\u00ff]"
_NAMES = rf"{_CAPITAL}(?:\s{{1,3}}{_CAPITAL}){{0,5}}"
_KIN = "mother|father|mum|dad|parents|sister|brother|husband|wife|son|daughter|partner"
_STREETS = "Street|Road|Avenue|Lane|Drive|Close|Court|Square"


class Clue(StrEnum):
    """What a word may tell about a client."""

    NAME = "name"
    DATE = "date"
    AGE = "age"
    PLACE = "place"
    NUMBER = "number"
    CONTACT = "contact"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Words that may identify somebody, as they stand in the text."""

    clue: Clue
    words: str


# The first that finds something wins where two find the same words. Each repetition
# has a bound: two without one, side by side, take a long run of spaces for ever.
_IN_ORDER: tuple[tuple[Clue, str], ...] = (
    (Clue.CONTACT, r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"),
    (Clue.CONTACT, r"\b(?:https?://|www\.)\S{1,200}"),
    (Clue.CONTACT, r"(?<![\w/.-])@[A-Za-z]\w{2,30}"),
    (Clue.DATE, r"\b\d{4}-\d{1,2}-\d{1,2}\b"),
    (Clue.DATE, r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b"),
    (
        Clue.DATE,
        (
            rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s{{1,3}}(?:of\s{{1,3}})?(?:{_MONTHS})\b"
            r"(?:,?\s{1,3}\d{4})?"
        ),
    ),
    (
        Clue.DATE,
        (
            rf"\b(?:{_MONTHS})\.?\s{{1,3}}\d{{1,2}}(?:st|nd|rd|th)?\b"
            r"(?:,?\s{1,3}\d{4})?"
        ),
    ),
    (Clue.DATE, r"\b[Bb]orn\s{1,3}(?:in\s{1,3}|on\s{1,3})?(?:\w{1,30}\s{1,3})?\d{4}\b"),
    (Clue.AGE, r"\b\d{1,3}[\s-]{0,3}(?:years?|yrs?|months?)[\s-]{0,3}old\b"),
    (Clue.AGE, r"\b(?:[Aa]ged?|age of)\s{1,3}\d{1,3}\b"),
    (Clue.AGE, r"\b\d{1,2}\s?(?:yo|y/o)\b"),
    (
        Clue.AGE,
        r"\b(?:turned|is|was|just)\s{1,3}(?:\d{1,2}|\w{2,7}teen|twelve|twenty)\b",
    ),
    (Clue.AGE, r"(?<=, )\d{1,2}(?=,)"),
    (
        Clue.NUMBER,
        (
            r"(?i:\b(?:record|case|file|patient|client|chart|policy|claim|MRN|NHS|SSN"
            r"|insurance)\s{0,3}(?:number|no\.?|nr\.?|id|\#)?\s{0,3}[:\#]?"
            r"\s{0,3}[A-Z]{0,4}[-/]?\d[\d /-]{2,20}\d\b)"
        ),
    ),
    (Clue.NUMBER, r"\b\d{3}-\d{2}-\d{4}\b"),
    (Clue.CONTACT, r"(?<![\w.])(?:\+|00)\d[\d ()/-]{6,20}\d\b"),
    (
        Clue.CONTACT,
        r"(?<![\w.])\(?0?\d{2,5}\)?[ /-]\d{3,4}[ -]?\d{3,5}\b",
    ),
    (Clue.CONTACT, r"(?<![\w.])\d{3}-\d{4}\b"),
    (Clue.NUMBER, r"\b(?:[A-Z]{1,3}[-/]?)?\d{6,20}\b"),
    (
        Clue.PLACE,
        rf"\b\d{{1,4}}[a-z]?\s{{1,3}}{_NAMES}\s{{1,3}}(?:{_STREETS}|St|Rd|Ave)\b",
    ),
    (Clue.PLACE, rf"\b{_CAPITAL}\s{{1,3}}(?:{_STREETS})\b"),
    (
        Clue.PLACE,
        r"\b[^\W\d]{1,40}(?:stra\u00dfe|strasse|weg|gasse|platz)\s{1,3}\d{1,4}\b",
    ),
    (Clue.PLACE, r"\b[A-Z]{1,2}\d[A-Z\d]?\s{1,3}\d[A-Z]{2}\b"),
    (Clue.PLACE, rf"\b\d{{5}}\s{{1,3}}{_CAPITAL}"),
    (
        Clue.NAME,
        (
            r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herr|Frau|Mme|Sr|Sra)\.?"
            rf"\s{{1,3}}(?:{_CAPITAL}|[A-Z]\b)(?:\s{{1,3}}{_CAPITAL}){{0,5}}"
        ),
    ),
    (
        Clue.NAME,
        r"\b(?:[Cc]lient|[Pp]atient)\s{1,3}[A-Z](?:\.\s?[A-Z])?\.?(?=[\s,.;:]|$)",
    ),
    (Clue.NAME, r"(?<![\w.])[A-Z]\.\s?[A-Z]\.(?=\s|$)"),
    (Clue.NAME, rf"(?<=\bhei\u00dft )(?:{_NAMES})"),
    (Clue.NAME, rf"\b{_CAPITAL}['\u2019]s\s{{1,3}}(?:{_KIN})\b"),
)
_PATTERNS = tuple((clue, re.compile(pattern)) for clue, pattern in _IN_ORDER)
_PLACE = re.compile(
    r"\b(?:from|near|moved to|lives in|living in|born in|works? (?:at|in|for)|in|at)"
    rf"\s{{1,3}}({_NAMES})"
)
_INSIDE = re.compile(rf"(?<=[a-z0-9,;:\"'\u201d)])\s{{1,3}}[\"'(\u201c]?({_NAMES})")
_AT_START = re.compile(
    rf"(?:^|(?<=[.?!\n])\s{{0,3}})({_CAPITAL})"
    r"(?:,\s{1,3}who\b|\s{1,3}(?:said|says|told|tells|came|comes|cried|cries|feels"
    r"|felt|wants|wanted|died|called|calls|asked|asks|spoke|texted|wrote|shouted"
    r"|laughed|smiled|(?:did|does|will|would|could|can)(?:\s{1,3}not|n['\u2019]t)"
    rf"|and\s{{1,3}}{_CAPITAL})\b)",
    re.MULTILINE,
)
_FAMILIAR_WORDS = """
I I'm I've I'd I'll Monday Tuesday Wednesday Thursday Friday Saturday Sunday January
February March April May June July August September October November December
Christmas Easter Ramadan Eid Diwali Hanukkah Passover Pentecost Advent Lent English
German French Spanish Italian Dutch Polish Turkish Arabic Russian Ukrainian Greek
Portuguese British American European African Asian Christian Muslim Jewish Buddhist
Hindu God CBT DBT EMDR ACT PTSD ADHD OCD ASD Rogers Freud Jung Winnicott Bowlby
Yalom Balint Gestalt Zoom Teams Excel Word Google Covid Wi-Fi Internet Spring Summer
Autumn Winter TV DSM ICD HR GP NHS CPD WHO Mindfulness Wellbeing Intervision
Supervision Team Lead Peer Reflection Dr Mr Mrs Ms
"""
_FAMILIAR = frozenset(_FAMILIAR_WORDS.split())
_STARTERS_WORDS = """
It He She They We You This That These Those There Here What Who Which When Where Why
How If Then Today Tomorrow Yesterday Nobody Somebody Everybody Everyone Someone
Nothing Something Everything One Two Three Some Many Most Much More All Both Each
Another Other Others Supervision Sleep Work Rest Lunch My Our Your His Her Their Its
The And But Or Not Now Still Team Management Life Home Talking Writing Being Having
Doing Going Only Even Just Maybe Perhaps Also Exercise Music Yoga Running So No Yes
Sometimes Often Hope Grief Joy Patience Later Afterwards Nobody's Half Colleagues
Mum Dad Mother Father
"""
_STARTERS = frozenset(_STARTERS_WORDS.split())
_GERMAN = "und der die das ich nicht ist ein eine mit auf mir zu"
_OF_CAPITALS = frozenset(_GERMAN.split())
"""Words that a German sentence can hardly do without."""
_MANY_CAPITALS = 0.12


def client_clues(text: str) -> tuple[Found, ...]:
    """Return words that may identify a client, each once, in the order of the text.

    Args:
        text: what somebody wrote; nothing of it is kept. What is longer than a
            reflection may be is looked at up to there.
    """
    text = text[:LONGEST_REFLECTION]
    taken = bytearray(len(text))
    found: list[tuple[int, Found]] = []
    for clue, begin, words in _candidates(text):
        end = begin + len(words)
        if not any(taken[begin:end]):  # else a clearer pattern found it before
            taken[begin:end] = b"\x01" * len(words)
            found.append((begin, Found(clue=clue, words=words.strip())))
    told: dict[str, Found] = {}
    for _, one in sorted(found, key=itemgetter(0)):
        told.setdefault(one.words.casefold(), one)
    return tuple(told.values())


def _candidates(text: str) -> Iterator[tuple[Clue, int, str]]:
    for clue, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield clue, match.start(), match.group()
    if writes_nouns_with_capitals(text):
        return
    bare = ((Clue.PLACE, _PLACE), (Clue.NAME, _INSIDE), (Clue.NAME, _AT_START))
    for clue, pattern in bare:
        for match in pattern.finditer(text):
            words = match.group(1)
            starter = pattern is _AT_START and words in _STARTERS
            if not starter and not _are_familiar(words):
                yield clue, match.start(1), words


def _are_familiar(words: str) -> bool:
    plain = (re.sub(r"['\u2019]s$", "", word) for word in words.split())
    return all(word in _FAMILIAR for word in plain)


def writes_nouns_with_capitals(text: str) -> bool:
    """Tell whether a text is in a language whose capitals say nothing about names.

    German has about one word in five with a capital inside sentences, English about
    one in thirty; so short English texts with a few names are told by their words.
    """
    words = re.findall(r"[^\W\d_]{2,}", text)
    inside = re.findall(r"(?<=[a-z\u00df-\u00ff,;]\s)[^\W\d_]{2,}", text)
    own = len(_OF_CAPITALS.intersection(w.lower() for w in words))
    capitals = sum(w[0].isupper() and w not in _FAMILIAR for w in inside)
    return own > 1 and capitals >= _MANY_CAPITALS * len(inside)
