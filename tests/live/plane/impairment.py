"""A bad network, in process: between a phone and the switch it paces, drops, delays and reorders datagrams by seed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from random import Random
from typing import Self

from pbx.plane.protocol import MediaPort
from tests.live.plane.phone import HOST

PACE_S = 0.02


class Impairment(asyncio.DatagramProtocol):
    """Carries one datagram each 20 ms to the switch, however fast they come; what comes from there goes back unharmed.

    Of each hundred exactly the share ``loss`` is lost, at random places; each other one takes from 0 to ``spread_s``
    seconds, evenly, so that many overtake each other.
    """

    def __init__(self, switch: MediaPort, *, seed: int, loss: float, spread_s: float) -> None:
        self._switch = (switch.host, switch.port)
        self._phone: tuple[str, int] | None = None
        self._chance = Random(seed)
        self._loss, self._spread_s = loss, spread_s
        self._fates = self._deal()
        self._next_at = 0.0

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._transport, _ = await self._loop.create_datagram_endpoint(lambda: self, (HOST, 0))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._transport.close()

    @property
    def port(self) -> MediaPort:
        """Where the phone sends to, in place of the switch's port."""
        host, port, *_ = self._transport.get_extra_info("sockname")
        return MediaPort(host, port)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if addr == self._switch:
            if self._phone is not None:
                self._transport.sendto(data, self._phone)
            return
        self._phone = addr
        self._next_at = max(self._next_at + PACE_S, self._loop.time())
        if next(self._fates):
            due = self._next_at + self._chance.uniform(0.0, self._spread_s)
            self._loop.call_at(due, self._transport.sendto, data, self._switch)

    def _deal(self) -> Iterator[bool]:
        """Whether each datagram arrives."""
        lost = round(100 * self._loss)
        while True:
            hundred = [False] * lost + [True] * (100 - lost)
            self._chance.shuffle(hundred)
            yield from hundred
