"""A study in plain words: what it is for, which answers, for how long."""

import streamlit as st

from wellbeing.content.dates import day_and_year, week_words
from wellbeing.content.load import say
from wellbeing.privacy.study_data import StudyPlan, TimeUnit
from wellbeing.privacy.study_ledger import LedgerLine
from wellbeing.ui.messages import as_text
from wellbeing.ui.session import context

_ATTRIBUTES = ("attributes_none", "attributes_one", "attributes")


def show_plan(plan: StudyPlan, *, frozen: bool, about: str) -> None:
    """Show all that somebody needs to decide about a study.

    Args:
        frozen: its freeze date has passed.
        about: what makes its keys differ from those of other versions.
    """
    st.write(say("studies.purpose", text=as_text(plan.purpose)))
    # Plain text: Markdown would make links of addresses.
    st.text(say("studies.responsible", text=plan.responsible))
    st.text(say("studies.ethics", text=plan.ethics_reference))
    first, last = week_words(plan.from_week), week_words(plan.through_week)
    st.write(say("studies.period", first=first, last=last))
    st.text(plan.told)
    day = day_and_year(plan.freeze_date)
    effect = say("studies.frozen" if frozen else "studies.freeze", day=day)
    asked = say(f"studies.{_ATTRIBUTES[len(plan.attributes)]}")
    how = [say(f"studies.time_{plan.time_unit}")]
    if plan.instruments:
        how.append(say("studies.sheets"))
    st.write("\n\n".join((*how, asked, effect)))
    title = say("studies.what_exactly", title=as_text(plan.title))
    with st.expander(title, key=f"studies:what:{about}"):
        st.markdown("\n\n".join(_answers(plan)))


def _answers(plan: StudyPlan) -> list[str]:
    found = [context().questions.find(item) for item in plan.items]
    lines = []
    if plan.items:
        asked = [f"- {as_text(q.text)}" for q in found if q is not None]
        lines.append("\n".join((say("studies.what_items"), "", *asked)))
    if plan.instruments:
        titles = ", ".join(plan.key(one).title for one in plan.instruments)
        lines.append(say("studies.what_instruments", names=as_text(titles)))
    if plan.context:
        names = ", ".join(context_words(name) for name in plan.context)
        lines.append(say("studies.what_context", names=names))
    return [*lines, say("studies.what_never")]


def context_words(name: str) -> str:
    """Return what a number about the week is called."""
    return say(f"check_in.{name}")


def unit_words(unit: TimeUnit) -> str:
    """Return how time is counted in a bundle."""
    return say(f"studies.unit_{unit}")


def checks_words(line: LedgerLine) -> str:
    """Return the checks of a bundle, one a line."""
    return "\n".join(
        "- "
        + say(
            "studies.check_passed" if check.passed else "studies.check_failed",
            told=as_text(check.told),
        )
        for check in line.checks
    )
