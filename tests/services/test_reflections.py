"""What somebody writes for themselves: theirs alone, whole, and never lost."""

import csv
import io
import json
import zipfile
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.clinic import LAST_WEEK, THIS_WEEK, give_keys
from wellbeing.domain.check_ins import Kind
from wellbeing.domain.errors import InvalidInputError, NotFoundError
from wellbeing.domain.people import Role
from wellbeing.domain.private_kinds import PrivateKind
from wellbeing.domain.reflections import (
    LONGEST_LINE,
    LONGEST_REFLECTION,
    Area,
    Outcome,
    Practice,
    PracticeEntry,
    Reflection,
    Resolve,
)
from wellbeing.services import (
    check_ins,
    intentions,
    invitations,
    my_data,
    my_weeks,
    practice_log,
    reflections,
    small_successes,
)
from wellbeing.services.private_rows import (
    ChangedElsewhereError,
    new_text_id,
    open_rows,
)
from wellbeing.storage.metadata import METADATA

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
TEXT = "Today I noticed how tired I was, and I said so to Quennell."
ONE = Reflection(
    text_id="1" * 32,
    week=THIS_WEEK,
    area=Area.BURNOUT,
    prompt="What took more out of you?",
    text=TEXT,
)
ENTRY = PracticeEntry(
    text_id="2" * 32,
    week=THIS_WEEK,
    practice=Practice.OWN_THERAPY,
    minutes=50,
    text="Grief work with Quennell",
)


@pytest.fixture
def keys(ctx, cast):
    return give_keys(ctx, cast.alice)


def write_all(ctx, viewer, keys):
    """Write something of every kind."""
    reflections.save_reflection(ctx, viewer, keys, ONE)
    begun = replace(ONE, text_id="3" * 32, text="Quennell again")
    reflections.keep_draft(ctx, viewer, keys, begun, was="")
    intentions.set_intention(
        ctx, viewer, keys, Resolve.BOUNDARY, "No calls to Quennell after six"
    )
    small_successes.note_success(ctx, viewer, keys, THIS_WEEK, "Quennell laughed")
    practice_log.put_practice(ctx, viewer, keys, ENTRY)


def stored(ctx):
    with ctx.reading() as db:
        table = METADATA.tables["private_text"]
        return list(db.execute(sa.select(table)))


def test_a_reflection_comes_back_and_can_be_changed_and_deleted(ctx, cast, keys):
    reflections.save_reflection(ctx, cast.alice, keys, ONE)
    assert reflections.journal(ctx, cast.alice, keys).found == (ONE,)
    changed = replace(ONE, text="Another one.")
    reflections.save_reflection(ctx, cast.alice, keys, changed)
    assert reflections.journal(ctx, cast.alice, keys).found == (changed,)
    reflections.delete_reflection(ctx, cast.alice, ONE.text_id)
    assert reflections.journal(ctx, cast.alice, keys).written == 0


@ON_SQLITE
def test_a_search_finds_all_its_words_in_any_case(ctx, cast, keys):
    other = replace(ONE, text_id="4" * 32, area=Area.PEERS, text="I rested. ÄRGER.")
    for one in (ONE, other):
        reflections.save_reflection(ctx, cast.alice, keys, one)
    for search, found in [
        ("TIRED today", {ONE}),
        ("ärger", {other}),
        ("took", {ONE, other}),
        ("tired rested", set()),
        ("", {ONE, other}),
    ]:
        journal = reflections.journal(ctx, cast.alice, keys, search=search)
        assert set(journal.found) == found
        assert journal.written == 2
    journal = reflections.journal(ctx, cast.alice, keys, area=Area.PEERS)
    assert journal.found == (other,)


def test_a_draft_is_kept_until_it_is_saved(ctx, cast, keys):
    reflections.keep_draft(ctx, cast.alice, keys, ONE, was="")
    assert reflections.begun_reflection(ctx, cast.alice, keys) == ONE
    more = replace(ONE, text=f"{TEXT} And then I slept.")
    reflections.keep_draft(ctx, cast.alice, keys, more, was=TEXT)
    assert reflections.begun_reflection(ctx, cast.alice, keys) == more
    reflections.save_reflection(ctx, cast.alice, keys, more)
    assert reflections.begun_reflection(ctx, cast.alice, keys) is None
    assert reflections.journal(ctx, cast.alice, keys).found == (more,)


@ON_SQLITE
def test_an_emptied_or_discarded_draft_is_forgotten(ctx, cast, keys):
    for forget in (
        lambda: reflections.keep_draft(
            ctx, cast.alice, keys, replace(ONE, text=" "), was=TEXT
        ),
        lambda: reflections.drop_draft(ctx, cast.alice, ONE.text_id),
    ):
        reflections.keep_draft(ctx, cast.alice, keys, ONE, was="")
        forget()
        assert not stored(ctx)


@ON_SQLITE
def test_a_change_that_is_not_saved_is_no_new_reflection(ctx, cast, keys):
    reflections.save_reflection(ctx, cast.alice, keys, ONE)
    changed = replace(ONE, text="Half a change")
    reflections.keep_draft(ctx, cast.alice, keys, changed, was=TEXT)
    assert reflections.begun_reflection(ctx, cast.alice, keys) is None
    assert reflections.drafts(ctx, cast.alice, keys) == {ONE.text_id: changed}
    assert reflections.journal(ctx, cast.alice, keys).found == (ONE,)


def test_a_late_tab_puts_no_older_text_beside_a_saved_one(ctx, cast, keys):
    alice = cast.alice
    reflections.keep_draft(ctx, alice, keys, ONE, was="")
    whole = replace(ONE, text=f"{TEXT} And then I slept.")
    reflections.save_reflection(ctx, alice, keys, whole, was=TEXT)
    for older in (replace(ONE, text="Today"), replace(ONE, text="")):
        with pytest.raises(ChangedElsewhereError):
            reflections.keep_draft(ctx, alice, keys, older, was=TEXT)
    with pytest.raises(ChangedElsewhereError):
        reflections.save_reflection(ctx, alice, keys, ONE, was=TEXT)
    assert reflections.drafts(ctx, alice, keys) == {}
    assert reflections.journal(ctx, alice, keys).found == (whole,)


def test_a_late_tab_brings_back_nothing_that_was_deleted(ctx, cast, keys):
    alice = cast.alice
    reflections.save_reflection(ctx, alice, keys, ONE)
    reflections.delete_reflection(ctx, alice, ONE.text_id)
    late = replace(ONE, text=f"{TEXT} And then")
    for typed in (late, ONE, replace(ONE, text="")):
        with pytest.raises(ChangedElsewhereError):
            reflections.keep_draft(ctx, alice, keys, typed, was=TEXT)
    with pytest.raises(ChangedElsewhereError):
        reflections.save_reflection(ctx, alice, keys, late, was=TEXT)
    assert not stored(ctx)


@ON_SQLITE
def test_who_typed_knows_what_is_stored_after_it(ctx, cast, keys):
    alice = cast.alice
    reflections.save_reflection(ctx, alice, keys, ONE)
    changed, nothing = replace(ONE, text="Half a change"), replace(ONE, text=" ")
    was = TEXT
    for typed, now in ((changed, changed.text), (nothing, TEXT)):
        was = reflections.keep_draft(ctx, alice, keys, typed, was=was)
        assert was == now
    # A tap that comes twice is no other tab.
    for _ in range(2):
        now = reflections.keep_draft(ctx, alice, keys, changed, was=TEXT)
        assert now == changed.text


@ON_SQLITE
def test_saving_twice_makes_one(ctx, cast, keys):
    for _ in range(2):
        reflections.save_reflection(ctx, cast.alice, keys, ONE)
        practice_log.put_practice(ctx, cast.alice, keys, ENTRY)
        intentions.set_intention(ctx, cast.alice, keys, Resolve.INTENTION, "Walk")
        small_successes.note_success(ctx, cast.alice, keys, THIS_WEEK, "I walked")
    assert len(stored(ctx)) == 4


@ON_SQLITE
def test_a_text_of_the_greatest_length_is_taken_and_a_longer_one_is_kept(
    ctx, cast, keys
):
    longest = replace(ONE, text="ä" * LONGEST_REFLECTION)
    reflections.save_reflection(ctx, cast.alice, keys, longest)
    longer = replace(ONE, text_id="5" * 32, text="ä" * (LONGEST_REFLECTION + 7))
    reflections.keep_draft(ctx, cast.alice, keys, longer, was="")
    with pytest.raises(InvalidInputError, match="7 characters longer"):
        reflections.save_reflection(ctx, cast.alice, keys, longer)
    assert reflections.begun_reflection(ctx, cast.alice, keys) == longer


@ON_SQLITE
@pytest.mark.parametrize("text", ["", "  \n", "\x00"])
def test_nothing_is_no_reflection(ctx, cast, keys, text):
    with pytest.raises(InvalidInputError):
        reflections.save_reflection(ctx, cast.alice, keys, replace(ONE, text=text))
    assert not stored(ctx)


@ON_SQLITE
@pytest.mark.parametrize(
    "text",
    [
        'it\'s "quoted"; DROP TABLE private_text;--',
        "<b>\n\n  \u4e8c\u0301 \U0001f30a",
        "a\x1f\\",
    ],
)
def test_any_text_comes_back_as_it_was_written(ctx, cast, keys, text):
    reflections.save_reflection(ctx, cast.alice, keys, replace(ONE, text=text))
    [found] = reflections.journal(ctx, cast.alice, keys).found
    assert found.text == text


def test_an_intention_comes_back_next_week_until_one_says_how_it_went(
    ctx, cast, keys, clock
):
    alice = cast.alice
    intentions.set_intention(ctx, alice, keys, Resolve.INTENTION, "Walk at noon")
    assert intentions.intentions_back(ctx, alice, keys) == ()
    clock.turn(days=7)
    [back] = intentions.intentions_back(ctx, alice, keys)
    assert (back.text, back.week, back.outcome) == ("Walk at noon", THIS_WEEK, None)
    intentions.say_outcome(ctx, alice, keys, back.text_id, Outcome.PARTLY)
    assert intentions.intentions_back(ctx, alice, keys) == ()
    [kept] = intentions.intentions_of(ctx, alice, keys)
    assert kept.outcome is Outcome.PARTLY
    intentions.delete_intention(ctx, alice, back.text_id)
    with pytest.raises(NotFoundError):
        intentions.say_outcome(ctx, alice, keys, back.text_id, Outcome.KEPT)


@ON_SQLITE
def test_lines_that_are_too_long_or_empty_are_refused(ctx, cast, keys):
    for text in ("", "x" * (LONGEST_LINE + 1)):
        with pytest.raises(InvalidInputError):
            intentions.set_intention(ctx, cast.alice, keys, Resolve.INTENTION, text)
        with pytest.raises(InvalidInputError):
            small_successes.note_success(ctx, cast.alice, keys, THIS_WEEK, text)
    assert not stored(ctx)


@ON_SQLITE
@pytest.mark.parametrize(
    "wrong", [{"minutes": 0}, {"minutes": 1441}, {"week": THIS_WEEK.plus(1)}]
)
def test_an_entry_that_cannot_be_is_refused(ctx, cast, keys, wrong):
    with pytest.raises(InvalidInputError):
        practice_log.put_practice(ctx, cast.alice, keys, replace(ENTRY, **wrong))
    assert not stored(ctx)


def test_the_log_counts_minutes_by_kind_and_goes_along_as_csv(ctx, cast, keys):
    formula = replace(
        ENTRY, text_id="6" * 32, practice=Practice.TRAINING, week=LAST_WEEK, text="=1+1"
    )
    again = replace(ENTRY, text_id="7" * 32, minutes=30, text="")
    for entry in (ENTRY, formula, again):
        practice_log.put_practice(ctx, cast.alice, keys, entry)
    log = practice_log.practice_log(ctx, cast.alice, keys)
    assert practice_log.minutes_by_kind(log) == {
        Practice.TRAINING: 50,
        Practice.OWN_THERAPY: 80,
    }
    content = practice_log.practice_csv(ctx, cast.alice, keys).decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["week"] for row in rows] == ["2026-W46", "2026-W47", "2026-W47"]
    assert rows[0]["about"] == "'=1+1"
    assert rows[0]["week_start"] == "2026-11-09"
    assert {row["kind"] for row in rows} == {"training", "own_therapy"}
    practice_log.delete_practice(ctx, cast.alice, ENTRY.text_id)
    assert len(practice_log.practice_log(ctx, cast.alice, keys)) == 2


def test_an_entry_of_the_log_is_changed_but_not_over_another_tab(ctx, cast, keys):
    practice_log.put_practice(ctx, cast.alice, keys, ENTRY)
    longer, other = replace(ENTRY, minutes=75), replace(ENTRY, minutes=20)
    for _ in range(2):  # a press that came twice
        practice_log.change_practice(ctx, cast.alice, keys, longer, ENTRY)
    with pytest.raises(ChangedElsewhereError):
        practice_log.change_practice(ctx, cast.alice, keys, other, ENTRY)
    assert practice_log.practice_log(ctx, cast.alice, keys) == (longer,)
    wrong = replace(longer, minutes=0)
    with pytest.raises(InvalidInputError):
        practice_log.change_practice(ctx, cast.alice, keys, wrong, longer)
    practice_log.delete_practice(ctx, cast.alice, ENTRY.text_id)
    with pytest.raises(ChangedElsewhereError):
        practice_log.change_practice(ctx, cast.alice, keys, other, longer)
    assert practice_log.practice_log(ctx, cast.alice, keys) == ()


@ON_SQLITE
def test_a_small_success_is_shown_again_on_a_hard_week_only(ctx, cast, keys, clock):
    alice = cast.alice
    ids = [q.id for q in ctx.questions.questions]
    for number, overall in enumerate([8, 8, 7, 8, 8, 7, 8, 8, 8, 8, 1]):
        week = THIS_WEEK.plus(number)
        clock.turn_to(week)
        fields = {"overall": overall} | {i: 1 for i in ids if i.endswith(("_1", "_2"))}
        asked = {q.id for q in ctx.questions.asked_in(week)}
        kept = {i: v for i, v in fields.items() if i in asked}
        check_ins.keep(ctx, alice, week, kept)
        check_ins.save(ctx, alice, week, Kind.FULL)
        meaning = my_weeks.meaning_of(ctx, alice, week)
        good = small_successes.success_for(ctx, alice, keys, meaning)
        small_successes.note_success(ctx, alice, keys, week, f"Week {number}")
        assert (good is not None) == (overall == 1)
    assert good is not None
    assert good.week < THIS_WEEK.plus(10)


def test_the_rows_tell_nobody_else_what_was_written(ctx, cast, keys):
    write_all(ctx, cast.alice, keys)
    rows = stored(ctx)
    assert {row.kind for row in rows} == {kind.value for kind in PrivateKind}
    for row in rows:
        for word in (b"Quennell", b"burnout", b"therapy", b"boundary", b"minutes"):
            assert word not in bytes(row.content)
        # A version, a nonce and a tag beside whole steps: no length of a text.
        assert (len(row.content) - 29) % 256 == 0


@pytest.mark.parametrize("name", ["bob", "dora", "rita", "ada"])
@ON_SQLITE
def test_nobody_else_finds_or_opens_any_of_it(ctx, cast, keys, name):
    write_all(ctx, cast.alice, keys)
    other = replace(getattr(cast, name), roles=frozenset(Role))
    own = give_keys(ctx, other)
    for held in (keys, own):
        assert reflections.journal(ctx, other, held).written == 0
        assert reflections.drafts(ctx, other, held) == {}
        assert intentions.intentions_of(ctx, other, held) == ()
        assert small_successes.small_successes(ctx, other, held) == ()
        assert practice_log.practice_log(ctx, other, held) == ()
    reflections.delete_reflection(ctx, other, ONE.text_id)
    practice_log.delete_practice(ctx, other, ENTRY.text_id)
    assert len(stored(ctx)) == len(PrivateKind)


@ON_SQLITE
def test_somebody_elses_key_opens_nothing_of_mine(ctx, cast, keys):
    write_all(ctx, cast.alice, keys)
    other = give_keys(ctx, cast.bob)
    for kind in PrivateKind:
        found = open_rows(ctx, cast.alice, other, kind)
        assert found.rows == ()
        assert len(found.unreadable) == 1


@ON_SQLITE
def test_a_row_that_is_given_to_somebody_else_stays_closed(ctx, cast, keys):
    reflections.save_reflection(ctx, cast.alice, keys, ONE)
    with ctx.writing() as db:
        table = METADATA.tables["private_text"]
        db.execute(sa.update(table).values(person_id=cast.bob.person_id))
    assert open_rows(ctx, cast.bob, keys, PrivateKind.REFLECTION).rows == ()


@ON_SQLITE
def test_what_a_lost_key_locked_can_be_deleted(ctx, cast, keys):
    write_all(ctx, cast.alice, keys)
    fresh = give_keys(ctx, cast.alice)
    assert reflections.has_unreadable(ctx, cast.alice, fresh)
    kept = replace(ONE, text_id=new_text_id())
    reflections.save_reflection(ctx, cast.alice, fresh, kept)
    reflections.delete_unreadable(ctx, cast.alice, fresh)
    assert not reflections.has_unreadable(ctx, cast.alice, fresh)
    assert reflections.journal(ctx, cast.alice, fresh).found == (kept,)


def test_starting_over_and_deleting_leave_no_text(ctx, cast, keys):
    write_all(ctx, cast.alice, keys)
    write_all(ctx, cast.bob, give_keys(ctx, cast.bob))
    invitations.start_over(ctx, cast.ada, cast.alice.person_id)
    assert {row.person_id for row in stored(ctx)} == {cast.bob.person_id}


@ON_SQLITE
def test_my_data_holds_it_opened_or_says_that_it_is_locked(ctx, cast, keys):
    write_all(ctx, cast.alice, keys)
    opened = files(my_data.my_archive(ctx, cast.alice, keys))
    for kind in PrivateKind:
        told = json.loads(opened[f"private_{kind}.json"])
        assert "Quennell" in json.dumps(told["texts"])
        assert told["unreadable"] == 0
    locked = files(my_data.my_archive(ctx, cast.alice))
    assert b"locked" in locked["private_texts.txt"]
    assert b"Quennell" not in b"".join(locked.values())
    no_clinician_now = replace(cast.alice, roles=frozenset())
    assert "private_reflection.json" in files(
        my_data.my_archive(ctx, no_clinician_now, keys)
    )
    assert not any(
        name.startswith("private") for name in files(my_data.my_archive(ctx, cast.bob))
    )


def files(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        return {name: found.read(name) for name in found.namelist()}
