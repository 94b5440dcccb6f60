"""Whatever arrives, an endpoint neither raises nor keeps anything once its timers have run."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from tests.property.sip.wire_forms import budget, mutations, requests

from pbx.sip import events as sip
from pbx.sip.endpoint import Endpoint
from pbx.sip.flow import Flow
from pbx.sip.headers.address import Address
from pbx.sip.session import Phase, Session
from pbx.sip.uri import Uri

PEER = Flow("udp", "192.0.2.2", 5060)
ALL_TIMERS = 500.0
"""Seconds after which nothing may be left."""


class Someone:
    """An endpoint and a user that takes every second call, and in the end hangs up on all."""

    def __init__(self) -> None:
        self.now = 0.0
        tokens = iter(range(100_000))
        self.endpoint = Endpoint({"udp": ("192.0.2.1", 5060)}, lambda: f"t{next(tokens)}")
        self.sessions: list[Session] = []

    def hear(self, data: bytes) -> list[bytes]:
        """Receive a datagram; returns what is sent for it."""
        self.now += 0.1
        self.endpoint.receive(data, PEER, self.now)
        return self.react()

    def call(self) -> bytes:
        """Send an INVITE."""
        me, you = Address(Uri.parse("sip:me@192.0.2.1")), Address(Uri.parse("sip:you@192.0.2.2"))
        session = self.endpoint.invite(str(you.uri), PEER, caller=me, callee=you, body=b"", now=self.now)
        self.sessions.append(session)
        return self.react()[0]

    def react(self) -> list[bytes]:
        """Answer what there is to answer."""
        for event in self.endpoint.take_events():
            match event:
                case sip.RequestReceived(transaction, request):
                    self.endpoint.respond(transaction, request, 200, self.now)
                case sip.SessionOffered(session):
                    self.sessions.append(session)
                    if len(self.sessions) % 2:
                        session.accept(b"answer", self.now)
                case sip.OfferReceived(Session() as session):
                    session.accept_offer(b"answer", self.now)
        return [data for data, _ in self.endpoint.take_outgoing()]

    def leave(self) -> tuple[int, int, int]:
        """Hang up everywhere and let all timers run; returns what is left."""
        for session in self.sessions:
            if session.phase is Phase.CONFIRMED:
                session.bye(self.now)
            elif session.phase is Phase.CALLING:
                session.cancel(self.now)
            elif session.phase is Phase.OFFERED:
                session.reject(486, self.now)
        end = self.now + ALL_TIMERS
        while (due := self.endpoint.next_timer()) is not None and due <= end:
            self.now = due
            self.endpoint.handle_timer(due)
            self.react()
        return self.endpoint.dialogs, self.endpoint.transactions, len(self.endpoint.timers)


def request(method: str, *, branch: str, number: int = 1, tag: str = "", extra: str = "") -> bytes:
    """A plain request of the peer's."""
    to = f"<sip:me@192.0.2.1>;tag={tag}" if tag else "<sip:me@192.0.2.1>"
    lines = [
        f"{method} sip:me@192.0.2.1 SIP/2.0", f"Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK{branch}",
        "Max-Forwards: 70", "From: <sip:you@192.0.2.2>;tag=y", f"To: {to}", "Call-ID: c", f"CSeq: {number} {method}",
        "Contact: <sip:you@192.0.2.2>", *extra.split("\n"), "Content-Length: 0",
    ]  # fmt: skip
    return "\r\n".join(line for line in lines if line).encode() + b"\r\n\r\n"


def response(to: bytes, status: int, extra: str = "") -> bytes:
    """A response of the peer's to a request of ours."""
    _, _, head = to.partition(b"\r\n")
    head = head.replace(b"To: <sip:you@192.0.2.2>\r\n", b"To: <sip:you@192.0.2.2>;tag=y\r\n")
    return f"SIP/2.0 {status} Text\r\n".encode() + extra.encode() + head


@budget
@given(st.lists(st.binary(max_size=120) | requests().map(lambda one: one[1]), max_size=4))
def test_arbitrary_datagrams_leave_nothing(datagrams: list[bytes]) -> None:
    someone = Someone()
    for data in datagrams:
        someone.hear(data)
    assert someone.leave() == (0, 0, 0)


@budget
@given(st.data())
def test_a_damaged_call_in_leaves_nothing(data: st.DataObject) -> None:
    someone = Someone()
    someone.hear(data.draw(mutations(request("INVITE", branch="1"))))
    tag = someone.sessions[0].local_tag if someone.sessions else "t9"
    for number, method in enumerate(("ACK", "INVITE", "CANCEL", "INFO", "BYE"), start=1):
        whole = request(method, branch=str(number), number=number, tag=tag)
        someone.hear(data.draw(mutations(whole)) if data.draw(st.booleans()) else whole)
    assert someone.leave() == (0, 0, 0)


@budget
@given(st.data())
def test_damaged_answers_to_a_call_out_leave_nothing(data: st.DataObject) -> None:
    someone = Someone()
    invite = someone.call()
    for status in data.draw(st.lists(st.sampled_from((100, 180, 183, 200, 302, 401, 407, 486, 699)), max_size=4)):
        whole = response(invite, status, "Record-Route: <sip:192.0.2.9;lr>\r\nWWW-Authenticate: Digest realm=x\r\n")
        someone.hear(data.draw(mutations(whole)) if data.draw(st.booleans()) else whole)
    assert someone.leave() == (0, 0, 0)


@given(st.sampled_from(("Record-Route: <sip:x;transport=ws>", "Record-Route: <", "Contact: <tel:1>", "Contact: *")))
@example("Record-Route: x")
@example("Contact: <sip:you@192.0.2.2;transport=tls>")
@budget
def test_a_strange_way_back_never_stops_the_farewell(line: str) -> None:
    someone = Someone()
    someone.hear(request("INVITE", branch="1", extra=line).replace(b"Contact: <sip:you@192.0.2.2>\r\n", b"", 1))
    if someone.sessions:
        someone.hear(request("ACK", branch="2", tag=someone.sessions[0].local_tag))
    assert someone.leave() == (0, 0, 0)
