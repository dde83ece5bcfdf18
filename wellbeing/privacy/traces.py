"""What an attack report needs of one participant, in a kilobyte or two."""

import numpy as np

from wellbeing.domain.check_ins import Missing
from wellbeing.domain.questions import QuestionSet
from wellbeing.privacy.deidentification import (
    TURN_BLOCKS,
    Released,
    turn_items,
)
from wellbeing.privacy.linkage_attacks import ASKED, NOTHING, Columns, Trace
from wellbeing.privacy.own_time import OwnTime, says_something, unit_weeks
from wellbeing.privacy.sheet_attack import Sheets
from wellbeing.privacy.study_data import StudyPlan


def columns_of(plan: StudyPlan, questions: QuestionSet) -> Columns:
    """Return the columns that are attacked: weekly items and numbers about the week."""
    unit, turn = unit_weeks(plan), turn_items(plan, questions)
    names = (*plan.items, *plan.context)
    return Columns(
        names=names,
        weeks={n: unit * (TURN_BLOCKS if n in turn else 1) for n in names},
        unit=unit,
    )


def trace_of(columns: Columns, own: OwnTime, released: Released) -> Trace:
    """Return what one person answered, beside what a bundle says of it."""
    length = own.periods * columns.unit
    answers = np.full((len(columns.names), length), NOTHING, dtype=np.int16)
    shown = np.full((len(columns.names), own.periods), NOTHING, dtype=np.int16)
    weeks = [
        (at, week)
        for at, week in own.weeks.items()
        if at < length and says_something(columns.names, week)
    ]
    for row, name in enumerate(columns.names):
        for at, week in weeks:
            value = week.answers.get(name, week.context.get(name))
            if isinstance(value, int):
                answers[row, at] = value
            elif value not in (None, Missing.NOT_ASKED):
                answers[row, at] = ASKED
        for at, period in enumerate(released.periods):
            number = period.values.get(name)
            if isinstance(number, int | float):
                shown[row, at] = round(2 * number)
    return Trace(answers=answers, released=shown)


def sheets_of(plan: StudyPlan, released: Released) -> Sheets:
    """Return what a bundle says of one person's published questionnaires."""
    sheets = {}
    for name in plan.instruments:
        items = plan.key(name).item_ids
        shape = len(released.periods), len(items)
        sheets[name] = np.full(shape, NOTHING, dtype=np.int16)
        for at, period in enumerate(released.periods):
            for response in period.responses:
                if response.instrument == name:
                    codes = [response.answers[item] for item in items]
                    sheets[name][at] = [
                        code if isinstance(code, int) else NOTHING for code in codes
                    ]
    return sheets
