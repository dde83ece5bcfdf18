"""Charts in words: what somebody hears instead of a panel, and reads beside it."""

from collections.abc import Mapping, Sequence
from math import floor

from wellbeing.charts.my_weeks import WeekPoint
from wellbeing.domain.weeks import Week

SENTENCES: Mapping[str, str] = {
    "about": "{name}, on a scale of 0 to 100. Higher means {higher_means}.",
    "none": "No week has a score yet.",
    "one": "One week has a score: {last} in week {last_week}.",
    "some": (
        "{scored} of {weeks} weeks have a score, from {first} in week {first_week} "
        "to {last} in week {last_week}."
    ),
    "usual": "The usual range in week {week} is {low} to {high}.",
    "early": "Early sign in {weeks}.",
    "gaps": "No score in {weeks}.",
    "tags": "Notes: {tags}.",
    "tag": "{week} {tags}",
    "week": "week {week}",
    "span": "weeks {first} to {last}",
    "and": " and ",
}
"""What the summary of a chart is put together from."""


def chart_summary(name: str, higher_means: str, points: Sequence[WeekPoint]) -> str:
    """Say in words what a panel shows: its text alternative.

    Args:
        name: the indicator as a person reads it.
        higher_means: completes "Higher means ...".
        points: in the order of weeks, as given to ``week_frame``.
    """
    said = [SENTENCES["about"].format(name=name, higher_means=higher_means)]
    said += [_scores_in_words(points), _usual_in_words(points)]
    for kind, weeks in (
        ("early", [p.week for p in points if p.early_sign]),
        ("gaps", _gaps(points)),
    ):
        if weeks:
            said.append(SENTENCES[kind].format(weeks=_in_words(weeks)))
    tags = [SENTENCES["tag"].format(week=p.week, tags=p.tags) for p in points if p.tags]
    if tags:
        said.append(SENTENCES["tags"].format(tags="; ".join(tags)))
    return " ".join(s for s in said if s)


def shown(score: float) -> int:
    """Round a score as charts do: halves go up, so that 62.5 is 63 everywhere."""
    return floor(score + 0.5)


def _scores_in_words(points: Sequence[WeekPoint]) -> str:
    scored = [(p.week, p.value) for p in points if p.value is not None]
    if not scored:
        return SENTENCES["none"]
    (first_week, first), (last_week, last) = scored[0], scored[-1]
    return SENTENCES["one" if len(scored) == 1 else "some"].format(
        scored=len(scored),
        weeks=points[-1].week.minus(points[0].week) + 1,
        first=shown(first),
        first_week=first_week,
        last=shown(last),
        last_week=last_week,
    )


def _usual_in_words(points: Sequence[WeekPoint]) -> str:
    for point in reversed(points):
        if point.low is not None and point.high is not None:
            return SENTENCES["usual"].format(
                week=point.week, low=shown(point.low), high=shown(point.high)
            )
    return ""


def _gaps(points: Sequence[WeekPoint]) -> list[Week]:
    """Return the weeks without a score between the first and the last with one."""
    scored = {p.week for p in points if p.value is not None}
    if not scored:
        return []
    return [w for w in min(scored).through(max(scored)) if w not in scored]


def _in_words(weeks: Sequence[Week]) -> str:
    """Name weeks, those that follow each other as a span."""
    spans: list[list[Week]] = []
    for week in weeks:
        if spans and week.minus(spans[-1][-1]) == 1:
            spans[-1].append(week)
        else:
            spans.append([week])
    texts = [
        SENTENCES["week" if len(s) == 1 else "span"].format(
            week=s[0], first=s[0], last=s[-1]
        )
        for s in spans
    ]
    if len(texts) == 1:
        return texts[0]
    return ", ".join(texts[:-1]) + SENTENCES["and"] + texts[-1]
