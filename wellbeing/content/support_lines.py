"""Lines that a person can turn to, by country, each with its source and date."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from wellbeing.content.reading import Section, read, refuse

STALE_AFTER = timedelta(days=183)
"""Six months: an older entry is shown as not checked lately."""


class LineKind(StrEnum):
    """What a line is for; also the order in which lines are shown."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    PROFESSIONAL = "professional"


class Channel(StrEnum):
    """How a line is reached."""

    PHONE = "phone"
    TEXT = "text"
    WEB = "web"


@dataclass(frozen=True, kw_only=True, slots=True)
class SupportLine:
    """A line that a person can turn to.

    Attributes:
        country: ISO 3166 code of two letters; empty for the one that fits anywhere.
        how: the channels that the contact works on.
        contact: a number or an address.
        send: the word to text first, if there is one.
        hours: when somebody answers; empty if the source did not say.
        audience: whom it is for.
        source: the page on which name and contact were found.
        checked_on: the day of that look.
        stale: the look is more than six months ago.
    """

    country: str
    kind: LineKind
    name: str
    how: tuple[Channel, ...]
    contact: str
    send: str
    hours: str
    audience: str
    source: str
    checked_on: date
    stale: bool = False

    @property
    def link(self) -> str:
        """An address that a phone or a browser opens."""
        if Channel.WEB in self.how:
            return f"https://{self.contact}"
        scheme = "tel" if Channel.PHONE in self.how else "sms"
        return f"{scheme}:{''.join(c for c in self.contact if c in '+0123456789')}"


def _day(section: Section, key: str) -> date:
    text = section.text(key)
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(section.at(key), f"is no date: {text}")


def parse_line(section: Section, country: str) -> SupportLine:
    """Make a line of a table.

    Raises:
        ValueError: something is missing, mistyped or unknown; it names the key.
    """
    section.only(
        *("country", "countries", "kind", "name", "how", "contact", "send"),
        *("hours", "audience", "source", "checked_on"),
    )
    known, kinds = {c.value for c in Channel}, {k.value for k in LineKind}
    how, kind = section.texts("how"), section.text("kind")
    if not known.issuperset(how):
        refuse(section.at("how"), f"must be among {', '.join(sorted(known))}")
    if kind not in kinds:
        refuse(section.at("kind"), f"must be among {', '.join(sorted(kinds))}")
    return SupportLine(
        country=country,
        kind=LineKind(kind),
        name=section.text("name"),
        how=tuple(Channel(h) for h in how),
        contact=section.text("contact"),
        send=section.text("send") if "send" in section.values else "",
        hours=section.text("hours") if "hours" in section.values else "",
        audience=section.text("audience"),
        source=section.text("source"),
        checked_on=_day(section, "checked_on"),
    )


@cache
def all_lines() -> tuple[SupportLine, ...]:
    """Return every line of every country, without the one that fits anywhere."""
    root = read("support_lines")
    root.only("fallback", "emergency", "lines")
    shared = root.sections("emergency")
    emergency = [parse_line(s, c) for s in shared for c in s.texts("countries")]
    own = [parse_line(s, s.text("country")) for s in root.sections("lines")]
    order = list(LineKind)
    return tuple(sorted(emergency + own, key=lambda line: order.index(line.kind)))


@cache
def fallback_line() -> SupportLine:
    """Return the directory that has lines for nearly every country."""
    return parse_line(read("support_lines").section("fallback"), "")


def lines_for(country: str, today: date) -> tuple[SupportLine, ...]:
    """Return the lines of a country, in the order in which to show them.

    Emergency numbers come first, then crisis lines, then lines for professionals,
    then the directory for any country. The directory comes first when the country
    has no crisis line here, or when one of its lines was not checked for six months.

    Args:
        country: ISO 3166 code of two letters, in either case.
        today: the day to measure the age of an entry from.
    """
    code = country.strip().upper()
    dated = [
        replace(line, stale=today - line.checked_on > STALE_AFTER)
        for line in (fallback_line(), *all_lines())
        if line.country in ("", code)
    ]
    directory, own = dated[0], dated[1:]
    fresh = not any(line.stale for line in own)
    if fresh and any(line.kind is LineKind.CRISIS for line in own):
        return (*own, directory)
    return (directory, *own)
