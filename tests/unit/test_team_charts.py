"""Charts of team trends: what they hold, and what they must not."""

import json
import re

import altair as alt
import pytest

from tests.released import PERIODS
from tests.unit.test_team_views import B30, B40, picture
from wellbeing.charts.team_trends import (
    COLUMNS,
    band_spec,
    block_rows,
    block_summary,
    block_table,
)
from wellbeing.domain.indicators import Indicator
from wellbeing.privacy.bands import Band
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.services.team_panels import MOST_PERIODS, panels_of

FIGURES = {"aggregate", "window", "regression", "impute", "bin", "density", "loess"}


def spec(indicator=Indicator.BURNOUT, higher_means="more of it"):
    """Return a spec as the browser gets it."""
    return json.loads(json.dumps(band_spec(indicator, higher_means)))


def parts(node):
    """Yield every mapping inside a spec."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from parts(inner)


def blocks(*periods, **options):
    """Return the blocks of burnout."""
    return panels_of(picture(*periods, **options))[Indicator.BURNOUT]


@pytest.mark.parametrize("indicator", TEAM_INDICATORS)
def test_a_panel_reads_its_columns_and_nothing_else(indicator):
    made = {
        name
        for part in parts(spec(indicator))
        if isinstance(name := part.get("as"), str)
    }
    read = {part["field"] for part in parts(spec(indicator)) if "field" in part}
    assert read <= set(COLUMNS) | made
    keys = {key for part in parts(spec(indicator)) for key in part}
    assert not keys & {"data", "datasets", "url", "href"}


@pytest.mark.parametrize("indicator", TEAM_INDICATORS)
def test_a_panel_computes_no_figure_in_the_browser(indicator):
    assert not FIGURES & {key for part in parts(spec(indicator)) for key in part}


@pytest.mark.parametrize("indicator", TEAM_INDICATORS)
def test_there_is_no_line_and_no_point(indicator):
    marks = {layer["mark"]["type"] for layer in spec(indicator)["layer"]}
    assert marks == {"rect", "rule"}


@pytest.mark.parametrize("indicator", TEAM_INDICATORS)
def test_a_panel_is_valid_vega_lite(indicator):
    alt.LayerChart.from_dict({**spec(indicator), "data": {"values": []}})


@pytest.mark.parametrize("indicator", TEAM_INDICATORS)
def test_the_whole_scale_is_always_shown_with_its_direction_in_words(indicator):
    [axis] = [
        part
        for part in parts(spec(indicator))
        if "domain" in str(part.keys()) and part["domain"] == [0, 100]
    ]
    assert axis["nice"] is False
    assert '"Higher means more of it"' in json.dumps(spec(indicator))


def test_a_panel_is_compiled_once():
    assert band_spec(Indicator.REST, "x") is band_spec(Indicator.REST, "x")


def test_a_table_holds_released_edges_and_the_ends_of_the_scale_only():
    shown = [Band(None, 30), Band(30, 40), Band(70, None), None]
    table = block_table(blocks(*shown))
    assert tuple(table.column_names) == COLUMNS
    assert table["lower"].to_pylist() == [0, 30, 70, None]
    assert table["upper"].to_pylist() == [30, 40, 100, None]
    assert table["shown"].to_pylist() == [True, True, True, False]


def test_what_is_withheld_leaves_no_number_in_what_the_browser_gets():
    [row] = block_rows(blocks(None))
    assert row["lower"] is row["upper"] is None
    assert str(row["band"]).startswith("withheld, because not enough")
    numbers = {v for v in row.values() if isinstance(v, int) and v not in {True, False}}
    assert numbers == set()


def test_no_number_of_people_is_in_what_the_browser_gets():
    text = json.dumps(block_rows(blocks(B30, B40)))
    assert not re.search("8-12|people|posts|unit", text)


def test_a_block_lasts_four_weeks_and_the_next_one_begins_where_it_ends():
    first, second = block_rows(blocks(B30, B30))
    assert str(first["start"]).startswith("2026-05-04T00:00")
    assert first["end"] == second["start"]
    assert not str(first["start"]).endswith("Z")


def test_a_block_is_marked_where_the_picture_is_about_another_group():
    marks = [b.regrouped for b in blocks(B30, B30, B30, B30, units=[1, 1, 2, 1])]
    assert marks == [False, False, True, True]


def test_every_panel_has_the_same_periods_and_no_more_than_a_year():
    one = picture(B30).periods[0]
    many = picture(B30)
    long = type(many)(periods=(one,) * 40, site={}, clinic={}, site_name="")
    panels = panels_of(long)
    assert set(panels) == set(TEAM_INDICATORS)
    assert {len(found) for found in panels.values()} == {MOST_PERIODS}


def test_the_summary_says_what_the_panel_shows():
    found = blocks(B30, B30, None, B40, units=[1, 1, 1, 2])
    assert block_summary("Burnout", "more worn down", found) == (
        "Burnout, on a scale of 0 to 100. Higher means more worn down. "
        "4 May 2026 to 28 June 2026: 30 to 40. "
        "29 June 2026 to 26 July 2026: withheld, because not enough of the people who "
        "are counted answered. "
        "From here on another group. "
        "27 July 2026 to 23 August 2026: 40 to 50."
    )


def test_the_same_band_of_another_group_is_said_anew():
    said = block_summary("Rest", "better", blocks(B30, B30, units=[1, 2]))
    assert said.count("30 to 40") == 2


def test_the_summary_of_no_picture_says_so():
    assert block_summary("Rest", "better", ()).endswith("There is no picture yet.")


def test_periods_of_the_charts_are_those_of_the_picture():
    found = blocks(B30, B40)
    assert [b.first for b in found] == [p.first_week for p in PERIODS[:2]]
    assert [b.period for b in found] == ["4 May to 31 May 2026", "1 Jun to 28 Jun 2026"]
