"""Callers are vouched for: those whom a trunk brings are judged, those who leave by one are signed for."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from tests.scenario.carrier import Trunks
from tests.scenario.exchange import Exchange, Handset
from tests.scenario.front import Front
from tests.scenario.network import Network
from tests.unit.stir.authority import NOW, make

from pbx.events import CallStarted
from pbx.guard.rules import GuardRules
from pbx.routing.trunks.trunk import Trunk
from pbx.sip.headers.address import Address
from pbx.sip.message import Request, parse_message
from pbx.sip.uri import sip_uri
from pbx.stir.chain import Anchors, read_signing_key
from pbx.stir.identity import Signer, judge

ROOT = make("A root")
PROVIDER = make("SHAKEN 1234", ROOT)
ANCHORS = Anchors(ROOT.chain)
URL = "https://certificates.example/provider.pem"
SIGNER = Signer(read_signing_key(PROVIDER.key, PROVIDER.chain), URL, lambda: "6ba7b810-9dad-11d1-80b4-00c04fd430c8")
CALLER, DID = "+381641234567", "+381114000700"


class Border:
    """A switch whose trunk ``a`` brings calls for DID and carries others out."""

    def __init__(self, **trunk: Any) -> None:
        network = Network()
        network.now = network.began = NOW
        self.chain: bytes | None = PROVIDER.chain
        """What stands at URL; None: nothing."""
        self.exchange = Exchange(network)
        self.exchange.routes(**{f"n{DID}": "echo", "n+38164.": "trunk:a"})
        self.front = Front(
            self.exchange, GuardRules(rate=1000.0), anchors=ANCHORS, web=httpx.MockTransport(self._web), n1001="secret"
        )
        self.carrier: Handset = self.front.trunks.answering("a")
        given: dict[str, Any] = {"address": "a.example", "options_interval_s": None, "numbers": (DID,)}
        self.front.trunks.declare(Trunk(id="a", **given | trunk))

    def _web(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(404) if self.chain is None else httpx.Response(200, content=self.chain)

    async def call_in(self, identity: str | None) -> None:
        """The trunk brings a call; time is given for a certificate to be fetched."""
        party, switch = self.carrier.party, self.exchange.switch
        self.carrier.session = party.endpoint.invite(
            str(sip_uri(DID, switch.flow.host)),
            switch.flow,
            caller=Address(sip_uri(CALLER, "a.example")),
            callee=Address(sip_uri(DID, switch.flow.host)),
            body=self.carrier.description(),
            now=self.exchange.network.now,
            fields=() if identity is None else (("identity", identity),),
        )
        self.let_pass(0.5)
        for _ in range(20):
            await asyncio.sleep(0)
        self.let_pass(0.5)

    def let_pass(self, seconds: float) -> None:
        self.exchange.run_until(self.exchange.network.now - self.exchange.network.began + seconds)

    @property
    def attestation(self) -> str | None:
        """What the one call's record says."""
        self.carrier.hang_up()
        self.let_pass(1)
        return self.exchange.ended.attestation


def signed(attestation: Any = "A", *, caller: str = CALLER, at: float = NOW) -> str:
    return SIGNER.header(attestation, caller, DID, at)


@pytest.mark.parametrize("demand", ["note", "require"])
async def test_a_trusted_signers_word_is_in_the_record(demand: str) -> None:
    border = Border(identity=demand)
    await border.call_in(signed("B"))
    assert border.carrier.talks
    assert border.attestation == "B"


async def test_a_trunk_that_need_not_prove_anything_is_not_asked() -> None:
    border = Border()
    await border.call_in("nonsense")
    assert border.carrier.talks
    assert border.attestation is None


@pytest.mark.parametrize(
    ("identity", "status"),
    [
        (None, 428),
        ("nonsense", 438),
        (signed(caller="+381600000000"), 438),
        (signed(at=NOW - 3600), 403),
    ],
)
async def test_without_a_good_identity_a_call_is_noted_or_refused_as_the_trunk_demands(
    identity: str | None, status: int
) -> None:
    strict = Border(identity="require")
    await strict.call_in(identity)
    assert [refused for refused, _ in strict.carrier.refused_with] == [status]
    assert strict.exchange.told(CallStarted) == []
    lenient = Border(identity="note")
    await lenient.call_in(identity)
    assert lenient.carrier.talks
    assert lenient.attestation == (None if identity is None else "failed")


async def test_a_certificate_that_cannot_be_had_or_is_not_trusted_is_told_apart() -> None:
    unreachable, untrusted = Border(identity="require"), Border(identity="require")
    unreachable.chain, untrusted.chain = None, make("SHAKEN 9", make("Another root")).chain
    for border, status in ((unreachable, 436), (untrusted, 437)):
        await border.call_in(signed())
        assert [refused for refused, _ in border.carrier.refused_with] == [status]


async def test_a_certificate_at_hand_is_not_waited_for() -> None:
    border = Border(identity="require")
    await border.call_in(signed())
    border.carrier.hang_up()
    border.chain = None
    await border.call_in(signed(at=NOW + 1))
    assert border.carrier.talks
    assert [one.what for one in border.exchange.network.sent].count("100 INVITE") == 1
    border.carrier.hang_up()


async def test_a_caller_who_gives_up_while_the_certificate_is_fetched_leaves_nothing() -> None:
    border = Border(identity="require")
    calling = asyncio.ensure_future(border.call_in(signed()))
    await asyncio.sleep(0)
    border.carrier.hang_up()
    border.let_pass(1)
    await calling
    border.front.trunks.declare()
    border.let_pass(80)
    assert border.exchange.told(CallStarted) == []
    assert border.exchange.network.left == {}


@pytest.mark.parametrize(("shown", "level"), [(DID, "A"), ("+381112222222", "B")])
def test_a_caller_who_leaves_is_signed_for_as_well_as_we_know_the_number(shown: str, level: str) -> None:
    network = Network()
    network.now = network.began = NOW
    exchange = Exchange(network)
    exchange.routes(**{"n+38164.": "trunk:a"})
    trunks = Trunks(exchange)
    trunks.outside.signer = SIGNER
    trunks.answering("a")
    trunks.outside.caller_ids = {"1001": shown}
    trunks.declare(Trunk(id="a", address="a.example", options_interval_s=None, numbers=(DID,), signs=True))
    phone = exchange.phone("1001")
    phone.dial("+381641234567")
    exchange.run_until(1)
    received = [parse_message(one.data) for one in network.sent if one.receiver == "a"]
    [invite] = [one for one in received if isinstance(one, Request) and one.method == "INVITE"]
    verdict = judge(invite.get("identity") or "", PROVIDER.chain, ANCHORS, shown, "+381641234567", NOW)
    assert verdict.attestation == level
    assert invite.has("date")
    phone.hang_up()
    exchange.run_until(2)
    assert exchange.ended.attestation == level
