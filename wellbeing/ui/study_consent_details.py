"""Studies for those who may take part: read, decide, take back, see each bundle."""

from enum import StrEnum

import streamlit as st

from wellbeing.content.dates import day_and_year
from wellbeing.content.load import choice_text, say
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.studies import RoleGroup, Tenure, Through
from wellbeing.privacy.study_ledger import LedgerLine
from wellbeing.services import consents
from wellbeing.services.consents import OfferedStudy
from wellbeing.ui.messages import as_text, attempt_in_callback, later
from wellbeing.ui.session import context, require_in_callback
from wellbeing.ui.study_words import checks_words, show_plan
from wellbeing.ui.tables import show_table


def show_consents(viewer: Viewer) -> None:
    """Show the studies that are open to the viewer, and those they decided about."""
    found = consents.studies_for_me(context(), viewer)
    if not found:
        st.write(say("studies.none_open"))
    for one in found:
        _show(one)


def show_decided(viewer: Viewer) -> None:
    """Show the studies that the viewer takes part in, whatever their roles are."""
    for one in consents.studies_for_me(context(), viewer):
        if one.agreed and Role.CLINICIAN not in viewer.roles:
            _show(one)


def _show(one: OfferedStudy) -> None:
    about = f"{one.plan.study_id}:{one.version}"
    st.subheader(as_text(one.plan.title), anchor=False)
    show_plan(one.plan, frozen=one.frozen, about=about)
    if one.agreed:
        _show_agreed(one, about)
    elif one.consent is not None:
        st.write(say("studies.taken_back_since", week=one.consent.week))
    if one.takes_people:
        _offer(one, about)
    elif not one.agreed:
        closed = "studies.too_late" if one.frozen else "studies.closed_version"
        st.write(say(closed))
    _show_bundles(one)


def _show_agreed(one: OfferedStudy, about: str) -> None:
    if one.consent is not None:
        st.success(say("studies.agreed_since", week=one.consent.week))
    st.button(
        say("studies.take_back"),
        key=f"studies:take_back:{about}",
        on_click=_take_back,
        args=(one.plan.study_id,),
    )


def _offer(one: OfferedStudy, about: str) -> None:
    asked = one.plan.attributes
    if one.agreed and not asked:
        return
    with st.form(f"studies:decide:{about}"):
        if "role_group" in asked:
            said = one.consent.role_group if one.consent else None
            _pills("role_group", RoleGroup, said, about)
        if "tenure" in asked:
            said_tenure = one.consent.tenure if one.consent else None
            _pills("tenure", Tenure, said_tenure, about)
        st.form_submit_button(
            say("studies.change_answers" if one.agreed else "studies.agree"),
            key=f"studies:agree:{about}",
            on_click=_agree,
            args=(one.plan.study_id, one.version),
        )


def _pills(name: str, kind: type[StrEnum], said: StrEnum | None, about: str) -> None:
    st.pills(
        say(f"studies.{name}"),
        list(kind),
        default=said,
        format_func=choice_text,
        key=f"studies:{name}:{about}",
    )


def _agree(study_id: str, version: int) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        about = f"{study_id}:{version}"
        role_group = st.session_state.get(f"studies:role_group:{about}")
        tenure = st.session_state.get(f"studies:tenure:{about}")
        consents.agree(
            context(),
            viewer,
            study_id,
            version,
            role_group=RoleGroup(role_group) if role_group else None,
            tenure=Tenure(tenure) if tenure else None,
        )
        later(say("studies.agreed_done"))


def _take_back(study_id: str) -> None:
    with attempt_in_callback():
        consents.take_back(context(), require_in_callback(), study_id)
        later(say("studies.taken_back_done"))


def _show_bundles(one: OfferedStudy) -> None:
    if not one.bundles:
        if one.agreed:
            st.write(say("studies.bundles_mine_none"))
        return
    show_table(
        say("studies.bundles_mine", title=one.plan.title),
        {
            say("studies.bundle_day"): [day_and_year(b.made_on) for b in one.bundles],
            say("studies.bundle_who"): [_asked_by(one, b) for b in one.bundles],
            say("studies.bundle_state"): [
                say("studies.bundle_recalled" if b.recalled else "studies.bundle_fine")
                for b in one.bundles
            ],
        },
    )
    about = f"{one.plan.study_id}:{one.version}"
    with st.expander(
        f"{say('studies.bundle_checks')}: {as_text(one.plan.title)}",
        key=f"studies:checks_mine:{about}",
    ):
        for each in one.bundles:
            st.markdown(f"{day_and_year(each.made_on)}\n\n{checks_words(each)}")


def _asked_by(one: OfferedStudy, bundle: LedgerLine) -> str:
    if bundle.maker is not None:
        return bundle.maker
    by = "by_command" if bundle.through is Through.COMMAND else "by_gone"
    return say(f"studies.{by}", responsible=one.plan.responsible)
