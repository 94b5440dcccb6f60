"""Session descriptions written and read again, and damaged ones."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st
from tests.property.sip.wire_forms import budget, mutations

from pbx.media.codecs import CODECS
from pbx.sdp.errors import SdpError
from pbx.sdp.model import DIRECTIONS, MIRRORED
from pbx.sdp.offer_answer import read_audio, write_answer, write_offer
from pbx.sdp.text import parse

hosts = st.ip_addresses().map(str)
ports = st.integers(1, 32767).map(lambda number: number * 2)
codecs = st.sampled_from(sorted(CODECS))
some_codecs = st.lists(codecs, min_size=1, unique=True).map(tuple)
offers = st.builds(
    write_offer, hosts, ports, st.integers(0, 2**63), st.integers(0, 2**31), prefer=st.none() | codecs,
    direction=st.sampled_from(DIRECTIONS), dtmf_type=st.none() | st.integers(96, 127), allowed=some_codecs,
    taken=st.dictionaries(st.just("opus"), st.integers(96, 127)),
)  # fmt: skip


@budget
@given(hosts, ports, some_codecs, st.sampled_from(DIRECTIONS), st.integers(96, 127))
def test_an_offer_reads_back_as_it_was_written(
    host: str, port: int, allowed: tuple[str, ...], direction: str, dtmf_type: int
) -> None:
    offer = read_audio(write_offer(host, port, 1, 2, allowed=allowed, direction=direction, dtmf_type=dtmf_type))
    assert (offer.host, offer.port, offer.rtcp_port) == (host, port, port + 1)
    assert offer.codecs == allowed
    assert (offer.direction, offer.dtmf_type) == (direction, dtmf_type)
    assert (offer.description.session_id, offer.description.version) == ("1", "2")


@budget
@given(offers, hosts, ports, st.integers(0, 3))
def test_an_answer_meets_its_offer_line_by_line(body: bytes, host: str, port: int, place: int) -> None:
    offer = read_audio(body)
    codec = offer.codecs[place % len(offer.codecs)]
    answer = read_audio(write_answer(offer, host, port, 1, 1, codec=codec))
    assert (answer.host, answer.port, answer.types) == (host, port, {codec: offer.types[codec]})
    assert answer.digits_beside(codec) == offer.digits_beside(codec)
    assert answer.direction == MIRRORED[offer.direction]
    assert len(answer.description.media) == len(offer.description.media)


@budget
@given(offers)
def test_no_two_formats_of_an_offer_have_one_number(body: bytes) -> None:
    numbers = [form.payload_type for form in read_audio(body).description.media[0].formats]
    assert len(set(numbers)) == len(numbers)


@budget
@given(st.data())
def test_a_damaged_description_raises_nothing_but_sdp_errors(data: st.DataObject) -> None:
    with suppress(SdpError):
        offer = read_audio(data.draw(mutations(data.draw(offers))))
        read_audio(write_answer(offer, "192.0.2.1", 4000, 1, 1, codec=offer.codecs[0]))


@budget
@given(st.binary(max_size=120) | st.text(max_size=120).map(lambda text: b"v=0\n" + text.encode("utf-8", "replace")))
@example("v=0\no=- 1 1 IN IP4 h\nc=IN IP4 h\nm=audio 1 RTP/AVP 0\na=ptime:²\n".encode())
@example(b"v=0\no=- 1 1 IN IP4 h\nc=IN IP4 h\nm=audio 1 RTP/AVP 0\na=ptime:" + b"9" * 5000)
def test_arbitrary_bytes_raise_nothing_but_sdp_errors(body: bytes) -> None:
    with suppress(SdpError):
        parse(body)
