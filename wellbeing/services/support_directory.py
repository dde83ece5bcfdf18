"""The directory: the clinic's contacts, what helps, and what suits one's own week.

The directory is the same for everybody. What suits a week is read off the viewer's
own last check-in, for the viewer alone, and nothing of it is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from wellbeing.content.support_ways import Way, all_ways
from wellbeing.domain.contacts import Contact, ContactKind, is_stale
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services.clinic import support_contacts
from wellbeing.services.context import Context
from wellbeing.services.meanings import History, hard_indicators, history_of
from wellbeing.storage import check_in_queries, preference_queries

_SUGGESTED = 2
_VERY_LOW = 12
"""Overall, 0 to 100: the two lowest of the ten answers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedContact:
    """A contact of the clinic, and whether nobody has checked it for six months."""

    contact: Contact
    stale: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class WayThere:
    """One thing that helps, and the clinic's contacts it leads to, if there are any."""

    way: Way
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ForYou:
    """What suits the viewer's last check-in.

    Attributes:
        week: the week of that check-in, this one or the last.
        hard: the indicators on their hard side, at least one.
        ways: one or two things that help with that.
    """

    week: Week
    hard: tuple[Indicator, ...]
    ways: tuple[WayThere, ...]


def directory(ctx: Context, viewer: Viewer) -> tuple[ListedContact, ...]:
    """Return the clinic's contacts by kind, each kind in the administrator's order."""
    today = ctx.now().astimezone(viewer.clinic.zone).date()
    order = list(ContactKind)
    found = sorted(support_contacts(ctx, viewer), key=lambda c: order.index(c.kind))
    return tuple(
        ListedContact(contact=c, stale=is_stale(c.checked_on, today)) for c in found
    )


def what_helps(ctx: Context, viewer: Viewer) -> tuple[WayThere, ...]:
    """Return everything that helps and where it leads at this clinic."""
    return _there(all_ways(), support_contacts(ctx, viewer))


def for_you(ctx: Context, viewer: Viewer) -> ForYou | None:
    """Return what suits the viewer's last check-in.

    None if that is older than last week, or if nothing in it is hard: harder than
    their usual range, or one of the two lowest answers on the week as a whole.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        rows = check_in_queries.scores_of(db, *own)
        _, baseline = preference_queries.preferences(db, *own)
    history = history_of(rows, baseline)
    recent = ctx.this_week(viewer.clinic).plus(-1)
    if not history.weeks or history.weeks[-1] < recent:
        return None
    week = history.weeks[-1]
    hard = _hard(history, week)
    fitting = [w for i in hard for w in all_ways() if i in w.hard]
    ways = tuple(dict.fromkeys(fitting))[:_SUGGESTED]
    if not ways:
        return None
    there = _there(ways, support_contacts(ctx, viewer))
    return ForYou(week=week, hard=hard, ways=there)


def _hard(history: History, week: Week) -> tuple[Indicator, ...]:
    hard = set(hard_indicators(history, week))
    overall = dict(history.series(Indicator.OVERALL)).get(week)
    if overall is not None and overall <= _VERY_LOW:
        hard.add(Indicator.OVERALL)
    return tuple(i for i in Indicator if i in hard)


def _there(ways: Iterable[Way], contacts: Iterable[Contact]) -> tuple[WayThere, ...]:
    known = list(contacts)
    return tuple(
        WayThere(way=w, contacts=tuple(c for c in known if c.kind in w.contacts))
        for w in ways
    )
