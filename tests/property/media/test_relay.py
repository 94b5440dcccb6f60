"""The relay, crossed with streams of every shape, against the pure parts that say what it should send."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pbx.media import rtp
from pbx.media.g711 import PCMA, PCMU, translation
from pbx.media.reception import Reception
from pbx.media.stream import Stream
from pbx.plane import control
from pbx.plane.ports import Reactor
from pbx.plane.protocol import RemoteMedia
from pbx.plane.switchboard import Switchboard

PORT = 12000 + os.getpid() % 100 * 200 + 196

FRAME_S = 0.02

# each packet by how it follows its predecessor: steps of sequence and frames, its size, marker, padding, a new source
packets = st.lists(
    st.tuples(
        st.sampled_from([1, 1, 1, 1, 1, 1, 2, 0, -1, 5, 4000]),
        st.sampled_from([1, 1, 1, 1, 1, 1, 3]),
        st.sampled_from([160, 160, 160, 160, 80, 240]),
        st.sampled_from([False] * 9 + [True]),
        st.sampled_from([0] * 9 + [4]),
        st.sampled_from([False] * 19 + [True]),
    ),
    max_size=40,
)


class Board:
    """A switchboard in this process, with two phones on it."""

    def __init__(self, folder: Path) -> None:
        self.reports: list[control.Report] = []
        self._reactor = Reactor()
        self._switchboard = Switchboard(folder, self._reactor, self.reports.append, Random(1))
        self._names = count()
        self.phones = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        for phone in self.phones:
            phone.bind(("127.0.0.1", 0))
            phone.setblocking(False)

    def bridge(self, types: tuple[int, int]) -> list[str]:
        """Two new legs, one a phone, that hear each other."""
        legs = [f"leg{next(self._names)}" for _ in self.phones]
        for i, (leg, phone) in enumerate(zip(legs, self.phones, strict=True)):
            port = phone.getsockname()[1]
            self._switchboard.execute(control.Open(leg, PORT + 2 * i, "127.0.0.1"))
            self._switchboard.execute(
                control.Connect(leg, RemoteMedia("127.0.0.1", port, port + 1, types[i]), PORT + 2 * i)
            )
        self._switchboard.execute(control.Bridge(*legs))
        return legs

    def relayed(self, data: bytes) -> rtp.Packet | None:
        """What the second phone gets when the first one sends this."""
        self.phones[0].sendto(data, ("127.0.0.1", PORT))
        self._switchboard.relay.turn(self._reactor.epoll.poll(1.0))
        try:
            return rtp.parse(self.phones[1].recv(2048))
        except BlockingIOError:
            return None

    def close(self, leg: str) -> control.Closed:
        self._switchboard.execute(control.Close(leg))
        report = self.reports[-1]
        assert isinstance(report, control.Closed)
        return report

    def end(self) -> None:
        """Close the phones, and the pairs by letting them rest for long."""
        for phone in self.phones:
            phone.close()
        self._switchboard.tick(monotonic() + 1000)

    def drain(self) -> None:
        for phone in self.phones:
            try:
                while True:
                    phone.recv(2048)
            except BlockingIOError:
                pass


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    board = Board(tmp_path_factory.mktemp("clips"))
    yield board
    board.end()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    packets, st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF), st.sampled_from([(PCMU, PCMU), (PCMU, PCMA), (8, 0)])
)
def test_every_packet_is_sent_as_the_pure_parts_say(
    board: Board,
    packets: list[tuple[int, int, int, bool, int, bool]],
    sequence: int,
    clock: int,
    types: tuple[int, int],
) -> None:
    board.drain()
    legs = board.bridge(types)
    reception = Reception()
    model = Stream(0, 0, 0)
    origin: tuple[int, int] | None = None
    began, hurried = monotonic(), True
    ssrc = 0xABCDEF00
    for step, frames, size, marker, padding, changed in packets:
        sequence, clock = (sequence + step) & 0xFFFF, (clock + frames * size) & 0xFFFFFFFF
        ssrc += changed
        hurried &= monotonic() - began < FRAME_S / 2
        began = monotonic()
        payload = bytes(i % 256 for i in range(size))
        reception.counted(ssrc, sequence, size)
        numbers = model.relay(ssrc, sequence, clock, monotonic(), size)
        sent = rtp.Packet(types[0], sequence, clock, ssrc, payload, marker, padding=padding)
        got = board.relayed(rtp.build(sent))

        assert (got is None) == (numbers is None)
        if got is not None and numbers is not None:
            table = translation(*types)
            assert got.payload == (payload.translate(table) if table else payload)
            assert (got.payload_type, got.padding) == (types[1], 0)
            assert got.marker == (numbers[2] or marker)
            origin = origin or ((got.sequence - numbers[0]) & 0xFFFF, (got.timestamp - numbers[1]) & 0xFFFFFFFF)
            assert (got.sequence - numbers[0]) & 0xFFFF == origin[0]
            drift = (got.timestamp - numbers[1] - origin[1] + 4000) & 0xFFFFFFFF
            hurried &= monotonic() - began < FRAME_S / 2
            assert drift == 4000 if hurried else drift < 8000  # a change within a frame's time adds one frame
    stats = board.close(legs[0]).stats
    other = board.close(legs[1]).stats

    assert (stats.packets_received, stats.octets_received) == (reception.received, reception.octets)
    assert stats.packets_lost == max(0, reception.lost)
    assert other.packets_sent == model.packets
