import json
import os
import struct
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import altair as alt
import pandas as pd
import pytest

from wellbeing.charts import child, render
from wellbeing.charts.my_weeks import (
    COLUMNS,
    WeekPoint,
    indicator_spec,
    picture_rows,
    week_frame,
)
from wellbeing.charts.summary import chart_summary
from wellbeing.charts.theme import DARK, FAMILY_OF, LIGHT, Family, Palette, vega_config
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.weeks import Week

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
THEMES = {"light": LIGHT, "dark": DARK}
READABLE, VISIBLE = 4.5, 3.0


def panel(indicator=Indicator.BURNOUT, higher_means="more of it"):
    """Return a spec as the browser gets it."""
    return json.loads(json.dumps(indicator_spec(indicator, higher_means)))


def weeks(*values, first="2026-W40"):
    start = Week.parse(first)
    return [
        WeekPoint(start.plus(n), value, 30.0, 50.0, early_sign=False, tags="")
        for n, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("name", "indicator", "higher_means"),
    [
        ("overall", Indicator.OVERALL, "feeling better overall"),
        (
            "secondary_trauma",
            Indicator.SECONDARY_TRAUMA,
            "more after-effects of what clients have told you",
        ),
    ],
)
def test_a_panel_is_drawn_as_the_golden_file_says(name, indicator, higher_means):
    spec = panel(indicator, higher_means)
    file = GOLDEN / f"my_weeks_{name}.json"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(json.dumps(spec, indent=2) + "\n", "utf-8")
    assert spec == json.loads(file.read_text("utf-8"))


def parts(node):
    """Yield every mapping inside a spec."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from parts(inner)


@pytest.mark.parametrize("indicator", Indicator)
def test_a_panel_reads_its_columns_and_nothing_else(indicator):
    spec = panel(indicator)
    made = {part["as"] for part in parts(spec) if "as" in part}
    read = {part["field"] for part in parts(spec) if "field" in part}
    assert read <= set(COLUMNS) | made
    assert not {"data", "datasets"} & {key for part in parts(spec) for key in part}


@pytest.mark.parametrize("indicator", Indicator)
def test_a_panel_computes_no_figure_in_the_browser(indicator):
    keys = {k for part in parts(panel(indicator)) for k in part}
    assert not {"aggregate", "window", "regression", "impute", "bin"} & keys


@pytest.mark.parametrize("indicator", Indicator)
def test_a_panel_is_valid_vega_lite(indicator):
    spec = panel(indicator)
    alt.LayerChart.from_dict({**spec, "data": {"values": []}})


@pytest.mark.parametrize("indicator", Indicator)
def test_the_whole_scale_is_always_shown_with_its_direction_in_words(indicator):
    spec = panel(indicator)
    axes = [layer["encoding"]["y"] for layer in spec["layer"] if "y2" in str(layer)]
    assert [axis["scale"]["domain"] for axis in axes] == [[0, 100]]
    assert " ".join(axes[0]["axis"]["title"]) == "Higher means more of it"


def test_long_axis_words_are_broken_so_that_a_phone_shows_them_whole():
    spec = panel(higher_means="more rest and recovery " * 4)
    lines = spec["layer"][0]["encoding"]["y"]["axis"]["title"]
    assert max(len(line) for line in lines) <= 42


def test_a_panel_is_compiled_once():
    first = indicator_spec(Indicator.REST, "more rest")
    assert indicator_spec(Indicator.REST, "more rest") is first


def test_no_line_crosses_a_week_without_a_score():
    frame = week_frame(weeks(10.0, 20.0, None, 30.0, 40.0))
    run = dict(zip(frame["value"], frame["run"], strict=True))
    assert run[10.0] == run[20.0] != run[30.0] == run[40.0]


def test_no_line_crosses_a_week_that_is_not_there():
    points = weeks(10.0, 20.0, 30.0)
    first, last = week_frame([points[0], points[2]])["run"]
    assert first != last


def test_the_turn_of_a_year_with_53_weeks_breaks_no_line():
    frame = week_frame(weeks(10.0, 20.0, 30.0, first="2026-W52"))
    assert list(frame["week"]) == ["2026-W52", "2026-W53", "2027-W01"]
    assert len(set(frame["run"])) == 1


def test_only_the_line_joins_weeks_and_only_inside_a_stretch():
    spec = panel()
    lines = [layer for layer in spec["layer"] if layer["mark"]["type"] == "line"]
    assert [line["encoding"]["detail"] for line in lines] == [{"field": "run"}]


def test_a_frame_has_the_columns_in_order_and_keeps_a_missing_score_missing():
    frame = week_frame(weeks(10.0, None))
    assert tuple(frame.columns) == COLUMNS
    assert pd.isna(frame["value"][1])
    assert str(frame["monday"][0].date()) == "2026-09-28"


def test_no_weeks_make_an_empty_frame_with_all_columns():
    frame = week_frame([])
    assert tuple(frame.columns) == COLUMNS
    assert frame.empty


def test_the_summary_says_what_the_panel_shows():
    points = weeks(10.0, None, None, 40.0, None, 65.0)
    points[5] = WeekPoint(points[5].week, 65.0, 30.0, 50.0, early_sign=True, tags="ill")
    assert chart_summary("Burnout", "more burnout", points) == (
        "Burnout, on a scale of 0 to 100. Higher means more burnout. "
        "3 of 6 weeks have a score, from 10 in week 2026-W40 to 65 in week 2026-W45. "
        "The usual range in week 2026-W45 is 30 to 50. "
        "Early sign in week 2026-W45. "
        "No score in weeks 2026-W41 to 2026-W42 and week 2026-W44. "
        "Notes: 2026-W45 ill."
    )


def test_the_summary_of_one_week_says_one_week():
    said = chart_summary("Rest", "more rest", weeks(75.0))
    assert "One week has a score: 75 in week 2026-W40." in said


@pytest.mark.parametrize(("score", "figure"), [(62.5, 63), (12.5, 13), (12.4, 12)])
def test_words_round_a_score_as_the_chart_does(score, figure):
    assert f"to {figure} in week" in chart_summary("x", "more", weeks(1.0, score))


@pytest.mark.parametrize("points", [[], weeks(None, None)])
def test_the_summary_says_that_there_is_no_score_yet(points):
    assert "No week has a score yet." in chart_summary("Rest", "more rest", points)


def luminance(colour):
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# WCAG 2.2, "contrast ratio" and "relative luminance".
def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def faded(colour, ground, share):
    pairs = [
        (int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)
    ]
    return "#" + "".join(f"{round(c * share + g * (1 - share)):02X}" for c, g in pairs)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", THEMES)
def test_config_and_charts_have_the_same_colours(theme):
    config, palette = CONFIG["theme"][theme], THEMES[theme]
    assert palette == Palette(
        ground=config["backgroundColor"],
        panel=config["secondaryBackgroundColor"],
        text=config["textColor"],
        quiet=config["grayTextColor"],
        accent=config["linkColor"],
        button=palette.button,
        families=dict(zip(Family, config["chartCategoricalColors"], strict=True)),
    )


@pytest.mark.parametrize("theme", THEMES)
def test_words_are_readable_on_ground_and_panels(theme):
    config, palette = CONFIG["theme"][theme], THEMES[theme]
    texts = {v for k, v in config.items() if k.endswith("TextColor")}
    texts |= {palette.text, palette.quiet, palette.accent}
    for ground in (palette.ground, palette.panel):
        # Streamlit writes captions in 60 % of the text colour.
        shown = texts | {faded(palette.text, ground, 0.6)}
        assert min(contrast(text, ground) for text in shown) >= READABLE


@pytest.mark.parametrize("theme", THEMES)
def test_messages_are_readable_on_their_tints(theme):
    config = CONFIG["theme"][theme]
    tints = {k.removesuffix("BackgroundColor"): v for k, v in config.items()}
    for name in ("red", "orange", "yellow", "green", "blue", "violet", "gray"):
        assert contrast(config[f"{name}TextColor"], tints[name]) >= READABLE


@pytest.mark.parametrize("theme", THEMES)
def test_white_words_are_readable_on_a_button(theme):
    assert contrast("#FFFFFF", THEMES[theme].button) >= READABLE


@pytest.mark.parametrize("theme", THEMES)
def test_graphics_are_visible(theme):
    palette, border = THEMES[theme], CONFIG["theme"][theme]["borderColor"]
    shown = {palette.button, border, *palette.families.values()}
    assert min(contrast(colour, palette.ground) for colour in shown) >= VISIBLE


def test_every_indicator_has_a_family():
    assert set(FAMILY_OF) == set(Indicator)
    assert Family.NEUTRAL not in FAMILY_OF.values()


def test_no_font_is_fetched_from_elsewhere():
    theme = CONFIG["theme"]
    assert "fontFaces" not in theme
    assert not [v for v in (theme["font"], theme["codeFont"]) if "://" in v]


def test_the_app_listens_on_this_machine_only_and_tells_nobody():
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert not CONFIG["browser"]["gatherUsageStats"]
    assert not CONFIG["runner"]["postScriptGC"]
    assert json.loads(CONFIG["server"]["trustedUserHeaders"]) == {
        "X-Wb-Sid": "sid",
        "X-Wb-Key": "key",
    }


def test_a_picture_gets_mondays_at_midnight_wherever_it_is_drawn():
    monday = str(picture_rows(weeks(10.0, None))[0]["monday"])
    assert monday.startswith("2026-09-28T00:00:00")
    assert not monday.endswith("Z")


def test_a_picture_keeps_a_missing_score_missing():
    rows = picture_rows(weeks(10.0, None))
    assert [row["value"] for row in rows] == [10.0, None]
    json.dumps(rows, allow_nan=False)


def size_of(picture):
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", picture[16:24])


SPEC = indicator_spec(Indicator.BURNOUT, "more burnout")
ROWS = picture_rows(weeks(10.0, 20.0, None, 65.0))


@pytest.mark.slow
def test_a_picture_is_a_png_of_a_size_that_prints_well():
    width, height = size_of(render.png(SPEC, ROWS, title="Burnout"))
    assert 1200 <= width <= 2000
    assert 600 <= height <= 1200


@pytest.mark.slow
def test_a_hostile_title_stays_text():
    title = "<script>alert(1)</script> & {datum.value} \x00\x1b\ud7ff\n" + "x" * 20
    assert size_of(render.png(SPEC, ROWS, title=title, subtitle=title))


@pytest.fixture
def watched():
    """Serve nothing on this machine and note what is asked for."""
    asked = []

    class Watch(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

    with ThreadingHTTPServer(("127.0.0.1", 0), Watch) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@pytest.mark.slow
def test_drawing_fetches_nothing(watched):
    address, asked = watched
    rows = {"mark": "point", "data": {"url": f"{address}/rows.json"}}
    image = {"mark": {"type": "image", "url": f"{address}/image.png", "width": 9}}
    for spec in ({"layer": [rows]}, {"layer": [image]}):
        with pytest.raises(child.PictureError):
            render.png(spec, [{}], title="x")
    assert asked == []


@pytest.mark.slow
def test_a_spec_that_cannot_be_drawn_is_told_calmly():
    with pytest.raises(child.PictureError, match="Try again") as caught:
        render.png({"mark": 7, "layer": "no"}, [], title="x")
    assert "mark" not in str(caught.value)


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(child, "LONGEST_WAIT", 0.01)
    with pytest.raises(child.PictureError):
        render.png(SPEC, ROWS, title="x")


def test_the_config_of_a_picture_colours_the_families_in_the_theme_order():
    category = CONFIG["theme"]["light"]["chartCategoricalColors"]
    assert vega_config(LIGHT)["range"] == {"category": category}
