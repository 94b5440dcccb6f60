"""A pair of ports in an rtpengine: one towards a phone, one towards the inside, and what is told of both.

What is told is always the whole: the newest offer and answer. So changes that come while rtpengine is being told are
told together afterwards, and a change that got lost is made good by the next one.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from pbx.plane.protocol import MediaPort, RemoteMedia
from pbx.plane.rtpengine.describe import NOWHERE, Fields, far_end, inner_end, read_side
from pbx.plane.rtpengine.ng import EngineError, Ng
from pbx.sdp.errors import SdpError

log = logging.getLogger(__name__)

INNER, FAR = "inner", "far"
"""The tags of the two sides."""
FLAGS = ("trust-address", "port-latching")
"""Descriptions are believed, and ports stay when they change."""


class Pair:
    """One call of rtpengine's, with its two sides."""

    def __init__(self, ng: Ng, call_id: str, family: str) -> None:
        """``family``: ``IP4`` or ``IP6``, of both sides."""
        self._ng = ng
        self.call_id = call_id
        self._id: Fields = {"call-id": call_id, "from-tag": INNER, "flags": list(FLAGS), "address family": family}
        self._remote: RemoteMedia | None = None
        self._inner_at = NOWHERE
        self._told: asyncio.Task[None] | None = None
        self._stale = False

    async def make(self) -> None:
        """Take the ports. Raises EngineError."""
        try:
            offered = await self._ng.ask("offer", self._id | inner_end(NOWHERE, None))
            self.far = read_side(str(offered.get("sdp")))
            answered = await self._ng.ask("answer", self._id | {"to-tag": FAR} | far_end(None, self.far))
            self.inner = read_side(str(answered.get("sdp"))).port
        except SdpError as error:
            raise EngineError(f"rtpengine {self._ng} described a pair that cannot be used: {error}") from None

    @property
    def port(self) -> MediaPort:
        """Where the phone's audio comes."""
        return self.far.port

    @property
    def remote(self) -> RemoteMedia | None:
        """Where the phone is."""
        return self._remote

    def lead(self, remote: RemoteMedia) -> None:
        """Let the far side be this one from now on."""
        self._remote = remote
        self._tell()

    def face(self, at: MediaPort) -> None:
        """Let the inner side talk with another port from now on."""
        if at != self._inner_at:
            self._inner_at = at
            self._tell()

    async def settled(self) -> None:
        """Return once rtpengine has been told everything."""
        while self._told is not None:
            await asyncio.wait([self._told])

    async def figures(self) -> dict[str, Any]:
        """What rtpengine has counted so far. Raises EngineError."""
        return await self._ng.ask("query", {"call-id": self.call_id})

    async def drop(self) -> dict[str, Any]:
        """Give the ports back; what rtpengine counted, {} where it does not say."""
        await self.settled()
        try:
            figures = await self.figures()
            await self._ng.ask("delete", {"call-id": self.call_id, "delete-delay": 0})
        except EngineError as error:
            log.warning("%s", error)
            return {}
        return figures

    def _tell(self) -> None:
        self._stale = True
        if self._told is None:
            self._told = asyncio.create_task(self._tell_all())

    async def _tell_all(self) -> None:
        try:
            while self._stale:
                self._stale = False
                both = self._id | {"to-tag": FAR}
                await self._ng.ask("offer", both | inner_end(self._inner_at, self._remote))
                await self._ng.ask("answer", both | far_end(self._remote, self.far))
        except EngineError as error:
            log.error("a leg's audio could not be changed: %s", error)
        finally:
            self._told = None
