"""Who is here: asked anew at every run, because callbacks run before the frame."""

from html import escape

import streamlit as st

from wellbeing.bootstrap import process_context
from wellbeing.content.load import say
from wellbeing.domain.errors import (
    DatabaseUnusableError,
    NotAllowedError,
    SignedOutError,
)
from wellbeing.domain.people import Role, Viewer
from wellbeing.services.accounts import viewer_of
from wellbeing.services.context import Context
from wellbeing.services.keyring import TextsLockedError, keys_of_session
from wellbeing.services.my_keys import open_texts
from wellbeing.services.private_texts import OpenKeys
from wellbeing.ui.messages import drop_kept_refusals

LINK_STYLE = (
    'style="color:inherit;text-decoration:underline;display:inline-block;'
    'min-height:1.7rem"'
)
"""A link in HTML of ours does not know the theme: it takes the text's colour."""

_OWNER, _AWAY = "wellbeing_session", "frame:away"


def context() -> Context:
    """Return the surroundings of this process."""
    return process_context()


def viewer_or_none() -> Viewer | None:
    """Return who is here, or None when the session has ended.

    The session's name comes from the edge, which put it into the WebSocket's
    headers; Streamlit resumes a session only under the same one.
    """
    found = st.user.to_dict().get("sid")
    try:
        viewer = viewer_of(context(), str(found) if found else None)
    except SignedOutError:
        viewer = None
    owner = viewer.session if viewer else ""
    if st.session_state.get(_OWNER, owner) != owner:
        st.session_state.clear()  # another person, or nobody: nothing may survive
    st.session_state[_OWNER] = owner
    return viewer


def require(*roles: Role) -> Viewer:
    """Return the viewer if they hold one of the roles; else show why not, and stop.

    The first statement of every page and of every fragment. Without roles,
    everybody who is signed in may pass.
    """
    try:
        viewer = viewer_or_none()
    except DatabaseUnusableError as error:
        st.error(str(error))
        drop_kept_refusals()
        st.session_state[_AWAY] = True
        # It does nothing but run this again: reloading would lose what was tapped.
        st.button(say("outage.again"), key="frame:again")
        st.stop()
    if viewer is None:
        st.title(say("frame.signed_out_title"), anchor=False)
        st.write(say("frame.signed_out"))
        link(say("sign_in.title"), "/sign-in")
        st.stop()
    if roles and not viewer.roles.intersection(roles):
        st.title(say("edge.not_found"), anchor=False)
        st.stop()
    return viewer


def was_away() -> bool:
    """Tell, once, whether a run since the last time could draw nothing.

    A browser forgets what widgets showed that were not drawn; Streamlit's server does
    not if they are in fragments, and would take the browser's emptiness for a tap.
    """
    return bool(st.session_state.pop(_AWAY, False))


def require_in_callback(*roles: Role) -> Viewer:
    """Return the viewer if they hold one of the roles: a callback draws nothing.

    Raises:
        SignedOutError, NotAllowedError, DatabaseUnusableError.
    """
    viewer = viewer_or_none()
    if viewer is None:
        raise SignedOutError
    if roles and not viewer.roles.intersection(roles):
        raise NotAllowedError(roles[0])
    return viewer


def own_keys(viewer: Viewer) -> OpenKeys:
    """Return the viewer's key to their private texts; never keep it in the state.

    Raises:
        TextsLockedError: this session cannot open it; ``open_own_texts`` may.
    """
    return keys_of_session(context(), viewer, session_secret())


def open_own_texts(viewer: Viewer, password: str) -> None:
    """Open the viewer's private texts in this session with their password.

    Raises:
        WrongPasswordError, TooManyAttemptsError, TextsLockedError.
    """
    open_texts(context(), viewer, password=password, secret=session_secret())


def session_secret() -> bytes:
    """Return what this session's token comes to, which opens what the session holds.

    Raises:
        TextsLockedError: the browser has sent none.
    """
    found = st.user.to_dict().get("key")
    if not found:
        raise TextsLockedError
    return bytes.fromhex(str(found))


def link(text: str, path: str, *, download: bool = False) -> None:
    """Show a link to one of our own routes; it opens in place."""
    extra = " download" if download else ""
    st.html(f'<a href="{path}" target="_self"{extra} {LINK_STYLE}>{escape(text)}</a>')
