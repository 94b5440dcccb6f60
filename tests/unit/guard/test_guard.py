"""The guard at the door, with a clock that the test moves."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from pbx.events import Event, SourceBanned, SourceReleased
from pbx.guard.bans import Ban
from pbx.guard.guard import Guard
from pbx.guard.offence import PATIENCE, Offence
from pbx.guard.rules import GuardRules
from pbx.sip.flow import Flow
from pbx.sip.message import Response, parse_message

STRANGER, OFFICE, LOCAL = (Flow("udp", host, 5060) for host in ("203.0.113.9", "198.51.100.1", "127.0.0.1"))
ASKED = (
    b"OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK1\r\nFrom: <sip:x@y>;tag=1\r\n"
    b"To: <sip:a@b>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)
ANSWERED = ASKED.replace(b"OPTIONS sip:a@b SIP/2.0", b"SIP/2.0 200 OK", 1)
RULES = GuardRules(trusted=(ip_network("127.0.0.0/8"),), rate=10.0, known_rate=100.0, first_ban_s=60.0)


class Door:
    """A guard and all that it says."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.sent: list[tuple[bytes, Flow]] = []
        self.told: list[Event] = []
        self.kept: dict[str, Ban] = {}
        self.calls: dict[str, int] = {}
        self.guard = Guard(
            RULES,
            send=lambda data, flow: self.sent.append((data, flow)),
            store=self,
            publish=self.told.append,
            clock=lambda: self.now,
            calls_of=lambda source: self.calls.get(source, 0),
        )

    def save(self, ban: Ban) -> None:
        self.kept[ban.source] = ban

    def remove(self, source: str) -> None:
        del self.kept[source]

    def knock(self, flow: Flow, times: int, data: bytes = ASKED) -> int:
        """Send so many messages at once; how many were taken in."""
        return sum(self.guard.admit(data, flow, self.now) for _ in range(times))

    def offend(self, flow: Flow, offence: Offence, times: float) -> bool:
        """Offend so many times at once; whether the source is banned then."""
        for _ in range(int(times)):
            self.guard.offended(flow, offence, self.now)
        return self.guard.banned(flow.host)


@pytest.fixture
def door() -> Door:
    return Door()


def test_a_stranger_may_send_its_burst_and_then_its_rate(door: Door) -> None:
    assert door.knock(STRANGER, 100) == 40
    door.now += 2.0
    assert door.knock(STRANGER, 100) == 20
    assert door.guard.turned_away == 140


def test_beyond_the_rate_a_request_gets_503_once_in_a_while_and_then_silence(door: Door) -> None:
    door.knock(STRANGER, 200)
    assert 1 <= len(door.sent) <= 5
    data, flow = door.sent[0]
    reply = parse_message(data)
    assert isinstance(reply, Response)
    assert (reply.status, reply.get("retry-after"), flow) == (503, "10", STRANGER)
    assert reply.branch == "z9hG4bK1"
    assert len(data) < 1.3 * len(ASKED), "whoever forges a sender's address gains next to nothing"


@pytest.mark.parametrize("data", [ANSWERED, b"noise", ASKED + b"x" * 5000, ASKED.replace(b"OPTIONS", b"ACK")])
def test_what_needs_no_reply_gets_none(door: Door, data: bytes) -> None:
    assert door.knock(STRANGER, 100, data) == 40
    assert door.sent == []


def test_replies_are_rationed_over_all_sources(door: Door) -> None:
    for number in range(250):
        door.knock(Flow("udp", f"203.0.113.{number}", 5060), 45)
    assert len(door.sent) == 100


def test_a_trusted_range_is_neither_limited_nor_banned(door: Door) -> None:
    assert door.knock(LOCAL, 1000) == 1000
    assert not door.offend(LOCAL, Offence.PASSWORD, 1000)
    assert door.guard.trusts("127.0.0.5")


def test_a_source_with_phones_of_ours_may_send_more(door: Door) -> None:
    door.guard.vouch(OFFICE.host, door.now + 3600)
    assert door.knock(OFFICE, 1000) == 40 + 400
    door.now += 3600
    assert door.knock(OFFICE, 1000) == 40


def test_each_call_in_progress_gives_its_source_some_room(door: Door) -> None:
    door.calls[STRANGER.host] = 3
    assert door.knock(STRANGER, 200) == 40 + 60


def test_a_flood_ends_in_a_ban(door: Door) -> None:
    door.knock(STRANGER, 40 + int(PATIENCE[Offence.FLOOD].times) + 1)
    [banned] = door.told
    assert isinstance(banned, SourceBanned)
    assert (banned.source, banned.reason, banned.until) == (STRANGER.host, "flood", door.now + 60)
    said = len(door.sent)
    door.now += 10
    assert door.knock(STRANGER, 50) == 0
    assert len(door.sent) == said, "a banned source gets no answer at all"


@pytest.mark.parametrize("offence", Offence)
def test_each_offence_is_borne_so_many_times(door: Door, offence: Offence) -> None:
    times = PATIENCE[offence].times
    assert not door.offend(STRANGER, offence, times)
    assert door.offend(STRANGER, offence, 1)
    assert door.kept[STRANGER.host].reason == offence.value


def test_what_is_done_now_and_then_is_forgiven(door: Door) -> None:
    times, within_s = PATIENCE[Offence.PASSWORD]
    for _ in range(5 * int(times)):
        assert not door.offend(STRANGER, Offence.PASSWORD, 1)
        door.now += within_s / times


def test_a_known_source_answers_for_wrong_passwords_alone_and_later(door: Door) -> None:
    door.guard.vouch(OFFICE.host, door.now + 3600)
    for offence in (Offence.CHALLENGES, Offence.NUMBERS, Offence.MALFORMED, Offence.FLOOD):
        assert not door.offend(OFFICE, offence, 10_000)
    assert not door.offend(OFFICE, Offence.PASSWORD, 5 * PATIENCE[Offence.PASSWORD].times)
    assert door.offend(OFFICE, Offence.PASSWORD, 1)


def test_all_hosts_of_an_ipv6_network_share_one_ban(door: Door) -> None:
    door.offend(Flow("tcp", "2001:db8::1", 5060), Offence.PASSWORD, 11)
    assert door.guard.banned("2001:db8::2")
    assert not door.guard.banned("2001:db8:0:1::1")


def test_a_ban_runs_out_and_is_told(door: Door) -> None:
    door.offend(STRANGER, Offence.PASSWORD, 11)
    door.now += 59.0
    door.guard.expire()
    assert door.guard.banned(STRANGER.host)
    door.now += 1.0
    door.guard.expire()
    assert not door.guard.banned(STRANGER.host)
    assert door.told[-1] == SourceReleased(door.now, STRANGER.host)
    assert door.offend(STRANGER, Offence.PASSWORD, 11)
    assert door.kept[STRANGER.host].until == door.now + 120


def test_a_lifted_ban_is_told_and_forgotten(door: Door) -> None:
    door.offend(STRANGER, Offence.PASSWORD, 11)
    assert door.guard.lift(STRANGER.host)
    assert not door.guard.lift(STRANGER.host)
    assert door.kept == {}
    assert isinstance(door.told[-1], SourceReleased)
    assert door.knock(STRANGER, 1) == 1


def test_a_ban_kept_over_a_restart_is_in_force_unless_its_source_is_trusted_by_now(door: Door) -> None:
    for flow in (STRANGER, LOCAL):
        door.guard.restore(Ban(flow.host, "flood", door.now - 5, door.now + 5))
    assert door.guard.banned(STRANGER.host)
    assert not door.guard.banned(LOCAL.host)
