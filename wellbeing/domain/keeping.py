"""How long things are kept, and from which day on a shorter time holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from wellbeing.domain.weeks import Week

LEAST_MONTHS, MOST_MONTHS = 6, 24
"""How long ratings can be kept. A clinic may choose less than the most, never more:
what is gone cannot be demanded of it."""
LEAST_DAYS, MOST_DAYS = 1, 30
"""How long texts of somebody who has left can be kept."""
NOTICE = timedelta(days=28)
"""A shorter time holds so long after it was announced, so that nobody's weeks go
before they could read that they will, and download them."""
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class KeepingRule:
    """How long a clinic keeps what people enter.

    Attributes:
        from_day: the first day on which it holds, in the clinic's time zone.
        months: ratings are kept for so many, counted from a week's Monday, and go on
            the first day of the month after.
        text_days: what somebody wrote for themselves is kept for so many days after
            their access ended.
    """

    from_day: date
    months: int
    text_days: int

    def first_kept(self, day: date) -> Week:
        """Return the first week of which something is kept on a day."""
        start = _first_of_month(day, -self.months)
        week = Week.of(start)
        return week if week.monday >= start else week.plus(1)

    def goes_on(self, week: Week) -> date:
        """Return the day on which a week goes."""
        return _first_of_month(week.monday, self.months + 1)

    def texts_go_on(self, left: date) -> date:
        """Return the day on which the texts of somebody who left go."""
        return left + timedelta(days=self.text_days)

    def account_goes_on(self, left: date) -> date:
        """Return the day on which the account of somebody who left goes."""
        return _first_of_month(left, self.months + 1)

    def is_as_long_as(self, other: "KeepingRule") -> bool:
        """Tell whether nothing goes sooner than by another rule."""
        return self.months >= other.months and self.text_days >= other.text_days

    def says_the_same_as(self, other: "KeepingRule") -> bool:
        """Tell whether two rules differ in their first day at most."""
        return self.is_as_long_as(other) and other.is_as_long_as(self)


def rule_on(rules: Iterable[KeepingRule], day: date) -> KeepingRule | None:
    """Return the rule that holds on a day; None: nothing goes yet."""
    begun = [rule for rule in rules if rule.from_day <= day]
    return max(begun, key=lambda rule: rule.from_day, default=None)


def announced(rules: Iterable[KeepingRule], day: date) -> KeepingRule | None:
    """Return the rule that will hold some day after this one; None: there is none."""
    ahead = [rule for rule in rules if rule.from_day > day]
    return min(ahead, key=lambda rule: rule.from_day, default=None)


def new_rule(
    rules: Iterable[KeepingRule], months: int, text_days: int, day: date
) -> KeepingRule | None:
    """Return the rule that has to be written down, in place of one that is announced.

    A rule by which something goes sooner begins after the notice; any other at once.

    Args:
        rules: those that are written down.
        months, text_days: what the clinic wants.
        day: today.

    Returns:
        None: what it wants holds, or is announced already.
    """
    known = list(rules)
    now, ahead = rule_on(known, day), announced(known, day)
    wanted = KeepingRule(from_day=day, months=months, text_days=text_days)
    newest = ahead or now
    if newest is not None and newest.says_the_same_as(wanted):
        return None
    if now is not None and wanted.is_as_long_as(now):
        return wanted
    return KeepingRule(from_day=day + NOTICE, months=months, text_days=text_days)


def _first_of_month(day: date, months: int) -> date:
    """Return the first day of the month so many months later."""
    counted = day.year * _MONTHS_A_YEAR + day.month - 1 + months
    year, month = divmod(counted, _MONTHS_A_YEAR)
    return date(year, month + 1, 1)
