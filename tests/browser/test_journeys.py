"""What people do, from the first start on, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.clinic import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Until Wednesday there is a group besides: this week or the last one.
QUESTIONS = "[class*=st-key-check_in-2] [role=radiogroup]"
CHOSEN = f"{QUESTIONS} [role=radio][aria-checked=true]"


def answer_everything_by_number_keys(page, key="3"):
    groups = page.locator(QUESTIONS)
    count = groups.count()
    groups.first.get_by_role("radio").first.focus()
    for _ in range(count):
        page.keyboard.press(key)
    return count


def test_an_empty_database_becomes_a_clinic_through_the_printed_link_only(
    chromium, started_by_hand
):
    url, link = started_by_hand
    page = chromium.new_context(viewport={"width": PHONE, "height": 740}).new_page()
    page.goto(url)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(link)
    page.get_by_label("Name of the clinic").fill("Rosenhof")
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_label("Your name").fill("Ada Berg")
    page.get_by_label("Your e-mail").fill("ada@example.org")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("I also want to check in myself").check()
    page.get_by_role("button", name="Make the clinic").click()
    expect(page.locator(".code")).to_have_text(re.compile(r"^([a-z2-9]{6}-){3}"))
    page.get_by_role("link", name="I have kept it, go on").click()
    expect(page.get_by_role("heading", name="Check in", level=1)).to_be_visible(
        timeout=30_000
    )
    page.goto(link)
    expect(page.get_by_text("This link does not work")).to_be_visible()
    page.context.close()


def test_an_invited_person_sets_a_password_and_checks_in(own_demo_app, new_tab):
    admin = new_tab(own_demo_app, width=DESK, height=1600)
    admin.sign_in("administrator@example.org")
    admin.open("/people")
    form = admin.page.locator("[data-testid=stForm]").filter(has_text="Add")
    form.get_by_label("Name", exact=True).first.fill("Noor Test")
    form.get_by_label("E-mail").first.fill("noor@example.org")
    admin.page.get_by_role("button", name="Add", exact=True).click()
    admin.settle()
    admin.page.get_by_role("combobox", name="Person").click()
    admin.page.get_by_role("combobox", name="Person").fill("Noor")
    admin.page.get_by_role("option", name="Noor Test").click()
    admin.settle()
    admin.page.get_by_role("button", name="Make an invitation link").click()
    admin.settle()
    link = admin.page.locator("[data-testid=stCode] code").inner_text().strip()
    guest = new_tab(own_demo_app)
    guest.page.goto(link)
    guest.page.get_by_label("New password").fill(PASSWORD)
    guest.page.get_by_role("button", name="Set the password and go on").click()
    guest.page.get_by_role("link", name="I have kept it, go on").click()
    guest.page.get_by_role("button", name="No, keep mine out").click()
    guest.page.locator(QUESTIONS).nth(12).wait_for()
    assert answer_everything_by_number_keys(guest.page) == 13
    guest.settle()
    guest.page.get_by_role("button", name="Save this week").click()
    expect(guest.page.get_by_text("One small thing", exact=True)).to_be_visible()
    # Pressed at the foot of a long screen; without help only that foot is seen.
    expect(guest.page.get_by_text("Saved.", exact=True)).to_be_in_viewport()
    guest.page.goto(link)
    expect(guest.page.get_by_text("This link does not work")).to_be_visible()


def test_a_week_is_checked_in_by_keyboard_alone(own_demo_app, new_tab):
    tab = new_tab(own_demo_app)
    tab.sign_in("clinician@example.org")
    tab.open("/check-in")
    expect(tab.page.locator(CHOSEN)).to_have_count(0)
    for _ in range(40):
        tab.page.keyboard.press("Tab")
        asked = "questions => document.activeElement.closest(questions) !== null"
        if tab.page.evaluate(asked, QUESTIONS):
            break
    tab.page.keyboard.press("7")
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("Space")
    for _ in range(60):
        if tab.page.evaluate("document.activeElement.innerText") == "Save this week":
            break
        tab.page.keyboard.press("Tab")
    tab.settle()
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_text("One small thing", exact=True)).to_be_visible()
    expect(tab.page.get_by_text("Overall is 67 of 100")).to_be_visible()
    assert tab.said == []


def test_two_answers_in_the_same_instant_are_both_kept(own_demo_app, new_tab):
    tab = new_tab(own_demo_app)
    tab.enter("clinician@example.org")
    tab.open("/check-in")
    tab.page.evaluate(
        "questions => [...document.querySelectorAll(questions)].slice(0, 2)"
        ".forEach(group => group.querySelectorAll('[role=radio]')[3].click())",
        QUESTIONS,
    )
    tab.settle()
    tab.open("/check-in")
    expect(tab.page.locator(CHOSEN)).to_have_count(2)
    tab.page.get_by_role("button", name="Save this week").click()
    expect(tab.page.get_by_text("One small thing", exact=True)).to_be_visible()


@pytest.mark.postgresql
def test_a_week_is_checked_in_and_a_picture_read_on_postgresql(
    postgresql_demo_app, new_tab
):
    tab = new_tab(postgresql_demo_app)
    tab.sign_in("clinician@example.org")
    tab.open("/check-in")
    answer_everything_by_number_keys(tab.page)
    tab.settle()
    tab.page.get_by_role("button", name="Save this week").click()
    expect(tab.page.get_by_text("One small thing", exact=True)).to_be_visible()
    tab.page.reload()
    expect(tab.page.get_by_text("One small thing", exact=True)).to_be_visible()
    tab.open("/my-weeks")
    tab.open("/team-trends")
    expect(tab.page.get_by_text("Compassion satisfaction").first).to_be_visible()
    assert tab.said == []


def test_three_taps_are_a_whole_check_in(own_demo_app, new_tab):
    tab = new_tab(own_demo_app)
    tab.enter("clinician@example.org")
    tab.open("/check-in")
    groups = tab.page.locator(QUESTIONS)
    groups.nth(0).get_by_role("radio").nth(2).click()
    groups.nth(1).get_by_role("radio").nth(4).click()
    tab.page.get_by_role("button", name="Enough for this week: save").click()
    expect(tab.page.get_by_text("One small thing", exact=True)).to_be_visible()


def test_a_week_away_takes_two_taps_and_is_no_zero(own_demo_app, new_tab):
    tab = new_tab(own_demo_app)
    tab.enter("clinician@example.org")
    tab.open("/check-in")
    tab.page.get_by_role("button", name="Not this week").click()
    tab.page.get_by_role("button", name="Rather no reason").click()
    expect(tab.page.get_by_text("Saved: not this week.")).to_be_visible()
    tab.open("/my-weeks")
    expect(tab.page.get_by_text("You did not check in that week")).to_be_visible()


def test_a_reload_and_a_second_tab_show_what_was_tapped(own_demo_app, new_tab):
    tab = new_tab(own_demo_app)
    tab.enter("clinician@example.org")
    tab.open("/check-in")
    tab.page.locator(QUESTIONS).nth(0).get_by_role("radio").nth(5).click()
    tab.settle()
    tab.page.reload()
    chosen = tab.page.locator(CHOSEN)
    expect(chosen).to_have_text("6")
    second = tab.page.context.new_page()
    second.goto(own_demo_app.url + "/check-in")
    expect(second.locator(CHOSEN)).to_have_text("6")
    second.locator(QUESTIONS).nth(1).get_by_role("radio").nth(0).click()
    second.wait_for_timeout(800)
    tab.page.locator(QUESTIONS).nth(2).get_by_role("radio").nth(1).click()
    tab.settle()
    tab.page.reload()
    expect(chosen).to_have_text(["6", "Never", "Rarely"])


def test_taps_survive_a_short_loss_of_the_connection(own_demo_app, new_tab):
    tab = new_tab(own_demo_app)
    tab.enter("clinician@example.org")
    tab.open("/check-in")
    tab.page.locator(QUESTIONS).nth(0).get_by_role("radio").nth(5).click()
    tab.settle()
    tab.page.context.set_offline(True)
    tab.page.wait_for_timeout(1500)
    tab.page.context.set_offline(False)
    tab.page.wait_for_function(
        "() => document.querySelector('[data-test-connection-state=CONNECTED]')"
    )
    tab.page.locator(QUESTIONS).nth(1).get_by_role("radio").nth(0).click()
    tab.settle()
    tab.page.reload()
    chosen = tab.page.locator(CHOSEN)
    expect(chosen).to_have_text(["6", "Never"])


def test_pressing_save_in_two_tabs_and_twice_is_one_check_in(own_demo_app, new_tab):
    tab = new_tab(own_demo_app)
    tab.enter("clinician@example.org")
    tab.open("/check-in")
    tab.page.locator(QUESTIONS).nth(0).get_by_role("radio").nth(5).click()
    tab.settle()
    second = tab.page.context.new_page()
    second.goto(own_demo_app.url + "/check-in")
    save = "Save this week"
    second.get_by_role("button", name=save).wait_for()
    tab.page.get_by_role("button", name=save).dblclick()
    second.get_by_role("button", name=save).click()
    expect(tab.page.get_by_text("One small thing", exact=True)).to_be_visible()
    expect(second.get_by_text("One small thing", exact=True)).to_be_visible()
    tab.open("/my-weeks")
    expect(tab.page.get_by_text("Overall is 56 of 100")).to_be_visible()


def test_taps_survive_a_restart_of_the_server(own_demo_app, new_tab):
    tab = new_tab(own_demo_app)
    tab.enter("clinician@example.org")
    tab.open("/check-in")
    tab.page.locator(QUESTIONS).nth(0).get_by_role("radio").nth(5).click()
    tab.settle()
    own_demo_app.kill()
    expect(tab.page.get_by_text("so are the answers that you tapped")).to_be_visible()
    with tab.page.expect_event("load", timeout=60_000):
        own_demo_app.start()  # a new process knows nothing of this tab: it reloads
    tab.page.locator(QUESTIONS).nth(1).wait_for()
    tab.settle()
    tab.page.locator(QUESTIONS).nth(1).get_by_role("radio").nth(0).click()
    tab.settle()
    tab.page.reload()
    chosen = tab.page.locator(CHOSEN)
    expect(chosen).to_have_text(["6", "Never"])


def test_signing_out_in_one_tab_ends_the_other(own_demo_app, new_tab):
    tab = new_tab(own_demo_app)
    tab.enter("clinician@example.org")
    tab.open("/my-data")
    second = tab.page.context.new_page()
    second.goto(own_demo_app.url + "/my-weeks")
    second.get_by_role("heading", name="My weeks").wait_for()
    tab.page.get_by_role("button", name="Sign out", exact=True).click()
    expect(tab.page.get_by_role("heading", name="Sign in")).to_be_visible()
    second.get_by_text("Other indicators, other weeks").click()
    expect(second.get_by_text("52 weeks")).to_be_visible()
    second.wait_for_timeout(1000)
    second.get_by_text("52 weeks").click()
    expect(second.get_by_text("You are signed out")).to_be_visible()


def test_a_person_without_a_role_for_it_finds_nothing_at_an_address(demo_app, new_tab):
    tab = new_tab(demo_app)
    tab.enter("clinician@example.org")
    tab.page.goto(demo_app.url + "/people")
    tab.page.get_by_role("heading", level=1).wait_for()
    tab.settle()
    assert "administrator@example.org" not in tab.page.content()


def test_one_can_take_along_chart_and_numbers(demo_app, new_tab):
    tab = new_tab(demo_app)
    tab.enter("early.sign@example.org")
    tab.open("/my-weeks")
    tab.page.get_by_text("Take it with you").click()
    tab.settle()
    with tab.page.expect_download() as csv:
        tab.page.get_by_role("link", name="All my weeks as CSV").click()
    assert csv.value.suggested_filename == "wellbeing_my_weeks.csv"
    with tab.page.expect_download() as png:
        tab.page.get_by_role("link", name="Picture: Overall").click()
    assert png.value.path().read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_a_fault_of_ours_is_said_without_internals(own_demo_app, new_tab):
    with own_demo_app.ctx.writing() as db:
        db.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        db.exec_driver_sql("UPDATE check_in SET kind = 'no such kind'")
    tab = new_tab(own_demo_app)
    tab.enter("early.sign@example.org")
    tab.page.goto(own_demo_app.url + "/my-weeks")
    expect(tab.page.get_by_text("it is not your doing")).to_be_visible()
    assert "no such kind" not in tab.page.content()
    assert "A screen failed" in own_demo_app.log


def test_a_tap_that_could_not_be_kept_is_said_and_kept_later(own_demo_app, new_tab):
    tab = new_tab(own_demo_app)
    tab.enter("clinician@example.org")
    tab.open("/check-in")
    groups = tab.page.locator(QUESTIONS)
    groups.nth(0).get_by_role("radio").nth(5).click()
    tab.settle()
    with own_demo_app.ctx.writing():  # nobody else can write meanwhile
        groups.nth(1).get_by_role("radio").nth(0).click()
        expect(tab.page.get_by_text("The database is busy")).to_be_visible()
    chosen = tab.page.locator(CHOSEN)
    expect(chosen).to_have_text(["6", "Never"])
    tab.page.get_by_role("button", name="Save this week").click()
    expect(tab.page.get_by_text("One small thing", exact=True)).to_be_visible()
    tab.page.get_by_role("button", name="Change my answers").click()
    expect(chosen).to_have_text(["6", "Never"])


def test_questions_that_come_back_show_their_answers(own_demo_app, new_tab):
    tab = new_tab(own_demo_app)
    tab.enter("clinician@example.org")
    tab.open("/check-in")
    groups = tab.page.locator(QUESTIONS)
    for number in range(groups.count()):
        groups.nth(number).get_by_role("radio").nth(1).click()
    tab.settle()
    chosen = tab.page.locator(CHOSEN)
    expect(chosen).to_have_count(13)
    tab.page.get_by_role("button", name="I had no client work").click()
    tab.page.get_by_role("button", name="I did have client work").click()
    expect(chosen).to_have_count(13)
    tab.page.get_by_role("button", name="Save this week").click()
    tab.page.get_by_role("button", name="Change my answers").click()
    expect(chosen).to_have_count(13)
