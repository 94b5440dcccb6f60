"""A busy switch must not stop to look for garbage: what a call leaves is freed by itself, for no cycle holds it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from tests.scenario.exchange import Exchange

from pbx.call.call import Call, Leg
from pbx.sip.transaction.machine import Transaction


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Only what nothing refers to is freed."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def alive(*kinds: type) -> list[object]:
    """Everything of these kinds that is still in memory."""
    return [one for one in gc.get_objects() if isinstance(one, kinds)]


def test_an_ended_call_is_freed_at_once(exchange: Exchange) -> None:
    with without_garbage_collection():
        before = len(alive(Call, Leg))
        caller = exchange.phone("1001")
        exchange.phone("1002", "answer")
        caller.dial("1002")
        exchange.run_until(1)
        assert len(alive(Call, Leg)) == before + 3
        caller.hang_up()
        exchange.run_until(2)
        exchange.plane.tell_closed()
        assert len(alive(Call, Leg)) == before


def test_its_transactions_are_freed_with_their_timers(exchange: Exchange) -> None:
    with without_garbage_collection():
        before = len(alive(Transaction))
        caller = exchange.phone("1001")
        exchange.phone("1002", "answer")
        caller.dial("1002")
        exchange.run_until(1)
        caller.hang_up()
        exchange.run_until(100)
        exchange.plane.tell_closed()
        assert len(alive(Transaction)) == before
