"""The clinic's screen: its name, place and clock, and its support contacts."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.content.places import countries, time_zones
from wellbeing.domain.people import Viewer
from wellbeing.services import clinic
from wellbeing.ui.contacts_form import show_contacts
from wellbeing.ui.messages import attempt, later, show_kept
from wellbeing.ui.session import context
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
    show_contacts(viewer)
    show_teams(viewer)
    show_team_rules(viewer)
