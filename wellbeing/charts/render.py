"""Pictures of charts as PNG, drawn in a child process.

``python -m wellbeing.charts.render`` reads a drawing order as JSON and writes a PNG.
"""

import json
import sys
from collections.abc import Iterable, Mapping

from wellbeing.charts.child import made_by
from wellbeing.charts.theme import LIGHT, vega_config

_PNG = b"\x89PNG\r\n\x1a\n"
_SIZE: Mapping[str, object] = {"width": 640, "height": 280}


def png(
    spec: Mapping[str, object],
    rows: Iterable[Mapping[str, object]],
    *,
    title: str,
    subtitle: str = "",
    scale: int = 2,
) -> bytes:
    """Draw a chart on light paper and return it as PNG.

    Args:
        spec: plain Vega-Lite without data.
        rows: what the spec shows, as JSON values; see ``picture_rows``.
        title: stands above the chart, as text whatever it holds.
        subtitle: a quieter line under it, for what the marks mean.
        scale: pixels for each CSS pixel.

    Raises:
        PictureError: drawing failed, took too long, or is not installed.
    """
    order = {"spec": _drawing(spec, rows, title, subtitle), "scale": scale}
    return made_by("wellbeing.charts.render", order, _PNG)


def _drawing(
    spec: Mapping[str, object],
    rows: Iterable[Mapping[str, object]],
    title: str,
    subtitle: str,
) -> dict[str, object]:
    head = {"text": _one_line(title)}
    if subtitle:
        head["subtitle"] = _one_line(subtitle)
    values = {"values": list(rows)}
    config = {"config": vega_config(LIGHT)}
    return {**spec, **_SIZE, **config, "data": values, "title": head}


def _one_line(text: str) -> str:
    """Keep what a picture can show: control characters would end the drawing."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def _without_addresses(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse an order that names an address: images are fetched past every rule."""
    found = dict(pairs)
    if found.keys() & {"url", "href"}:
        message = "a picture is drawn from what the order holds"
        raise ValueError(message)
    return found


def main() -> None:
    """Draw the order on standard input; fetch nothing, whatever it asks for."""
    # Here and not above: the web process must never load it.
    import vl_convert  # noqa: PLC0415

    order = json.load(sys.stdin.buffer, object_pairs_hook=_without_addresses)
    picture = vl_convert.vegalite_to_png(
        order["spec"], scale=order["scale"], allowed_base_urls=[]
    )
    sys.stdout.buffer.write(picture)


if __name__ == "__main__":
    main()
