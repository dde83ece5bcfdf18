"""Every indicator and every choice of the domain has plain words."""

import re

import pytest

from wellbeing.content import load
from wellbeing.content.next_steps import Occasion
from wellbeing.content.reading import read
from wellbeing.domain.actions import ActionState, Helps
from wellbeing.domain.audit import Event
from wellbeing.domain.check_ins import Absence, Kind, Missing, SupportUsed, Tag
from wellbeing.domain.contacts import ContactKind
from wellbeing.domain.gatherings import GatheringKind, Repeats
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.pairings import PeerRhythm
from wellbeing.domain.peer_check_ins import Guide, How, Length, PeerSupport
from wellbeing.domain.people import Role, Standing
from wellbeing.domain.reflections import Area, Outcome, Practice, Resolve
from wellbeing.domain.studies import RoleGroup, SizeClass, StudyState, Tenure
from wellbeing.domain.support import Lasted

KINDS = (
    ActionState,
    Helps,
    Absence,
    SupportUsed,
    Area,
    Outcome,
    Resolve,
    Practice,
    ContactKind,
    Lasted,
    Tag,
    Role,
    Standing,
    PeerRhythm,
    Guide,
    How,
    Length,
    PeerSupport,
    Kind,
    Missing,
    Event,
    RoleGroup,
    SizeClass,
    StudyState,
    Tenure,
    GatheringKind,
    Repeats,
)


@pytest.mark.parametrize("indicator", Indicator)
def test_every_indicator_has_a_name_a_direction_and_a_sentence(indicator):
    text = load.indicator_text(indicator)
    assert len(text.name) <= 24
    # It completes "Higher means ..." and must fit under a chart at 360 px.
    assert text.higher_means[0].islower()
    assert len(text.higher_means) <= 26
    assert text.made_of.endswith(".")
    banded = r"\b(mild|moderate|severe|normal|cut-?off|high risk|\d+)\b"
    assert not re.search(banded, f"{text.higher_means} {text.made_of}")


def test_indicators_are_said_to_be_our_own_and_not_validated():
    assert "not a validated instrument" in load.about_indicators()


@pytest.mark.parametrize(
    "member",
    [m for e in KINDS for m in e],
    ids=lambda m: f"{type(m).__name__}.{m.name}",
)
def test_every_choice_has_plain_words(member):
    text = load.choice_text(member)
    assert 0 < len(text) <= 26
    assert "_" not in text
    assert text[0].isupper() or text[0].isdigit()


def test_choices_of_one_kind_have_different_words():
    for kind in KINDS:
        assert len({load.choice_text(m) for m in kind}) == len(kind)


def test_choices_hold_no_words_for_what_the_domain_does_not_have():
    root = read("choices")
    written = sorted(sorted(root.section(key).values) for key in root.values)
    assert written == sorted(sorted(m.value for m in kind) for kind in KINDS)


def test_a_kind_without_words_is_refused():
    with pytest.raises(ValueError, match="Occasion"):
        load.choice_text(Occasion.USUAL)
