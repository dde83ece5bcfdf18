"""What a study exports: its plan, and the ratings of those who agreed. No names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wellbeing.domain.check_ins import Missing
from wellbeing.domain.ids import PersonId
from wellbeing.domain.weeks import Week
from wellbeing.instruments.model import Instrument
from wellbeing.instruments.registry import find_instrument

_STUDY_ID = re.compile(r"[a-z][a-z0-9-]{2,40}")


class TimeUnit(StrEnum):
    """How time is counted in a bundle, from each person's own first check-in.

    Blocks are four weeks. Weeks are a finer choice: the attack report finds more
    people in them, and the bundle says so.
    """

    BLOCKS = "blocks"
    WEEKS = "weeks"


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyPlan:
    """What a study asked for. All of it is written into every bundle.

    Attributes:
        study_id: short name, such as ``demo-study``; part of every file name.
        told: what participants are told before they agree.
        from_week, through_week: the weeks that count, both included.
        freeze_date: from when on nothing of the plan changes.
        items: ids of the weekly questions that are exported.
        instruments: ids of the instruments; keys only, never wording.
        context: numbers about the week, of ``CONTEXT_LIMITS``.
        attributes: of ``role_group`` and ``tenure``; asked at consent, may be skipped.
        time_unit: weeks are a choice to be named, with its risk.
        own_keys: the clinic's own keys among ``instruments``, each in the version that
            the study was written with; a later one changes nothing.
    """

    study_id: str
    title: str
    purpose: str
    responsible: str
    ethics_reference: str
    told: str
    from_week: Week
    through_week: Week
    freeze_date: date
    items: tuple[str, ...]
    instruments: tuple[str, ...]
    context: tuple[str, ...]
    attributes: tuple[str, ...]
    time_unit: TimeUnit = TimeUnit.BLOCKS
    own_keys: tuple[Instrument, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a plan that no bundle can be named after, or without weeks."""
        if not _STUDY_ID.fullmatch(self.study_id):
            message = f"{self.study_id!r} is no short name of a study"
            raise ValueError(message)
        if self.through_week < self.from_week:
            message = "a study ends before it begins"
            raise ValueError(message)

    def key(self, name: str) -> Instrument:
        """Return the key of one of the plan's instruments.

        Raises:
            UnknownInstrumentError: there is none of that id any more.
        """
        for own in self.own_keys:
            if own.id == name:
                return own
        return find_instrument(name)

    def takes(self, name: str, version: str) -> bool:
        """Tell whether a response by this version of a key counts.

        Another version of a clinic's own key may ask something else under the same
        ids. Versions of a shipped one do not; the scores say which it was.
        """
        return all(own.id != name or own.version == version for own in self.own_keys)


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyWeek:
    """One week of one participant, as it was answered.

    Attributes:
        answers: item to its code, or to the reason why there is none.
        context: number about the week; None: not said.
    """

    week: Week
    question_version: str
    answers: Mapping[str, int | Missing]
    context: Mapping[str, int | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyResponse:
    """One response of one participant to a published instrument.

    Attributes:
        answers: item to its code as it was given: nothing is reversed.
    """

    instrument: str
    key_version: str
    language: str
    week: Week
    answers: Mapping[str, int | Missing]


@dataclass(frozen=True, kw_only=True, slots=True)
class Participant:
    """One person who agreed, with what the plan asks for and nothing else.

    Attributes:
        attributes: those that the person gave; what was skipped is absent.
    """

    person_id: PersonId
    attributes: Mapping[str, str]
    weeks: tuple[StudyWeek, ...]
    responses: tuple[StudyResponse, ...]
