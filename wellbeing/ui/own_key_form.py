"""The form of a clinic's own key: a file to begin from, then plain fields."""

import streamlit as st

from wellbeing.content.load import say
from wellbeing.domain.people import Viewer
from wellbeing.instruments.model import Method, Rule
from wellbeing.instruments.own import (
    LONGEST_INTERVAL,
    MOST_ITEMS,
    MOST_SCALES,
    own_key,
)
from wellbeing.instruments.own_fields import KeyFields, ScaleFields
from wellbeing.instruments.own_files import EMPTY, FileRead
from wellbeing.instruments.own_reading import values_of
from wellbeing.services import own_instruments, own_key_changes
from wellbeing.ui.messages import attempt, later
from wellbeing.ui.own_key_words import show_key
from wellbeing.ui.session import context

NEXT = "own:next"
"""Which key is chosen at the next run."""

_ANOTHER = ScaleFields(name="", items="", rule_source="", higher_means="")


def offer_new_key(viewer: Viewer) -> None:
    """Let an administrator begin a key, from a file or with empty fields."""
    st.header(say("own_instruments.file"), anchor=False)
    st.write(say("own_instruments.file_what"))
    file = st.file_uploader(say("own_instruments.file_label"), key="own:file")
    if file is None:
        show_key_form(viewer, EMPTY, seed="empty")
        return
    form = st.text_input(say("own_instruments.form"), key="own:form", max_chars=100)
    with attempt():
        data = file.getvalue()
        read = own_instruments.read_file(context(), viewer, data, form=form)
        _show_notes(read)
        seed = f"{file.file_id}:{form}"
        show_key_form(viewer, read.fields, seed=seed, texts=read.texts)


def _show_notes(read: FileRead) -> None:
    count, codes = read.fields.count, read.fields.codes
    st.text(say("own_instruments.understood", count=count, codes=codes))
    if read.labels:
        labels = "; ".join(read.labels)
        st.text(say("own_instruments.answers_of_file", labels=labels))
    for note in read.notes:
        st.text(note)


def show_key_form(
    viewer: Viewer,
    begun: KeyFields,
    *,
    seed: str,
    was: str = "",
    texts: tuple[str, ...] = (),
) -> None:
    """Show the fields of a key, and keep it as a draft when that is wanted.

    Args:
        begun: what the fields hold at first.
        seed: begins the fields anew when it changes.
        was: ``seen`` of the version that it goes on from; empty: a new key.
        texts: of the items of a file, to compare with.
    """
    key = f"own:{seed}"
    fields = _fields(begun, key, is_new=not was)
    with st.container(horizontal=True):
        only_check = st.button(say("own_instruments.check"), key=f"{key}:check")
        wanted = st.button(say("own_instruments.keep"), key=f"{key}:keep")
    with attempt():
        if wanted:
            kept, notes = own_key_changes.keep_draft(context(), viewer, fields, was)
            later("\n\n".join((say("own_instruments.kept"), *notes)))
            st.session_state[NEXT] = kept.id
            st.rerun()
        if only_check:
            checked = own_key(values_of(fields), 1)
            st.success(say("own_instruments.fine"))
            for note in checked.notes:
                st.text(note)
            show_key(checked.instrument, texts)


def _fields(begun: KeyFields, key: str, *, is_new: bool) -> KeyFields:
    st.subheader(say("own_instruments.section_about"), anchor=False)
    short = begun.short
    if is_new:
        short = _line("short", begun.short, key, 23)
    about = {
        "title": _line("title_label", begun.title, key, 120),
        "citation": _lines("citation", begun.citation, key, 600),
        "doi": _line("doi", begun.doi, key, 200),
        "holder": _line("holder", begun.holder, key, 300),
        "allows": _lines("allows", begun.allows, key, 1000),
        "wording": _lines("wording", begun.wording, key, 1000),
    }
    st.subheader(say("own_instruments.section_answers"), anchor=False)
    st.caption(say("own_instruments.no_grid"))
    sheet = _line("sheet", begun.sheet, key, 300)
    window = _number("window", begun.window_days, key, (0, LONGEST_INTERVAL))
    interval = _number(
        "interval", begun.shortest_interval_days, key, (1, LONGEST_INTERVAL)
    )
    codes = _line("codes", begun.codes, key, 100)
    count = _number("count", begun.count, key, (1, MOST_ITEMS))
    turned = _line("reversed", begun.reversed, key, 600)
    st.caption(say("own_instruments.reversed_how"))
    many = _number("scales", len(begun.scales), key, (1, MOST_SCALES))
    scales = (*begun.scales, *([_ANOTHER] * MOST_SCALES))[:many]
    return KeyFields(
        short=short,
        **about,
        sheet=sheet,
        window_days=window,
        shortest_interval_days=interval,
        codes=codes,
        count=count,
        reversed=turned,
        scales=tuple(_scale(one, n, key) for n, one in enumerate(scales, start=1)),
        unsure=begun.unsure,
    )


def _scale(begun: ScaleFields, number: int, key: str) -> ScaleFields:
    key = f"{key}:{number}"
    st.subheader(say("own_instruments.section_scale", number=number), anchor=False)
    name = _line("scale_name", begun.name, key, 60)
    items = _line("scale_items", begun.items, key, 600)
    methods, rules = list(Method), list(Rule)
    method = st.selectbox(
        say("own_instruments.method"),
        methods,
        index=methods.index(begun.method),
        format_func=lambda one: say(f"own_instruments.method_{one}"),
        key=f"{key}:method",
    )
    lowest, highest = begun.lowest, begun.highest
    if method is Method.RESCALED:
        lowest = _line("lowest", begun.lowest, key, 20)
        highest = _line("highest", begun.highest, key, 20)
    needs = _number("needs", begun.needs, key, (1, MOST_ITEMS))
    rule = st.selectbox(
        say("own_instruments.rule"),
        rules,
        index=rules.index(begun.rule),
        format_func=lambda one: say(f"own_instruments.rule_{one}"),
        key=f"{key}:rule",
    )
    return ScaleFields(
        name=name,
        items=items,
        method=method,
        needs=needs,
        rule=rule,
        rule_source=_line("rule_source", begun.rule_source, key, 300),
        lowest=lowest,
        highest=highest,
        higher_means=_line("higher_means", begun.higher_means, key, 100),
    )


def _line(name: str, value: str, key: str, longest: int) -> str:
    label = say(f"own_instruments.{name}")
    return st.text_input(label, value, max_chars=longest, key=f"{key}:{name}")


def _lines(name: str, value: str, key: str, longest: int) -> str:
    label = say(f"own_instruments.{name}")
    return st.text_area(label, value, max_chars=longest, key=f"{key}:{name}")


def _number(name: str, value: int, key: str, ends: tuple[int, int]) -> int:
    label = say(f"own_instruments.{name}")
    least, most = ends
    return int(st.number_input(label, least, most, value, key=f"{key}:{name}"))
