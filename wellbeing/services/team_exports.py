"""A team's released figures as files: every row as CSV, one page as PDF."""

import csv
import io
from collections.abc import Iterator, Sequence

from wellbeing.charts.team_page import Page, Panel, page_pdf
from wellbeing.charts.team_trends import band_spec, block_rows, block_summary
from wellbeing.charts.typeset import NoPdfError, pdf_is_possible
from wellbeing.content.load import indicator_text, say
from wellbeing.domain.errors import NotFoundError
from wellbeing.domain.ids import TeamId
from wellbeing.domain.indicators import direction_of
from wellbeing.domain.seats import Seat
from wellbeing.imports.cells import starts_like_formula
from wellbeing.privacy.policy import RULES_VERSION
from wellbeing.privacy.release import Figure
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.services.team_panels import panels_of, shown_periods
from wellbeing.services.team_trends import PeriodPicture
from wellbeing.services.team_views import TeamView, team_view
from wellbeing.services.team_words import (
    change_words,
    figure_words,
    headline,
    notes,
    short_weeks_words,
    unit_words,
    weeks_words,
)
from wellbeing.storage.release_engine import Door

_COLUMNS = (
    "first_week",
    "last_week",
    "unit",
    "indicator",
    "direction",
    "lower",
    "upper",
    "people",
    "withheld",
    "least_people",
    "rules_version",
)
_ON_A_PAGE = 7
"""Periods in the table of a page; the panels show a year."""


def team_trends_csv(door: Door, seat: Seat, team_id: TeamId) -> bytes:
    """Return every released figure of the units that held a team, oldest first.

    RFC 4180, UTF-8 without a mark. Columns: first_week, last_week (ISO weeks, both
    included), unit (names of the teams that share the picture), indicator, direction
    (which end is harder), lower, upper (0 to 100 points; from lower up to, not with,
    upper; empty: withheld), people (class of the group's size), withheld (why),
    least_people and rules_version (what the period was closed with).

    Raises:
        NotFoundError: the viewer neither leads the team nor belongs to it.
        TrendsNotReadyError: the door is not set up.
    """
    picture = team_view(door, seat, team_id).picture
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for one in picture.periods:
        writer.writerows(_rows(one))
    return out.getvalue().encode()


def team_trends_pdf(door: Door, seat: Seat, team_id: TeamId) -> bytes:
    """Return one page for a team meeting, tagged for screen readers.

    It holds what the screen shows and nothing else, and no time of its making: until
    the next period is closed, each is like the other to the byte.

    Raises:
        NotFoundError: as for the CSV, or there is no picture yet.
        NoPdfError: what makes the PDF is not installed.
        TrendsNotReadyError, PictureError: it cannot be made now.
    """
    view = team_view(door, seat, team_id)
    if not pdf_is_possible():
        raise NoPdfError
    if view.last is None:
        raise NotFoundError("picture")
    return page_pdf(_page(view, view.last))


def _rows(one: PeriodPicture) -> Iterator[list[object]]:
    for indicator in TEAM_INDICATORS:
        figure = one.figures[indicator]
        yield [
            one.period.first_week,
            one.period.last_week,
            _plain("; ".join(one.unit.teams.values())),
            indicator.value,
            direction_of(indicator).value,
            *_edges(figure),
            figure.people or "",
            figure.withheld or "",
            one.closed.least_people,
            RULES_VERSION if one.closed.known_rules else "",
        ]


def _edges(figure: Figure) -> tuple[object, object]:
    # A band that reaches to an end of the scale says so: empty means withheld.
    if figure.band is None:
        return "", ""
    upper = 100 if figure.band.upper is None else figure.band.upper
    return figure.band.lower or 0, upper


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if starts_like_formula(text) else text


def _page(view: TeamView, one: PeriodPicture) -> Page:
    unit = unit_words(one)
    periods = shown_periods(view.picture)[-_ON_A_PAGE:]
    heads = [say("team_trends.table_header")]
    heads += [short_weeks_words(p.period) for p in periods]
    return Page(
        title=f"{say('team_trends.title')}: {unit}",
        period=weeks_words(one.period),
        headline=headline(view, one),
        notes=(
            say("team_trends.audience", least=one.closed.least_people),
            *notes(view, one),
            say("team_trends.indicators_note"),
        ),
        how_to_read=say("team_trends.how_to_read"),
        table=(tuple(heads), *_table(periods)),
        panels=tuple(_panels(view)),
    )


def _table(periods: Sequence[PeriodPicture]) -> Iterator[tuple[str, ...]]:
    for indicator in TEAM_INDICATORS:
        name = indicator_text(indicator).name
        yield (name, *(figure_words(p.figures[indicator]) for p in periods))


def _panels(view: TeamView) -> Iterator[Panel]:
    for indicator, blocks in panels_of(view.picture).items():
        text = indicator_text(indicator)
        yield Panel(
            name=text.name,
            change=change_words(view, indicator),
            alt=block_summary(text.name, text.higher_means, blocks),
            spec=band_spec(indicator, text.higher_means),
            rows=block_rows(blocks),
        )
