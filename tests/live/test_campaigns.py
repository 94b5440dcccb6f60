"""A campaign against sipp as the telephone network, with robots as agents, through the end of the program."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from control.store.store import Store
from dialer.lead import Consent, Lead, LeadNumber, LeadState
from dialer.ledger import PERMITTED, Entry, Record
from dialer.outcome import Outcome
from pbx.media import g711
from pbx.media.clip import to_wav
from pbx.media.g711 import PCMU
from pbx.media.tone import sine
from pbx.phone import CallState, Phone, PhoneCall
from tests.live.harness.audio import assert_tone, from_ulaw
from tests.live.harness.centre import Centre
from tests.live.harness.needs import needs_sipp
from tests.live.harness.ports import LOOPBACK, free_block
from tests.live.harness.program import Program
from tests.live.harness.sipp import Sipp
from tests.live.harness.waiting import eventually
from tests.unit.media.lines import line, silence, tone
from tests.unit.media.talkers import vowels

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

WILLS = {200: 220, 201: 60, 486: 70, 180: 40, 404: 30, 183: 20, 603: 20}
"""How many leads have a number of which the network does what ``uas_network.xml`` says."""
NIGHT, LISTED = 20, 20
"""Leads for whom it is night, and leads on the do-not-call list."""
AGENTS = 10
TALK_S = 0.8
RINGS = 15.0
OUTCOMES = {
    201: Outcome.MACHINE, 486: Outcome.BUSY, 180: Outcome.NO_ANSWER, 404: Outcome.NOT_IN_SERVICE,
    183: Outcome.NOT_IN_SERVICE, 603: Outcome.DECLINED,
}  # fmt: skip
PROMPTS = {"news": 550.0, "sorry": 650.0, "called": 750.0}
CALLED = re.compile(r"\+381\d+")


def zone_where_it_is(hour: int) -> str:
    """A time zone with that hour now."""
    return f"Etc/GMT{(datetime.now(UTC).hour - hour + 12) % 24 - 12:+d}"


def leads() -> list[Lead]:
    """Five hundred, in an order in which every kind comes early and late, but for those that ring longest: not last."""
    noon, night = zone_where_it_is(12), zone_where_it_is(2)
    made = []
    for will, count in WILLS.items():
        share = 0.7 if will == 180 else 1.0
        made += [(share * index / count, will, noon, index) for index in range(count)]
    made += [(index / NIGHT, 200, night, 1000 + index) for index in range(NIGHT)]
    made += [(index / LISTED, 200, noon, 2000 + index) for index in range(LISTED)]
    return [
        Lead(0, "spring", (LeadNumber(f"+38160{serial:04}{will}"),), zone=zone)
        for _, will, zone, serial in sorted(made)
    ]


def will_of(lead: Lead) -> int:
    return int(lead.numbers[0].number[-3:])


class Agents:
    """Robots who pick up at once, and hang up after a moment."""

    def __init__(self, centre: Centre) -> None:
        host, _, port = centre.sip.partition(":")
        self._centre = centre
        self._ignoring = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._phones = [
            Phone(host, int(port), str(1001 + one), f"secret-{1001 + one}", on_call=self._take) for one in range(AGENTS)
        ]

    async def log_in(self) -> None:
        for number, phone in enumerate(self._phones):
            await self._centre.put_agent(f"agent{number}", phone.extension)
            await phone.start()
            await phone.register()
            await self._centre.set_status(f"agent{number}", "available")

    def ignore(self) -> None:
        """Let phones ring from now on."""
        self._ignoring = True

    async def go(self) -> None:
        for phone in self._phones:
            await phone.stop()

    def _take(self, call: PhoneCall) -> None:
        if self._ignoring:
            return
        task = asyncio.get_running_loop().create_task(self._talk(call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _talk(self, call: PhoneCall) -> None:
        call.answer()
        try:
            async with asyncio.timeout(TALK_S):
                await call.wait_for(CallState.ENDED)
        except TimeoutError:
            call.hangup()


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Sipp]:
    sipp = Sipp("uas_network", tmp_path / "network")
    sipp.folder.mkdir()
    word = np.trim_zeros(vowels(3, seed=1))
    person = line(silence(300), word, silence(12_000))
    machine = line(silence(300), *[np.trim_zeros(vowels(3, seed=seed)) for seed in range(2, 8)], silence(9_000))
    sit = line(silence(200), *(tone(ms, hz) for hz, ms in ((985.2, 380), (1370.6, 274), (1776.7, 380))), silence(600))
    for name, audio in (("customer", person), ("machine", machine), ("sit", sit)):
        (sipp.folder / f"{name}.ulaw").write_bytes(g711.encode(audio, PCMU))
    yield sipp
    await sipp.stop()


async def ready(centre: Centre, network: Sipp) -> None:
    """A queue, a trunk, a campaign with its leads; the machine's own store is filled as an import fills it."""
    await centre.put_queue("support", "700")
    await centre.put("/trunks/network", {"address": network.address, "codecs": ["PCMU"], "options_interval_s": None})
    await centre.put("/routes/+3.", {"target": "trunk:network"})
    retries = [{"outcome": one, "after_s": 86_400, "times": 1} for one in ("busy", "no_answer", "machine", "declined")]
    await centre.put(
        "/campaigns/spring",
        {
            "queue": "support", "mode": "predictive", "amd": True, "max_ring_s": RINGS, "abandon_limit": 0.5,
            "caller_id": "+381114000700", "windows": [{"from": "08:00", "to": "21:00"}],
            "attempts": {"retry": retries},
        },
    )  # fmt: skip
    store = await Store.open(f"sqlite+aiosqlite:///{centre.data / 'centrala.sqlite'}")
    try:
        async with store.write() as records:
            await records.leads.add(leads(), 0.0)
    finally:
        await store.close()
    for serial in range(2000, 2000 + LISTED):
        await centre.put(f"/dnc/+38160{serial:04}200", {})


async def attempts(centre: Centre) -> int:
    """How many attempts are over."""
    store = await Store.open(f"sqlite+aiosqlite:///{centre.data / 'centrala.sqlite'}")
    try:
        async with store.read() as records:
            return (await records.attempts.head()).seq
    finally:
        await store.close()


@pytest.mark.alone
@needs_sipp
async def test_a_campaign_of_five_hundred_leads_survives_a_kill_and_can_be_defended(
    centre: Centre, network: Sipp
) -> None:
    await ready(centre, network)
    await network.start(centre.sip, calls=10_000)
    agents = Agents(centre)
    await agents.log_in()
    await centre.agents_available("support", AGENTS)
    assert (await centre.api.post("/campaigns/spring/start")).is_success
    await eventually(lambda: attempts(centre), lambda count: count > 200, within_s=90, what="200 attempts over")
    await centre.kill()
    await centre.start()  # nobody tells it to go on: the campaign ran, and runs
    await eventually(lambda: attempts(centre), lambda count: count >= 500, within_s=120, what="500 attempts over")
    await centre.quiet()
    await agents.go()
    await centre.stop()
    dialled = Counter(CALLED.findall((network.folder / "uas_network.said").read_text()))
    assert max(dialled.values()) == 1, dialled.most_common(3)

    store = await Store.open(f"sqlite+aiosqlite:///{centre.data / 'centrala.sqlite'}")
    async with store.read() as records:
        found = {lead.id: lead for lead in await records.leads.many(range(1, 501))}
        chain = await records.attempts.records(0, 1000)
        under_way = await records.attempts.open()
    await store.close()
    verifying = Program("centrala ledger verify", centre.data / "verified.log")
    await verifying.start(centre.command[0], "ledger", "verify", "--data", str(centre.data), cwd=centre.data)
    assert await verifying.wait(20) == 0, verifying.output()
    assert (len(found), under_way) == (500, [])
    entries: dict[int, Entry] = {entry.lead: entry for entry in chain}
    assert len(entries) == len(chain) == 500
    interrupted = [entry for entry in chain if entry.outcome is Outcome.INTERRUPTED]
    assert 0 < len(interrupted) < 60
    assert {entry.number for entry in chain if entry.verdict == PERMITTED} >= set(dialled)
    for lead in found.values():
        _in_its_final_state(lead, entries[lead.id])
    # Where sipp stumbles over its own audio, a machine may sound like a person who waits.
    of_machines = Counter(entries[id].outcome for id, lead in found.items() if will_of(lead) == 201)
    assert of_machines[Outcome.MACHINE] + of_machines[Outcome.INTERRUPTED] >= WILLS[201] - 3, of_machines
    connected = sum(entry.outcome is Outcome.CONNECTED for entry in chain)
    assert connected > 100, Counter(entry.outcome for entry in chain)


class Carrier:
    """The far end of the trunk: one phone that takes every call."""

    def __init__(self, centre: Centre) -> None:
        host, _, port = centre.sip.partition(":")
        self.address = f"{LOOPBACK}:{free_block()}"
        self._calls: asyncio.Queue[PhoneCall] = asyncio.Queue()
        self._phone = Phone(host, int(port), "carrier", on_call=self._calls.put_nowait)

    async def start(self) -> None:
        host, _, port = self.address.partition(":")
        await self._phone.start(host, int(port))

    async def stop(self) -> None:
        await self._phone.stop()

    async def take(self) -> PhoneCall:
        """Answer the next call."""
        async with asyncio.timeout(20):
            call = await self._calls.get()
        call.answer()
        return call


async def hears(call: PhoneCall, hz: float) -> None:
    """A tone comes within some seconds."""
    for _ in range(30):
        heard = from_ulaw(await call.read_audio(4000))
        with suppress(AssertionError):
            assert_tone(heard, hz)
            return
    raise AssertionError(f"{hz} Hz were never heard")


async def test_parties_hear_what_campaigns_have_to_say_and_their_keys_are_heeded(
    centre: Centre,
) -> None:
    for name, hz in PROMPTS.items():
        uploaded = await centre.api.put(f"/prompts/en/{name}", content=to_wav(sine(hz, 2.0)))
        assert uploaded.is_success, uploaded.text
    carrier, agents = Carrier(centre), Agents(centre)
    await carrier.start()
    await centre.put("/trunks/network", {"address": carrier.address, "codecs": ["PCMU"], "options_interval_s": None})
    await centre.put("/routes/+3.", {"target": "trunk:network"})
    await centre.put_queue("support", "700")
    campaigns: dict[str, dict[str, object]] = {
        "news": {"mode": "agentless", "announcement": "news", "max_lines": 1, "record": {"mode": "always"}},
        "drops": {"mode": "progressive", "drop_message": "sorry"},
        "machines": {"mode": "progressive", "amd": True, "on_machine": "message", "message": "called"},
    }
    store = await Store.open(f"sqlite+aiosqlite:///{centre.data / 'centrala.sqlite'}")
    async with store.write() as records:
        await records.leads.add(
            [
                Lead(
                    0,
                    name,
                    (LeadNumber(f"+3816012345{serial:02}"),),
                    zone=zone_where_it_is(12),
                    consent=Consent("a form", mobile=True),
                )
                for serial, name in enumerate(campaigns)
            ],
            0.0,
        )
    for name, terms in campaigns.items():
        await centre.put(f"/campaigns/{name}", {"queue": "support", **terms})

    await centre.post("/campaigns/news/start", {})
    party = await carrier.take()
    await hears(party, PROMPTS["news"])
    await agents.log_in()
    party.press("1")
    await party.wait_for(CallState.ENDED)  # an agent took it, and hung up

    agents.ignore()
    await centre.post("/campaigns/drops/start", {})
    party = await carrier.take()
    await hears(party, PROMPTS["sorry"])
    party.press("9")
    await party.wait_for(CallState.ENDED)
    await eventually(
        lambda: centre.get("/dnc/+381601234501"),
        lambda known: [one["scope"] for one in known["entries"]] == ["own"],
        within_s=5,
        what="the number on the list",
    )
    assert (await centre.get("/campaigns/drops/live"))["abandon_rate"] == 1.0

    await centre.post("/campaigns/machines/start", {})
    party = await carrier.take()
    greeting = line(silence(300), *[np.trim_zeros(vowels(3, seed=seed)) for seed in range(2, 8)], silence(300))
    beep = line(tone(400, 1000.0), silence(3000))
    party.write_audio(g711.encode(np.concatenate([greeting, beep]), party.law))
    await hears(party, PROMPTS["called"])
    await party.wait_for(CallState.ENDED)
    await centre.quiet()
    await agents.go()
    await carrier.stop()
    [recording] = (await centre.get("/recordings"))["items"]
    assert (recording["direction"], recording["number"], recording["queue"]) == ("outbound", "+381601234500", "support")

    async def ledger() -> list[Record]:
        async with store.read() as records:
            return await records.attempts.records(0, 10)

    chain = await eventually(
        ledger, lambda found: len(found) == len(campaigns), within_s=5, what="the ledger's records"
    )
    await store.close()
    outcomes = {entry.campaign: entry.outcome for entry in chain}
    assert outcomes == {
        "news": Outcome.CONNECTED, "drops": Outcome.OPTED_OUT, "machines": Outcome.MESSAGE_LEFT,
    }  # fmt: skip


def _in_its_final_state(lead: Lead, entry: Entry) -> None:
    serial = int(lead.numbers[0].number[6:10])
    if 1000 <= serial < 2000:
        assert (entry.verdict, lead.state, lead.tried) == ("calling_window", LeadState.READY, ())
    elif serial >= 2000:
        assert (entry.verdict, lead.state, lead.tried) == ("dnc_own", LeadState.REFUSED, ())
    elif entry.outcome is Outcome.INTERRUPTED:
        assert (lead.state, [one.outcome for one in lead.tried]) == (LeadState.READY, [Outcome.INTERRUPTED])
    else:
        hour = datetime.fromisoformat(entry.local_time).hour
        assert 8 <= hour < 21
        will = will_of(lead)
        people = (Outcome.CONNECTED, Outcome.ABANDONED, Outcome.HUNG_UP)
        expected = people if will == 200 else (OUTCOMES[will], *(people if will == 201 else ()))
        assert entry.outcome in expected, (will, entry)
        assert [one.outcome for one in lead.tried] == [entry.outcome]
