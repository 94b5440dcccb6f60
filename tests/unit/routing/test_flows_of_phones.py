"""The registrar and the ways to its phones: Path (RFC 3327), managed flows (RFC 5626), connections that end."""

from __future__ import annotations

import pytest

from pbx.routing.binding import Binding, way_to_binding
from pbx.routing.registrar import MAX_PATH, Refusal, Registered, Registrar
from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.message import Request

NOW = 1_800_000_000.0
UDP = Flow("udp", "203.0.113.7", 40_000)
TCP = Flow("tcp", "203.0.113.7", 40_000)
TLS = Flow("tls", "203.0.113.7", 40_000)
WSS = Flow("wss", "203.0.113.7", 40_000)
DESK = "<sip:1001@203.0.113.7:5070;transport=tcp>"
DEVICE = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-000a95a0e128>"'
OUTBOUND = ("supported", "path, outbound")
EDGE = "<sip:192.0.2.8;lr>"


def register(
    registrar: Registrar,
    contact: str,
    *fields: tuple[str, str],
    flow: Flow = UDP,
    cseq: int = 1,
    call_id: str = "c",
    hops: int = 1,
) -> Registered | Refusal:
    """Send a REGISTER of 1001 through so many hops."""
    head = [("via", f"SIP/2.0/UDP h{number};branch=z9hG4bK{number}") for number in range(hops)]
    head += [("call-id", call_id), ("cseq", f"{cseq} REGISTER"), ("contact", contact), *fields]
    return registrar.register("1001", Request("REGISTER", "sip:centrala", head), flow, NOW)


def done(result: Registered | Refusal) -> Registered:
    assert isinstance(result, Registered)
    return result


def ways(registrar: Registrar) -> list[tuple[Flow, tuple[str, ...]]]:
    return [way_to_binding(one) for one in registrar.find("1001", NOW)]


# Path


def test_a_phone_behind_proxies_is_reached_through_them_whether_it_knows_path_or_not() -> None:
    for supported in ((), (("supported", "path"),)):
        registrar = Registrar()
        path = (("path", f"{EDGE}, <sip:192.0.2.9;lr>"), ("path", "<sip:192.0.2.10;lr>"))
        register(registrar, "<sip:1001@10.0.0.5>", *path, *supported, hops=2)
        routes = (EDGE, "<sip:192.0.2.9;lr>", "<sip:192.0.2.10;lr>")
        assert ways(registrar) == [(Flow("udp", "192.0.2.8", 5060), routes)]


@pytest.mark.parametrize("path", ["rubbish", "<tel:123>", ", ".join(["<sip:p;lr>"] * (MAX_PATH + 1))])
def test_a_path_that_cannot_be_gone_is_refused(path: str) -> None:
    registrar = Registrar()
    with pytest.raises(ParseError):
        register(registrar, DESK, ("path", path))
    assert len(registrar) == 0


# Managed flows


def test_a_device_that_registers_anew_over_another_flow_replaces_its_old_contact() -> None:
    registrar = Registrar()
    register(registrar, f"<sip:1001@10.0.0.5:1>;reg-id=1;{DEVICE}", OUTBOUND, flow=TLS)
    after = TLS._replace(port=41_000)
    result = done(register(registrar, f"<sip:1001@10.0.0.5:2>;reg-id=1;{DEVICE}", OUTBOUND, flow=after, cseq=2))
    assert [one.contact for one in result.bindings] == ["sip:1001@10.0.0.5:2"]
    assert ways(registrar) == [(after, ())]
    assert registrar.over(TLS) == []


def test_a_device_with_two_flows_is_rung_once_over_the_last_and_over_the_other_when_that_ends() -> None:
    registrar = Registrar()
    second = TLS._replace(port=41_000)
    for number, flow in ((1, TLS), (2, second)):
        contact = f"<sip:1001@10.0.0.5>;reg-id={number};{DEVICE};expires={600 + number}"
        register(registrar, contact, OUTBOUND, flow=flow, call_id=f"c{number}")
    assert ways(registrar) == [(second, ())]
    registrar.disconnect(second)
    assert ways(registrar) == [(TLS, ())]


@pytest.mark.parametrize(
    ("fields", "hops"),
    [((), 1), ((("supported", "path"),), 1), ((OUTBOUND,), 2), ((OUTBOUND, ("path", EDGE)), 2)],
)
def test_reg_id_means_nothing_where_the_phone_or_its_first_proxy_does_not_know_it(
    fields: tuple[tuple[str, str], ...], hops: int
) -> None:
    [binding] = done(register(Registrar(), f"{DESK};reg-id=1;{DEVICE}", *fields, hops=hops)).bindings
    assert (binding.reg_id, binding.key) == (0, binding.contact)


def test_the_first_proxy_says_by_ob_that_it_keeps_the_flow() -> None:
    fields = (OUTBOUND, ("path", EDGE), ("path", "<sip:inner;lr;ob>"))
    [binding] = done(register(Registrar(), f"{DESK};reg-id=1;{DEVICE}", *fields, hops=3)).bindings
    assert binding.reg_id == 1


def test_outbound_that_is_required_and_cannot_be_had_is_refused() -> None:
    required = ("require", "outbound")
    refusal = register(Registrar(), f"{DESK};reg-id=1;{DEVICE}", OUTBOUND, required, hops=2)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 439
    assert done(register(Registrar(), f"{DESK};reg-id=1;{DEVICE}", required)).bindings[0].reg_id == 1


@pytest.mark.parametrize("reg_id", ["0", "-1", "one", "2147483648", "9" * 40])
def test_a_reg_id_is_a_small_number_above_0(reg_id: str) -> None:
    with pytest.raises(ParseError, match="reg-id"):
        register(Registrar(), f"{DESK};reg-id={reg_id};{DEVICE}", OUTBOUND)


def test_a_star_takes_managed_flows_back_too() -> None:
    registrar = Registrar()
    register(registrar, f"{DESK};reg-id=1;{DEVICE}", OUTBOUND, flow=TLS)
    assert len(done(register(registrar, "*", ("expires", "0"), cseq=2)).removed) == 1
    assert registrar.over(TLS) == []


# Connections


def gone(registrar: Registrar, flow: Flow) -> list[Binding | None]:
    return [instead for _, _, instead in registrar.disconnect(flow)]


@pytest.mark.parametrize(
    ("contact", "flow"),
    [
        ("<sip:1001@10.0.0.5:5070;transport=tcp>", TCP),
        ("<sip:1001@203.0.113.7:5070>", TCP),
        ("<sip:1001@203.0.113.7:5070;transport=tls>", TLS),
        ("<sip:1001@df7jal23ls0d.invalid;transport=ws>", WSS),
        (f"{DESK};reg-id=1;{DEVICE}", TCP),
    ],
)
def test_a_phone_that_cannot_be_connected_to_is_gone_with_its_connection(contact: str, flow: Flow) -> None:
    registrar = Registrar()
    register(registrar, contact, OUTBOUND, flow=flow)
    assert [binding.flow for _, binding in registrar.over(flow)] == [flow]
    assert gone(registrar, flow) == [None]
    assert registrar.find("1001", NOW) == []
    assert gone(registrar, flow) == []


def test_a_plain_phone_that_listens_at_its_contact_is_connected_to_until_that_fails_too() -> None:
    registrar = Registrar()
    register(registrar, DESK, flow=TCP)
    assert len(gone(registrar, TCP)) == 1
    listens = TCP._replace(port=5070)
    assert ways(registrar) == [(listens, ())]
    assert gone(registrar, listens) == [None]
    assert len(registrar) == 0


def test_a_proxy_that_closed_its_connection_is_connected_to_for_its_phones() -> None:
    registrar = Registrar()
    seen = TCP._replace(host="192.0.2.8")
    edge = "<sip:192.0.2.8:5080;transport=tcp;lr>"
    register(registrar, "<sip:1001@10.0.0.5>", ("path", edge), flow=seen, hops=2)
    assert ways(registrar) == [(seen, (edge,))], "while the connection stands it is used"
    registrar.disconnect(seen)
    assert ways(registrar) == [(seen._replace(port=5080), (edge,))]


def test_what_is_renewed_removed_or_run_out_hangs_on_its_connection_no_more() -> None:
    registrar = Registrar()
    register(registrar, DESK, flow=TCP)
    register(registrar, DESK, flow=UDP, cseq=2)
    assert registrar.over(TCP) == []
    register(registrar, DESK, flow=TCP, cseq=3)
    registrar.expire(NOW + 10_000)
    assert registrar.over(TCP) == []
    register(registrar, DESK, flow=TCP, cseq=4)
    registrar.remove("1001")
    assert registrar.over(TCP) == []


# Secrecy


@pytest.mark.parametrize("edge", [EDGE, "<sip:203.0.113.9;transport=tcp;lr>", "<sip:203.0.113.9;transport=ws;lr>"])
def test_who_registered_over_tls_is_never_reached_in_the_clear(edge: str) -> None:
    registrar = Registrar()
    register(registrar, "<sip:1001@10.0.0.5>", ("path", edge), flow=TLS, hops=2)
    assert ways(registrar) == [(TLS, (edge,))]
    assert gone(registrar, TLS) == [None]


def test_a_sips_contact_or_path_is_reached_over_tls_wherever_it_was_registered_from() -> None:
    contact, edge = Registrar(), Registrar()
    register(contact, "<sips:1001@203.0.113.7;transport=udp>", flow=UDP)
    assert [way for way, _ in ways(contact)] == [Flow("tls", "203.0.113.7", 5061)]
    register(edge, "<sip:1001@10.0.0.5>", ("path", "<sips:203.0.113.7;lr>"), flow=TCP, hops=2)
    assert [way for way, _ in ways(edge)] == [Flow("tls", "203.0.113.7", 5061)]
