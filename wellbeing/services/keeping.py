"""How long things are kept: told in time, then carried out by the running app.

What is recorded tells nothing about anybody: a record of each month is written whether
or not something went, and it counts nothing. A count of what a month held would tell
how many took part in it.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from wellbeing.domain.audit import Event
from wellbeing.domain.ids import PersonId
from wellbeing.domain.keeping import KeepingRule, announced, new_rule, rule_on
from wellbeing.domain.people import Clinic, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services.audit import record
from wellbeing.services.closing import close
from wellbeing.services.context import Context
from wellbeing.services.forgetting import forget_old
from wellbeing.services.gathering_offers import cancel_all_of
from wellbeing.services.take_backs import settle, take_everything_back
from wellbeing.storage import clinic_queries, keeping_queries, people_queries
from wellbeing.storage.rewriting import empty_log

_FEW, _ROUNDED_TO = 10, 10


@dataclass(frozen=True, kw_only=True, slots=True)
class MyKeeping:
    """What the viewer can know of how long things are kept.

    Attributes:
        rule: what holds now; None: nothing goes yet.
        ahead: a rule that holds later, if one was announced.
        oldest: their oldest week; None: they have none.
        goes_on: the day on which it goes, unless a study still needs it; None: there
            is no week, or no rule.
        is_held: whether that day has come, so that only a study can still need it.
    """

    rule: KeepingRule | None
    ahead: KeepingRule | None
    oldest: Week | None
    goes_on: date | None
    is_held: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Removal:
    """What would be removed now.

    Attributes:
        rule: the rule that holds; None: none does yet.
        before: the first week that is kept; None: no rule holds yet.
        sizes: how much would go, by kind: in tens, and never a small count.
        leavers: of how many people who have left texts or the account would go,
            in the same way.
    """

    rule: KeepingRule | None
    before: Week | None
    sizes: dict[str, str]
    leavers: str


def my_keeping(ctx: Context, viewer: Viewer) -> MyKeeping:
    """Return how long things are kept, and what of the viewer's goes next."""
    today = _today(ctx, viewer.clinic)
    with ctx.reading() as db:
        rules = keeping_queries.rules_of(db, viewer.clinic_id)
        oldest = keeping_queries.oldest_week(db, viewer.clinic_id, viewer.person_id)
    rule, ahead = rule_on(rules, today), announced(rules, today)
    days = [_goes_on(each, oldest) for each in (rule, ahead) if each is not None]
    goes_on = min(filter(None, days), default=None)
    return MyKeeping(
        rule=rule,
        ahead=ahead,
        oldest=oldest,
        goes_on=goes_on,
        is_held=goes_on is not None and goes_on <= today,
    )


def _goes_on(rule: KeepingRule, oldest: Week | None) -> date | None:
    return None if oldest is None else max(rule.goes_on(oldest), rule.from_day)


def first_kept_week(ctx: Context, db: Connection, clinic: Clinic) -> Week | None:
    """Return the first week that is kept; None: every week is."""
    today = _today(ctx, clinic)
    rule = rule_on(keeping_queries.rules_of(db, clinic.clinic_id), today)
    return None if rule is None else rule.first_kept(today)


def what_would_go(ctx: Context) -> Removal:
    """Return what ``remove_old`` would remove; nothing is changed."""
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
        if clinic is None:
            return Removal(rule=None, before=None, sizes={}, leavers=_size(0))
        today = _today(ctx, clinic)
        rule = rule_on(keeping_queries.rules_of(db, clinic.clinic_id), today)
        if rule is None:
            return Removal(rule=None, before=None, sizes={}, leavers=_size(0))
        before = rule.first_kept(today)
        found = keeping_queries.count_ratings(db, clinic.clinic_id, before, today)
        texts, accounts = _due_leavers(db, clinic, rule, today)
    return Removal(
        rule=rule,
        before=before,
        sizes={kind: _size(count) for kind, count in found.items()},
        leavers=_size(len({*texts, *accounts})),
    )


def remove_old(ctx: Context) -> None:
    """Remove what must not be kept any longer, and announce what will be.

    The running app does it again and again; a second time changes nothing. Periods
    that have ended are closed first: ratings go only when no figure needs them.

    Raises:
        ReleasesMissingError: the release tables were lost; nothing is removed then.
    """
    close(ctx)
    with ctx.writing() as db:
        clinic = clinic_queries.the_clinic(db)
        if clinic is None:
            return
        clinic_queries.lock_clinic(db, clinic.clinic_id)
        forget_old(ctx, db, clinic)
        keeping_queries.drop_useless_links(db, clinic.clinic_id, ctx.now())
        rule = _announce(ctx, db, clinic)
        keeping_queries.note_leavers(db, clinic.clinic_id, _today(ctx, clinic))
        texts, accounts = _remove_due(ctx, db, clinic, rule)
    for person_id in texts:
        _remove_texts(ctx, clinic, person_id)
    for person_id in accounts:
        _remove_account(ctx, clinic, person_id)
    # On SQLite the log beside the file still has it; a busy one is emptied next time.
    empty_log(ctx.engine)


def _announce(ctx: Context, db: Connection, clinic: Clinic) -> KeepingRule | None:
    """Write down what the settings ask for; return the rule that holds today."""
    today, settings = _today(ctx, clinic), ctx.settings
    rules = keeping_queries.rules_of(db, clinic.clinic_id)
    wanted = settings.keep_months, settings.keep_texts_days
    new = new_rule(rules, *wanted, today)
    if new is None:
        return rule_on(rules, today)
    keeping_queries.put_rule(db, clinic.clinic_id, new, today)
    about = f"{new.months} months, {new.text_days} days, from {new.from_day}"
    _record(ctx, db, clinic, Event.KEEPING_CHANGED, about)
    return rule_on(keeping_queries.rules_of(db, clinic.clinic_id), today)


_Leavers = tuple[list[PersonId], list[PersonId]]
"""Whose texts go, and whose account does."""


def _remove_due(
    ctx: Context, db: Connection, clinic: Clinic, rule: KeepingRule | None
) -> _Leavers:
    """Remove ratings that are too old; return who comes next.

    Some come to it within a month: a study that needed them has ended. That a month
    has begun is what is recorded, never what went.
    """
    if rule is None:
        return [], []
    today = _today(ctx, clinic)
    before = rule.first_kept(today)
    keeping_queries.drop_ratings(db, clinic.clinic_id, before, today)
    done = keeping_queries.removed_before(db, clinic.clinic_id)
    if done is None or done < before:
        keeping_queries.set_removed_before(db, clinic.clinic_id, rule, before)
        _record(ctx, db, clinic, Event.OLD_DATA_REMOVED, f"before {before}")
    return _due_leavers(db, clinic, rule, today)


def _due_leavers(
    db: Connection, clinic: Clinic, rule: KeepingRule, today: date
) -> _Leavers:
    found = keeping_queries.leavers_of(db, clinic.clinic_id)
    texts = [
        person_id
        for person_id, (left, gone) in found.items()
        if not gone and rule.texts_go_on(left) <= today
    ]
    accounts = [
        person_id
        for person_id, (left, _) in found.items()
        if rule.account_goes_on(left) <= today
    ]
    return sorted(texts), sorted(accounts)


def _remove_texts(ctx: Context, clinic: Clinic, person_id: PersonId) -> None:
    """Remove texts and keys of somebody who has left, recorded whether or not any."""
    with ctx.writing() as db:
        if keeping_queries.has_left(db, clinic.clinic_id, person_id):
            keeping_queries.drop_texts(db, clinic.clinic_id, person_id)
            _record(ctx, db, clinic, Event.OLD_DATA_REMOVED, "texts", person_id)


def _remove_account(ctx: Context, clinic: Clinic, person_id: PersonId) -> None:
    """Remove somebody who has left as they could have done themselves."""
    with ctx.writing() as db:
        clinic_queries.lock_clinic(db, clinic.clinic_id)
        if not keeping_queries.has_left(db, clinic.clinic_id, person_id):
            return
        studies = take_everything_back(ctx, db, clinic, person_id)
        cancel_all_of(ctx, db, clinic, person_id)
        people_queries.drop_person(db, clinic.clinic_id, person_id)
        _record(ctx, db, clinic, Event.ACCOUNT_DELETED, "", person_id)
    settle(ctx, clinic.clinic_id, person_id, studies)


def _record(
    ctx: Context,
    db: Connection,
    clinic: Clinic,
    event: Event,
    about: str,
    concerning: PersonId | None = None,
) -> None:
    record(
        ctx,
        db,
        clinic.clinic_id,
        event,
        actor=None,
        concerning=concerning,
        about=about,
    )


def _today(ctx: Context, clinic: Clinic) -> date:
    return ctx.now().astimezone(clinic.zone).date()


def _size(count: int) -> str:
    """Return a count in tens: one person's rows must not show in a difference."""
    if count < _FEW:
        return f"fewer than {_FEW}"
    return f"about {round(count / _ROUNDED_TO) * _ROUNDED_TO}"
