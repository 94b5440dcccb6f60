"""Copies of all SIP messages for a Homer collector: HEP version 3 over UDP.

The form is that of the HEP3 specification of the sipcapture project (hep3_rev12): a head of six octets, then chunks
of vendor, type, length and value. A collector that is away costs nothing: datagrams to it are lost.
"""

from __future__ import annotations

import ipaddress
import socket
import struct
from contextlib import suppress

from pbx.ladder.book import Seen

_IPV4, _IPV6 = socket.AF_INET, socket.AF_INET6
_FAMILY, _PROTOCOL, _SOURCE_4, _DESTINATION_4, _SOURCE_6, _DESTINATION_6 = 1, 2, 3, 4, 5, 6
_SOURCE_PORT, _DESTINATION_PORT, _SECONDS, _MICROSECONDS, _KIND, _AGENT, _KEY, _PAYLOAD = 7, 8, 9, 10, 11, 12, 14, 15
_SIP = 1
"""The protocol type of SIP in a HEP packet."""


class HepExport:
    """Sends what is seen to one collector."""

    def __init__(self, collector: tuple[str, int], agent: int, key: str = "") -> None:
        """``agent``: the number that the collector knows us by; ``key``: its password, '' for none. Raises OSError."""
        family, _, _, _, address = socket.getaddrinfo(*collector, type=socket.SOCK_DGRAM)[0]
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._address = address
        self._agent = agent
        self._key = key

    def saw(self, seen: Seen, own: tuple[str, int]) -> None:
        """Send a copy; ``own`` is our address on the message's transport."""
        with suppress(OSError):  # a collector that is away or slow must not be felt
            self._socket.sendto(encode(seen, own, self._agent, self._key), self._address)

    def close(self) -> None:
        """Send nothing more."""
        self._socket.close()


def encode(seen: Seen, own: tuple[str, int], agent: int, key: str = "") -> bytes:
    """One HEP3 packet."""
    far = (seen.flow.host, seen.flow.port)
    source, destination = (own, far) if seen.outgoing else (far, own)
    chunks = [
        *_addresses(source[0], destination[0]),
        _chunk(_PROTOCOL, "B", socket.IPPROTO_UDP if seen.flow.transport == "udp" else socket.IPPROTO_TCP),
        _chunk(_SOURCE_PORT, "H", source[1]),
        _chunk(_DESTINATION_PORT, "H", destination[1]),
        _chunk(_SECONDS, "I", int(seen.at)),
        _chunk(_MICROSECONDS, "I", int(seen.at % 1 * 1_000_000)),
        _chunk(_KIND, "B", _SIP),
        _chunk(_AGENT, "I", agent),
    ]
    if key:
        chunks.append(_octets(_KEY, key.encode()))
    chunks.append(_octets(_PAYLOAD, seen.data))
    content = b"".join(chunks)
    return b"HEP3" + struct.pack("!H", len(content) + 6) + content


def _addresses(source: str, destination: str) -> list[bytes]:
    ends = [ipaddress.ip_address(host.partition("%")[0]) for host in (source, destination)]
    if all(end.version == 4 for end in ends):
        types, family = (_SOURCE_4, _DESTINATION_4), _IPV4
    else:
        ends = [ipaddress.ip_address(f"::ffff:{end}") if end.version == 4 else end for end in ends]
        types, family = (_SOURCE_6, _DESTINATION_6), _IPV6
    return [
        _chunk(_FAMILY, "B", int(family)),
        *(_octets(kind, end.packed) for kind, end in zip(types, ends, strict=True)),
    ]


def _chunk(kind: int, form: str, value: int) -> bytes:
    return _octets(kind, struct.pack(f"!{form}", value))


def _octets(kind: int, value: bytes) -> bytes:
    return struct.pack("!HHH", 0, kind, len(value) + 6) + value
