"""The ratings of those who agreed to a study, one person after the other."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from wellbeing.domain.check_ins import CheckIn, Missing
from wellbeing.domain.ids import ClinicId, PersonId
from wellbeing.domain.responses import Given
from wellbeing.privacy.study_data import (
    Participant,
    StudyPlan,
    StudyResponse,
    StudyWeek,
)
from wellbeing.storage import check_in_queries, response_queries

Agreed = Mapping[PersonId, Mapping[str, str]]
"""Who agreed, with the attributes that each gave."""


def participants(
    db: Connection, clinic_id: ClinicId, plan: StudyPlan, agreed: Agreed
) -> Iterator[Participant]:
    """Yield each participant with what the plan asks for, and nothing else.

    One person is held in memory at a time. Whoever iterates twice in one transaction
    reads the same twice.

    Args:
        db: an open transaction.
        agreed: whose ratings are read; nobody else's are.
    """
    for person_id, attributes in agreed.items():
        own = clinic_id, person_id
        yield Participant(
            person_id=person_id,
            attributes={n: v for n, v in attributes.items() if n in plan.attributes},
            weeks=tuple(
                _week(plan, found)
                for found in check_in_queries.check_ins_of(db, *own)
                if plan.from_week <= found.week <= plan.through_week
            ),
            responses=tuple(_responses(db, plan, own)),
        )


def _week(plan: StudyPlan, found: CheckIn) -> StudyWeek:
    given = {a.item: a.missing if a.value is None else a.value for a in found.answers}
    return StudyWeek(
        week=found.week,
        question_version=found.question_version,
        answers={
            # A question that its version did not have was not asked.
            item: _told(given.get(item))
            for item in plan.items
        },
        context={name: getattr(found.context, name) for name in plan.context},
    )


def _told(answer: int | Missing | None) -> int | Missing:
    return Missing.NOT_ASKED if answer is None else answer


def _responses(
    db: Connection, plan: StudyPlan, own: tuple[ClinicId, PersonId]
) -> Iterator[StudyResponse]:
    for name in plan.instruments:
        for found in response_queries.responses_of(db, own, name):
            inside = plan.from_week <= found.week <= plan.through_week
            counts = found.given is Given.ANSWERED and plan.takes(
                name, found.key_version
            )
            if inside and counts:
                yield StudyResponse(
                    instrument=name,
                    key_version=found.key_version,
                    language=found.language,
                    week=found.week,
                    answers={
                        a.item: _told(a.missing if a.value is None else a.value)
                        for a in found.answers
                    },
                )
