"""What the week held: small numbers and kinds of support, all optional."""

from collections.abc import Mapping

import streamlit as st

from wellbeing.content.load import choice_text, say
from wellbeing.domain.check_ins import CONTEXT_LIMITS, SupportUsed
from wellbeing.domain.weeks import Week
from wellbeing.ui.fields import SUPPORT_USED, Widget, kept_field


def show_context(week: Week, fields: Mapping[str, int]) -> None:
    """Ask for the context when somebody wants to give it."""
    more = st.expander(
        say("check_in.context"), key=f"check_in:{week}:context", on_change="rerun"
    )
    if not more.open:
        return
    with more:
        for name, most in CONTEXT_LIMITS.items():
            kept_field(week, fields, name, _number(name, most))
        kept_field(
            week,
            fields,
            SUPPORT_USED,
            lambda key, changed: st.pills(
                say("check_in.support_used"),
                [kind.value for kind in SupportUsed],
                selection_mode="multi",
                format_func=lambda value: choice_text(SupportUsed(value)),
                key=key,
                **changed,
            ),
        )


def _number(name: str, most: int) -> Widget:
    return lambda key, changed: st.number_input(
        say(f"check_in.{name}"),
        min_value=0,
        max_value=most,
        step=1,
        value=None,
        key=key,
        **changed,
    )
