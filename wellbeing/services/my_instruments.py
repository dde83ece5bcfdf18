"""The viewer's own scores of published instruments, and what they can mean."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from wellbeing.charts.instrument_scores import ScorePoint
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.responses import Given, Response
from wellbeing.domain.weeks import Week
from wellbeing.instruments.change import (
    CERTAIN_95,
    change_needed,
    reliable_change,
)
from wellbeing.instruments.model import (
    Band,
    Coefficient,
    Instrument,
    Norm,
    Reliability,
    Scale,
)
from wellbeing.instruments.registry import instruments
from wellbeing.instruments.scoring import bands_of
from wellbeing.services.archive import Files, as_json
from wellbeing.services.context import Context
from wellbeing.storage import own_instrument_queries, response_queries

_LEAST, _MOST = 12, 52


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """How far the last score of a scale lies from the one before it.

    Attributes:
        since: the week of the one before.
        index: the reliable change index, by Jacobson and Truax 1991
            (doi:10.1037/0022-006X.59.1.12); None: no norm or reliability is known.
        needed: how far apart scores must lie for an index of 1.96; None: as index.
        norm, reliability: what the index rests on.
    """

    since: Week
    before: float
    after: float
    index: float | None
    needed: float | None
    norm: Norm | None
    reliability: Reliability | None

    @property
    def is_reliable(self) -> bool:
        """Whether the change is larger than noise, with 95 % certainty."""
        return self.index is not None and abs(self.index) > CERTAIN_95


@dataclass(frozen=True, kw_only=True, slots=True)
class ScaleTrend:
    """One scale of an instrument over time.

    Attributes:
        points: one a week, of the weeks that were asked for.
        scored: every score there is with its week, oldest first.
        band: the published one of the newest score; None: there is none.
        change: None: there are not two scores of the same key.
    """

    scale: Scale
    points: tuple[ScorePoint, ...]
    scored: tuple[tuple[Week, float], ...]
    band: Band | None
    change: Change | None

    @property
    def latest(self) -> tuple[Week, float] | None:
        """The newest score and its week; None: none was ever computed."""
        return self.scored[-1] if self.scored else None


@dataclass(frozen=True, kw_only=True, slots=True)
class InstrumentTrend:
    """The viewer's scores of an instrument, by one version of its key.

    Attributes:
        instrument: the version that made the scores.
        is_one_of_several: whether they have scores by other versions as well.
        weeks: in which they answered it, oldest first.
    """

    instrument: Instrument
    is_one_of_several: bool
    weeks: tuple[Week, ...]
    scales: tuple[ScaleTrend, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MyScores:
    """The viewer's scores, and the weeks that they share with the check-ins.

    Attributes:
        weeks: of the charts: a year at most, oldest first, empty ones included.
    """

    weeks: tuple[Week, ...]
    trends: tuple[InstrumentTrend, ...]


def my_scores(ctx: Context, viewer: Viewer, since: Week | None = None) -> MyScores:
    """Return the viewer's own scores of each instrument that they have answered.

    Scores of different versions of a key are not comparable: each has its own trend,
    the newest version first.

    Args:
        since: a week from which on the charts have to reach, if that is no more than
            a year ago: that of the first check-in.
    """
    viewer.require(Role.CLINICIAN)
    with ctx.reading() as db:
        own = viewer.clinic_id, viewer.person_id
        found = response_queries.responses_of(db, own)
        own_keys = own_instrument_queries.confirmed(db, viewer.clinic_id)
    answered = [r for r in found if r.given is Given.ANSWERED]
    this = ctx.this_week(viewer.clinic)
    reach = [this.plus(1 - _LEAST), *(r.week for r in answered), since or this]
    weeks = tuple(max(min(reach), this.plus(1 - _MOST)).through(this))
    newest_first = sorted(own_keys, key=lambda one: (one.id, -int(one.version)))
    by_key = [
        (one, uses)
        for one in (*instruments(), *newest_first)
        if (uses := [r for r in answered if _is_by(one, r)])
    ]
    several = Counter(one.id for one, _ in by_key)
    trends = tuple(
        InstrumentTrend(
            instrument=one,
            is_one_of_several=several[one.id] > 1,
            weeks=tuple(r.week for r in uses),
            scales=tuple(_trend(scale, uses, weeks) for scale in one.scales),
        )
        for one, uses in by_key
    )
    return MyScores(weeks=weeks, trends=trends)


def _is_by(key: Instrument, response: Response) -> bool:
    return (response.instrument, response.key_version) == (key.id, key.version)


def _trend(scale: Scale, uses: Sequence[Response], weeks: Sequence[Week]) -> ScaleTrend:
    scored = [
        (r.week, value) for r in uses if (value := r.scores.get(scale.id)) is not None
    ]
    values = dict(scored)
    latest = scored[-1] if scored else None
    return ScaleTrend(
        scale=scale,
        points=tuple(ScorePoint(week, values.get(week)) for week in weeks),
        scored=tuple(scored),
        band=bands_of(scale, latest[1] if latest else None),
        change=_change(scale, scored),
    )


def _change(scale: Scale, scored: Sequence[tuple[Week, float]]) -> Change | None:
    """Return the change between the last two scores.

    A reliability of two uses some weeks apart comes before an alpha, which makes
    changes look more certain than they are.
    """
    if len(scored) < 2:  # noqa: PLR2004 (before and after)
        return None
    (since, before), (_, after) = scored[-2:]
    by_retest = sorted(
        scale.reliability, key=lambda one: one.coefficient is not Coefficient.RETEST
    )
    norm = scale.norms[0] if scale.norms else None
    reliability = by_retest[0] if by_retest else None
    index = needed = None
    if norm is not None and reliability is not None:
        spread = norm.sd, reliability.value
        index = reliable_change(before, after, *spread)
        needed = change_needed(*spread)
    return Change(
        since=since,
        before=before,
        after=after,
        index=index,
        needed=needed,
        norm=norm,
        reliability=reliability,
    )


def questionnaire_files(ctx: Context, viewer: Viewer) -> Files:
    """Return the archive's file about questionnaires, if anything was answered."""
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        responses = response_queries.responses_of(db, own)
        tapped = response_queries.tapped_of(db, own)
        stored = own_instrument_queries.stored_keys(db, viewer.clinic_id)
    answered = {(r.instrument, r.key_version) for r in responses if r.answers}
    if not (responses or tapped):
        return {}
    written = {
        "responses": [
            {
                "instrument": r.instrument,
                "week": str(r.week),
                "given": r.given,
                "language": r.language,
                "key_version": r.key_version,
                "answers": {
                    a.item: {"value": a.value, "missing": a.missing} for a in r.answers
                },
                "scores": dict(r.scores),
            }
            for r in responses
        ],
        "drafts_not_saved": [
            {"instrument": name, "round": str(since), "items": dict(items)}
            for (name, since), items in sorted(tapped.items())
        ],
    }
    own_keys = [
        json.loads(key.definition)
        for key in stored
        if (key.instrument.id, key.instrument.version) in answered
    ]
    if own_keys:
        written["keys_of_the_clinic"] = own_keys
    return {"questionnaires.json": as_json(written)}
