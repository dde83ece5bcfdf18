"""Countries and time zones, read from the time-zone database's own tables."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def _rows(name: str) -> list[list[str]]:
    text = (files("tzdata.zoneinfo") / name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return [line.split("\t") for line in lines if line]


@cache
def countries() -> Mapping[str, str]:
    """Return country code (ISO 3166-1 alpha-2) to English name, by name."""
    named = ((row[0], row[1]) for row in _rows("iso3166.tab"))
    return dict(sorted(named, key=lambda pair: pair[1]))


@cache
def time_zones() -> tuple[str, ...]:
    """Return the time zones that somebody may live in, and UTC, by name."""
    return (*sorted({row[2] for row in _rows("zone.tab")}), "UTC")
