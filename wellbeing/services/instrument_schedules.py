"""How often a clinic asks for a published instrument."""

from math import ceil

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.responses import Rhythm
from wellbeing.instruments.model import Instrument
from wellbeing.services.context import Context
from wellbeing.storage import instrument_queries, own_instrument_queries

_OFFERED = (4, 8, 12)
_DAYS = 7


class TooOftenError(WellbeingError):
    """An instrument was to be asked for more often than it may be."""

    def __init__(self, *, title: str, weeks: int, offered: tuple[int, ...]) -> None:
        self.weeks, self.offered = weeks, offered
        listed = " or ".join(map(str, offered))
        super().__init__(
            f"{title} needs at least {weeks} weeks between two uses. "
            f"Choose every {listed} weeks."
        )


class NoWordingError(WellbeingError):
    """An instrument was to be asked for whose words the clinic has not brought."""

    def __init__(self) -> None:
        super().__init__("There are no words to show yet. Add a wording first.")


def weeks_apart(instrument: Instrument) -> int:
    """Return how many weeks have to lie between two responses at least."""
    return ceil(instrument.shortest_interval_days / _DAYS)


def rhythms_for(instrument: Instrument) -> tuple[int, ...]:
    """Return every how many weeks an instrument may be asked for.

    Four, eight or twelve, as far as the key allows; else as often as it does.
    """
    least = weeks_apart(instrument)
    return tuple(weeks for weeks in _OFFERED if weeks >= least) or (least,)


def schedule(
    ctx: Context, viewer: Viewer, instrument_id: str, every_weeks: int
) -> Rhythm:
    """Ask every clinician for an instrument every so many weeks, from this week on.

    Where it is asked for already, its first week stays and only the rhythm changes.

    Raises:
        UnknownInstrumentError, NotShippedError: there is no such key.
        TooOftenError: that is none of ``rhythms_for``.
        NoWordingError: there are no words to show.
    """
    viewer.require(Role.ADMINISTRATOR)
    with ctx.writing() as db:
        instrument = own_instrument_queries.instrument_of(
            db, viewer.clinic_id, instrument_id
        )
        offered = rhythms_for(instrument)
        if every_weeks not in offered:
            raise TooOftenError(
                title=instrument.title, weeks=weeks_apart(instrument), offered=offered
            )
        wordings = instrument_queries.wordings_of(db, viewer.clinic_id)
        worded = {(wording.instrument, wording.key_version) for wording in wordings}
        if (instrument.id, instrument.version) not in worded:
            raise NoWordingError
        before = instrument_queries.rhythms_of(db, viewer.clinic_id).get(instrument.id)
        begin = before.from_week if before else ctx.this_week(viewer.clinic)
        rhythm = Rhythm(every_weeks=every_weeks, from_week=begin)
        instrument_queries.put_rhythm(db, viewer.clinic_id, instrument.id, rhythm)
    return rhythm


def stop(ctx: Context, viewer: Viewer, instrument_id: str) -> None:
    """Ask for an instrument no more. What people answered stays theirs."""
    viewer.require(Role.ADMINISTRATOR)
    with ctx.writing() as db:
        instrument_queries.drop_rhythms(db, viewer.clinic_id, [instrument_id])
