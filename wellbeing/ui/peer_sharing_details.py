"""What the viewer shows one peer of their own weeks, and what that peer shows them."""

from collections.abc import Sequence

import streamlit as st

from wellbeing.charts.my_weeks import indicator_spec, week_table
from wellbeing.charts.summary import chart_summary
from wellbeing.content.dates import day_words
from wellbeing.content.load import indicator_text, say
from wellbeing.domain.ids import PersonId
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.pairings import Stage
from wellbeing.domain.peer_sharing import Share
from wellbeing.domain.people import Role, Viewer
from wellbeing.services import peer_sharing
from wellbeing.services.pairings import SeenPairing
from wellbeing.services.peer_sharing import WEEKS_BACK, NewShare
from wellbeing.ui.messages import as_text, attempt, attempt_in_callback, later
from wellbeing.ui.peer_check_in_details import choose_peer
from wellbeing.ui.peer_choices import ask_yes_or_no
from wellbeing.ui.session import context, require_in_callback

_FOR_WEEKS = (4, 8, 12)


def show_sharing(viewer: Viewer, found: Sequence[SeenPairing]) -> None:
    """Show, peer by peer, what each of the two shows the other."""
    active = [each for each in found if each.stage is Stage.ACTIVE]
    peer = choose_peer(active, "show")
    name = as_text(peer.name)
    shares = peer_sharing.my_shares(context(), viewer)
    st.write(say("peer_sharing.what", name=name))
    mine = [s for s in shares if s.peer_id == peer.peer_id]
    for share in mine:
        _show_mine(share, peer)
    if not mine:
        _show_form(viewer, peer)
    st.header(say("peer_sharing.theirs", name=name), anchor=False)
    if any(share.owner_id == peer.peer_id for share in shares):
        _show_theirs(viewer, peer)
    else:
        st.write(say("peer_sharing.theirs_none", name=name))


def _show_mine(share: Share, peer: SeenPairing) -> None:
    names = (indicator_text(i).name for i in Indicator if i in share.indicators)
    words = say(
        "peer_sharing.shown",
        name=as_text(peer.name),
        names=", ".join(names),
        first=day_words(share.shown_from.monday),
        last=day_words(share.last_week.sunday),
    )
    signs = say("peer_sharing.shown_signs") if share.early_signs else ""
    st.markdown(f"**{words}** {signs}")
    st.button(
        say("peer_sharing.stop"),
        key=f"peers:stop:{peer.peer_id}",
        on_click=_stop,
        args=(peer.peer_id, peer.name),
    )


def _stop(peer_id: PersonId, name: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        peer_sharing.stop_sharing(context(), viewer, peer_id)
        later(say("peer_sharing.stopped", name=name))


def _show_form(viewer: Viewer, peer: SeenPairing) -> None:
    with st.form(f"peers:share:{peer.peer_id}"):
        chosen = st.pills(
            say("peer_sharing.indicators", name=as_text(peer.name)),
            list(Indicator),
            selection_mode="multi",
            format_func=lambda i: indicator_text(i).name,
            key=f"peers:indicators:{peer.peer_id}",
        )
        weeks = st.segmented_control(
            say("peer_sharing.weeks"),
            _FOR_WEEKS,
            default=_FOR_WEEKS[0],
            required=True,
            format_func=lambda n: say("peer_sharing.weeks_choice", weeks=n),
            key=f"peers:weeks:{peer.peer_id}",
        )
        back = st.segmented_control(
            say("peer_sharing.back"),
            WEEKS_BACK,
            default=WEEKS_BACK[0],
            required=True,
            format_func=_back_words,
            key=f"peers:back:{peer.peer_id}",
        )
        signs = ask_yes_or_no(
            say("peer_sharing.early_signs"),
            shown=False,
            key=f"peers:signs:{peer.peer_id}",
        )
        pressed = st.form_submit_button(
            say("peer_sharing.share"), key=f"peers:shared:{peer.peer_id}"
        )
    if pressed:
        new = NewShare(
            indicators=frozenset(Indicator(i) for i in chosen),
            weeks=weeks,
            back=back,
            early_signs=signs,
        )
        with attempt():
            peer_sharing.share(context(), viewer, peer.peer_id, new)
            later(say("peer_sharing.shared", name=peer.name))
            st.rerun()


def _back_words(weeks: int) -> str:
    if not weeks:
        return say("peer_sharing.back_none")
    return say("peer_sharing.weeks_choice", weeks=weeks)


def _show_theirs(viewer: Viewer, peer: SeenPairing) -> None:
    shown = peer_sharing.weeks_of_peer(context(), viewer, peer.peer_id)
    last = day_words(shown.last_week.sunday)
    st.write(say("peer_sharing.theirs_until", name=as_text(peer.name), last=last))
    for indicator, points in shown.panels.items():
        text = indicator_text(indicator)
        st.subheader(text.name, anchor=False)
        if all(point.value is None for point in points):
            st.write(say("peer_sharing.theirs_no_score"))
            continue
        st.vega_lite_chart(
            week_table(points),
            indicator_spec(indicator, text.higher_means),
            alt=chart_summary(text.name, text.higher_means, points),
            key=f"peers:chart:{indicator}",
        )
