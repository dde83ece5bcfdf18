"""Published instruments as the viewer finds them: which are open, and their forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wellbeing.domain.drafts import overlay
from wellbeing.domain.errors import NotFoundError
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.responses import Response, asked_again
from wellbeing.domain.weeks import Week
from wellbeing.instruments.model import Instrument
from wellbeing.instruments.wording import Wording
from wellbeing.services.context import Context
from wellbeing.services.instrument_answers import require_sitting, sitting_now
from wellbeing.services.instrument_schedules import weeks_apart
from wellbeing.storage import (
    instrument_queries,
    own_instrument_queries,
    response_queries,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """An instrument that the clinic asks for, as one person finds it now.

    Attributes:
        tapped: how many items have a tap that is kept and not saved.
        saved: what can still be changed, without its answers; None: nothing.
        next_week: when it is asked for again; None: it takes answers now.
    """

    instrument: Instrument
    tapped: int
    saved: Response | None
    next_week: Week | None

    @property
    def is_open(self) -> bool:
        """Whether it takes answers now."""
        return self.next_week is None


@dataclass(frozen=True, kw_only=True, slots=True)
class InstrumentForm:
    """What the screen of one instrument shows.

    Attributes:
        languages: of the wordings that there are.
        wording: the one shown.
        fields: item to code, saved or not.
        saved: what is saved in this round; None: nothing yet.
        unsaved: something was tapped since.
    """

    instrument: Instrument
    languages: tuple[str, ...]
    wording: Wording
    fields: Mapping[str, int]
    saved: Response | None
    unsaved: bool


def offered_instruments(ctx: Context, viewer: Viewer) -> tuple[Offered, ...]:
    """Return the instruments that the clinic asks for, those open now first."""
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        known = own_instrument_queries.instruments_of(db, viewer.clinic_id)
        worded = _worded(known, instrument_queries.wordings_of(db, viewer.clinic_id))
        rhythms = instrument_queries.rhythms_of(db, viewer.clinic_id)
        responses = response_queries.uses_of(db, own)
        tapped = response_queries.tapped_of(db, own)
    found = []
    for one in known:
        if one.id not in rhythms or one.id not in worded:
            continue
        rhythm = rhythms[one.id]
        earlier = [r for r in responses if r.instrument == one.id]
        now = sitting_now(ctx, viewer, one, rhythm, earlier)
        kept = tapped.get((one.id, now.since), {}) if now else {}
        before = now.before if now else None
        again = None
        if now is None:
            this, apart = ctx.this_week(viewer.clinic), weeks_apart(one)
            again = asked_again(rhythm, earlier, this, apart=apart)
        found.append(
            Offered(
                instrument=one,
                tapped=len(overlay({}, kept)),
                saved=before,
                next_week=again,
            )
        )
    return tuple(sorted(found, key=lambda each: not each.is_open))


def is_one_open(ctx: Context, viewer: Viewer) -> bool:
    """Tell whether an instrument waits to be answered for the first time."""
    viewer.require(Role.CLINICIAN)
    with ctx.reading() as db:
        # Asked after every check-in, and most clinics ask for none.
        some = instrument_queries.rhythms_of(db, viewer.clinic_id)
    return bool(some) and any(
        one.is_open and one.saved is None for one in offered_instruments(ctx, viewer)
    )


def instrument_form(
    ctx: Context, viewer: Viewer, instrument_id: str, language: str | None = None
) -> InstrumentForm:
    """Return an instrument to be answered now.

    Args:
        language: of the wording; None or one that is gone: that of the viewer's last
            response, else the first there is.

    Raises:
        TakesNoAnswersError: it takes none now.
        NotFoundError: there is no wording of it.
    """
    viewer.require(Role.CLINICIAN)
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        instrument = own_instrument_queries.instrument_of(db, own[0], instrument_id)
        now = require_sitting(ctx, db, viewer, instrument)
        kept = response_queries.tapped_of(db, own).get((instrument.id, now.since), {})
        wordings = instrument_queries.wordings_of(db, viewer.clinic_id)
        worded = _worded([instrument], wordings)
        languages = worded.get(instrument.id, ())
        if not languages:
            raise NotFoundError("wording")
        earlier = response_queries.uses_of(db, own, instrument.id)
        used = [r.language for r in earlier if r.language in languages]
        chosen = language if language in languages else [languages[0], *used][-1]
        wording = instrument_queries.wording_of(
            db, viewer.clinic_id, instrument.id, chosen
        )
    if wording is None:
        raise NotFoundError("wording")
    before = now.before.values() if now.before else {}
    fields = overlay(before, kept)
    return InstrumentForm(
        instrument=instrument,
        languages=languages,
        wording=wording,
        fields=fields,
        saved=now.before,
        unsaved=fields != before,
    )


def _worded(
    known: Sequence[Instrument], wordings: Sequence[Wording]
) -> dict[str, tuple[str, ...]]:
    """Return the languages of each instrument whose words fit the key of today."""
    versions = {one.id: one.version for one in known}
    found: dict[str, tuple[str, ...]] = {}
    for one in wordings:
        if one.key_version == versions.get(one.instrument):
            found[one.instrument] = (*found.get(one.instrument, ()), one.language)
    return found
