"""The clinic's screen: its name, place and clock, and its support contacts."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.content.places import countries, time_zones
from wellbeing.domain.ids import ContactId
from wellbeing.domain.people import Role, Viewer
from wellbeing.services import clinic
from wellbeing.ui.messages import (
    as_text,
    attempt,
    attempt_in_callback,
    later,
    show_kept,
)
from wellbeing.ui.session import context, require_in_callback
from wellbeing.ui.team_rules_form import show_team_rules, show_teams


def show_clinic(viewer: Viewer) -> None:
    """Show the clinic's settings and contacts to an administrator."""
    st.caption(say("clinic.audience"))
    show_kept()
    st.header(say("clinic.about"), anchor=False)
    codes, zones = list(countries()), list(time_zones())
    with st.form("clinic:about"):
        name = st.text_input(say("clinic.name"), viewer.clinic.name, key="clinic:name")
        country = st.selectbox(
            say("clinic.country"),
            codes,
            index=codes.index(viewer.clinic.country),
            format_func=lambda code: countries()[code],
            key="clinic:country",
        )
        zone = st.selectbox(
            say("clinic.time_zone"),
            zones,
            index=zones.index(viewer.clinic.time_zone),
            key="clinic:time_zone",
        )
        if st.form_submit_button(say("clinic.save"), key="clinic:save"):
            with attempt():
                clinic.change_clinic(
                    context(), viewer, name=name, country=country, time_zone=zone
                )
                later(say("clinic.saved"))
                st.rerun()
    _show_contacts(viewer)
    show_teams(viewer)
    show_team_rules(viewer)


def _show_contacts(viewer: Viewer) -> None:
    st.header(say("clinic.contacts"), anchor=False)
    st.caption(say("clinic.contacts_what"))
    contacts = clinic.support_contacts(context(), viewer)
    if not contacts:
        st.write(say("clinic.contacts_none"))
    for contact in contacts:
        st.text(f"{contact.name}\n{contact.reach}\n{contact.about}".strip())
        st.button(
            f"{say('clinic.contact_remove')}: {as_text(contact.name)}",
            key=f"clinic:remove:{contact.contact_id}",
            on_click=_remove,
            args=(contact.contact_id,),
        )
    with st.form("clinic:contact", clear_on_submit=False):
        name = st.text_input(say("clinic.contact_name"), key="clinic:contact_name")
        reach = st.text_input(say("clinic.contact_reach"), key="clinic:contact_reach")
        about = st.text_input(say("clinic.contact_about"), key="clinic:contact_about")
        if st.form_submit_button(say("clinic.contact_add"), key="clinic:contact_add"):
            with attempt():
                clinic.add_contact(
                    context(), viewer, name=name, reach=reach, about=about
                )
                later(say("clinic.saved"))
                st.rerun()


def _remove(contact_id: ContactId) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.ADMINISTRATOR)
        clinic.remove_contact(context(), viewer, contact_id)
