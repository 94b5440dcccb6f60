"""Where the phones are: what a REGISTER's answer tells, and what becomes of phones whose connection ends."""

from __future__ import annotations

from pbx.events import Event, PhoneRegistered, PhoneUnregistered
from pbx.routing.binding import Binding
from pbx.routing.registrar import Registrar
from pbx.sip.endpoint import Endpoint
from pbx.sip.flow import Flow
from pbx.sip.message import Request
from pbx.whereabouts import FLOW_TIMER_S, Whereabouts

NOW = 1_800_000_000.0
TLS = Flow("tls", "203.0.113.7", 40_000)
TCP = Flow("tcp", "203.0.113.7", 40_000)
DEVICE = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-000a95a0e128>"'


class Shelf:
    """A store that remembers what it holds."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Binding] = {}

    def save(self, extension: str, binding: Binding) -> None:
        self.kept[extension, binding.key] = binding

    def remove(self, extension: str, binding: Binding) -> None:
        self.kept.pop((extension, binding.key), None)


class Desk:
    """Whereabouts with all that is around them."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self.told: list[Event] = []
        self.endpoint = Endpoint({"udp": ("192.0.2.1", 5060)}, lambda: "t")
        self.where = Whereabouts(self.endpoint, Registrar(), self.shelf, self.told.append, lambda: NOW)

    def register(self, contact: str, *fields: tuple[str, str], flow: Flow = TLS) -> list[tuple[str, str]]:
        """Register 1001; the headers of the answer, which must be a 200."""
        head = [
            ("via", "SIP/2.0/TLS h;branch=z9hG4bK1"),
            ("call-id", "c"),
            ("cseq", "1 REGISTER"),
            ("contact", contact),
        ]
        request = Request("REGISTER", "sip:centrala", [*head, *fields])
        status, reason, answer = self.where.register("1001", request, flow)
        assert (status, reason) == (200, "")
        return list(answer)


def test_a_managed_flow_is_confirmed_with_the_pace_of_its_keep_alives() -> None:
    desk = Desk()
    answer = desk.register(f"<sip:1001@10.0.0.5>;reg-id=1;{DEVICE}", ("supported", "outbound"))
    assert ("require", "outbound") in answer
    assert ("flow-timer", str(FLOW_TIMER_S)) in answer
    assert ("contact", f"<sip:1001@10.0.0.5>;expires=3600;reg-id=1;{DEVICE}") in answer
    assert desk.where.promised(TLS)
    assert desk.where.needs(TLS)


def test_how_much_a_phone_is_preferred_is_told_back() -> None:
    answer = Desk().register("<sip:1001@10.0.0.5>;q=0.25")
    assert ("contact", "<sip:1001@10.0.0.5>;expires=3600;q=0.25") in answer


def test_a_path_is_shown_to_a_phone_that_knows_it_only() -> None:
    path = ("path", "<sip:192.0.2.8;lr>")
    assert path in Desk().register("<sip:1001@10.0.0.5>", path, ("supported", "Path"))
    answer = Desk().register("<sip:1001@10.0.0.5>", path)
    assert path not in answer
    assert ("supported", "path, outbound") in answer


def test_an_ordinary_phone_is_asked_for_nothing() -> None:
    desk = Desk()
    keys = {key for key, _ in desk.register("<sip:1001@10.0.0.5>")}
    assert keys == {"contact", "supported"}
    assert desk.where.needs(TLS)
    assert not desk.where.promised(TLS)


def test_a_phone_is_unregistered_with_its_connection_and_the_store_forgets_it() -> None:
    desk = Desk()
    desk.register("<sip:1001@10.0.0.5>")
    desk.where.closed(TLS)
    assert desk.shelf.kept == {}
    assert [type(event) for event in desk.told] == [PhoneRegistered, PhoneUnregistered]
    desk.where.closed(TLS)
    assert len(desk.told) == 2


def test_a_plain_phone_stays_registered_at_its_contact() -> None:
    desk = Desk()
    desk.register("<sip:1001@203.0.113.7:5070;transport=tcp>", flow=TCP)
    desk.where.closed(TCP)
    [kept] = desk.shelf.kept.values()
    assert kept.flow == TCP._replace(port=5070)
    assert [type(event) for event in desk.told] == [PhoneRegistered]


def test_after_a_restart_phones_are_where_they_were_but_for_those_on_connections_of_their_own() -> None:
    desk = Desk()
    udp = Binding("sip:1001@10.0.0.5", "c", 1, NOW + 60, Flow("udp", "203.0.113.7", 9))
    browser = Binding("sip:1002@x.invalid;transport=ws", "c", 1, NOW + 60, Flow("wss", "203.0.113.7", 9))
    over = Binding("sip:1003@10.0.0.5", "c", 1, NOW - 1, Flow("udp", "203.0.113.7", 9))
    kept = [("1001", udp), ("1002", browser), ("1003", over)]
    for extension, binding in kept:
        desk.shelf.save(extension, binding)
    desk.where.restore(kept)
    assert [extension for extension in ("1001", "1002", "1003") if desk.where.reachable(extension)] == ["1001"]
    assert list(desk.shelf.kept.values()) == [udp]


def test_a_path_that_cannot_be_read_is_told() -> None:
    desk = Desk()
    request = Request("REGISTER", "sip:centrala", [("contact", "<sip:a@b>"), ("path", "rubbish")])
    status, reason, _ = desk.where.register("1001", request, TLS)
    assert status == 400
    assert reason.startswith("Bad Request: ")
