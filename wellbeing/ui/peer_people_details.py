"""Requests to answer, the viewer's pairings, and asking a colleague."""

from collections.abc import Callable, Sequence

import streamlit as st

from wellbeing.content.dates import day_words
from wellbeing.content.load import choice_text, say
from wellbeing.domain.ids import PersonId
from wellbeing.domain.pairings import Colleague, Origin, PeerRhythm, Stage
from wellbeing.domain.people import Role, Viewer
from wellbeing.services import pairings, peer_blocks
from wellbeing.services.context import Context
from wellbeing.services.pairings import SeenPairing
from wellbeing.ui.messages import as_text, attempt, attempt_in_callback, later
from wellbeing.ui.session import context, require_in_callback

_RHYTHMS = list(PeerRhythm)
_PAIRED = "peers:paired"
"""Names of those whom this tab last showed as paired, by id."""


def what_ended(found: Sequence[SeenPairing]) -> tuple[str, ...]:
    """Return a sentence for each pairing that ended since this tab was drawn."""
    active = {str(e.peer_id): e.name for e in found if e.stage is Stage.ACTIVE}
    before = st.session_state.get(_PAIRED, {})
    st.session_state[_PAIRED] = active
    gone = (name for key, name in before.items() if key not in active)
    return tuple(say("peers.ended_meanwhile", name=name) for name in gone)


def told_of_itself(peer_id: PersonId) -> None:
    """Let an ending be: the viewer has just pressed it in this tab."""
    st.session_state.get(_PAIRED, {}).pop(str(peer_id), None)


def show_requests(viewer: Viewer, found: Sequence[SeenPairing]) -> None:
    """Show what waits for the viewer's answer, whatever part they look at."""
    del viewer  # every callback asks again who is there
    for each in found:
        if each.stage is Stage.TO_ANSWER:
            _show_request(each)


def _show_request(each: SeenPairing) -> None:
    name, until = as_text(each.name), day_words(each.answer_until.sunday)
    kind = "asked" if each.origin is Origin.ASKED else "suggested"
    rhythm = choice_text(each.rhythm).lower()
    lines = [f"**{say(f'peer_requests.{kind}', name=name, rhythm=rhythm)}**"]
    lines += [" ".join(say(f"peer_requests.{fact}") for fact in each.facts)]
    lines += [say("peer_requests.until", day=until, name=name)]
    st.markdown("\n\n".join(line for line in lines if line))
    with st.container(horizontal=True):
        for agrees, words in ((True, "agree"), (False, "decline")):
            st.button(
                say(f"peer_requests.{words}"),
                key=f"peers:{words}:{each.peer_id}",
                on_click=_answer,
                args=(each.peer_id, each.name, agrees),
            )


def _answer(peer_id: PersonId, name: str, agrees: bool) -> None:  # noqa: FBT001 (Streamlit passes it)
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        paired = pairings.answer(context(), viewer, peer_id, agrees=agrees)
        told = "paired" if paired else "agreed" if agrees else "declined"
        later(say(f"peer_requests.{told}", name=name))


def show_people(viewer: Viewer, found: Sequence[SeenPairing]) -> None:
    """Show the viewer's pairings and requests, and let them ask somebody."""
    mine = [each for each in found if each.stage is not Stage.TO_ANSWER]
    if not mine:
        st.write(say("peer_people.none"))
    for each in mine:
        _show_one(each)
    _show_change([each for each in mine if each.stage is Stage.ACTIVE])
    _show_asking(viewer)


def _show_one(each: SeenPairing) -> None:
    began = each.began_week or each.answer_until
    day = began.monday if each.stage is Stage.ACTIVE else each.answer_until.sunday
    words = say(
        f"peer_people.{each.stage}",
        name=as_text(each.name),
        rhythm=choice_text(each.rhythm).lower(),
        day=day_words(day),
    )
    st.markdown(words)
    if each.stage is Stage.WAITING:
        st.button(
            say("peer_people.take_back"),
            key=f"peers:take_back:{each.peer_id}",
            on_click=_do,
            args=(pairings.end, each.peer_id, "peer_people.taken_back"),
        )


def _show_change(active: Sequence[SeenPairing]) -> None:
    if not active:
        return
    part = st.expander(say("peer_people.one"), key="peers:change", on_change="rerun")
    if not part.open:
        return
    names = {str(each.peer_id): each for each in active}
    with part:
        chosen = names[
            st.selectbox(
                say("peer_people.which"),
                list(names),
                format_func=lambda key: names[key].name,
                key="peers:which",
            )
        ]
        key = f"peers:rhythm:{chosen.peer_id}"
        st.segmented_control(
            say("peer_people.rhythm"),
            _RHYTHMS,
            default=chosen.rhythm,
            required=True,
            format_func=choice_text,
            key=key,
        )
        st.button(
            say("peer_people.rhythm_save"),
            key="peers:rhythm_save",
            on_click=_change_rhythm,
            args=(chosen.peer_id, key),
        )
        for words, done, act in (
            ("end", "peer_people.ended_now", pairings.end),
            ("block", "peer_people.blocked", peer_blocks.block),
        ):
            st.write(say(f"peer_people.{words}_what"))
            st.button(
                say(f"peer_people.{words}"),
                key=f"peers:{words}",
                on_click=_do,
                args=(act, chosen.peer_id, done),
            )


def _do(
    act: Callable[[Context, Viewer, PersonId], None], peer_id: PersonId, done: str
) -> None:
    with attempt_in_callback():
        act(context(), require_in_callback(Role.CLINICIAN), peer_id)
        told_of_itself(peer_id)
        later(say(done))


def _change_rhythm(peer_id: PersonId, key: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        rhythm = PeerRhythm(st.session_state[key])
        pairings.change_rhythm(context(), viewer, peer_id, rhythm)
        later(say("peer_people.rhythm_saved"))


def _show_asking(viewer: Viewer) -> None:
    st.header(say("peer_people.ask"), anchor=False)
    st.write(say("peer_people.ask_what"))
    colleagues = {
        str(c.person_id): c for c in pairings.colleagues_to_ask(context(), viewer)
    }
    if not colleagues:
        st.write(say("peer_people.ask_none"))
        return
    with st.form("peers:ask"):
        chosen = st.selectbox(
            say("peer_people.ask_whom"),
            list(colleagues),
            index=None,
            format_func=lambda key: colleague_words(colleagues[key]),
            placeholder=say("peer_people.ask_choose"),
            key="peers:whom",
        )
        rhythm = st.segmented_control(
            say("peer_people.rhythm"),
            _RHYTHMS,
            default=PeerRhythm.FORTNIGHTLY,
            required=True,
            format_func=choice_text,
            key="peers:ask_rhythm",
        )
        if not st.form_submit_button(say("peer_people.ask_button"), key="peers:asked"):
            return
    if chosen is None:
        st.error(say("peer_people.ask_nobody"))
        return
    with attempt():
        peer = colleagues[chosen]
        paired = pairings.ask(context(), viewer, peer.person_id, PeerRhythm(rhythm))
        until = context().this_week(viewer.clinic).plus(1)
        told = "peer_requests.paired" if paired else "peer_people.ask_done"
        later(say(told, name=peer.name, day=day_words(until.sunday)))
        st.rerun()


def colleague_words(colleague: Colleague) -> str:
    """Return a colleague's name and team."""
    team = f" ({colleague.team})" if colleague.team else ""
    return colleague.name + team
