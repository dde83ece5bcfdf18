"""Administrators and staff representatives read the audit record."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.ui.audit_screen import show_audit
from wellbeing.ui.session import require

viewer = require(Role.ADMINISTRATOR, Role.REPRESENTATIVE)
st.title(say("audit.title"), anchor=False)
show_audit(viewer)
