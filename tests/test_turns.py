"""Turns: so many at once, in the order in which they came."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.turns import Turns


def waiting(turns: Turns, many: int) -> None:
    """Wait until so many wait for their turn."""
    until = time.monotonic() + 30
    while len(turns._waiting) < many:
        assert time.monotonic() < until
        time.sleep(0.001)


def test_whoever_waits_longest_is_next_even_where_the_one_before_asks_again_at_once():
    turns, order, leave = Turns(1), list[str](), threading.Event()

    def ask(name: str) -> None:
        with turns:
            order.append(name)

    def twice() -> None:
        with turns:
            leave.wait(30)
            order.append("first")
        ask("first again")

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(twice)]
        while turns._free:
            time.sleep(0.001)
        for number, name in enumerate(("second", "third"), 1):
            done.append(pool.submit(ask, name))
            waiting(turns, number)
        leave.set()
        for one in done:
            one.result(30)
    assert order == ["first", "second", "third", "first again"]


def test_a_place_is_left_where_a_question_fails():
    turns = Turns(1)
    with pytest.raises(ZeroDivisionError), turns:
        raise ZeroDivisionError
    with turns:
        assert turns._free == 0
    assert turns._free == 1
