"""A clinic's own key in words: its items, and how the scores of an example came."""

import streamlit as st

from wellbeing.charts.instrument_scores import score_words
from wellbeing.content.load import say
from wellbeing.instruments.model import Instrument, Method
from wellbeing.instruments.worked import Work
from wellbeing.ui.instrument_words import scale_name, scale_words
from wellbeing.ui.messages import as_text
from wellbeing.ui.tables import show_table


def show_key(key: Instrument, texts: tuple[str, ...] = ()) -> None:
    """Show a key place by place, beside the texts of a file if there are any."""
    codes = ", ".join(map(str, key.codes))
    st.text(say("own_instruments.understood", count=len(key.items), codes=codes))
    scales = {
        item: ", ".join(scale_name(s) for s in key.scales if item in s.items)
        for item in key.item_ids
    }
    columns = {
        say("own_instruments.position"): [str(i.position) for i in key.items],
        say("own_instruments.scale"): [scales[item] for item in key.item_ids],
        say("own_instruments.counts"): [
            say("own_instruments.turned" if item.reversed else "own_instruments.plain")
            for item in key.items
        ],
    }
    if len(texts) == len(key.items):
        columns[say("own_instruments.text")] = list(texts)
    show_table(say("own_instruments.table"), columns)
    for scale in key.scales:
        st.text(scale_words(scale))
        st.caption(as_text(scale.rule_source))


def show_works(key: Instrument, works: tuple[Work, ...]) -> None:
    """Show each scale of an example: what was expected, what came, and how."""
    for each in works:
        name = scale_name(each.scale)
        found = _score(each.score)
        expected = each.expected
        if expected is None:
            st.text(say("own_instruments.computed", scale=name, score=found))
        else:
            words = "agrees" if each.agrees else "differs"
            st.text(
                say(
                    f"own_instruments.{words}",
                    scale=name,
                    score=found,
                    expected=expected,
                )
            )
        st.caption(_how(key, each))
        title = say("own_instruments.steps", scale=name)
        show_table(
            title,
            {
                say("own_instruments.position"): [str(s.position) for s in each.steps],
                say("own_instruments.answer"): [_code(s.answer) for s in each.steps],
                say("own_instruments.counts"): [
                    f"{_code(s.counts)} ({say('own_instruments.turned')})"
                    if s.reversed
                    else _code(s.counts)
                    for s in each.steps
                ],
            },
        )


def _score(value: float | None) -> str:
    return say("own_instruments.no_score") if value is None else score_words(value)


def _code(code: int | None) -> str:
    return say("own_instruments.none") if code is None else str(code)


def _how(key: Instrument, each: Work) -> str:
    """Return in one sentence how the answers of a scale became its score."""
    scale = each.scale
    counts = [step.counts for step in each.steps if step.counts is not None]
    many = {"answered": len(counts), "count": len(scale.items)}
    if each.score is None:
        return say("own_instruments.how_none", needs=scale.needs, **many)
    total = sum(counts)
    if scale.method is Method.RESCALED:
        return say(
            "own_instruments.how_rescaled",
            total=total,
            low=key.codes[0],
            high=key.codes[-1],
            lowest=score_words(scale.lowest),
            highest=score_words(scale.highest),
            **many,
        )
    return say(f"own_instruments.how_{scale.method}", total=total, **many)
