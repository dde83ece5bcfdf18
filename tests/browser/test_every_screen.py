"""Every screen, on a phone and on a desk, light and dark: axe, targets, hosts."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = sorted(p.stem for p in (Path(__file__).parents[2] / "pages").glob("*.py"))
VIEWS = [(PHONE, "light"), (DESK, "dark")]
"""Each width and each scheme once; a run of all tests has to stay short."""
GROUNDS = {"light": "rgb(251, 250, 247)", "dark": "rgb(20, 28, 28)"}
"""What stands behind a screen in each scheme."""
SMALLEST = 24
EVERYBODY = "several.roles@example.org"
# What WCAG 2.2 AA asks, and axe's best practices.
OPTIONS = {
    "runOnly": [
        "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice",
    ],
    # What is in order need not be described node by node, which takes most of the time.
    "resultTypes": ["violations"],
}  # fmt: skip
# Streamlit's own parts, which no setting of ours reaches (README, "Known limits").
NOT_OURS = ["[data-testid=stFileUploader]", "[data-testid=stDataFrame]"]


def violations(page):
    context = {"exclude": [[part] for part in NOT_OURS]}
    found = Axe().run(page, context=context, options=OPTIONS)
    return [
        (v["id"], [n["html"][:120] for n in v["nodes"]])
        for v in found.response["violations"]
    ]


def small_targets(page):
    return page.evaluate(
        """smallest => [...document.querySelectorAll(
             'a[href], button, input, select, [role=radio], [role=checkbox]')]
          .filter(e => e.offsetParent && !e.closest(
             '[data-testid=stDataFrame], [data-testid=stSkipToContent], ' +
             '[data-testid=stTextInput], ' +
             '[data-testid=stTooltipHoverTarget]'))
          .map(e => [e, (e.closest('label') || e).getBoundingClientRect()])
          .filter(([e, b]) => b.width && b.height
                       && (b.width < smallest || b.height < smallest))
          .map(([e, b]) => [e.outerHTML.slice(0, 90), b.width, b.height])""",
        SMALLEST,
    )


def ground(page):
    return page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]'))"
        ".backgroundColor"
    )


def inside(tab, width):
    return tab.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", PAGES)
def test_a_screen_has_no_violation_stays_inside_and_can_be_tapped(
    demo_app, look_at, name
):
    width, scheme = VIEWS[0]
    tab = look_at(f"/{name.replace('_', '-')}", EVERYBODY, width=width, scheme=scheme)
    for width, scheme in VIEWS:
        tab.turn(width=width, scheme=scheme)
        tab.rest()
        assert ground(tab.page) == GROUNDS[scheme]
        assert violations(tab.page) == []
        assert width != PHONE or small_targets(tab.page) == []
        assert inside(tab, width)
    assert tab.said == []
    hosts = {urlsplit(url).netloc for url in tab.asked if url.startswith("http")}
    assert hosts == {f"127.0.0.1:{demo_app.port}"}


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
@pytest.mark.parametrize("path", ["/sign-in", "/recover", "/invitation/none"])
def test_a_plain_page_has_no_violation(look_at, path, width, scheme):
    tab = look_at(path, "", width=width, scheme=scheme)
    assert violations(tab.page) == []
    assert inside(tab, width)
    assert small_targets(tab.page) == []


OPENED = {
    "/my-weeks": [
        "Other indicators, other weeks",
        "Show as a table",
        "Notes to myself on a week",
        "Take it with you",
        "Start my usual range anew",
    ],
    "/check-in": ["What the week held (optional)"],
    "/team-trends": [
        "All pictures as a table",
        "Whom the pictures were about",
        "The clinic as a whole",
        "Take it with you",
    ],
}
"""What is folded on a screen until somebody opens it."""


@pytest.mark.parametrize("path", OPENED)
def test_what_is_opened_has_no_violation(look_at, path):
    width, scheme = VIEWS[0]
    tab = look_at(path, "early.sign@example.org", width=width, scheme=scheme)
    for words in OPENED[path]:
        tab.page.get_by_text(words, exact=True).click()
        tab.settle()
    tab.rest()  # what opens also fades in
    assert violations(tab.page) == []
    assert inside(tab, width)


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_the_folded_part_of_the_menu_has_no_violation(look_at, width, scheme):
    tab = look_at("/support", EVERYBODY, width=width, scheme=scheme)
    tab.page.get_by_role("button", name="More").click()
    tab.page.get_by_role("link", name="My data").wait_for()
    tab.rest()
    assert violations(tab.page) == []
    assert inside(tab, width)
    assert width != PHONE or small_targets(tab.page) == []
    tab.page.get_by_role("link", name="My data").click()
    tab.page.get_by_role("heading", level=1, name="My data").wait_for()


def test_the_keyboard_goes_through_the_menu_in_the_order_it_is_seen(look_at):
    page = look_at("/support", EVERYBODY, width=PHONE, scheme="light").page
    button = page.get_by_role("button", name="More")
    inside = page.get_by_test_id("stPopoverBody").get_by_role("link")
    button.press("Enter")
    inside.first.wait_for()
    for _ in range(2):
        page.keyboard.press("Tab")
        expect(inside.first).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(button).to_be_focused()
    inside.last.focus()
    page.keyboard.press("Tab")
    expect(inside).to_have_count(0)
    expect(page.locator("summary").first).to_be_focused()
    button.press("Enter")
    inside.first.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_what_is_chosen_can_be_told_in_forced_colours(look_at):
    page = look_at("/peers", EVERYBODY, width=PHONE, scheme="light").page
    grounds = "es => es.map(e => [e.ariaChecked, getComputedStyle(e).backgroundColor])"
    page.emulate_media(forced_colors="active")
    found = page.get_by_role("radio").evaluate_all(grounds)
    page.emulate_media(forced_colors="none")
    chosen = {ground for checked, ground in found if checked == "true"}
    others = {ground for checked, ground in found if checked != "true"}
    assert len(chosen) == 1
    assert others
    assert not chosen & others
