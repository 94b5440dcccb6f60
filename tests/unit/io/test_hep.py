"""HEP3 packets, read back chunk by chunk, and sent to a collector."""

from __future__ import annotations

import socket
import struct

from pbx.io.hep import HepExport, encode
from pbx.ladder.book import Seen
from pbx.sip.flow import Flow

OWN = ("192.0.2.1", 5060)
DATA = b"OPTIONS sip:x SIP/2.0\r\n\r\n"


def chunks(packet: bytes) -> dict[int, bytes]:
    assert packet[:4] == b"HEP3"
    assert struct.unpack("!H", packet[4:6])[0] == len(packet)
    found: dict[int, bytes] = {}
    at = 6
    while at < len(packet):
        vendor, kind, length = struct.unpack("!HHH", packet[at : at + 6])
        assert vendor == 0
        found[kind] = packet[at + 6 : at + length]
        at += length
    return found


def test_a_received_message_names_both_ends_its_time_and_itself() -> None:
    seen = Seen(1_700_000_000.25, Flow("udp", "198.51.100.7", 5070), False, DATA)
    found = chunks(encode(seen, OWN, 7, "secret"))
    assert found[1] == b"\x02"
    assert found[2] == b"\x11"
    assert socket.inet_ntoa(found[3]) == "198.51.100.7"
    assert socket.inet_ntoa(found[4]) == "192.0.2.1"
    assert struct.unpack("!HH", found[7] + found[8]) == (5070, 5060)
    assert struct.unpack("!II", found[9] + found[10]) == (1_700_000_000, 250_000)
    assert (found[11], found[12], found[14], found[15]) == (b"\x01", b"\x00\x00\x00\x07", b"secret", DATA)


def test_a_sent_message_turns_the_ends_round_and_ipv6_has_its_own_chunks() -> None:
    seen = Seen(0.0, Flow("tls", "2001:db8::7", 5061), True, DATA)
    found = chunks(encode(seen, ("2001:db8::1", 5061), 1))
    assert found[1] == b"\x0a"
    assert found[2] == b"\x06"
    assert socket.inet_ntop(socket.AF_INET6, found[5]) == "2001:db8::1"
    assert socket.inet_ntop(socket.AF_INET6, found[6]) == "2001:db8::7"
    assert 14 not in found


def test_the_collector_gets_the_packet() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as collector:
        collector.bind(("127.0.0.1", 0))
        collector.settimeout(5)
        export = HepExport(collector.getsockname(), 1)
        export.saw(Seen(0.0, Flow("udp", "198.51.100.7", 5070), False, DATA), OWN)
        assert chunks(collector.recv(2000))[15] == DATA
        export.close()
