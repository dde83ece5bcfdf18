"""The support log: which kinds, about how long, how helpful; nothing pre-selected."""

import streamlit as st

from wellbeing.content.dates import week_days
from wellbeing.content.load import choice_text, say
from wellbeing.domain.check_ins import SupportUsed
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.support import MOST_HELPFUL, Lasted, SupportEntry
from wellbeing.domain.weeks import Week
from wellbeing.services import support_log
from wellbeing.services.support_log import LoggedWeek
from wellbeing.ui.messages import attempt_in_callback
from wellbeing.ui.session import context, require_in_callback
from wellbeing.ui.tables import show_table

_SAID = "support_log:said"
_EARLIER = 12
"""So many weeks before this one can be chosen, and are shown."""


def show_support_log(viewer: Viewer) -> None:
    """Show the viewer's log, folded, with a form for one week at a time."""
    more = st.expander(
        say("support_log.title"), key="support_log:more", on_change="rerun"
    )
    if not more.open:
        return
    with more:
        st.caption(say("support_log.audience"))
        known = support_log.my_support(context(), viewer)
        this = context().this_week(viewer.clinic)
        recent = (str(this.plus(-n)) for n in range(_EARLIER + 1))
        chosen = st.selectbox(
            say("support_log.week"),
            list(dict.fromkeys((*recent, *(str(w.week) for w in known)))),
            format_func=lambda text: week_days(Week.parse(text)),
            key="support_log:week",
        )
        _show_form(viewer, Week.parse(chosen))
        _show_past(known)


def offer_support_log(viewer: Viewer, week: Week) -> None:
    """After a check-in, offer the form of its week, folded."""
    more = st.expander(
        say("support_log.after"), key=f"support_log:{week}:after", on_change="rerun"
    )
    if not more.open:
        return
    with more:
        st.caption(say("support_log.audience"))
        _show_form(viewer, week)


def _show_form(viewer: Viewer, week: Week) -> None:
    known = support_log.support_in(context(), viewer, week)
    before = {e.kind: e for e in known.entries}
    chosen = st.pills(
        say("support_log.used"),
        list(SupportUsed),
        selection_mode="multi",
        default=list(before),
        format_func=choice_text,
        key=_key(week, "used"),
    )
    for kind in chosen:
        _ask_more(week, kind, before.get(kind, SupportEntry(kind=kind)))
    if said := st.session_state.pop(_SAID, None):
        st.success(said)
    with st.container(horizontal=True):
        st.button(
            say("support_log.save" if chosen else "support_log.save_none"),
            key=_key(week, "save"),
            on_click=_save,
            args=(week,),
        )
        if known.told:
            st.button(
                say("support_log.delete"),
                key=_key(week, "delete"),
                on_click=_delete,
                args=(week,),
            )


def _ask_more(week: Week, kind: SupportUsed, known: SupportEntry) -> None:
    words = choice_text(kind)
    st.pills(
        say("support_log.lasted", kind=words),
        list(Lasted),
        default=known.lasted,
        format_func=choice_text,
        key=_key(week, f"lasted:{kind}"),
    )
    st.segmented_control(
        say("support_log.helped", kind=words),
        list(range(MOST_HELPFUL + 1)),
        default=known.helped,
        key=_key(week, f"helped:{kind}"),
    )


def _key(week: Week, part: str) -> str:
    return f"support_log:{week}:{part}"


def _save(week: Week) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        kinds = st.session_state.get(_key(week, "used")) or []
        entries = [_entry(week, SupportUsed(kind)) for kind in kinds]
        support_log.log_support(context(), viewer, week, entries)
        st.session_state[_SAID] = say("support_log.saved", week=week_days(week))


def _entry(week: Week, kind: SupportUsed) -> SupportEntry:
    lasted = st.session_state.get(_key(week, f"lasted:{kind}"))
    return SupportEntry(
        kind=kind,
        lasted=None if lasted is None else Lasted(lasted),
        helped=st.session_state.get(_key(week, f"helped:{kind}")),
    )


def _delete(week: Week) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.CLINICIAN)
        support_log.forget_support(context(), viewer, week)
        # Its widgets would go on showing what is gone.
        for key in list(st.session_state):
            if str(key).startswith(_key(week, "")):
                del st.session_state[key]
        st.session_state[_SAID] = say("support_log.deleted", week=week_days(week))


def _show_past(weeks: tuple[LoggedWeek, ...]) -> None:
    st.markdown(f"**{say('support_log.so_far')}**")
    if not weeks:
        st.write(say("support_log.nothing_yet"))
        return
    shown = weeks[:_EARLIER]
    columns = {
        say("support_log.table_week"): [str(w.week) for w in shown],
        say("support_log.table_used"): [_words(w) for w in shown],
    }
    show_table(say("support_log.title"), columns)
    if len(weeks) > len(shown):
        st.caption(say("support_log.earlier"))


def _words(week: LoggedWeek) -> str:
    return "; ".join(map(_entry_words, week.entries)) or say("support_log.none")


def _entry_words(entry: SupportEntry) -> str:
    words = choice_text(entry.kind)
    if entry.lasted is not None:
        lasted = choice_text(entry.lasted)
        words = say("support_log.entry_lasted", kind=words, lasted=lasted.lower())
    if entry.helped is not None:
        words = say("support_log.entry_helped", entry=words, helped=entry.helped)
    return words
