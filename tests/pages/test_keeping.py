"""People read how long things are kept, and what of theirs goes next, in time."""

from dataclasses import replace
from datetime import date

from tests.clinic import LAST_WEEK, TUESDAY, Clock
from tests.pages.conftest import check_in_for, words
from tests.servers import viewer_named
from wellbeing.services import keeping
from wellbeing.storage.metadata import METADATA


def test_everybody_reads_how_long_things_are_kept_and_alice_which_week_goes(
    open_page, ctx
):
    check_in_for(ctx, viewer_named(ctx, "alice"), [LAST_WEEK])
    assert "Nothing goes yet." in words(open_page("about_privacy", "alice"))
    at_first = replace(ctx, now=Clock(TUESDAY))
    keeping.remove_old(at_first)
    told = words(open_page("my_data", "alice"))
    assert "From 15 December 2026 on" in told
    assert "It goes on 1 December 2028." in told
    assert "no yearly means" in told
    at_first.now.turn(days=28)
    keeping.remove_old(at_first)
    for page in ("about_privacy", "my_data"):
        assert "From 15 December" in words(open_page(page, "alice")), page
    # Whoever has no week reads what holds, and nothing about anybody.
    for page in ("about_privacy", "my_data"):
        assert "oldest week is" not in words(open_page(page, "ada")), page


def test_a_week_whose_day_has_come_is_said_to_be_needed_not_to_go_in_the_past(
    open_page, ctx
):
    check_in_for(ctx, viewer_named(ctx, "alice"), [LAST_WEEK.plus(-34)])
    keeping.remove_old(replace(ctx, now=Clock(TUESDAY)))
    with ctx.writing() as db:
        rule = METADATA.tables["keeping_rule"]
        db.execute(rule.update().values(from_day=date(2020, 1, 1), months=6))
    told = words(open_page("my_data", "alice"))
    assert "It stays only as long as a study that you agreed to needs it" in told
    assert "It goes on" not in told
