"""Where callers stand in their queues, for announcements: a queue is looked through once a second at most."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from control.announcing.caller import Standing

FRESH_S = 1.0


class _Line(Struct, frozen=True):
    at: float
    positions: dict[str, int]
    joining_wait_s: float | None


class Places:
    """All queues' lines as they were a moment ago."""

    def __init__(self, look: Callable[[str], tuple[list[str], float | None]], clock: Callable[[], float]) -> None:
        """``look`` gives the calls of a queue in order, and the seconds that one may expect who joins now."""
        self._look = look
        self._clock = clock
        self._lines: dict[str, _Line] = {}

    def of(self, call: str, queue: str) -> Standing:
        """Where a call stands.

        The line moves by one place after another: whoever is the second of four has two of the five steps ahead that
        one has who joins now.
        """
        line = self._lines.get(queue)
        if line is None or self._clock() - line.at >= FRESH_S:
            calls, joining_wait_s = self._look(queue)
            positions = {call: place for place, call in enumerate(calls, start=1)}
            line = self._lines[queue] = _Line(self._clock(), positions, joining_wait_s)
        position = line.positions.get(call)
        if position is None or line.joining_wait_s is None:
            return Standing(position)
        return Standing(position, line.joining_wait_s * position / (len(line.positions) + 1))
