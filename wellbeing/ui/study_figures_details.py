"""The figures of a bundle on the screen: people, completeness, spread, reliability."""

from collections.abc import Mapping

import streamlit as st

from wellbeing.content.load import choice_text, indicator_text, say
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role
from wellbeing.domain.reliability import Estimate
from wellbeing.services import study_figures
from wellbeing.services.bundle_ledger import SeenBundle
from wellbeing.services.study_figures import Completeness, Distribution, StudyFigures
from wellbeing.ui.messages import as_text, attempt
from wellbeing.ui.session import context, require
from wellbeing.ui.tables import show_table

_NONE = "studies.figures_withheld"
_GLUE = "\N{NO-BREAK SPACE}"


def offer_figures(newest: SeenBundle) -> None:
    """Let a researcher see the figures of the newest bundle that is kept."""
    st.header(say("studies.figures_title"), anchor=False)
    st.write(say("studies.figures_what"))
    if st.button(say("studies.figures_show"), key="studies:figures"):
        viewer = require(Role.RESEARCHER)
        with attempt():
            found = study_figures.study_figures(
                context(), viewer, newest.line.bundle_id
            )
            _show(found)


def _show(found: StudyFigures) -> None:
    st.write(say("studies.figures_people", people=choice_text(found.people)))
    _show_completeness(found.completeness)
    _show_distributions(found.distributions)
    st.caption(say("studies.figures_rule"))
    _show_alphas(found.alphas)
    _show_agreements(found)


def _show_completeness(found: tuple[Completeness, ...]) -> None:
    if found:
        _table(
            say("studies.figures_completeness"),
            {
                say("studies.figures_period"): [str(one.period) for one in found],
                say("studies.figures_share"): [
                    say(_NONE) if one.share is None else f"{one.share:.0%}"
                    for one in found
                ],
            },
        )


def _show_distributions(found: Mapping[Indicator, Distribution | None]) -> None:
    if not found:
        return
    shown = list(found.values())
    _table(
        say("studies.figures_distribution"),
        {
            say("studies.figures_indicator"): [_name(one) for one in found],
            say("studies.figures_n"): [
                say(_NONE) if one is None else str(one.people) for one in shown
            ],
            say("studies.figures_mean"): [
                "" if one is None else f"{one.mean:.1f}" for one in shown
            ],
            say("studies.figures_sd"): [
                "" if one is None else f"{one.sd:.1f}" for one in shown
            ],
            say("studies.figures_quartiles"): [
                ""
                if one is None
                else f",{_GLUE}".join(f"{q:.1f}" for q in one.quartiles)
                for one in shown
            ],
        },
    )


def _show_alphas(found: Mapping[Indicator, Estimate | None]) -> None:
    if found:
        names = [_name(one) for one in found]
        columns = {say("studies.figures_indicator"): names}
        columns |= _estimates(list(found.values()))
        _table(say("studies.figures_alpha"), columns)


def _show_agreements(found: StudyFigures) -> None:
    title = say("studies.figures_agreement")
    if not found.agreements:
        st.write(say("studies.figures_no_agreement"))
        return
    columns = {
        say("studies.figures_indicator"): [
            _name(one.indicator) for one in found.agreements
        ],
        say("studies.figures_scale"): [
            f"{one.scale.title}: {one.scale.name}" for one in found.agreements
        ],
    }
    _table(title, columns | _estimates([one.found for one in found.agreements]))


def _estimates(found: list[Estimate | None]) -> dict[str, list[str]]:
    return {
        say("studies.figures_value"): [
            say(_NONE) if one is None else f"{one.value:.2f}" for one in found
        ],
        say("studies.figures_interval"): [
            "" if one is None else f"{one.low:.2f}{_GLUE}to{_GLUE}{one.high:.2f}"
            for one in found
        ],
        say("studies.figures_n"): [
            "" if one is None else str(one.people) for one in found
        ],
    }


def _table(title: str, columns: dict[str, list[str]]) -> None:
    st.markdown(f"**{as_text(title)}**")
    show_table(title, columns)


def _name(indicator: Indicator) -> str:
    return indicator_text(indicator).name
