"""What moved since the picture before, and how sure the words are."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.released import PERIODS, figure
from wellbeing.content.load import indicator_text, say
from wellbeing.domain.ids import TeamId
from wellbeing.domain.indicators import Indicator
from wellbeing.privacy.bands import Band, BandSet, displayed
from wellbeing.privacy.release import NOT_ENOUGH, Figure, Withheld
from wellbeing.privacy.scales import TEAM_INDICATORS
from wellbeing.privacy.units import UnitId
from wellbeing.services.team_trends import PeriodPicture, TeamPicture
from wellbeing.services.team_views import Change, TeamView, change_of, changes_of
from wellbeing.services.team_words import (
    band_words,
    change_words,
    headline,
    next_close,
    notes,
    people_words,
    weeks_words,
)
from wellbeing.storage.release_queries import ClosedPeriod, UnitName

COARSE = BandSet((30, 40, 50, 60, 70), 10)
FINE = BandSet((30, 35, 40, 45, 50, 55, 60, 65, 70), 5)
LOW, B30, B40, B50 = COARSE.bands[:4]
F30, F35, F40, F45 = FINE.bands[1:5]
NORTH, SOUTH = TeamId(UUID(int=1)), TeamId(UUID(int=2))
bands = st.sampled_from([None, *COARSE.bands, *FINE.bands])


def picture(*periods, units=None, known=True, small_teams=False):
    """Return a picture: for each period a band, or indicators and their bands."""
    made = []
    for n, shown in enumerate(periods):
        unit = (units or [1] * len(periods))[n]
        per = (
            shown if isinstance(shown, dict) else dict.fromkeys(TEAM_INDICATORS, shown)
        )
        unknown = Figure(band=None, people=None, withheld=Withheld.UNKNOWN_RULES)
        closed = ClosedPeriod(
            period=PERIODS[n],
            quarter=PERIODS[0],
            known_rules=known,
            least_people=8,
            small_teams=small_teams,
        )
        name = UnitName(
            unit_id=UnitId(UUID(int=unit)),
            quarter=PERIODS[0],
            site="",
            teams={NORTH: "North"} | ({SOUTH: "South"} if unit > 1 else {}),
        )
        figures = {i: figure(per.get(i)) if known else unknown for i in TEAM_INDICATORS}
        made.append(PeriodPicture(closed=closed, unit=name, figures=figures))
    return TeamPicture(periods=tuple(made), site={}, clinic={}, site_name="")


def view(*periods, **options):
    made = picture(*periods, **options)
    return TeamView(picture=made, changes=changes_of(made))


@pytest.mark.parametrize(
    ("shown", "change"),
    [
        pytest.param([], None, id="nothing at all"),
        pytest.param([None], None, id="withheld"),
        pytest.param([B30, None], None, id="withheld now"),
        pytest.param([B30], Change.FIRST, id="the first"),
        pytest.param([B30, None, B40], Change.FIRST, id="the one before is withheld"),
        pytest.param([B30, B30], Change.SAME, id="the same band"),
        pytest.param([B30, F35], Change.SAME, id="finer, but inside"),
        pytest.param([LOW, B30], Change.HIGHER, id="out of the lowest band"),
        pytest.param([B40, B30], Change.LOWER, id="one coarse step down"),
        pytest.param([LOW, B30, B40], Change.STILL_HIGHER, id="two coarse steps up"),
        pytest.param([B50, B40, B30], Change.STILL_LOWER, id="two coarse steps down"),
        pytest.param([F30, F35, F40], Change.HIGHER, id="two fine steps are too near"),
        pytest.param([F30, F35, F40, F45], Change.STILL_HIGHER, id="three fine steps"),
        pytest.param([B30, B40, B30], Change.LOWER, id="up and down"),
        pytest.param([B30, B40, B40], Change.SAME, id="up and level"),
        pytest.param([B30, B40, B40, B50], Change.HIGHER, id="a level one ends a run"),
        pytest.param([B30, None, B40, B50], Change.HIGHER, id="so does a withheld one"),
    ],
)
def test_a_change_is_named_by_the_rule(shown, change):
    assert change_of(shown) is change


@given(st.lists(bands, max_size=8))
def test_a_change_that_is_called_higher_is_higher_and_one_called_lower_is_lower(shown):
    change = change_of(shown)
    if change is not None and change.moved:
        before, now = shown[-2:]
        lower, upper = sorted(
            [before, now], key=lambda b: -1 if b.lower is None else b.lower
        )
        assert lower.upper <= upper.lower
        assert (now is upper) == (change in {Change.HIGHER, Change.STILL_HIGHER})


@given(st.lists(bands, max_size=8))
def test_the_mirrored_scale_gives_the_mirrored_change(shown):
    def mirrored(band):
        ends = (None if e is None else 100 - e for e in (band.upper, band.lower))
        return Band(*ends)

    turned: dict[Change | None, Change | None] = {
        Change.HIGHER: Change.LOWER,
        Change.LOWER: Change.HIGHER,
        Change.STILL_HIGHER: Change.STILL_LOWER,
        Change.STILL_LOWER: Change.STILL_HIGHER,
    }
    change = change_of(shown)
    again = change_of([None if b is None else mirrored(b) for b in shown])
    assert again is turned.get(change, change)


@pytest.mark.parametrize(
    ("bands_shown", "error"), [(COARSE, 3.3), (COARSE, 7), (FINE, 2.5), (FINE, 5)]
)
def test_chance_alone_is_rarely_called_probably_real_and_often_a_step(
    bands_shown, error
):
    rng = Random(3)  # noqa: S311 (errors need a seed, not a secret)
    found = []
    for _ in range(4000):
        level, shown = rng.uniform(35, 65), list[int]()
        for _ in range(8):
            index = bands_shown.index_of(level + rng.gauss(0, error))
            shown.append(displayed(bands_shown, index, shown[-1:], 10))
        change = change_of([bands_shown.bands[i] for i in shown])
        assert change is not None
        found.append(change)
    steps = sum(change.moved for change in found) / len(found)
    real = sum(change.running for change in found) / len(found)
    assert real <= 0.08
    assert 0.3 <= steps <= 0.75


def test_another_group_is_not_compared_with_the_one_before():
    changes = view(B30, B40, units=[1, 2]).changes
    assert set(changes.values()) == {Change.FIRST}


def test_a_group_that_comes_back_is_compared_from_then_on_only():
    changes = view(B30, B50, B40, units=[1, 2, 1]).changes
    assert set(changes.values()) == {Change.FIRST}


def test_nothing_changes_before_the_first_period():
    made = view()
    assert made.last is None
    assert made.changes == {}


@pytest.mark.parametrize(
    ("band", "words"),
    [
        (Band(None, 30), "below 30"),
        (Band(30, 35), "30 to 35"),
        (Band(70, None), "70 or more"),
        (Band(None, None), "0 to 100"),
    ],
)
def test_a_band_is_said_in_words(band, words):
    assert band_words(band) == words


def test_weeks_are_said_with_their_year_and_with_both_over_new_year():
    assert weeks_words(PERIODS[0]) == "4 May to 31 May 2026"
    assert weeks_words(PERIODS[0].plus(8)) == "14 December 2026 to 10 January 2027"


@given(
    st.lists(
        st.fixed_dictionaries(dict.fromkeys(TEAM_INDICATORS, bands)),
        min_size=1,
        max_size=4,
    )
)
def test_the_headline_names_exactly_what_moved_and_how_surely(periods):
    made = view(*periods)
    said = headline(made, made.last)
    real, _, chance = said.partition("which may be chance")
    for indicator in TEAM_INDICATORS:
        name = indicator_text(indicator).name
        change = made.changes.get(indicator)
        words = f"{name} ({'higher' if change and 'higher' in change else 'lower'})"
        assert (words in said) == (change is not None and change.moved)
        if change is not None and change.running:
            assert "probably real" in real
            assert words in real
            assert words not in chance
    shown = set(made.changes.values())
    assert ("about where it was" in said.lower()) == (Change.SAME in shown)
    assert (say("team_trends.headline_not_enough") == said) == (not shown)


def test_the_headline_of_a_first_picture_says_so_once_for_all():
    made = view(B30)
    assert headline(made, made.last) == say("team_trends.headline_first")
    assert change_words(made, Indicator.REST) == ""


@pytest.mark.parametrize(
    ("known", "key"), [(True, "headline_not_enough"), (False, "headline_unknown_rules")]
)
def test_the_headline_says_why_nothing_is_shown(known, key):
    made = view(None, known=known)
    assert headline(made, made.last) == say(f"team_trends.{key}")


def test_how_many_people_it_is_about_is_said_as_a_class():
    one = view(B30).last
    assert people_words(one) == "8 to 12 people"
    assert any("8 to 12 people" in note for note in notes(view(B30), one))
    assert people_words(view(None).last) == ""


def test_classes_that_differ_are_said_as_the_least_of_them():
    one = view(B30).last
    figures = {**one.figures, Indicator.REST: figure(B30, "13+")}
    assert people_words(replace(one, figures=figures)) == "8 people or more"


def test_participation_is_not_spoken_of_when_nothing_is_shown():
    made = view(None)
    assert say("team_trends.participation") not in notes(made, made.last)
    assert say("team_trends.made_once") in notes(made, made.last)


def test_what_alone_is_withheld_is_named():
    made = view({**dict.fromkeys(TEAM_INDICATORS, B30), Indicator.REST: None})
    told = say("team_trends.some_withheld", names="Rest")
    assert told in notes(made, made.last)


def test_a_shared_picture_names_all_its_teams_and_says_why():
    made = view(B30, units=[2])
    assert notes(made, made.last)[0].startswith("North and South share one picture")


def test_small_teams_are_spoken_of_where_they_are_shown():
    made = view(B30, small_teams=True)
    assert say("team_trends.small_teams", least=8) in notes(made, made.last)


def test_the_next_picture_is_promised_only_for_a_time_to_come():
    one, zone = view(B30).last, ZoneInfo("Europe/Berlin")
    closes = datetime(2026, 7, 2, 4, tzinfo=UTC)  # Thursday 06:00 in Berlin
    before, after = closes.replace(hour=3), closes
    assert next_close(one, before, zone) == closes
    assert next_close(one, after, zone) is None


def test_nothing_that_is_withheld_has_a_change():
    assert NOT_ENOUGH.band is None
    assert view(B30, None).changes == {}
