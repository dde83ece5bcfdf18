"""The check-in screen: one tap a question, each kept on the server at once."""

from collections.abc import Mapping

import streamlit as st

from wellbeing.content.dates import moment_words, week_days, week_span
from wellbeing.content.load import choice_text, lead_in, rating_ends, say
from wellbeing.domain.check_ins import Absence, Kind
from wellbeing.domain.drafts import NO_CLIENT_WORK
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.questions import Question, Response
from wellbeing.domain.weeks import Week
from wellbeing.services import check_ins
from wellbeing.services.check_ins import CheckInForm
from wellbeing.ui.context_fields import show_context
from wellbeing.ui.fields import (
    begin_run,
    keep_missed,
    keep_what_was_refused,
    kept_field,
    remember_state,
    set_field,
)
from wellbeing.ui.messages import attempt, attempt_in_callback, show_kept
from wellbeing.ui.popovers import popover
from wellbeing.ui.saved_check_in import show_saved
from wellbeing.ui.session import context, require, require_in_callback
from wellbeing.ui.team_promise import show_effect
from wellbeing.ui.turns import drawing

_WEEK, _EDITING = "check_in:week", "check_in:editing"


@st.fragment
@drawing()
def show_check_in() -> None:
    """Show the check-in of an open week; a fragment: a tap redraws only this."""
    viewer = require(Role.CLINICIAN)
    begin_run()
    with attempt():
        wanted = st.session_state.get(_WEEK)
        week = Week.parse(wanted) if wanted else None
        form = check_ins.check_in_form(context(), viewer, week)
        if week is not None and form.week != week:
            st.session_state[_WEEK] = str(form.week)
            st.info(say("check_in.closed_meanwhile"))
        show_kept()
        if form.team_trends is None:
            _ask_about_team_trends(viewer)
            return
        _show_weeks(form)
        if form.saved and not form.unsaved and not _editing(form.week):
            with context().one_look():
                show_saved(viewer, form.saved, _edit)
        else:
            _show_form(viewer, form)


def _editing(week: Week) -> bool:
    return bool(st.session_state.get(_EDITING) == str(week))


def _edit(week: Week) -> None:
    st.session_state[_EDITING] = str(week)


def _show_weeks(form: CheckInForm) -> None:
    """Let one choose between the weeks that take answers now."""
    if len(form.open_weeks) == 1:
        st.markdown(f"**{_week_label(form, str(form.week))}**")
        return
    if _WEEK not in st.session_state:
        st.session_state[_WEEK] = str(form.week)
    st.pills(
        say("check_in.week"),
        [str(w) for w in form.open_weeks],
        format_func=lambda text: _week_label(form, text),
        key=_WEEK,
        required=True,
        label_visibility="collapsed",
    )


def _week_label(form: CheckInForm, text: str) -> str:
    week = Week.parse(text)
    which = "this_week" if week == form.open_weeks[0] else "last_week"
    return say(f"check_in.{which}", week=week_span(week))


def _ask_about_team_trends(viewer: Viewer) -> None:
    st.header(say("check_in.trends_title"), anchor=False)
    st.markdown(f"**{say('check_in.trends_question')}**")
    show_effect(viewer)
    st.write(say("check_in.trends_yes_effect"))
    st.write(say("check_in.trends_no_effect"))
    for counted, words in ((True, "trends_yes"), (False, "trends_no")):
        st.button(
            say(f"check_in.{words}"),
            key=f"check_in:{words}",
            on_click=_choose_team_trends,
            args=(counted,),
            width="stretch",
        )
    st.caption(say("check_in.trends_change"))


def _choose_team_trends(counted: bool) -> None:  # noqa: FBT001 (Streamlit passes it)
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        check_ins.choose_team_trends(context(), viewer, counted=counted)


def _show_form(viewer: Viewer, form: CheckInForm) -> None:
    remember_state(unsaved=form.unsaved)
    fields = form.fields
    with attempt():  # refused again: it is said, and the form with its taps stays
        fields = keep_what_was_refused(viewer, form)
    st.caption(say("check_in.audience"))
    if form.week != form.open_weeks[0]:
        st.write(say("check_in.window_last_week", week=week_days(form.week)))
    short = set(context().questions.short_form)
    first = [q for q in form.questions if q.id in short]
    for response in Response:
        st.write(lead_in(response))
        for question in first:
            if question.response is response:
                _ask(form, fields, question)
    _show_ways_out(form)
    alone = bool(fields.get(NO_CLIENT_WORK))
    _show_client_work(form, alone=alone)
    st.caption(say("check_in.nothing_preselected"))
    for question in form.questions:
        if question not in first and not (alone and question.client_work):
            _ask(form, fields, question)
    show_context(form.week, fields)
    closes = moment_words(form.closes_at, viewer.clinic.zone)
    st.caption(say("check_in.closes", closes=closes))
    st.caption(say("check_in.audience"))
    st.markdown(f":gray[{say(_state(form, fields))}]")
    st.button(
        say("check_in.save_again" if form.saved else "check_in.save"),
        key="check_in:save",
        width="stretch",
        on_click=_save,
        args=(form.week, Kind.FULL),
    )


def _show_client_work(form: CheckInForm, *, alone: bool) -> None:
    words = "no_client_work_set" if alone else "no_client_work_help"
    st.button(
        say("check_in.had_client_work" if alone else "check_in.no_client_work"),
        key="check_in:client_work",
        on_click=set_field,
        args=(form.week, NO_CLIENT_WORK, None if alone else 1),
    )
    st.caption(say(f"check_in.{words}"))


def _state(form: CheckInForm, fields: Mapping[str, int]) -> str:
    if form.saved:
        return "check_in.state_changed" if form.unsaved else "check_in.saved"
    return "check_in.state_draft" if fields else "check_in.state_empty"


def _ask(form: CheckInForm, fields: Mapping[str, int], question: Question) -> None:
    labels = context().questions.labels[question.response]
    lowest = question.response.codes[0]
    text = question.text
    if question.response is Response.RATING:
        low, high = rating_ends()
        text += " " + say("check_in.ends", lowest=low, highest=high)
    kept_field(
        form.week,
        fields,
        question.id,
        lambda key, changed: st.pills(
            text,
            list(question.response.codes),
            format_func=lambda code: labels[code - lowest],
            key=key,
            **changed,
        ),
    )


def _show_ways_out(form: CheckInForm) -> None:
    """Offer the short check-in and the week without one."""
    st.caption(say("check_in.stop_here"))
    with st.container(horizontal=True):
        st.button(
            say("check_in.save_short"),
            key="check_in:save_short",
            on_click=_save,
            args=(form.week, Kind.SHORT),
        )
        with popover(say("check_in.not_this_week")):
            st.write(say("check_in.not_this_week_why"))
            for reason in (*Absence, None):
                st.button(
                    _reason_words(reason),
                    key=f"check_in:absent:{reason}",
                    on_click=_not_this_week,
                    args=(form.week, reason),
                    width="stretch",
                )


def _reason_words(reason: Absence | None) -> str:
    return say("check_in.no_reason") if reason is None else choice_text(reason)


def _save(week: Week, kind: Kind) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        keep_missed(viewer, week)
        check_ins.save(context(), viewer, week, kind)
        st.session_state.pop(_EDITING, None)


def _not_this_week(week: Week, reason: Absence | None) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        check_ins.not_this_week(context(), viewer, week, reason)
        st.session_state.pop(_EDITING, None)
