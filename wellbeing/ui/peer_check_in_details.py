"""The next peer check-in: when it is due, a guide, and the viewer's own record."""

from collections.abc import Mapping, Sequence

import streamlit as st

from wellbeing.content.dates import day_words
from wellbeing.content.load import choice_text, say
from wellbeing.content.peer_guides import guide_text, questions_on
from wellbeing.domain.peer_check_ins import MOST_AREAS, Guide
from wellbeing.domain.people import Viewer
from wellbeing.domain.reflections import Area
from wellbeing.domain.weeks import Week
from wellbeing.services import peer_appointments, peer_check_ins
from wellbeing.services.keyring import TextsLockedError
from wellbeing.services.pairings import SeenPairing
from wellbeing.services.peer_texts import Contact, ReadTexts
from wellbeing.services.private_texts import OpenKeys
from wellbeing.ui.messages import as_text
from wellbeing.ui.peer_record_form import show_record
from wellbeing.ui.peer_times_details import next_words, show_proposals, show_times
from wellbeing.ui.screens import go_to
from wellbeing.ui.session import context, own_keys


def show_peer_check_in(viewer: Viewer, found: Sequence[SeenPairing]) -> None:
    """Show when a check-in is due, with whom, its guide, and a form to record it."""
    this = context().this_week(viewer.clinic)
    weeks = peer_check_ins.due_weeks(context(), viewer)
    times = peer_appointments.my_times(context(), viewer)
    show_proposals(found, times)
    due = {each: weeks[each.peer_id] for each in found if each.peer_id in weeks}
    peer = choose_peer(sorted(due, key=lambda each: (due[each], each.name)), "due")
    known = times.get(peer.peer_id)
    agreed = next_words(viewer, peer, known)
    st.markdown(f"**{agreed or _due_words(peer, due[peer], this)}**")
    show_times(peer, known)
    guide, areas = _show_guide()
    keys = keys_or_none(viewer)
    texts: Mapping[Contact, ReadTexts] = {}
    if keys is not None:
        texts = peer_check_ins.my_texts(context(), viewer, keys)
    show_record(viewer, peer, guide, areas, texts if keys else None)
    contacts = peer_check_ins.my_contacts(context(), viewer)
    _show_earlier(viewer, peer, contacts.get(peer.peer_id, ()), texts)


def show_due_after_check_in(viewer: Viewer) -> None:
    """After the viewer's own check-in, say that one with a peer is due this week."""
    this = context().this_week(viewer.clinic)
    if this in peer_check_ins.due_weeks(context(), viewer).values():
        st.write(say("peer_check_in.due"))
        if st.button(say("peer_check_in.due_go"), key="check_in:peers"):
            go_to("peers")


def keys_or_none(viewer: Viewer) -> OpenKeys | None:
    """Return the viewer's key, or None where this session cannot open it."""
    try:
        return own_keys(viewer)
    except TextsLockedError:
        return None


def choose_peer(peers: Sequence[SeenPairing], where: str) -> SeenPairing:
    """Return the only peer, or let the viewer choose one of several."""
    if len(peers) == 1:
        return peers[0]
    names = {str(each.peer_id): each for each in peers}
    chosen = st.selectbox(
        say("peers.with"),
        list(names),
        format_func=lambda key: names[key].name,
        key=f"peers:with:{where}",
    )
    return names[chosen]


def _due_words(peer: SeenPairing, due: Week, this: Week) -> str:
    return say(
        "peer_check_in.next_this_week" if due == this else "peer_check_in.next_later",
        name=as_text(peer.name),
        day=day_words(due.monday),
        rhythm=choice_text(peer.rhythm).lower(),
    )


def _show_guide() -> tuple[Guide, frozenset[Area]]:
    guide = Guide(
        st.segmented_control(
            say("peer_check_in.guide"),
            list(Guide),
            default=Guide.WEEKLY,
            required=True,
            format_func=choice_text,
            key="peers:guide",
        )
    )
    text = guide_text(guide)
    lines = [say("peer_check_in.about_minutes", minutes=text.minutes), text.intro]
    st.write(" ".join(lines))
    chosen: list[Area] = []
    if guide is Guide.MONTHLY:
        chosen = _show_areas()
    steps = (
        f"{n}. **{step.title}** "
        f"({say('peer_check_in.step_minutes', minutes=step.minutes)}). {step.text}"
        for n, step in enumerate(text.steps, 1)
    )
    st.markdown("\n".join(steps))
    return guide, frozenset(chosen)


def _show_areas() -> list[Area]:
    chosen = st.pills(
        say("peer_check_in.areas"),
        list(Area),
        selection_mode="multi",
        format_func=choice_text,
        key="peers:areas",
    )
    if not 0 < len(chosen) <= MOST_AREAS:
        st.caption(say("peer_check_in.areas_hint"))
    for area in chosen if len(chosen) <= MOST_AREAS else []:
        lines = (f"- {question}" for question in questions_on(Area(area)))
        st.markdown(f"**{choice_text(Area(area))}**\n" + "\n".join(lines))
    return [Area(area) for area in chosen]


def _show_earlier(
    viewer: Viewer,
    peer: SeenPairing,
    weeks: Sequence[Week],
    texts: Mapping[Contact, ReadTexts],
) -> None:
    name = as_text(peer.name)
    part = st.expander(
        say("peer_check_in.earlier", name=name), key="peers:earlier", on_change="rerun"
    )
    if not part.open:
        return
    with part:
        if not weeks:
            st.write(say("peer_check_in.earlier_none"))
            return
        counted = "contact" if len(weeks) == 1 else "contacts"
        st.write(say(f"peer_check_in.{counted}", count=len(weeks)))
        records = peer_check_ins.my_records(context(), viewer)
        for week in reversed(weeks):
            kept = records.get((peer.peer_id, week))
            said = [say("peer_check_in.line_week", day=day_words(week.monday))]
            if kept is not None:
                said += [choice_text(c).lower() for c in (kept.how, kept.length) if c]
                if kept.connected is not None:
                    connected = kept.connected
                    said.append(say("peer_check_in.line_connected", value=connected))
            read = texts.get((peer.peer_id, week), ReadTexts())
            lines = [", ".join(said), *_text_lines(read, name)]
            st.markdown("- " + "\n    - ".join(lines))


def _text_lines(read: ReadTexts, name: str) -> list[str]:
    found = {"intention": read.intention, "mine": read.mine, "theirs": read.theirs}
    return [
        say(f"peer_check_in.line_{kind}", text=as_text(text), name=name)
        for kind, text in found.items()
        if text is not None
    ]
