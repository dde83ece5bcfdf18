"""The frame around every screen: who is here, where one can go, where help is."""

from collections.abc import Sequence

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from wellbeing.content.load import say
from wellbeing.domain.people import Role, Viewer
from wellbeing.ui import (  # loaded once
    check_in_screen,  # noqa: F401
    gatherings_screen,  # noqa: F401
    my_weeks_screen,  # noqa: F401
    questionnaire_screen,  # noqa: F401
    reflect_screen,  # noqa: F401
    team_trends_screen,  # noqa: F401
)
from wellbeing.ui.footer import show_footer
from wellbeing.ui.messages import attempt
from wellbeing.ui.popovers import popover
from wellbeing.ui.screens import PAGES
from wellbeing.ui.session import require
from wellbeing.ui.turns import drawing

_EVERYBODY = frozenset(Role)
_SCREENS = {
    "check_in": {Role.CLINICIAN},
    "my_weeks": {Role.CLINICIAN},
    "peers": {Role.CLINICIAN},
    "reflect": {Role.CLINICIAN},
    "people": {Role.ADMINISTRATOR},
    "support": _EVERYBODY,
    "team_trends": {Role.CLINICIAN, Role.LEAD},
    "studies": {Role.CLINICIAN, Role.RESEARCHER, Role.ADMINISTRATOR},
    "gatherings": _EVERYBODY,
    "questionnaires": {Role.CLINICIAN},
    "instruments": {Role.ADMINISTRATOR},
    "own_instruments": {Role.ADMINISTRATOR},
    "clinic": {Role.ADMINISTRATOR},
    "audit": {Role.ADMINISTRATOR, Role.REPRESENTATIVE},
    "my_data": _EVERYBODY,
    "about_privacy": _EVERYBODY,
}
"""The screens in the order of the menu, and whose they are."""
_AT_HAND = 5
"""So many links stand in the menu; it has one row on a desk and two on a phone."""


def _page(name: str) -> StreamlitPage:
    return st.Page(
        PAGES / f"{name}.py",
        title=say(f"navigation.{name}"),
        url_path=name.replace("_", "-"),
    )


def _pages(viewer: Viewer) -> list[StreamlitPage]:
    """Return the screens of the viewer's roles, the most used first."""
    names = [name for name, roles in _SCREENS.items() if roles & viewer.roles]
    return [_page(name) for name in names]


@drawing()
def main() -> None:
    """Draw the frame and the screen that was asked for."""
    st.set_page_config(page_title=say("frame.app_name"), layout="centered")
    viewer = require()
    pages = _pages(viewer)

    def start() -> None:
        # Support is at hand for everybody, but it is nobody's work.
        st.switch_page(next(p for p in pages if p.url_path != "support"))

    # The default screen has no address of its own; a hidden one that moves on
    # gives every screen an address that can be kept and reloaded.
    landing = st.Page(
        start, title=say("navigation.start"), default=True, visibility="hidden"
    )
    # Streamlit's own menu folds away behind an arrow on a phone; this one does not.
    page = st.navigation([landing, *pages], position="hidden")
    st.set_page_config(page_title=say("frame.tab", screen=page.title))
    _show_menu(pages)
    with attempt():
        page.run()
    show_footer(viewer)


def _show_menu(pages: Sequence[StreamlitPage]) -> None:
    """Show the links to the screens; those used less stand behind one button."""
    with st.container(horizontal=True, gap="small", key="menu"):
        for each in pages[:_AT_HAND]:
            st.page_link(each, width="content")
        if more := pages[_AT_HAND:]:
            with popover(say("navigation.more"), key="menu:more"):
                for each in more:
                    st.page_link(each)


if __name__ == "__main__":
    main()
