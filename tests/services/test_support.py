"""The directory, what suits a week, the support log, and writing to somebody."""

import io
import json
import logging
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tests.clinic import LAST_WEEK, THIS_WEEK, make_clinic, make_person
from tests.services.test_mail import ON_SQLITE, Caught, start, with_mail
from wellbeing.content.load import say
from wellbeing.domain.check_ins import Kind, SupportUsed
from wellbeing.domain.contacts import ContactKind
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.people import Role
from wellbeing.domain.support import Lasted, SupportEntry
from wellbeing.domain.weeks import Week
from wellbeing.services import check_ins, my_data
from wellbeing.services.better_weeks import better_weeks
from wellbeing.services.clinic import (
    add_contact,
    change_contact,
    remove_contact,
    support_contacts,
)
from wellbeing.services.mail import MailNotSentError
from wellbeing.services.support_directory import directory, for_you, what_helps
from wellbeing.services.support_log import (
    forget_support,
    log_support,
    my_support,
    support_in,
)
from wellbeing.services.talking import people_to_write_to, write_to

__all__ = ["start"]

JO: dict[str, Any] = {"name": "Jo", "reach": "Room 4", "about": "Mornings"}
PEER, REST, TEAM = SupportUsed.PEER, SupportUsed.REST, SupportUsed.TEAM
TALK = SupportEntry(kind=PEER, lasted=Lasted.HOUR, helped=3)


def check_in(ctx, viewer, week, **fields):
    check_ins.keep(ctx, viewer, week, {"overall": 5} | fields)
    return check_ins.save(ctx, viewer, week, Kind.FULL)


def used(ctx, viewer, week):
    return {e.kind for e in support_in(ctx, viewer, week).entries}


def named(ctx, viewer, week):
    """The kinds that the check-in form shows as chosen."""
    fields = check_ins.check_in_form(ctx, viewer, week).fields
    return {k for k in SupportUsed if fields.get(f"used_{k}")}


# The directory


@ON_SQLITE
def test_contacts_stand_by_kind_and_in_their_order_within_one(ctx, cast):
    kinds = [ContactKind.OTHER, ContactKind.SUPERVISION, ContactKind.OTHER]
    for name, kind in zip(("One", "Two", "Three"), kinds, strict=True):
        add_contact(ctx, cast.ada, **(JO | {"name": name}), kind=kind)
    for viewer in (cast.alice, cast.dora, cast.rita, cast.ada):
        found = [listed.contact.name for listed in directory(ctx, viewer)]
        assert found == ["Two", "One", "Three"]


@ON_SQLITE
def test_a_contact_that_nobody_checked_for_six_months_says_so(ctx, cast, clock):
    add_contact(ctx, cast.ada, **JO)
    clock.turn(days=183)
    assert [c.stale for c in directory(ctx, cast.alice)] == [False]
    clock.turn(days=1)
    assert [c.stale for c in directory(ctx, cast.alice)] == [True]
    (contact,) = support_contacts(ctx, cast.ada)
    change_contact(ctx, cast.ada, replace(contact, reach="Room 5"))
    (listed,) = directory(ctx, cast.alice)
    assert (listed.stale, listed.contact.reach) == (False, "Room 5")


@ON_SQLITE
def test_a_changed_contact_keeps_its_place(ctx, cast):
    for name in ("One", "Two"):
        add_contact(ctx, cast.ada, **(JO | {"name": name}))
    first = support_contacts(ctx, cast.ada)[0]
    change_contact(ctx, cast.ada, replace(first, name="Uno"))
    assert [c.name for c in support_contacts(ctx, cast.ada)] == ["Uno", "Two"]


def test_a_contact_that_is_gone_or_of_another_clinic_cannot_be_changed(ctx, cast):
    add_contact(ctx, cast.ada, **JO)
    (contact,) = support_contacts(ctx, cast.ada)
    boss = make_person(ctx, make_clinic(ctx, "Hillside"), "Ben", Role.ADMINISTRATOR)
    with pytest.raises(NotFoundError):
        change_contact(ctx, boss, replace(contact, name="Mine"))
    remove_contact(ctx, cast.ada, contact.contact_id)
    with pytest.raises(NotFoundError):
        change_contact(ctx, cast.ada, contact)


@ON_SQLITE
@pytest.mark.parametrize(
    "change",
    [
        {"email": "not an address"},
        {"email": "a@b.org\nBcc: c@d.org"},
        {"email": "", "agreed": True},
    ],
)
def test_an_address_that_cannot_be_written_to_is_refused(ctx, cast, change):
    with pytest.raises(InvalidInputError):
        add_contact(ctx, cast.ada, **JO, **change)
    assert support_contacts(ctx, cast.ada) == ()


@ON_SQLITE
def test_what_helps_leads_to_the_contacts_of_its_kind(ctx, cast):
    add_contact(ctx, cast.ada, **JO, kind=ContactKind.SUPERVISION)
    leads = {w.way.id: [c.name for c in w.contacts] for w in what_helps(ctx, cast.rita)}
    assert leads["supervision"] == ["Jo"]
    assert leads["therapist_sessions"] == []


# What suits a week


@ON_SQLITE
def test_a_usual_week_suggests_nothing(ctx, cast, clock):
    for week in THIS_WEEK.plus(-11).through(THIS_WEEK):
        clock.turn_to(week)
        check_in(ctx, cast.alice, week, overall=6)
    assert for_you(ctx, cast.alice) is None


@ON_SQLITE
def test_a_hard_week_suggests_what_fits_to_its_owner_until_the_week_after_next(
    ctx, cast, clock
):
    for week in THIS_WEEK.plus(-11).through(LAST_WEEK):
        clock.turn_to(week)
        check_in(ctx, cast.alice, week, rest=3)
    clock.turn_to(THIS_WEEK)
    check_in(ctx, cast.alice, THIS_WEEK, rest=0)
    found = for_you(ctx, cast.alice)
    assert found is not None
    assert found.hard == (Indicator.REST,)
    assert [w.way.id for w in found.ways] == ["gatherings", "boundaries"]
    assert for_you(ctx, cast.bob) is None
    clock.turn_to(THIS_WEEK.plus(1))
    assert for_you(ctx, cast.alice) is not None
    clock.turn_to(THIS_WEEK.plus(2))
    assert for_you(ctx, cast.alice) is None


@ON_SQLITE
@pytest.mark.parametrize(("overall", "suggests"), [(1, True), (2, True), (3, False)])
def test_the_two_lowest_answers_need_no_usual_range(ctx, cast, overall, suggests):
    check_in(ctx, cast.alice, THIS_WEEK, overall=overall)
    assert (for_you(ctx, cast.alice) is not None) == suggests


# The log


def test_a_log_is_kept_by_week_and_replaced_as_a_whole(ctx, cast):
    assert not support_in(ctx, cast.alice, LAST_WEEK).told
    log_support(ctx, cast.alice, LAST_WEEK, [TALK, SupportEntry(kind=REST)])
    assert support_in(ctx, cast.alice, LAST_WEEK).entries == (
        TALK,
        SupportEntry(kind=REST),
    )
    better = replace(TALK, helped=4)
    log_support(ctx, cast.alice, LAST_WEEK, [better])
    assert support_in(ctx, cast.alice, LAST_WEEK).entries == (better,)
    assert [w.week for w in my_support(ctx, cast.alice)] == [LAST_WEEK]


@ON_SQLITE
def test_nothing_used_is_an_answer_too(ctx, cast):
    log_support(ctx, cast.alice, LAST_WEEK, [])
    found = support_in(ctx, cast.alice, LAST_WEEK)
    assert (found.entries, found.told, found.logged) == ((), True, True)


@ON_SQLITE
def test_a_check_in_that_names_nothing_has_not_said_that_it_was_nothing(ctx, cast):
    check_in(ctx, cast.alice, THIS_WEEK)
    assert not support_in(ctx, cast.alice, THIS_WEEK).told


@ON_SQLITE
def test_what_the_check_in_names_need_not_be_told_again(ctx, cast):
    check_in(ctx, cast.alice, THIS_WEEK, used_peer=1)
    found = support_in(ctx, cast.alice, THIS_WEEK)
    assert found.entries == (SupportEntry(kind=PEER),)
    assert (found.told, found.logged) == (True, False)


def test_the_log_tells_the_check_in_of_the_week(ctx, cast):
    check_in(ctx, cast.alice, THIS_WEEK, used_team=1)
    log_support(ctx, cast.alice, THIS_WEEK, [TALK])
    form = check_ins.check_in_form(ctx, cast.alice, THIS_WEEK)
    assert form.saved is not None
    assert form.saved.context.support_used == {PEER}
    assert form.saved.values()["overall"] == 5
    assert not form.unsaved


def test_a_check_in_that_comes_later_finds_the_log_and_may_change_it(ctx, cast):
    log_support(ctx, cast.alice, THIS_WEEK, [TALK, SupportEntry(kind=REST)])
    assert named(ctx, cast.alice, THIS_WEEK) == {PEER, REST}
    saved = check_in(ctx, cast.alice, THIS_WEEK, used_rest=None)
    assert saved.context.support_used == {PEER}
    assert support_in(ctx, cast.alice, THIS_WEEK).entries == (TALK,)


@ON_SQLITE
def test_a_draft_of_the_check_in_does_not_undo_the_log(ctx, cast):
    check_in(ctx, cast.alice, THIS_WEEK)
    check_ins.keep(ctx, cast.alice, THIS_WEEK, {"used_team": 1, "rest": 3})
    log_support(ctx, cast.alice, THIS_WEEK, [TALK])
    saved = check_ins.save(ctx, cast.alice, THIS_WEEK, Kind.FULL)
    assert saved.context.support_used == {PEER}
    assert saved.values()["rest"] == 3


@ON_SQLITE
def test_a_week_without_answers_keeps_its_log(ctx, cast):
    check_ins.not_this_week(ctx, cast.alice, THIS_WEEK, None)
    log_support(ctx, cast.alice, THIS_WEEK, [TALK])
    assert used(ctx, cast.alice, THIS_WEEK) == {PEER}
    form = check_ins.check_in_form(ctx, cast.alice, THIS_WEEK)
    assert form.saved is not None
    assert (form.saved.kind, form.unsaved) == (Kind.NOT_THIS_WEEK, False)


@ON_SQLITE
def test_a_closed_week_can_still_be_logged_and_its_answers_stay(ctx, cast, clock):
    old = check_in(ctx, cast.alice, LAST_WEEK, rest=2)
    clock.turn(weeks=5)
    log_support(ctx, cast.alice, LAST_WEEK, [TALK])
    assert used(ctx, cast.alice, LAST_WEEK) == {PEER}
    files = archive(ctx, cast.alice)
    (kept,) = json.loads(files["check_ins.json"])
    assert kept["scores"] == old.scores
    assert kept["context"]["support_used"] == ["peer"]


@ON_SQLITE
def test_a_week_that_has_not_begun_takes_no_log(ctx, cast):
    with pytest.raises(NotFoundError):
        log_support(ctx, cast.alice, THIS_WEEK.plus(1), [TALK])


def test_deleting_a_week_of_the_log_leaves_nothing_of_it_anywhere(ctx, cast):
    check_in(ctx, cast.alice, LAST_WEEK)
    for week in (LAST_WEEK, THIS_WEEK):
        log_support(ctx, cast.alice, week, [TALK])
        forget_support(ctx, cast.alice, week)
        forget_support(ctx, cast.alice, week)
        assert not support_in(ctx, cast.alice, week).told
        assert named(ctx, cast.alice, week) == set()
    assert "support_log.json" not in archive(ctx, cast.alice)


def test_nobody_finds_the_log_of_somebody_else(ctx, cast):
    log_support(ctx, cast.alice, LAST_WEEK, [TALK])
    assert my_support(ctx, cast.bob) == ()
    forget_support(ctx, cast.bob, LAST_WEEK)
    assert used(ctx, cast.alice, LAST_WEEK) == {PEER}
    assert "support_log.json" not in archive(ctx, cast.bob)


def test_two_tabs_that_save_the_same_week_leave_one_whole_log(ctx, cast):
    check_in(ctx, cast.alice, THIS_WEEK)
    logs = [[TALK], [SupportEntry(kind=REST), SupportEntry(kind=TEAM)]]

    def save(n):
        log_support(ctx, cast.alice, THIS_WEEK, logs[n % 2])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(save, range(8)))
    kept = support_in(ctx, cast.alice, THIS_WEEK).entries
    assert list(kept) in [[TALK], [SupportEntry(kind=TEAM), SupportEntry(kind=REST)]]
    assert named(ctx, cast.alice, THIS_WEEK) == {e.kind for e in kept}


def test_the_own_download_holds_the_whole_log_and_explains_it(ctx, cast):
    log_support(ctx, cast.alice, LAST_WEEK, [TALK])
    log_support(ctx, cast.alice, THIS_WEEK, [])
    files = archive(ctx, cast.alice)
    assert json.loads(files["support_log.json"]) == {
        str(LAST_WEEK): [{"kind": "peer", "lasted": "hour", "helped": 3}],
        str(THIS_WEEK): [],
    }
    assert "support_log.json" in files["README.md"]


def archive(ctx, viewer):
    with zipfile.ZipFile(io.BytesIO(my_data.my_archive(ctx, viewer))) as found:
        return {name: found.read(name).decode() for name in found.namelist()}


# What goes with better weeks


@ON_SQLITE
def test_support_and_scores_of_the_viewer_alone_are_compared(ctx, cast, clock):
    weeks = THIS_WEEK.plus(-25).through(THIS_WEEK)
    for n, week in enumerate(weeks):
        clock.turn_to(week)
        lifted = n > 0 and n % 3 == 1
        kinds = [TALK] if n % 3 == 0 else [SupportEntry(kind=REST)]
        check_in(ctx, cast.alice, week, overall=8 if lifted else 4)
        log_support(ctx, cast.alice, week, kinds)
    found = better_weeks(ctx, cast.alice)
    assert (found.answered, found.through) == (26, Week(2026, 40))
    assert found.next == Week(2026, 52)
    told = {c.kind: c for c in found.comparisons if c.tells}
    assert told[PEER].outcome is Indicator.OVERALL
    assert told[PEER].better
    assert told[PEER].difference == pytest.approx(400 / 9, abs=8)
    assert better_weeks(ctx, cast.bob).comparisons == ()


# Writing to somebody


@pytest.fixture
def writing(ctx, cast, start):
    """The context with a mail server, what that caught, and somebody to write to."""
    caught = Caught()
    add_contact(
        ctx,
        cast.ada,
        **JO,
        kind=ContactKind.PEER_SUPPORTER,
        email="Jo@Example.org",
        agreed=True,
    )
    return with_mail(ctx, f"smtp://127.0.0.1:{start(caught)}"), caught


def rows(ctx):
    from tests.storage.test_schema import everything  # noqa: PLC0415

    return everything(ctx)


def test_a_message_arrives_word_for_word_and_leaves_no_trace(writing, cast, caplog):
    ctx, caught = writing
    before = rows(ctx)
    (jo,) = people_to_write_to(ctx, cast.alice)
    with caplog.at_level(logging.DEBUG):
        write_to(
            ctx, cast.alice, jo.contact_id, " Hello Jo,\n\nroom 3? ", may_answer=False
        )
    (got,) = caught.mails
    assert (got["To"], got["Reply-To"]) == ("jo@example.org", None)
    assert got["Subject"] == say("talk.subject")
    assert got.get_content().replace("\r\n", "\n") == "Hello Jo,\n\nroom 3?\n"
    assert "alice" not in str(got).lower()
    assert rows(ctx) == before
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("wellbeing")]
    assert ours == []


@ON_SQLITE
def test_an_answer_finds_the_writer_only_if_they_want_that(writing, cast):
    ctx, caught = writing
    (jo,) = people_to_write_to(ctx, cast.alice)
    write_to(ctx, cast.alice, jo.contact_id, "Hello", may_answer=True)
    assert caught.mails[0]["Reply-To"] == cast.alice.email


@ON_SQLITE
def test_only_who_agreed_can_be_written_to(writing, cast):
    ctx, caught = writing
    (jo,) = support_contacts(ctx, cast.ada)
    change_contact(ctx, cast.ada, replace(jo, agreed=False))
    assert people_to_write_to(ctx, cast.alice) == ()
    with pytest.raises(NotFoundError):
        write_to(ctx, cast.alice, jo.contact_id, "Hello", may_answer=False)
    assert caught.mails == []


@ON_SQLITE
def test_a_contact_of_another_clinic_cannot_be_written_to(writing, cast):
    ctx, caught = writing
    (jo,) = people_to_write_to(ctx, cast.alice)
    ben = make_person(ctx, make_clinic(ctx, "Hillside"), "Ben", Role.CLINICIAN)
    with pytest.raises(NotFoundError):
        write_to(ctx, ben, jo.contact_id, "Hello", may_answer=False)
    assert caught.mails == []


@ON_SQLITE
@pytest.mark.parametrize("text", ["", " \n ", "x" * 3001, "Hello\x00", "a\u202eb"])
def test_a_message_that_cannot_be_sent_is_refused(writing, cast, text):
    ctx, caught = writing
    (jo,) = people_to_write_to(ctx, cast.alice)
    with pytest.raises(InvalidInputError):
        write_to(ctx, cast.alice, jo.contact_id, text, may_answer=False)
    assert caught.mails == []


@ON_SQLITE
def test_a_message_that_just_fits_is_sent(writing, cast):
    ctx, caught = writing
    (jo,) = people_to_write_to(ctx, cast.alice)
    text = "x" * 1499 + "\n" + "x" * 1500
    write_to(ctx, cast.alice, jo.contact_id, text, may_answer=False)
    assert len(caught.mails) == 1


@ON_SQLITE
@pytest.mark.usefixtures("writing")
def test_without_a_mail_server_nobody_can_be_written_to(cast, ctx):
    (jo,) = support_contacts(ctx, cast.ada)
    assert people_to_write_to(ctx, cast.alice) == ()
    with pytest.raises(NotFoundError):
        write_to(ctx, cast.alice, jo.contact_id, "Hello", may_answer=False)


@ON_SQLITE
def test_it_is_told_when_the_server_did_not_take_it(ctx, cast, start):
    add_contact(ctx, cast.ada, **JO, email="jo@example.org", agreed=True)
    refusing = with_mail(ctx, f"smtp://127.0.0.1:{start(Caught(refuse='554 no'))}")
    (jo,) = people_to_write_to(refusing, cast.alice)
    with pytest.raises(MailNotSentError, match="refused"):
        write_to(refusing, cast.alice, jo.contact_id, "Hello", may_answer=False)
