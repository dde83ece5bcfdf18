"""Questions, indicators, choices and sentences: content as typed values, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from wellbeing.content.reading import Section, read, read_all, refuse
from wellbeing.domain.actions import ActionState, Helps
from wellbeing.domain.audit import Event
from wellbeing.domain.check_ins import Absence, Kind, Missing, SupportUsed, Tag
from wellbeing.domain.contacts import ContactKind
from wellbeing.domain.gatherings import GatheringKind, Repeats
from wellbeing.domain.indicators import SCALES, Indicator
from wellbeing.domain.pairings import PeerRhythm
from wellbeing.domain.peer_check_ins import Guide, How, Length, PeerSupport
from wellbeing.domain.people import Role, Standing
from wellbeing.domain.questions import Question, QuestionSet, Response
from wellbeing.domain.reflections import Area, Outcome, Practice, Resolve
from wellbeing.domain.studies import RoleGroup, SizeClass, StudyState, Tenure
from wellbeing.domain.support import Lasted

_CHOICES: Mapping[type[StrEnum], str] = {
    ActionState: "action_state",
    Helps: "helps",
    Absence: "absence",
    SupportUsed: "support_used",
    Tag: "tag",
    Role: "role",
    Standing: "standing",
    PeerRhythm: "peer_rhythm",
    Guide: "guide",
    How: "how",
    Length: "length",
    PeerSupport: "peer_support",
    Event: "event",
    Kind: "kind",
    Missing: "missing",
    RoleGroup: "role_group",
    SizeClass: "size_class",
    StudyState: "study_state",
    Tenure: "tenure",
    GatheringKind: "gathering_kind",
    Repeats: "repeats",
    Area: "area",
    Outcome: "outcome",
    Resolve: "resolve",
    Practice: "practice",
    ContactKind: "contact_kind",
    Lasted: "lasted",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class IndicatorText:
    """How an indicator is spoken of.

    Attributes:
        name: a short name.
        higher_means: the words at the axis.
        made_of: one sentence on the questions behind it.
    """

    name: str
    higher_means: str
    made_of: str


def _response(section: Section) -> Response:
    known = {r.key: r for r in Response}
    name = section.text("response")
    if name not in known:
        refuse(section.at("response"), f"is no response scale: {name}")
    return known[name]


def _question(section: Section) -> Question:
    section.only("id", "text", "response", "client_work", "turn")
    return Question(
        id=section.text("id"),
        text=section.text("text"),
        response=_response(section),
        client_work=section.take("client_work", bool),
        turn=section.take("turn", int) if "turn" in section.values else None,
    )


def _labels(section: Section) -> Mapping[Response, tuple[str, ...]]:
    section.only(*(r.key for r in Response))
    labels = {r: section.texts(r.key) for r in Response}
    for response, words in labels.items():
        if len(words) != len(response.codes):
            problem = f"needs {len(response.codes)} labels"
            refuse(section.at(response.key), problem)
    return labels


def _refuse_impossible(where: str, found: QuestionSet) -> None:
    """Refuse questions that do not fit together, or not the scales of the domain."""
    ids = [q.id for q in found.questions]
    turns = sorted(q.turn for q in found.questions if q.turn is not None)
    if len(set(ids)) < len(ids):
        refuse(f"{where}: id", "stands twice")
    if turns != list(range(len(turns))):
        refuse(f"{where}: turn", "must count 0, 1, 2 without a gap")
    if tuple(ids[: len(found.short_form)]) != found.short_form:
        refuse(f"{where}: short_form", "must be the first questions, in order")
    for scale in SCALES.values():
        for item in scale.items:
            question = found.find(item)
            if question is None or question.turn is not None:
                refuse(f"{where}: {item}", "must be asked every week")
            if question.response.limits != (scale.lowest, scale.highest):
                refuse(f"{where}: {item}", "has another response scale")


def parse_questions(root: Section) -> QuestionSet:
    """Make a question set of a file.

    Raises:
        ValueError: something is missing, mistyped or does not fit; it names the key.
    """
    root.only("version", "short_form", "lead_in", "labels", "rating_ends", "questions")
    found = QuestionSet(
        version=root.text("version"),
        questions=tuple(_question(s) for s in root.sections("questions")),
        labels=_labels(root.section("labels")),
        short_form=root.texts("short_form"),
    )
    _refuse_impossible(root.where, found)
    return found


@cache
def weekly_questions() -> QuestionSet:
    """Return the weekly questions that are asked now."""
    return parse_questions(read("weekly_questions"))


def lead_in(response: Response) -> str:
    """Return the line above the questions of a response scale; it names the window."""
    return read("weekly_questions").section("lead_in").text(response.key)


def rating_ends() -> tuple[str, str]:
    """Return the words for the lowest and the highest rating."""
    ends = read("weekly_questions").section("rating_ends")
    return ends.text("lowest"), ends.text("highest")


@cache
def indicator_text(indicator: Indicator) -> IndicatorText:
    """Return how an indicator is spoken of."""
    section = read("indicators").section(indicator.value)
    section.only("name", "higher_means", "made_of")
    return IndicatorText(
        name=section.text("name"),
        higher_means=section.text("higher_means"),
        made_of=section.text("made_of"),
    )


def about_indicators() -> str:
    """Return the sentence that says what the indicators are not."""
    return read("indicators").text("about")


def choice_text(member: StrEnum) -> str:
    """Return plain words for a member of one of the domain's choices.

    Raises:
        ValueError: the choice has no words; it names the key.
    """
    kind = type(member)
    if kind not in _CHOICES:
        refuse("choices.toml", f"has no words for {kind.__name__}")
    return read("choices").section(_CHOICES[kind]).text(member.value)


def say_from(root: Section, key: str, /, **values: object) -> str:
    """Return a sentence of a file, with its values filled in; ``say`` says how."""
    found: object = root.values
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, str):
        raise KeyError(key)
    return found.format_map(values)


def say(key: str, /, **values: object) -> str:
    """Return a sentence of the screens, with its values filled in.

    Args:
        key: table and name, such as ``check_in.save``.
        values: what stands in braces in the sentence.

    Raises:
        KeyError: there is no such sentence, or a value for it is missing.
    """
    return say_from(read_all("sentences"), key, **values)
