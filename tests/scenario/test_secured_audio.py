"""Which calls have secured audio (SRTP, RFC 4568), and that it cannot be talked down."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import HANDSET_KEY, Exchange, Handset, handset_key
from tests.scenario.network import Network

from pbx.plane.protocol import MediaKeys
from pbx.sdp.crypto import AES_CM, AES_GCM, SHORT_TAG, Crypto, SrtpPolicy
from pbx.sdp.offer_answer import read_audio, write_answer, write_offer

NEVER, OFFER, REQUIRED = SrtpPolicy.NEVER, SrtpPolicy.OFFER, SrtpPolicy.REQUIRED


def switch(transport: str = "udp", policy: SrtpPolicy = OFFER) -> Exchange:
    exchange = Exchange(Network(transport=transport))
    exchange.control.srtp = policy
    exchange.routes(n1002="phone:1002", n600="echo")
    return exchange


def phone(exchange: Exchange, extension: str, srtp: SrtpPolicy, will: str | int = "answer") -> Handset:
    handset = exchange.phone(extension, will)
    handset.srtp = srtp
    return handset


def transports(exchange: Exchange, extension: str) -> list[str]:
    """The transports of the audio that was offered to a phone."""
    return [read_audio(invite.body).protocol for invite in exchange.invites(extension)]


def keys(exchange: Exchange) -> list[MediaKeys | None]:
    """The keys of each leg's audio, in order of their ids."""
    return [remote.keys for _, remote in sorted(exchange.plane.remotes.items())]


def test_a_phone_that_offers_secured_audio_has_it() -> None:
    exchange = switch()
    ana = phone(exchange, "1001", REQUIRED)
    ana.dial("600")
    exchange.run_until(1)
    assert ana.talks
    assert ana.remote is not None
    assert ana.remote.crypto is not None
    assert ana.remote.crypto.tag == 1
    assert keys(exchange) == [MediaKeys(AES_CM, ana.remote.crypto.key, HANDSET_KEY)]
    ana.hang_up()


def test_a_suite_that_only_the_phone_prefers_is_taken_where_there_is_no_better() -> None:
    exchange = switch()
    ana = phone(exchange, "1001", REQUIRED)
    offer = ana.description().replace(b"a=crypto:1 AES_CM_128_HMAC_SHA1_80", b"a=crypto:3 AES_CM_128_HMAC_SHA1_32")
    ana.dial("600", offer)
    exchange.run_until(1)
    assert ana.remote is not None
    assert ana.remote.crypto is not None
    assert (ana.remote.crypto.tag, ana.remote.crypto.suite) == (3, SHORT_TAG)
    ana.hang_up()


def test_a_secured_and_a_plain_phone_talk() -> None:
    exchange = switch()
    ana, bob = phone(exchange, "1001", REQUIRED), phone(exchange, "1002", NEVER)
    ana.dial("1002")
    exchange.run_until(1)
    assert ana.talks
    assert bob.talks
    assert [key is None for key in keys(exchange)] == [False, True]
    assert transports(exchange, "1002") == ["RTP/AVP"]
    ana.hang_up()


def test_where_the_signalling_is_secured_secured_audio_is_offered_with_the_best_suite_first() -> None:
    exchange = switch("tls")
    ana, bob = phone(exchange, "1001", NEVER), phone(exchange, "1002", OFFER)
    ana.dial("1002")
    exchange.run_until(1)
    assert bob.talks
    assert transports(exchange, "1002") == ["RTP/SAVP"]
    assert bob.remote is not None
    assert bob.remote.crypto is not None
    assert keys(exchange)[1] == MediaKeys(AES_GCM, bob.remote.crypto.key, handset_key(AES_GCM))
    ana.hang_up()


def test_a_phone_that_cannot_is_tried_once_more_in_the_clear() -> None:
    exchange = switch("tls")
    ana, bob = phone(exchange, "1001", NEVER), phone(exchange, "1002", NEVER)
    ana.dial("1002")
    exchange.run_until(1)
    assert ana.talks
    assert bob.talks
    assert transports(exchange, "1002") == ["RTP/SAVP", "RTP/AVP"]
    assert keys(exchange) == [None, None]
    ana.hang_up()


def test_a_phone_that_refuses_both_is_not_tried_a_third_time() -> None:
    exchange = switch("tls")
    ana, _ = phone(exchange, "1001", NEVER), phone(exchange, "1002", OFFER, 488)
    ana.dial("1002")
    exchange.run_until(1)
    assert [status for status, _ in ana.refused_with] == [488]
    assert transports(exchange, "1002") == ["RTP/SAVP", "RTP/AVP"]


def test_a_hold_changes_no_key() -> None:
    exchange = switch("tls")
    ana, bob = phone(exchange, "1001", REQUIRED), phone(exchange, "1002", OFFER)
    ana.dial("1002")
    exchange.run_until(1)
    before = keys(exchange)
    ana.offer("sendonly")
    exchange.run_until(2)
    ana.offer("sendrecv")
    exchange.run_until(3)
    assert bob.talks
    assert None not in before
    assert keys(exchange) == before
    ana.hang_up()


def test_audio_that_was_in_the_clear_meanwhile_is_secured_with_new_keys() -> None:
    exchange = switch()
    ana = phone(exchange, "1001", REQUIRED)
    ana.dial("600")
    exchange.run_until(1)
    [before] = keys(exchange)
    ana.srtp = NEVER
    ana.offer("sendrecv")
    exchange.run_until(2)
    assert keys(exchange) == [None]
    ana.srtp = REQUIRED
    ana.offer("sendrecv")
    exchange.run_until(3)
    [after] = keys(exchange)
    assert before is not None
    assert after is not None
    assert after.ours != before.ours
    ana.hang_up()


class TestRequired:
    """A switch that takes nothing but secured audio."""

    def test_a_plain_caller_is_refused(self) -> None:
        exchange = switch(policy=REQUIRED)
        ana = phone(exchange, "1001", NEVER)
        ana.dial("600")
        exchange.run_until(1)
        assert [status for status, _ in ana.refused_with] == [488]
        assert exchange.plane.remotes == {}

    @pytest.mark.parametrize("transport", ["udp", "tls"])
    def test_a_plain_phone_is_not_tried_in_the_clear(self, transport: str) -> None:
        exchange = switch(transport, REQUIRED)
        ana, _ = phone(exchange, "1001", REQUIRED), phone(exchange, "1002", NEVER)
        ana.dial("1002")
        exchange.run_until(1)
        assert transports(exchange, "1002") == ["RTP/SAVP"]
        assert [status for status, _ in ana.refused_with] == [488]

    def test_secured_phones_talk(self) -> None:
        exchange = switch(policy=REQUIRED)
        ana, bob = phone(exchange, "1001", REQUIRED), phone(exchange, "1002", REQUIRED)
        ana.dial("1002")
        exchange.run_until(1)
        assert ana.talks
        assert bob.talks
        assert None not in keys(exchange)
        ana.hang_up()

    def test_a_call_cannot_be_changed_to_plain_audio(self) -> None:
        exchange = switch(policy=REQUIRED)
        ana = phone(exchange, "1001", REQUIRED)
        ana.dial("600")
        exchange.run_until(1)
        before = keys(exchange)
        ana.srtp = NEVER
        ana.offer("sendrecv")
        exchange.run_until(2)
        assert ana.talks
        assert keys(exchange) == before
        ana.hang_up()


@pytest.mark.parametrize("policy", [OFFER, REQUIRED])
@pytest.mark.parametrize("how", ["in the clear", "another suite", "another tag"])
def test_an_answer_that_changes_what_was_offered_ends_the_call(policy: SrtpPolicy, how: str) -> None:
    exchange = switch("tls", policy)
    ana, bob = phone(exchange, "1001", REQUIRED), phone(exchange, "1002", OFFER, "ring")
    ana.dial("1002")
    exchange.run_until(1)
    [invite] = exchange.invites("1002")
    offer, host = read_audio(invite.body), bob.party.flow.host
    keyed = {"another suite": Crypto(1, SHORT_TAG, HANDSET_KEY), "another tag": Crypto(1, AES_CM, HANDSET_KEY)}
    answers = {name: write_answer(offer, host, 4000, 1, 1, codec="PCMU", crypto=key) for name, key in keyed.items()}
    answers["in the clear"] = write_offer(host, 4000, 1, 1)
    assert bob.session is not None
    bob.session.accept(answers[how], exchange.network.now)
    exchange.run_until(2)
    assert not bob.talks
    assert not ana.talks


def test_a_switch_that_never_secures_refuses_and_offers_none() -> None:
    exchange = switch("tls", NEVER)
    ana, _ = phone(exchange, "1001", REQUIRED), phone(exchange, "1002", OFFER)
    ana.dial("1002")
    exchange.run_until(1)
    assert [status for status, _ in ana.refused_with] == [488]
    ana.srtp = NEVER
    ana.dial("1002")
    exchange.run_until(2)
    assert ana.talks
    assert transports(exchange, "1002") == ["RTP/AVP"]
    ana.hang_up()
