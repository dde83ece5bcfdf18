"""The support screen: contacts, writing to somebody, the log, better weeks."""

from datetime import timedelta
from html import unescape

import pytest

from tests.clinic import LAST_WEEK, THIS_WEEK
from tests.pages.conftest import check_in_for, unfold, without_key, words
from tests.pages.test_hostile_text import HOSTILE
from tests.servers import viewer_named
from tests.services.test_mail import Caught, start
from wellbeing.bootstrap import process_context
from wellbeing.content.dates import week_words
from wellbeing.content.load import choice_text, say
from wellbeing.content.support_ways import all_ways
from wellbeing.domain.better_weeks import EACH, ENOUGH_WEEKS, EVERY
from wellbeing.domain.check_ins import Kind, SupportUsed
from wellbeing.domain.contacts import ContactKind
from wellbeing.domain.support import Lasted, SupportEntry
from wellbeing.domain.weeks import Week
from wellbeing.services import check_ins, clinic, support_log

__all__ = ["start"]

PEER, REST = SupportUsed.PEER, SupportUsed.REST
LOG = f"support_log:{THIS_WEEK}:"


@pytest.fixture
def ada(ctx):
    return viewer_named(ctx, "ada")


@pytest.fixture
def alice(ctx):
    return viewer_named(ctx, "alice")


@pytest.fixture
def jo(ctx, ada):
    """A peer supporter who takes messages."""
    clinic.add_contact(
        ctx,
        ada,
        name="Jo [x](https://evil.example)",
        reach="Room 4",
        about="Mornings",
        kind=ContactKind.PEER_SUPPORTER,
        email="jo@example.org",
        agreed=True,
    )
    return clinic.support_contacts(ctx, ada)[0]


@pytest.fixture
def caught(monkeypatch, ctx, start):
    """What the mail server of this process was handed."""
    found = Caught()
    monkeypatch.setenv("WELLBEING_SMTP_URL", f"smtp://127.0.0.1:{start(found)}")
    monkeypatch.setenv("WELLBEING_MAIL_FROM", "wellbeing@example.org")
    ctx.dispose()
    process_context.cache_clear()
    return found


def press(at, key):
    at.button(key=key).click().run()
    assert not at.exception
    return at


# The directory


@pytest.mark.parametrize("who", ["alice", "dora", "rita", "ada"])
@pytest.mark.usefixtures("jo")
def test_everybody_finds_contacts_lines_and_what_helps(open_page, who):
    text = words(open_page("support", who))
    assert "Jo [x](https://evil.example) (Peer supporter)\nRoom 4\nMornings" in text
    assert say("support.emergency") in text
    html = unescape(
        "".join(e.proto.body for e in open_page("support", who).get("html"))
    )
    assert [w.name for w in all_ways() if w.name not in html] == []
    own = say("support.way_page_reflect") in html
    assert own == (who == "alice")


def test_a_contact_that_was_not_checked_for_long_says_so(open_page, jo, clock):
    assert say("support.contact_stale") not in words(open_page("support", "dora"))
    clock.shift(timedelta(days=190))
    assert say("support.contact_stale") in words(open_page("support", "dora"))
    assert jo.name in words(open_page("clinic", "ada"))


@pytest.mark.parametrize("text", HOSTILE)
def test_names_in_what_helps_stay_text(open_page, ctx, ada, text):
    clinic.add_contact(
        ctx, ada, name=text, reach=text, about="", kind=ContactKind.SUPERVISION
    )
    html = "".join(e.proto.body for e in open_page("support", "alice").get("html"))
    for tag in ("<script", "<img", "<form"):
        assert tag not in html


def test_what_suits_a_hard_week_is_shown_to_its_owner_alone(open_page, ctx, alice):
    check_ins.keep(ctx, alice, THIS_WEEK, {"overall": 1})
    check_ins.save(ctx, alice, THIS_WEEK, Kind.SHORT)
    assert say("support.for_you") in words(open_page("support", "alice"))
    for who in ("bob", "dora", "ada"):
        assert say("support.for_you") not in words(open_page("support", who))


# An administrator keeps the contacts


def test_an_administrator_adds_and_changes_a_contact(open_page, ctx, ada):
    at = open_page("clinic", "ada")
    at.text_input(key="clinic:contact_name:").input("Jo")
    at.text_input(key="clinic:contact_reach:").input("Room 4")
    at.selectbox(key="clinic:contact_kind:").set_value(ContactKind.THERAPISTS)
    press(at, "clinic:contact_save:")
    (jo,) = clinic.support_contacts(ctx, ada)
    assert (jo.kind, jo.email, jo.agreed) == (ContactKind.THERAPISTS, "", False)
    assert at.text_input(key="clinic:contact_name:+").value == ""
    chosen = str(jo.contact_id)
    at.selectbox(key="clinic:contact").set_value(chosen).run()
    at.text_input(key=f"clinic:contact_email:{chosen}").input("jo@example.org")
    at.checkbox(key=f"clinic:contact_agreed:{chosen}").check()
    press(at, f"clinic:contact_save:{chosen}")
    (jo,) = clinic.support_contacts(ctx, ada)
    assert (jo.kind, jo.email, jo.agreed) == (
        ContactKind.THERAPISTS,
        "jo@example.org",
        True,
    )
    assert say("contacts.takes_mail") in words(at)


def test_agreeing_without_an_address_is_refused_and_what_was_typed_stays(
    open_page, ctx, ada
):
    at = open_page("clinic", "ada")
    at.text_input(key="clinic:contact_name:").input("Jo")
    at.text_input(key="clinic:contact_reach:").input("Room 4")
    at.checkbox(key="clinic:contact_agreed:").check()
    press(at, "clinic:contact_save:")
    assert at.error[0].value == "Add the address to which they agreed."
    assert at.text_input(key="clinic:contact_name:").value == "Jo"
    assert clinic.support_contacts(ctx, ada) == ()


# Writing to somebody


def folded_out(at, key):
    at.session_state[key] = True
    return at.run()


@pytest.mark.parametrize("who", ["alice", "dora"])
def test_a_message_is_shown_changed_and_sent_once(open_page, jo, caught, who):
    at = folded_out(open_page("support", who), "talk:more")
    at.radio(key="talk:whom").set_value(jo.contact_id).run()
    box = at.text_area(key=f"talk:text:{jo.contact_id}")
    assert box.value == say("talk.hello", name=jo.name) + " "
    assert say("talk.subject_is", subject=say("talk.subject")) in words(at)
    assert not at.checkbox(key="talk:answer").value
    box.input("Have you a moment?")
    press(at, "talk:send")
    assert [m.get_content().strip() for m in caught.mails] == ["Have you a moment?"]
    assert caught.mails[0]["Reply-To"] is None
    assert len([s for s in at.success if jo.reach not in s.value]) == 1
    assert not [b for b in at.button if b.key == "talk:send"]
    press(at, "talk:again")
    assert at.radio(key="talk:whom")


def test_an_own_address_goes_along_only_when_chosen(open_page, jo, caught, alice):
    at = folded_out(open_page("support", "alice"), "talk:more")
    at.radio(key="talk:whom").set_value(jo.contact_id).run()
    at.checkbox(key="talk:answer").check()
    press(at, "talk:send")
    assert caught.mails[0]["Reply-To"] == alice.email


def test_when_it_was_not_taken_it_is_said_and_the_text_stays(open_page, jo, caught):
    caught.refuse = "554 no"
    at = folded_out(open_page("support", "alice"), "talk:more")
    at.radio(key="talk:whom").set_value(jo.contact_id).run()
    at.text_area(key=f"talk:text:{jo.contact_id}").input("Have you a moment?")
    press(at, "talk:send")
    assert ["refused" in e.value for e in at.error] == [True]
    assert at.text_area(key=f"talk:text:{jo.contact_id}").value == "Have you a moment?"


@pytest.mark.usefixtures("jo")
def test_without_a_mail_server_nothing_can_be_sent(open_page):
    at = folded_out(open_page("support", "alice"), "talk:more")
    assert say("talk.nobody") in words(at)
    assert not [r for r in at.radio if r.key == "talk:whom"]


def test_whoever_has_signed_out_meanwhile_sends_nothing(open_page, jo, caught):
    at = folded_out(open_page("support", "alice"), "talk:more")
    at.radio(key="talk:whom").set_value(jo.contact_id).run()
    at.user = {}
    at.button(key="talk:send").click().run()
    assert caught.mails == []
    assert say("frame.signed_out") in words(at)


# The log


def log(at, kinds, **more):
    at.button_group(key=f"{LOG}used").set_value(kinds).run()
    for part, value in more.items():
        at.button_group(key=f"{LOG}{part}:{kinds[0]}").set_value(value)
    return press(at, f"{LOG}save")


def test_support_is_logged_and_nothing_was_chosen_before(open_page, ctx, alice):
    at = folded_out(open_page("support", "alice"), "support_log:more")
    assert at.button_group(key=f"{LOG}used").value == []
    log(at, [PEER], lasted=Lasted.HOUR, helped=0)
    expected = SupportEntry(kind=PEER, lasted=Lasted.HOUR, helped=0)
    assert support_log.support_in(ctx, alice, THIS_WEEK).entries == (expected,)
    html = "".join(e.proto.body for e in at.get("html"))
    assert "A talk with a peer: about an hour, helpful 0 of 4" in html


def test_a_log_is_changed_and_deleted(open_page, ctx, alice):
    support_log.log_support(ctx, alice, THIS_WEEK, [SupportEntry(kind=PEER, helped=4)])
    at = folded_out(open_page("support", "alice"), "support_log:more")
    assert at.button_group(key=f"{LOG}helped:{PEER}").value == 4
    log(at, [REST])
    assert [e.kind for e in support_log.support_in(ctx, alice, THIS_WEEK).entries] == [
        REST
    ]
    press(at, f"{LOG}delete")
    assert not support_log.support_in(ctx, alice, THIS_WEEK).told
    assert at.button_group(key=f"{LOG}used").value == []
    assert not [b for b in at.button if b.key == f"{LOG}delete"]


def test_no_support_at_all_can_be_said(open_page, ctx, alice):
    at = folded_out(open_page("support", "alice"), "support_log:more")
    assert at.button(key=f"{LOG}save").label == say("support_log.save_none")
    press(at, f"{LOG}save")
    assert support_log.support_in(ctx, alice, THIS_WEEK).told


def test_after_a_check_in_the_log_begins_with_what_was_said_there(
    open_page, ctx, alice
):
    check_ins.choose_team_trends(ctx, alice, counted=True)
    check_ins.keep(ctx, alice, THIS_WEEK, {"overall": 5, f"used_{REST}": 1})
    check_ins.save(ctx, alice, THIS_WEEK, Kind.FULL)
    at = folded_out(open_page("check_in", "alice"), f"{LOG}after")
    assert at.button_group(key=f"{LOG}used").value == [REST]
    log(at, [REST], helped=3)
    found = support_log.support_in(ctx, alice, THIS_WEEK).entries
    assert found == (SupportEntry(kind=REST, helped=3),)
    assert not without_key(at)


@pytest.mark.parametrize("who", ["dora", "ada", "rita"])
def test_whoever_does_not_check_in_has_no_log(open_page, who):
    at = unfold(open_page("support", who))
    assert say("support_log.audience") not in words(at)
    assert say("better_weeks.audience") not in words(at)


# Better weeks


def better(at):
    return words(folded_out(at, "better_weeks:more"))


def test_before_twelve_weeks_the_picture_says_how_far_it_is(open_page, ctx, alice):
    check_in_for(ctx, alice, THIS_WEEK.plus(-4).through(LAST_WEEK))
    about = {"needed": ENOUGH_WEEKS, "every": EVERY, "answered": 4}
    said = say("better_weeks.too_early", **about, next=week_words(Week(2026, 52)))
    assert said in better(open_page("support", "alice"))


def test_weeks_without_a_word_on_support_compare_nothing(open_page, ctx, alice):
    check_in_for(ctx, alice, THIS_WEEK.plus(-20).through(LAST_WEEK))
    said = say("better_weeks.no_kind", each=EACH)
    assert said in better(open_page("support", "alice"))


@pytest.mark.parametrize("helps", [True, False])
def test_the_picture_speaks_of_what_went_together_and_else_is_silent(
    open_page, ctx, alice, clock, helps
):
    for n, week in enumerate(THIS_WEEK.plus(-26).through(THIS_WEEK)):
        clock.move_to(f"{week.monday}T12:00:00+00:00")
        lifted = 3 if helps and n % 3 == 1 else 0
        fields = {"overall": 4 + lifted + (n // 3) % 2}
        check_ins.keep(ctx, alice, week, fields)
        check_ins.save(ctx, alice, week, Kind.FULL)
        kind = PEER if n % 3 == 0 else REST
        support_log.log_support(ctx, alice, week, [SupportEntry(kind=kind)])
    text = better(open_page("support", "alice"))
    assert (f"“{choice_text(PEER)}”, " in text) == helps
    assert (say("better_weeks.not_a_cause") in text) == helps
    assert (say("better_weeks.cannot_tell") in text) != helps
