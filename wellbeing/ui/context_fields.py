"""What the week held: small numbers and kinds of support, all optional."""

from collections.abc import Mapping

import streamlit as st

from wellbeing.content.load import choice_text, say
from wellbeing.domain.check_ins import CONTEXT_LIMITS, SupportUsed
from wellbeing.domain.drafts import USED
from wellbeing.domain.weeks import Week
from wellbeing.ui.fields import kept_field


def show_context(week: Week, fields: Mapping[str, int]) -> None:
    """Ask for the context when somebody wants to give it."""
    if not st.toggle(say("check_in.context"), key=f"check_in:{week}:context"):
        return
    for name, most in CONTEXT_LIMITS.items():
        kept_field(
            week,
            fields,
            name,
            lambda key, changed, name=name, most=most: st.number_input(  # type: ignore[misc]
                say(f"check_in.{name}"),
                min_value=0,
                max_value=most,
                step=1,
                value=None,
                key=key,
                **changed,
            ),
        )
    st.markdown(say("check_in.support_used"))
    for kind in SupportUsed:
        kept_field(
            week,
            fields,
            USED + kind,
            lambda key, changed, kind=kind: st.checkbox(  # type: ignore[misc]
                choice_text(kind), key=key, **changed
            ),
            box=True,
        )
