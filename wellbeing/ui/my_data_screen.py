"""The screen of one's own data: download, withdraw, choices, sessions, deletion."""

import streamlit as st

from wellbeing.content.dates import day_and_year, week_days
from wellbeing.content.load import say
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services import (
    accounts,
    check_ins,
    loading,
    my_data,
    my_weeks_files,
    open_sessions,
)
from wellbeing.ui.audit_screen import show_my_records
from wellbeing.ui.keeping_details import show_keeping
from wellbeing.ui.messages import attempt, attempt_in_callback, later, show_kept
from wellbeing.ui.passphrase_forms import show_passphrase
from wellbeing.ui.proof_form import is_code_given
from wellbeing.ui.recovery_code_form import show_recovery_code
from wellbeing.ui.reminders_details import show_reminders
from wellbeing.ui.second_factor_details import show_second_factor
from wellbeing.ui.session import context, link, require_in_callback
from wellbeing.ui.sign_in_ways_details import show_sign_in_ways
from wellbeing.ui.study_consent_details import show_decided
from wellbeing.ui.team_promise import show_effect
from wellbeing.ui.uploads import offer_file

_TRENDS = {
    True: "my_data.trends_now_yes",
    False: "my_data.trends_now_no",
    None: "my_data.trends_now_none",
}


def show_my_data(viewer: Viewer) -> None:
    """Show what is stored about the viewer and what they can do with it."""
    st.caption(say("my_data.audience"))
    show_kept()
    with attempt():
        st.write(say("my_data.download_what"))
        link(say("my_data.download"), "/my/data.zip", download=True)
        if Role.CLINICIAN in viewer.roles:
            _show_check_ins(viewer)
            _show_loading(viewer)
            _show_team_trends(viewer)
        show_keeping(viewer)
        show_reminders(viewer)
        show_my_records(viewer)
        show_decided(viewer)
        _show_sessions(viewer)
        show_sign_in_ways(viewer)
        if is_code_given(viewer, "my_data"):
            show_second_factor(viewer)
            if not show_passphrase(viewer):
                _show_password(viewer)
                show_recovery_code(viewer)
            _show_deletion(viewer)


def _show_check_ins(viewer: Viewer) -> None:
    st.header(say("my_data.withdraw"), anchor=False)
    weeks = my_weeks_files.my_check_in_weeks(context(), viewer)
    if not weeks:
        st.write(say("my_data.nothing"))
        return
    st.write(say("my_data.withdraw_what"))
    chosen = st.selectbox(
        say("my_data.withdraw_week"),
        [str(w) for w in weeks],
        index=None,
        format_func=lambda text: week_days(Week.parse(text)),
        key="my_data:week",
    )
    st.button(
        say("my_data.withdraw_button"),
        key="my_data:withdraw",
        disabled=chosen is None,
        on_click=_withdraw,
        args=(chosen,),
    )


def _withdraw(chosen: str) -> None:
    with attempt_in_callback():
        week = Week.parse(chosen)
        check_ins.withdraw(context(), require_in_callback(Role.CLINICIAN), week)
        st.session_state["my_data:week"] = None
        later(say("my_data.withdrawn", week=week_days(week)))


def _show_loading(viewer: Viewer) -> None:
    def load(data: bytes, dry_run: bool) -> tuple[int, tuple[str, ...]]:  # noqa: FBT001 (a callback)
        done = loading.load_my_check_ins(context(), viewer, data, dry_run=dry_run)
        return done.check_ins, done.notes

    offer_file("my_data", load)


def _show_team_trends(viewer: Viewer) -> None:
    st.header(say("my_data.trends"), anchor=False)
    counted = check_ins.team_trends_choice(context(), viewer)
    st.write(say(_TRENDS[counted]))
    show_effect(viewer)
    if counted is not True:
        _trends_button("check_in.trends_yes", counted=True)
    if counted is not False:
        _trends_button("check_in.trends_no", counted=False)


def _trends_button(words: str, *, counted: bool) -> None:
    st.button(
        say(words), key=f"my_data:{words}", on_click=_choose_trends, args=(counted,)
    )


def _choose_trends(counted: bool) -> None:  # noqa: FBT001 (Streamlit passes it)
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        check_ins.choose_team_trends(context(), viewer, counted=counted)


def _show_sessions(viewer: Viewer) -> None:
    st.header(say("my_data.sessions"), anchor=False)
    for session in open_sessions.my_sessions(context(), viewer):
        day = day_and_year(session.started_at.astimezone(viewer.clinic.zone).date())
        words = "my_data.session_this" if session.this_one else "my_data.session_other"
        st.write(say(words, day=day))
        if not session.this_one:
            st.button(
                say("my_data.session_end"),
                key=f"my_data:end:{session.key}",
                on_click=_end_session,
                args=(session.key,),
            )
    st.button(say("my_data.everywhere"), key="my_data:everywhere", on_click=_everywhere)


def _end_session(key: str) -> None:
    with attempt_in_callback():
        open_sessions.end_session(context(), require_in_callback(), key)


def _everywhere() -> None:
    with attempt_in_callback():
        accounts.sign_out_everywhere(context(), require_in_callback())


def _show_password(viewer: Viewer) -> None:
    st.header(say("my_data.password"), anchor=False)
    with st.form("my_data:password", clear_on_submit=True):
        old = st.text_input(
            say("my_data.password_old"),
            type="password",
            autocomplete="current-password",
            key="my_data:old",
        )
        new = st.text_input(
            say("my_data.password_new"),
            type="password",
            autocomplete="new-password",
            help=say("invitation.hint"),
            key="my_data:new",
        )
        if st.form_submit_button(
            say("my_data.password_button"), key="my_data:change_password"
        ):
            with attempt():
                accounts.change_password(context(), viewer, old=old, new=new)
                st.success(say("my_data.password_changed"))


def _show_deletion(viewer: Viewer) -> None:
    st.header(say("my_data.delete"), anchor=False)
    st.write(say("my_data.delete_goes"))
    st.write(say("my_data.delete_stays"))
    with st.form("my_data:delete"):
        password = st.text_input(
            say("my_data.delete_password"),
            type="password",
            autocomplete="current-password",
            key="my_data:delete_password",
        )
        if st.form_submit_button(
            say("my_data.delete_button"), key="my_data:delete_button"
        ):
            with attempt():
                my_data.delete_account(context(), viewer, password=password)
                st.rerun()
