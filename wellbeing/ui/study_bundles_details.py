"""Bundles of a study for its researcher: make one, the ledger, tokens, figures."""

import streamlit as st

from wellbeing.content.dates import day_and_year
from wellbeing.content.load import choice_text, say
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.studies import BundleId, StudyState, StudyTokenId, Through
from wellbeing.exports.extras import Extra
from wellbeing.privacy.study_data import TimeUnit
from wellbeing.services import bundle_jobs, bundle_ledger, study_tokens
from wellbeing.services.bundle_jobs import JobState
from wellbeing.services.bundle_ledger import SeenBundle
from wellbeing.services.studies import SeenStudy
from wellbeing.services.study_tokens import MOST_DAYS, MOST_USES
from wellbeing.ui.messages import (
    as_text,
    attempt,
    attempt_in_callback,
    later,
)
from wellbeing.ui.proof_form import is_proved
from wellbeing.ui.session import context, link, require, require_in_callback
from wellbeing.ui.study_figures_details import offer_figures
from wellbeing.ui.study_words import checks_words, unit_words
from wellbeing.ui.tables import show_table

_EVERY = 2.0
"""Seconds between two looks at a bundle in the making."""


def show_bundles(viewer: Viewer, one: SeenStudy) -> None:
    """Show what a researcher can do with the bundles of a study of theirs."""
    study_id = one.plan.study_id
    proved = is_proved(viewer, "studies")
    if proved and one.state is StudyState.OPEN:
        _offer_bundle(one)
    found = bundle_ledger.ledger_of(context(), viewer, study_id)
    _show_job(viewer, study_id, recalled=any(b.line.recalled for b in found[:1]))
    st.header(say("studies.ledger_title"), anchor=False)
    if not found:
        st.write(say("studies.ledger_none"))
        return
    _show_ledger(found, proved=proved)
    kept = [each for each in found if each.kept]
    if kept:
        if proved:
            _show_tokens(viewer, kept)
        offer_figures(kept[0])


def _offer_bundle(one: SeenStudy) -> None:
    study_id = one.plan.study_id
    st.header(say("studies.bundle_title"), anchor=False)
    st.write(say("studies.bundle_what"))
    st.pills(
        say("studies.extras"),
        list(Extra),
        selection_mode="multi",
        format_func=lambda extra: say(f"studies.extra_{extra}"),
        key=f"studies:extras:{study_id}",
    )
    if one.plan.time_unit is TimeUnit.WEEKS:
        st.checkbox(say("studies.in_weeks"), key=f"studies:in_weeks:{study_id}")
    sure = one.frozen or st.checkbox(
        say("studies.before_freeze", day=day_and_year(one.plan.freeze_date)),
        key=f"studies:before_freeze:{study_id}",
    )
    st.button(
        say("studies.make"),
        key=f"studies:make:{study_id}",
        disabled=not sure,
        on_click=_make,
        args=(study_id,),
    )


def _make(study_id: str) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.RESEARCHER)
        weeks = st.session_state.get(f"studies:in_weeks:{study_id}")
        bundle_jobs.start_bundle(
            context(),
            viewer,
            study_id,
            extras=st.session_state.get(f"studies:extras:{study_id}", ()),
            time_unit=TimeUnit.WEEKS if weeks else TimeUnit.BLOCKS,
        )


def _show_job(viewer: Viewer, study_id: str, *, recalled: bool) -> None:
    job = bundle_jobs.job_of(context(), viewer, study_id)
    if job is None:
        return
    if job.state is JobState.RUNNING:
        _follow(study_id)
    elif job.state is JobState.DONE:
        if not recalled:
            st.success(say("studies.made"))
    elif job.state is JobState.REFUSED:
        st.error(as_text(job.sentence))
    else:
        st.error(say(f"studies.{job.state}"))


@st.fragment(run_every=_EVERY)
def _follow(study_id: str) -> None:
    viewer = require(Role.RESEARCHER)
    with attempt():
        job = bundle_jobs.job_of(context(), viewer, study_id)
        if job is None or job.state is not JobState.RUNNING:
            st.rerun()
        st.progress(job.share, say("studies.making"))


def _show_ledger(found: tuple[SeenBundle, ...], *, proved: bool) -> None:
    lines = [each.line for each in found]
    show_table(
        say("studies.ledger_title"),
        {
            say("studies.bundle_day"): [day_and_year(line.made_on) for line in lines],
            say("studies.ledger_file"): [line.file for line in lines],
            say("studies.ledger_how"): [_how(each) for each in found],
            say("studies.ledger_people"): [choice_text(line.size) for line in lines],
            say("studies.ledger_unit"): [unit_words(line.time_unit) for line in lines],
            say("studies.ledger_sum"): [line.sha256[:12] for line in lines],
        },
    )
    for each in found:
        line = each.line
        if line.recalled:
            st.warning(as_text(say("studies.download_recalled", file=line.file)))
        elif each.kept and proved:
            link(
                say("studies.download", file=line.file),
                f"/study/bundle/{line.bundle_id}.zip",
                download=True,
            )
    with st.expander(say("studies.bundle_checks"), key="studies:checks"):
        for each in found:
            head = as_text(say("studies.checks_of", file=each.line.file))
            st.markdown(f"{head}\n\n{checks_words(each.line)}")
            st.text(f"{say('studies.ledger_sum')} {each.line.sha256}")


def _how(each: SeenBundle) -> str:
    line = each.line
    if line.through is Through.COMMAND:
        return say("studies.ledger_command")
    if line.maker is None:
        return say("studies.ledger_gone")
    return say("studies.ledger_screen", maker=line.maker)


def _show_tokens(viewer: Viewer, kept: list[SeenBundle]) -> None:
    st.header(say("studies.tokens_title"), anchor=False)
    st.write(say("studies.tokens_what"))
    names = {each.line.bundle_id: each.line.file for each in kept}
    for token in study_tokens.my_tokens(context(), viewer):
        if token.bundle_id in names:
            words = "token_line" if token.works else "token_ended"
            until = day_and_year(token.expires_at.astimezone(viewer.clinic.zone).date())
            told = say(
                f"studies.{words}", file=token.file, until=until, uses=token.uses_left
            )
            st.write(as_text(told))
            st.button(
                say("studies.token_revoke", file=as_text(token.file)),
                key=f"studies:revoke:{token.token_id}",
                on_click=_revoke,
                args=(token.token_id,),
            )
    with st.form("studies:token"):
        bundle = st.selectbox(
            say("studies.token_bundle"),
            list(names),
            format_func=lambda bundle_id: names[bundle_id],
            key="studies:token_bundle",
        )
        days = st.number_input(
            say("studies.token_days"), 1, MOST_DAYS, 7, key="studies:token_days"
        )
        uses = st.number_input(
            say("studies.token_uses"), 1, MOST_USES, 1, key="studies:token_uses"
        )
        if st.form_submit_button(say("studies.token_make"), key="studies:token_make"):
            with attempt():
                _show_token(viewer, bundle, int(days), int(uses))


def _show_token(viewer: Viewer, bundle: BundleId, days: int, uses: int) -> None:
    secret = study_tokens.make_token(context(), viewer, bundle, days=days, uses=uses)
    url = f"{context().settings.url}/study/fetch"
    st.write(as_text(say("studies.token_once", url=url)))
    st.code(f"Bearer {secret}", language=None)


def _revoke(token_id: StudyTokenId) -> None:
    with attempt_in_callback():
        viewer = require_in_callback(Role.RESEARCHER)
        study_tokens.revoke_token(context(), viewer, token_id)
        later(say("studies.token_revoked"))
