"""What a session can be asked besides setting up and ending: fields, early media, other requests, credentials."""

from __future__ import annotations

from tests.scenario.network import ANSWER, OFFER, Network, Party
from tests.scenario.persons import answers
from tests.scenario.test_ending import talking

from pbx.sip import events as sip
from pbx.sip.digest import answer as digest_answer
from pbx.sip.events import (
    Event,
    RequestAnswered,
    RequestWithin,
    SessionEnded,
    SessionOffered,
    SessionProgressed,
    SessionRejected,
)
from pbx.sip.headers.address import Address
from pbx.sip.headers.auth import Challenge, Credentials
from pbx.sip.message import Request, parse_message
from pbx.sip.session import Phase
from pbx.sip.uri import Uri


class Password:
    """One password for every realm."""

    def answer(self, challenge: Challenge, method: str, uri: str) -> Credentials | None:
        return digest_answer(challenge, method, uri, "ana", "secret", "cnonce")


CHALLENGE = (("proxy-authenticate", 'Digest realm="r", nonce="n"'),)


def two() -> tuple[Network, Party, Party]:
    network = Network()
    return network, network.party("ana"), network.party("boris")


def test_early_media_and_headers_of_a_ring_arrive() -> None:
    network, ana, boris = two()

    def react(event: Event, now: float) -> None:
        if isinstance(event, SessionOffered):
            event.session.ring(now, 183, body=ANSWER, fields=(("x-mood", "good"),))

    boris.react = react
    ana.call(boris)
    network.run_until(1)
    [progress] = ana.told(SessionProgressed)
    assert (progress.status, progress.body, progress.response.get("x-mood")) == (183, ANSWER, "good")


def test_a_redirection_brings_its_contacts() -> None:
    network, ana, boris = two()

    def react(event: Event, now: float) -> None:
        if isinstance(event, SessionOffered):
            event.session.reject(302, now, fields=(("contact", "<sip:else@192.0.2.9>"),))

    boris.react = react
    ana.call(boris)
    network.run_until(1)
    [refused] = ana.told(SessionRejected)
    assert refused.response is not None
    assert refused.response.values("contact") == ["<sip:else@192.0.2.9>"]


def test_the_session_keeps_the_invite_that_came_and_what_it_supports() -> None:
    network, ana, boris = two()
    answers(boris)
    ana.endpoint.invite(
        "sip:boris@192.0.2.2", boris.flow, caller=Address(Uri.parse("sip:ana@x")),
        callee=Address(Uri.parse("sip:boris@x")), body=OFFER, now=network.now, fields=(("supported", "Replaces, x"),),
        routes=("<sip:192.0.2.2;lr>",),
    )  # fmt: skip
    network.run_until(1)
    [offered] = boris.told(SessionOffered)
    session = offered.session
    assert session.request is offered.request
    assert session.request.values("route") == ["<sip:192.0.2.2;lr>"]
    assert (session.supports("replaces"), session.supports("y")) == (True, False)


def test_a_session_is_found_by_its_call_id_and_tags() -> None:
    network = Network()
    ana, boris, session, answered = talking(network)
    assert session.dialog is not None
    call_id, local_tag, remote_tag = session.dialog.id
    assert ana.endpoint.session_of(call_id, local_tag, remote_tag) is session
    assert boris.endpoint.session_of(call_id, remote_tag, local_tag) is answered
    assert ana.endpoint.session_of(call_id, remote_tag, local_tag) is None


def test_another_request_goes_to_the_user_and_its_answer_comes_back() -> None:
    network = Network()
    ana, boris, session, answered = talking(network)

    def react(event: Event, now: float) -> None:
        if isinstance(event, RequestWithin):
            boris.endpoint.respond(event.transaction, event.request, 200, now, content_type="text/plain", body=b"heard")

    boris.react = react
    session.send("INFO", network.now, content_type="text/plain", body=b"hello")
    network.run_until(2)
    [within] = boris.told(RequestWithin)
    assert (within.session, within.request.body) == (answered, b"hello")
    [told] = ana.told(RequestAnswered)
    assert (told.session, told.method, told.status) == (session, "INFO", 200)
    assert told.response is not None
    assert told.response.body == b"heard"


def test_a_request_that_the_user_forgets_leaves_nothing_behind() -> None:
    network = Network()
    ana, boris, session, _ = talking(network)
    boris.react = lambda event, now: None
    session.send("MESSAGE", network.now, content_type="text/plain", body=b"hello")
    network.run_until(40)
    assert [event.status for event in ana.told(RequestAnswered)] == [408]
    assert [event.cause for event in ana.told(SessionEnded)] == ["lost"], "section 12.2.1.2: silence ends the dialog"
    network.run_until(120)
    assert ana.left == (0, 0, 0)
    assert boris.endpoint.transactions == 0


def test_the_calls_own_keychain_meets_the_challenges_of_this_call() -> None:
    network, ana, boris = two()

    def react(event: Event, now: float) -> None:
        match event:
            case sip.SessionOffered(session, request):
                if request.has("proxy-authorization"):
                    session.accept(ANSWER, now)
                else:
                    session.reject(407, now, fields=CHALLENGE)
            case RequestWithin(_, transaction, request):
                proven = request.has("proxy-authorization")
                boris.endpoint.respond(
                    transaction, request, 200 if proven else 407, now, fields=() if proven else CHALLENGE
                )

    boris.react = react
    session = ana.endpoint.invite(
        "sip:boris@192.0.2.2", boris.flow, caller=Address(Uri.parse("sip:ana@x")),
        callee=Address(Uri.parse("sip:boris@x")), body=OFFER, now=network.now, keychain=Password(),
    )  # fmt: skip
    network.run_until(1)
    assert session.phase is Phase.CONFIRMED
    ack = parse_message(network.packets("ACK")[-1].data)
    assert ack.has("proxy-authorization"), "section 22.1: the ACK repeats the INVITE's credentials"
    session.send("INFO", network.now)
    network.run_until(2)
    assert [event.status for event in ana.told(RequestAnswered)] == [200]
    numbers = [parse_message(packet.data).cseq.number for packet in network.packets("INFO")]
    assert numbers == [3, 4]


def test_a_request_outside_dialogs_carries_a_body_and_meets_its_challenge_where_it_has_a_keychain() -> None:
    network, ana, boris = two()

    def react(event: Event, now: float) -> None:
        if isinstance(event, sip.RequestReceived):
            proven = event.request.has("proxy-authorization")
            boris.endpoint.respond(
                event.transaction, event.request, 200 if proven else 407, now, fields=() if proven else CHALLENGE
            )

    boris.react = react
    heard: list[int] = []

    class Asker:
        def responded(self, transaction: object, response: object, now: float) -> None:
            heard.append(response.status)  # type: ignore[attr-defined]

        def timed_out(self, transaction: object, now: float) -> None: ...

        def transport_failed(self, transaction: object, now: float) -> None: ...

    address = Address(Uri.parse("sip:ana@x"))
    ana.endpoint.request(
        "MESSAGE", "sip:boris@192.0.2.2", boris.flow, Asker(), caller=address, callee=address, now=network.now,
        content_type="text/plain", body=b"hello", keychain=Password(),
    )  # fmt: skip
    network.run_until(1)
    assert heard == [200]
    first, second = (parse_message(packet.data) for packet in network.packets("MESSAGE"))
    assert isinstance(second, Request)
    assert (first.cseq.number, second.cseq.number, second.body) == (1, 2, b"hello")
    assert first.branch != second.branch
