"""Tables beside charts: plain HTML, readable by a screen reader and on a phone."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

_CELL = "padding:.35rem .7rem .35rem 0;text-align:left;vertical-align:top"


def show_table(name: str, columns: Mapping[str, Sequence[str]]) -> None:
    """Show columns as a table whose rows are headed by the first column.

    Wider than the screen, it scrolls in a region that the keyboard reaches.

    Args:
        name: what the table shows, for those who do not see it.
        columns: heading to cells, all of the same length.
    """
    heads = "".join(
        f'<th scope="col" style="{_CELL}">{escape(head)}</th>' for head in columns
    )
    rows = "".join(
        "<tr>" + _row(cells) + "</tr>" for cells in zip(*columns.values(), strict=True)
    )
    st.html(
        f'<div role="region" tabindex="0" aria-label="{escape(name)}" '
        'style="overflow-x:auto"><table style="border-collapse:collapse">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(cells: Sequence[str]) -> str:
    first, *others = cells
    head = f'<th scope="row" style="{_CELL}">{escape(first)}</th>'
    return head + "".join(f'<td style="{_CELL}">{escape(c)}</td>' for c in others)
