"""What a researcher writes about a study, and what of it can be taken as it is."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from wellbeing.domain.check_ins import CONTEXT_LIMITS
from wellbeing.domain.errors import InvalidInputError, UnknownItemError
from wellbeing.domain.questions import QuestionSet
from wellbeing.domain.studies import ATTRIBUTES
from wellbeing.domain.weeks import Week
from wellbeing.instruments.model import Instrument
from wellbeing.instruments.registry import find_instrument
from wellbeing.privacy.study_data import StudyPlan, TimeUnit
from wellbeing.services.fields import clean_words, refuse_longer

TITLE, LINE, PURPOSE, TOLD = 120, 200, 600, 4000
"""Characters of a title, of a line, of the purpose and of what people are told."""
_NAME = re.compile(r"[a-z][a-z0-9-]{2,40}")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewStudy:
    """A study as a researcher writes it; nothing is checked yet."""

    study_id: str
    title: str
    purpose: str
    responsible: str
    ethics_reference: str
    told: str
    from_week: Week
    through_week: Week
    freeze_date: date
    items: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    time_unit: TimeUnit = TimeUnit.BLOCKS


def checked_plan(
    questions: QuestionSet, today: date, new: NewStudy, own: Mapping[str, Instrument]
) -> StudyPlan:
    """Return a study as it can be put before people.

    Args:
        own: the clinic's own instruments by id, as they are now.

    Raises:
        InvalidInputError: something is missing, too long, or in the wrong order.
        UnknownItemError, UnknownInstrumentError, NotShippedError: it asks for answers
            that do not exist.
    """
    study_id = new.study_id.strip()
    if not _NAME.fullmatch(study_id):
        raise InvalidInputError(
            "A short name has 3 to 41 small letters, digits and hyphens, and begins "
            "with a letter."
        )
    _check_dates(today, new)
    for item in new.items:
        if questions.find(item) is None:
            raise UnknownItemError(item)
    instruments = tuple(
        one if one in own else find_instrument(one).id for one in new.instruments
    )
    if not new.items and not instruments:
        raise InvalidInputError("Choose at least one question or questionnaire.")
    chosen = _in_order(instruments, sorted(instruments))
    return StudyPlan(
        study_id=study_id,
        title=_words(new.title, TITLE, "a title"),
        purpose=_words(new.purpose, PURPOSE, "what the study is for"),
        responsible=_words(new.responsible, LINE, "who is responsible"),
        ethics_reference=_words(
            new.ethics_reference, LINE, "the reference of the ethics approval"
        ),
        told=_paragraphs(new.told),
        from_week=new.from_week,
        through_week=new.through_week,
        freeze_date=new.freeze_date,
        items=_in_order(new.items, [q.id for q in questions.questions]),
        instruments=chosen,
        context=_in_order(new.context, CONTEXT_LIMITS),
        attributes=_in_order(new.attributes, ATTRIBUTES),
        time_unit=new.time_unit,
        own_keys=tuple(own[one] for one in chosen if one in own),
    )


def _check_dates(today: date, new: NewStudy) -> None:
    if new.through_week < new.from_week:
        raise InvalidInputError("The last week lies before the first. Swap them.")
    if new.from_week > Week.of(today):
        raise InvalidInputError(
            "The first week lies ahead. Choose this week or an earlier one."
        )
    if new.freeze_date <= new.through_week.sunday:
        raise InvalidInputError("The freeze date has to come after the last week.")
    if new.freeze_date < today:
        raise InvalidInputError("The freeze date has passed. Choose a later one.")


def _words(text: str, longest: int, what: str) -> str:
    if not text.strip():
        raise InvalidInputError(f"Write {what}.")
    return clean_words(text, longest)


def _paragraphs(text: str) -> str:
    found = [clean_words(one, TOLD) for one in text.splitlines() if one.strip()]
    if not found:
        raise InvalidInputError(
            "Write what participants are told. Without it nobody can agree."
        )
    told = "\n\n".join(found)
    refuse_longer(len(told), TOLD)
    return told


def _in_order(chosen: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Return what was chosen once each, in the order of the house.

    Raises:
        InvalidInputError: it is not among what there is.
    """
    wanted = set(chosen)
    if not wanted <= set(known):
        raise InvalidInputError("Choose from the list only.")
    return tuple(one for one in known if one in wanted)
