"""Released figures in words, for the screen and for the files."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from wellbeing.content.dates import day_and_year, day_words, short_day
from wellbeing.content.load import indicator_text, say
from wellbeing.domain.indicators import Indicator
from wellbeing.privacy.bands import Band
from wellbeing.privacy.periods import Period
from wellbeing.privacy.release import Figure, Withheld
from wellbeing.services.team_trends import PeriodPicture
from wellbeing.services.team_views import Change, TeamView


def band_words(band: Band) -> str:
    """Return a band like ``30 to 40``, ``below 30`` or ``70 or more``."""
    if band.lower is None and band.upper is None:
        return say("team_trends.band_whole")
    if band.lower is None:
        return say("team_trends.band_below", upper=band.upper)
    if band.upper is None:
        return say("team_trends.band_above", lower=band.lower)
    return say("team_trends.band", lower=band.lower, upper=band.upper)


def figure_words(figure: Figure) -> str:
    """Return a figure's band, or that it is withheld."""
    if figure.band is None:
        return say("team_trends.withheld")
    return band_words(figure.band)


def figure_and_reason(figure: Figure) -> str:
    """Return a figure's band, or that it is withheld and why."""
    if figure.withheld is None:
        return figure_words(figure)
    reason = say(f"team_trends.withheld_{figure.withheld}")
    return say("team_trends.withheld_because", reason=reason)


def change_words(view: TeamView, indicator: Indicator) -> str:
    """Return what an indicator did and how sure that is; "" if nothing is to be said.

    When nothing at all can be compared, the headline says so once for all.
    """
    change = view.changes.get(indicator)
    if change is None or set(view.changes.values()) == {Change.FIRST}:
        return ""
    return say(f"team_trends.change_{change}")


def weeks_words(period: Period) -> str:
    """Return a period like ``19 October to 15 November 2026``."""
    first, last = period.first_week.monday, period.last_week.sunday
    begin = day_words(first) if first.year == last.year else day_and_year(first)
    return say("dates.span", first=begin, last=day_and_year(last))


def short_weeks_words(period: Period) -> str:
    """Return a period like ``19 Oct to 15 Nov 2026``, for a table's head."""
    first, last = period.first_week.monday, period.last_week.sunday
    begin, end = short_day(first), short_day(last)
    end = say("dates.day_and_year", day=end, year=last.year)
    return say("dates.span", first=begin, last=end)


def names_words(names: Iterable[str]) -> str:
    """Return names like ``North, South and West``."""
    *first, last = names
    return say("team_trends.and", first=", ".join(first), last=last) if first else last


def unit_words(one: PeriodPicture) -> str:
    """Return the names of the teams that share a picture."""
    return names_words(one.unit.teams.values())


def people_words(one: PeriodPicture) -> str:
    """Return how many people a picture is about, as a class; "" if all is withheld."""
    classes = {f.people for f in one.figures.values() if f.people is not None}
    ends = sorted((int(each.rstrip("+").split("-")[0]), each) for each in classes)
    if not ends:
        return ""
    least, smallest = ends[0]
    # Where indicators differ, naming each class would say that a size lies between.
    _, _, most = smallest.rstrip("+").partition("-") if len(ends) == 1 else ("", "", "")
    key = "people" if most else "people_or_more"
    return say(f"team_trends.{key}", least=least, most=most)


def headline(view: TeamView, one: PeriodPicture) -> str:
    """Say in a few words what the last closed period shows, and how surely."""
    if not view.changes:
        return _nothing_shown(one)
    found = view.changes.items()
    real = [_moved(i, c) for i, c in found if c.running]
    chance = [_moved(i, c) for i, c in found if c.moved and not c.running]
    said = []
    if real:
        said.append(say("team_trends.headline_real", moved=names_words(real)))
    if chance:
        said.append(say("team_trends.headline_chance", moved=names_words(chance)))
    if Change.SAME in view.changes.values():
        said.append(say(f"team_trends.headline_{'rest' if said else 'same'}"))
    if not said:
        said.append(say("team_trends.headline_first"))
    return " ".join(said)


def notes(view: TeamView, one: PeriodPicture) -> Sequence[str]:
    """Return whom a picture is about, how sure it is and how it was made."""
    people = people_words(one)
    shared = len(one.unit.teams) > 1
    said = [say("team_trends.shared", unit=unit_words(one))] if shared else []
    if people:
        said.append(say("team_trends.how_sure", people=people))
    withheld = [i for i, f in one.figures.items() if f.band is None]
    if view.changes and withheld:
        names = names_words(indicator_text(i).name for i in withheld)
        said.append(say("team_trends.some_withheld", names=names))
    if people:
        said.append(say("team_trends.participation"))
    if one.closed.small_teams:
        said.append(say("team_trends.small_teams", least=one.closed.least_people))
    return [*said, say("team_trends.made_once")]


def next_close(one: PeriodPicture, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when the next picture is made; None: it should be there by now."""
    closes = one.period.plus(1).closes_at(zone)
    return closes if closes > now else None


def _nothing_shown(one: PeriodPicture) -> str:
    reason = next(
        (f.withheld for f in one.figures.values() if f.withheld), Withheld.NOT_ENOUGH
    )
    return say(f"team_trends.headline_{reason}")


def _moved(indicator: Indicator, change: Change) -> str:
    up = change in {Change.HIGHER, Change.STILL_HIGHER}
    name = indicator_text(indicator).name
    return say(f"team_trends.{'up' if up else 'down'}", name=name)
