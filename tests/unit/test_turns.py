"""Screens are drawn in turn: few at once, parts at once, nobody waits for ever."""

from threading import Barrier, Event, Thread

import pytest

from wellbeing.ui import turns
from wellbeing.ui.turns import AT_ONCE, drawing


def hold(count, until):
    """Let so many threads draw until they are told to end."""
    together = Barrier(count + 1)

    @drawing()
    def draw():
        together.wait(10)
        until.wait(10)

    threads = [Thread(target=draw) for _ in range(count)]
    for each in threads:
        each.start()
    together.wait(10)
    return threads


@pytest.fixture
def long_patience(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 6.0)


@pytest.mark.parametrize("others", [AT_ONCE - 1, AT_ONCE])
@pytest.mark.usefixtures("long_patience")
def test_only_so_many_screens_are_drawn_at_once(others):
    end, drawn = Event(), Event()

    @drawing()
    def draw():
        drawn.set()

    threads = [*hold(others, end), Thread(target=draw)]
    threads[-1].start()
    assert drawn.wait(0.3) is (others < AT_ONCE)
    end.set()
    assert drawn.wait(10)
    for each in threads:
        each.join(10)


def test_whoever_waited_long_enough_draws_anyway(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    end = Event()
    threads = hold(AT_ONCE, end)
    with drawing():
        assert all(each.is_alive() for each in threads)
    end.set()
    for each in threads:
        each.join(10)


def soon(draw):
    """Tell whether something is drawn without a wait."""
    thread = Thread(target=draw)
    thread.start()
    thread.join(2)
    return not thread.is_alive()


@pytest.mark.usefixtures("long_patience")
def test_a_part_of_a_screen_needs_no_turn_of_its_own():
    end = Event()
    threads = hold(AT_ONCE - 1, end)
    part = drawing()(lambda: None)
    assert soon(drawing()(part))  # the last turn is taken once, not twice
    end.set()
    for each in threads:
        each.join(10)


@pytest.mark.usefixtures("long_patience")
def test_a_screen_that_fails_gives_its_turn_back():
    for _ in range(AT_ONCE):
        with pytest.raises(ZeroDivisionError), drawing():
            raise ZeroDivisionError
    assert soon(drawing()(lambda: None))
