"""Octets and sockets, sent in their order to another end of this machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from pbx.plane.outbox import Outbox


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    for end in (near, far):
        end.setblocking(False)
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    with near, far:
        yield near, far


def named(text: bytes) -> tuple[socket.socket, socket.socket]:
    """A pair of sockets; the second end has already been told a name."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.send(text)
    return ours, theirs


def received(far: socket.socket) -> tuple[bytes, list[bytes]]:
    """What one read gives: octets, and the names of the sockets that came with them."""
    data, descriptors, _, _ = socket.recv_fds(far, 1 << 20, 1)
    names = []
    for descriptor in descriptors:
        with socket.socket(fileno=descriptor) as carried:
            names.append(carried.recv(100))
    return data, names


def test_a_socket_comes_no_later_than_the_frame_that_speaks_of_it(ends: tuple[socket.socket, socket.socket]) -> None:
    near, far = ends
    outbox = Outbox(near)
    pairs = [named(b"first"), named(b"second")]
    outbox.put(b"before ")
    outbox.put(b"FIRST ", pairs[0][1])
    outbox.put(b"between ")
    outbox.put(b"SECOND ", pairs[1][1])
    outbox.send()
    data, names = b"", list[bytes]()
    while b"SECOND " not in data:
        more, came = received(far)
        data, names = data + more, names + came
        assert data.count(b"FIRST ") + data.count(b"SECOND ") <= len(names)
    for ours, theirs in pairs:
        ours.close()
        assert theirs.fileno() == -1

    assert data == b"before FIRST between SECOND "
    assert names == [b"first", b"second"]
    assert not outbox


def test_what_there_is_no_room_for_waits_and_goes_on_where_it_stopped(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    near, far = ends
    outbox = Outbox(near)
    ours, theirs = named(b"late")
    large = os.urandom(300_000)
    outbox.put(large)
    outbox.put(b"end", theirs)
    data, names = b"", list[bytes]()
    outbox.send()
    assert outbox
    while len(data) < len(large) + 3:
        more, came = received(far)
        data, names = data + more, names + came
        outbox.send()
    ours.close()

    assert data == large + b"end"
    assert names == [b"late"]


def test_a_far_end_that_is_gone_is_an_error_and_what_waits_is_dropped() -> None:
    near, far = socket.socketpair()
    far.close()
    ours, theirs = named(b"nobody")
    outbox = Outbox(near)
    outbox.put(b"hello", theirs)
    with near, ours:
        with pytest.raises(OSError, match="pipe"):
            outbox.send()
        outbox.clear()

    assert not outbox
    assert theirs.fileno() == -1
