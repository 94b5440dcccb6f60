"""What attackers meet: no answer that tells who is there, and a ban when they go on."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange
from tests.scenario.front import Front, Stranger

from pbx.events import CallStarted, SourceBanned
from pbx.guard.offence import PATIENCE, Offence
from pbx.guard.rules import GuardRules
from pbx.sdp.offer_answer import write_offer
from pbx.sip.message import Response

OFFER = write_offer("192.0.2.99", 4000, 1, 1)
GENEROUS = GuardRules(rate=1000.0)


@pytest.fixture
def front(exchange: Exchange) -> Front:
    return Front(exchange, GENEROUS, n1001="right", n1002="right too")


def shape(answer: Response) -> tuple[int, str, list[str]]:
    """What of an answer may tell one case from another: status, phrase, the order of headers."""
    return answer.status, answer.reason, answer.keys()


@pytest.mark.parametrize("method", ["REGISTER", "INVITE"])
def test_an_extension_that_exists_and_one_that_might_get_the_same_answers(front: Front, method: str) -> None:
    stranger = Stranger(front)
    seen = []
    for extension in ("1001", "1999"):
        to = extension if method == "REGISTER" else "600"
        challenge = stranger.ask(method, to, caller=extension)
        refusal = stranger.prove(method, to, caller=extension, password="a guess", challenge=challenge)
        again = stranger.prove(method, to, caller=extension, password="a guess", challenge=challenge)
        seen.append([shape(challenge), shape(refusal), shape(again)])
    assert seen[0] == seen[1]
    assert [status for status, _, _ in seen[0]] == [401, 403, 403]
    assert front.exchange.told(CallStarted) == []


@pytest.mark.parametrize("method", ["OPTIONS", "MESSAGE", "SUBSCRIBE", "PUBLISH"])
def test_other_requests_tell_nothing_of_an_extension(front: Front, method: str) -> None:
    stranger = Stranger(front)
    known, unknown = (stranger.ask(method, extension, caller="guest") for extension in ("1001", "1999"))
    assert shape(known) == shape(unknown)


def test_the_right_password_lets_in_and_makes_the_source_known(front: Front) -> None:
    phone = Stranger(front)
    challenge = phone.ask("REGISTER", "1001", caller="1001")
    assert phone.prove("REGISTER", "1001", caller="1001", password="right", challenge=challenge).status == 200
    for _ in range(200):
        phone.ask("REGISTER", "1001", caller="1001")
    assert front.bans.kept == {}


def test_who_guesses_passwords_is_banned_and_heard_no_more(front: Front) -> None:
    stranger, guesses = Stranger(front), int(PATIENCE[Offence.PASSWORD].times)
    challenge = stranger.ask("REGISTER", "1001", caller="1001")
    for number in range(guesses + 1):
        guess = f"guess {number}"
        refusal = stranger.prove("REGISTER", "1001", caller="1001", password=guess, challenge=challenge)
        assert refusal.status == 403
    [banned] = front.exchange.told(SourceBanned)
    assert (banned.source, banned.reason) == (stranger.party.flow.host, "password")
    before = len(front.exchange.network.sent)
    with pytest.raises(IndexError):
        stranger.prove("REGISTER", "1001", caller="1001", password="right", challenge=challenge)
    assert len(front.exchange.network.sent) == before
    assert len(front.exchange.registrar) == 0


def test_who_looks_which_users_there_are_is_banned(front: Front) -> None:
    stranger = Stranger(front)
    for number in range(int(PATIENCE[Offence.CHALLENGES].times) + 1):
        assert stranger.ask("REGISTER", str(1000 + number), caller=str(1000 + number)).status == 401
    assert front.bans.kept[stranger.party.flow.host].reason == "challenges"


def test_a_guest_who_tries_number_after_number_is_banned(front: Front) -> None:
    stranger = Stranger(front)
    for number in range(int(PATIENCE[Offence.NUMBERS].times) + 1):
        assert stranger.ask("INVITE", f"90{number}", caller="guest", body=OFFER).status == 480
    assert front.bans.kept[stranger.party.flow.host].reason == "numbers"


def test_a_guest_is_not_told_an_unknown_number_from_a_phone_that_is_away(front: Front) -> None:
    front.exchange.routes(n1001="phone:1001")
    stranger, network = Stranger(front), front.exchange.network
    seen = []
    for number in ("1001", "1999"):
        before = len(network.sent)
        answer = stranger.ask("INVITE", number, caller="guest", body=OFFER)
        seen.append((shape(answer), [one.what for one in network.sent[before:] if one.receiver == "stranger"]))
    assert seen[0] == seen[1]
    assert seen[0][1] == ["480 INVITE"]


def nested(depth: int) -> bytes:
    """A session description within so many bodies of several parts."""
    body = b"Content-Type: application/sdp\r\n\r\n" + OFFER
    for level in range(depth):
        body = b"Content-Type: multipart/mixed;boundary=b%d\r\n\r\n--b%d\r\n%b\r\n--b%d--" % (level, level, body, level)
    return body.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(("depth", "status"), [(1, 480), (2, 415), (300, 415)])
def test_of_a_body_that_nests_the_outermost_level_alone_is_read(front: Front, depth: int, status: int) -> None:
    kind = f"multipart/mixed;boundary=b{depth - 1}"
    answer = Stranger(front).ask("INVITE", "1999", caller="guest", body=nested(depth), content_type=kind)
    assert answer.status == status


def test_a_body_of_too_many_parts_is_refused(front: Front) -> None:
    body = b"--b\r\nContent-Type: text/plain\r\n\r\nno\r\n" * 17 + b"--b--"
    kind = "multipart/mixed;boundary=b"
    answer = Stranger(front).ask("INVITE", "1999", caller="guest", body=body, content_type=kind)
    assert answer.status == 413
    assert front.exchange.told(CallStarted) == []


def test_an_attackers_ban_is_no_concern_of_others(front: Front) -> None:
    stranger, phone = Stranger(front), Stranger(front, "phone")
    for _ in range(int(PATIENCE[Offence.CHALLENGES].times) + 1):
        stranger.ask("REGISTER", "1001", caller="1001")
    challenge = phone.ask("REGISTER", "1001", caller="1001")
    assert phone.prove("REGISTER", "1001", caller="1001", password="right", challenge=challenge).status == 200


def test_guests_of_one_source_and_one_account_may_have_so_many_calls(exchange: Exchange) -> None:
    front = Front(exchange, GuardRules(rate=1000.0, guest_calls=2, account_calls=1), n1001="right")
    exchange.phone("1002", "ring")
    guest, phone = Stranger(front, "guest"), Stranger(front, "phone")
    statuses = [guest.ask("INVITE", "1002", caller="guest", body=OFFER).status for _ in range(3)]
    assert statuses == [100, 100, 503]
    for expected in (100, 503):
        challenge = phone.ask("INVITE", "1002", caller="1001", body=OFFER)
        answer = phone.prove("INVITE", "1002", caller="1001", password="right", challenge=challenge, body=OFFER)
        assert answer.status == expected
