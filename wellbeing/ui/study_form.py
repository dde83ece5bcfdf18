"""The form in which a researcher writes a study."""

from datetime import date

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.check_ins import CONTEXT_LIMITS
from wellbeing.domain.people import Viewer
from wellbeing.domain.studies import ATTRIBUTES, StudyState
from wellbeing.domain.weeks import Week
from wellbeing.privacy.study_data import StudyPlan, TimeUnit
from wellbeing.services import own_instruments, studies
from wellbeing.services.studies import SeenStudy
from wellbeing.services.study_plans import NewStudy
from wellbeing.ui.messages import as_text, attempt, later
from wellbeing.ui.session import context
from wellbeing.ui.study_words import context_words

_BACK, _AHEAD, _USUAL = 156, 104, 26
"""Weeks before and after this one that a study can be about, and that most are."""
_LATER = 4
"""Weeks after the last one that the freeze date usually is."""


def offer_study_form(viewer: Viewer, old: SeenStudy | None) -> None:
    """Let a researcher write a study, change a draft, or begin a new version.

    Args:
        old: None: a new study.
    """
    if old is not None and old.state is StudyState.SUBMITTED:
        return
    again = old is not None and old.state is not StudyState.DRAFT
    about = old.plan.study_id if old else ""
    title = say("studies.write_again" if again else "studies.write")
    with st.expander(title, expanded=old is None, key=f"studies:write:{about}"):
        if again:
            st.write(say("studies.write_again_what"))
        with st.form(f"studies:form:{about}"):
            new = _fields(viewer, old.plan if old else None, about)
            save = st.form_submit_button(
                say("studies.save"), key=f"studies:save:{about}"
            )
        if save:
            with attempt():
                studies.write_study(context(), viewer, new)
                later(say("studies.saved"))
                st.rerun()


def _fields(viewer: Viewer, old: StudyPlan | None, about: str) -> NewStudy:
    def key(name: str) -> str:
        return f"studies:{name}:{about}"

    name = old.study_id if old else ""
    if not old:
        name = st.text_input(
            say("studies.short_name"),
            help=say("studies.short_name_hint"),
            key=key("short_name"),
        )
    title = st.text_input(
        say("studies.title_label"),
        old.title if old else "",
        key=key("title"),
    )
    purpose = st.text_area(
        say("studies.purpose_label"),
        old.purpose if old else "",
        key=key("purpose"),
    )
    responsible = st.text_input(
        say("studies.responsible_label"),
        old.responsible if old else "",
        key=key("responsible"),
    )
    ethics = st.text_input(
        say("studies.ethics_label"),
        old.ethics_reference if old else "",
        key=key("ethics"),
    )
    told = st.text_area(
        say("studies.told_label"),
        old.told if old else "",
        height=240,
        key=key("told"),
    )
    first, last = _weeks(viewer, old, about)
    freeze = _freeze_date(viewer, old, about)
    return NewStudy(
        study_id=name,
        title=title,
        purpose=purpose,
        responsible=responsible,
        ethics_reference=ethics,
        told=told,
        from_week=first,
        through_week=last,
        freeze_date=freeze,
        **_answers(viewer, old, about),
        time_unit=_time_unit(old, about),
    )


def _weeks(viewer: Viewer, old: StudyPlan | None, about: str) -> tuple[Week, Week]:
    this = context().this_week(viewer.clinic)
    weeks = [str(w) for w in this.plus(-_BACK).through(this.plus(_AHEAD))]
    chosen = []
    for name, usual in (
        ("from_week", old.from_week if old else this),
        ("through_week", old.through_week if old else this.plus(_USUAL)),
    ):
        listed = weeks if str(usual) in weeks else [str(usual), *weeks]
        week = st.selectbox(
            say(f"studies.{name}"),
            listed,
            index=listed.index(str(usual)),
            key=f"studies:{name}:{about}",
        )
        chosen.append(Week.parse(week))
    return chosen[0], chosen[1]


def _freeze_date(viewer: Viewer, old: StudyPlan | None, about: str) -> date:
    this = context().this_week(viewer.clinic)
    # Sundays to choose from: a calendar's buttons are too small for a thumb.
    days = [str(w.sunday) for w in this.through(this.plus(_AHEAD + _LATER))]
    usual = str(old.freeze_date if old else this.plus(_USUAL + _LATER).sunday)
    listed = days if usual in days else [usual, *days]
    chosen = st.selectbox(
        say("studies.freeze_date"),
        listed,
        index=listed.index(usual),
        key=f"studies:freeze:{about}",
    )
    return date.fromisoformat(chosen)


def _answers(
    viewer: Viewer, old: StudyPlan | None, about: str
) -> dict[str, tuple[str, ...]]:
    questions = {q.id: q.text for q in context().questions.questions}
    known = own_instruments.titles(context(), viewer)
    titles = {name: as_text(title) for name, title in known.items()}
    offered = {
        "items": (questions, tuple(questions)),
        "instruments": (titles, ()),
        "context": ({name: context_words(name) for name in CONTEXT_LIMITS}, ()),
        "attributes": (
            {name: say(f"studies.attribute_{name}") for name in ATTRIBUTES},
            (),
        ),
    }
    risks = {
        name: say(f"studies.{name}_hint") for name in ("instruments", "attributes")
    }
    chosen = {}
    for name, (words, usual) in offered.items():
        before = getattr(old, name) if old else usual
        label = "attributes_label" if name == "attributes" else name
        chosen[name] = tuple(
            st.pills(
                say(f"studies.{label}"),
                list(words),
                selection_mode="multi",
                default=[one for one in before if one in words],
                format_func=words.__getitem__,
                help=risks.get(name),
                key=f"studies:{name}:{about}",
            )
        )
    return chosen


def _time_unit(old: StudyPlan | None, about: str) -> TimeUnit:
    weeks = st.checkbox(
        say("studies.weeks_too"),
        value=old is not None and old.time_unit is TimeUnit.WEEKS,
        help=say("studies.weeks_too_hint"),
        key=f"studies:weeks:{about}",
    )
    return TimeUnit.WEEKS if weeks else TimeUnit.BLOCKS
