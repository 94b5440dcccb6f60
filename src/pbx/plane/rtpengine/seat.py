"""A leg that rtpengine serves: its pair, and who is at the pair's inner side.

::

    phone ── far [ pair ] inner ── the studio: a leg of a local worker, which plays, records, mixes
    phone ── far [ pair ] inner ── inner [ pair ] far ── phone       (tied: no worker sees the audio)
"""

from __future__ import annotations

from math import inf

from msgspec.structs import replace

from pbx.plane.protocol import RemoteMedia
from pbx.plane.rtpengine.engine import Engine
from pbx.plane.rtpengine.pair import Pair


class Seat:
    """One leg's place."""

    __slots__ = ("closing", "engine", "entered_at", "pair", "partner", "studio", "tasks", "tied")

    def __init__(self, engine: Engine, pair: Pair) -> None:
        self.engine = engine
        self.pair = pair
        self.studio = False
        """Whether a local worker has a leg for it."""
        self.entered_at = -inf
        """When it last began to hear a worker, in the loop's seconds."""
        self.partner: str | None = None
        """The leg that it talks with, in whichever way."""
        self.tied: str | None = None
        """The leg whose pair its own is tied to."""
        self.tasks: set[str] = set()
        """What a worker does for it beside letting it hear: it must see the audio as long as there is anything."""
        self.closing = False

    @property
    def inside(self) -> RemoteMedia | None:
        """The phone as the studio sees it: at the inner side, in the clear; None before it is known."""
        remote, inner = self.pair.remote, self.pair.inner
        if remote is None:
            return None
        return replace(
            remote,
            host=inner.host,
            port=inner.port,
            rtcp_port=inner.port + 1,
            keys=None,
            handshake=None,
            checks=None,
            rtcp_mux=False,
            xr=(),
        )


def alike(one: RemoteMedia | None, other: RemoteMedia | None) -> bool:
    """Whether two phones understand each other's packets as they are."""
    if one is None or other is None or one.tones or other.tones:
        return False
    return _packets(one) == _packets(other)


def _packets(remote: RemoteMedia) -> tuple[int, str, int | None, int]:
    return remote.payload_type, remote.codec, remote.dtmf_type, remote.dtmf_clock
