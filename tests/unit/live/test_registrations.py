"""Stored bindings: grouped, expiring, back after a restart."""

from __future__ import annotations

import time

import pytest
from redis.asyncio import Redis

from control.adapters.locations import StoredLocations
from control.live.connection import LiveStore
from control.live.registrations import Registrations, StoredBinding
from pbx.routing.binding import Binding
from pbx.sip.flow import Flow


def binding(contact: str = "sip:1001@192.0.2.1:5060", *, expires_in: float = 60.0, cseq: int = 1) -> StoredBinding:
    return StoredBinding(
        contact=contact,
        call_id="c1@phone",
        cseq=cseq,
        expires_at=time.time() + expires_in,
        transport="udp",
        host="192.0.2.1",
        port=5060,
        user_agent="a phone",
    )


@pytest.fixture
def registrations(client: Redis) -> Registrations:
    return Registrations(client, clock=time.time)


async def test_bindings_are_loaded_by_extension(registrations: Registrations) -> None:
    desk, mobile, other = binding(), binding("sip:1001@198.51.100.7"), binding("sip:1002@192.0.2.2")
    registrations.save("1001", desk)
    registrations.save("1001", mobile)
    registrations.save("1002", other)
    await registrations.flush()
    loaded = await registrations.load_all()
    assert loaded.keys() == {"1001", "1002"}
    assert sorted(loaded["1001"], key=lambda stored: stored.contact) == [desk, mobile]
    assert loaded["1002"] == [other]


async def test_the_switch_gets_back_all_that_it_knew_of_a_phone(registrations: Registrations) -> None:
    until, flow = time.time() + 60, Flow("tls", "192.0.2.1", 40_000, "192.0.2.9")
    known = Binding("sip:1001@h", "c", 7, until, flow, "a phone", ("<sip:edge;lr>",), "<urn:uuid:1>", 2, 0.5)
    locations = StoredLocations(registrations)
    locations.save("1001", known)
    await registrations.flush()
    assert await locations.load() == [("1001", known)]


async def test_a_refreshed_binding_takes_the_place_of_the_old_one(registrations: Registrations) -> None:
    registrations.save("1001", binding(cseq=1))
    await registrations.flush()
    refreshed = binding(cseq=2)
    registrations.save("1001", refreshed)
    await registrations.flush()
    assert await registrations.load_all() == {"1001": [refreshed]}


async def test_a_removed_binding_is_gone(registrations: Registrations) -> None:
    registrations.save("1001", binding())
    await registrations.flush()
    registrations.remove("1001", binding().contact)
    await registrations.flush()
    assert await registrations.load_all() == {}


async def test_within_a_loop_turn_the_newest_word_wins(registrations: Registrations, client: Redis) -> None:
    registrations.save("1001", binding())
    registrations.remove("1001", binding().contact)
    await registrations.flush()
    assert await client.dbsize() == 0


async def test_redis_itself_lets_an_expired_binding_go(registrations: Registrations, client: Redis) -> None:
    registrations.save("1001", binding(expires_in=-1.0))
    registrations.save("1002", binding(expires_in=60.0))
    await registrations.flush()
    assert await client.dbsize() == 1
    assert 50_000 < await client.pttl(f"centrala:binding:1002:{binding().contact}") <= 60_000


async def test_a_thousand_bindings_of_one_turn_take_one_round_trip(registrations: Registrations, client: Redis) -> None:
    for number in range(1_000):
        registrations.save(str(number), binding())
    before = (await client.info("stats"))["total_reads_processed"]
    await registrations.flush()
    assert (await client.info("stats"))["total_reads_processed"] - before < 50
    assert len(await registrations.load_all()) == 1_000


async def test_a_value_that_cannot_be_read_is_left_out(registrations: Registrations, client: Redis) -> None:
    await client.set("centrala:binding:1001:sip:x", b"\xff nonsense")
    registrations.save("1002", binding())
    await registrations.flush()
    assert list(await registrations.load_all()) == ["1002"]


async def test_bindings_come_back_once_redis_does(live: LiveStore, caplog: pytest.LogCaptureFixture) -> None:
    registrations = Registrations(live.client, clock=time.time)
    await live.client.config_set("maxmemory", "1")
    registrations.save("1001", binding())
    while "cannot be stored" not in caplog.text:
        await live.client.ping()
    await live.client.config_set("maxmemory", "0")
    await registrations.flush()
    assert list(await registrations.load_all()) == ["1001"]
    assert "stored again" in caplog.text


async def test_stopping_while_redis_is_away_ends_with_one_line(
    live: LiveStore, caplog: pytest.LogCaptureFixture
) -> None:
    registrations = Registrations(live.client, clock=time.time)
    assert live.server is not None
    await live.server.stop()
    registrations.save("1001", binding())
    await registrations.stop(timeout_s=0.2)
    assert "1 registrations could not be stored" in caplog.text
