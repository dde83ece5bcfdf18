"""A clinician finds a peer, checks in with them, and shows them what they choose."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Role
from wellbeing.ui.peers_screen import show_peers
from wellbeing.ui.session import require

viewer = require(Role.CLINICIAN)
st.title(say("peers.title"), anchor=False)
show_peers(viewer)
