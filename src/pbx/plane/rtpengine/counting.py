"""What is measured of phones that are tied: how much came from each, by asking the rtpengines again and again.

No worker sees that audio, and rtpengine (10.5) counts packets and nothing more; so there is no loss, no jitter and no
voice. But whether a phone sends at all is known, by which one-way audio and a phone that is gone are noticed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from pbx.media.sound import Sound
from pbx.plane.protocol import MediaQuality
from pbx.plane.rtpengine.figures import heard_of
from pbx.plane.rtpengine.ng import EngineError
from pbx.plane.rtpengine.seat import Seat


class Counting:
    """Asks for all of ``seats`` (by leg) that are tied, once in ``interval_s`` seconds; ``tell`` has the answers.

    The first answer for a leg is where its measurement begins. An rtpengine that does not answer tells nothing: its
    phones may well be talking.
    """

    def __init__(self, seats: Mapping[str, Seat], tell: Callable[[MediaQuality], None], interval_s: float) -> None:
        self._seats = seats
        self._tell = tell
        self._interval_s = interval_s
        self._before: dict[str, tuple[float, int, int]] = {}
        """Of each leg: when it was asked for last, and the packets and reports until then."""

    async def run(self) -> None:
        """Ask until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            tied = [(leg, seat) for leg, seat in self._seats.items() if seat.tied is not None]
            self._before = {leg: self._before[leg] for leg, _ in tied if leg in self._before}
            if not tied:
                await asyncio.sleep(self._interval_s)
            for leg, seat in tied:
                await asyncio.sleep(self._interval_s / len(tied))
                if seat.tied is not None:
                    await self._ask(leg, seat, clock)

    async def _ask(self, leg: str, seat: Seat, clock: Callable[[], float]) -> None:
        try:
            packets, reports = heard_of(await seat.pair.figures())
        except EngineError:
            self._before.pop(leg, None)
            return
        before, now = self._before.get(leg), clock()
        self._before[leg] = now, packets, reports
        if before is not None and seat.tied is not None:
            at, had, reported = before
            self._tell(_quality(leg, now - at, packets - had, reports - reported))


def _quality(leg: str, seconds: float, packets: int, reports: int) -> MediaQuality:
    return MediaQuality(
        leg=leg,
        seconds=round(seconds, 3),
        packets=packets,
        lost=0,
        jitter_ms=0.0,
        mos=None,
        round_trip_ms=None,
        remote_loss=None,
        remote_jitter_ms=0.0,
        remote_mos=None,
        reports=reports,
        sound=Sound.UNKNOWN if packets else Sound.QUIET,
    )
