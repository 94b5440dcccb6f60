from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from pbx.media import dtmf, rtcp, rtp, xr
from pbx.media.clip import ClipError, from_wav

U8, U16, U32 = (st.integers(0, 2**bits - 1) for bits in (8, 16, 32))

packets = st.builds(
    rtp.Packet,
    payload_type=st.integers(0, 63),
    sequence=U16,
    timestamp=U32,
    ssrc=U32,
    payload=st.binary(max_size=400),
    marker=st.booleans(),
    csrc=st.lists(U32, max_size=15).map(tuple),
    extension=st.none() | st.tuples(U16, st.lists(st.binary(min_size=4, max_size=4), max_size=9).map(b"".join)),
    padding=st.integers(0, 255),
)
blocks = st.lists(
    st.builds(
        rtcp.ReportBlock,
        ssrc=U32,
        fraction_lost=U8,
        lost=st.integers(-0x800000, 0x7FFFFF),
        highest=U32,
        jitter=U32,
        last_report=U32,
        delay=U32,
    ),
    max_size=31,
).map(tuple)
xr_blocks = st.one_of(
    st.builds(xr.ReferenceTime, st.integers(0, 2**64 - 1)),
    st.builds(xr.LastReference, U32, U32, U32),
    st.builds(xr.VoipMetrics, U32, U8, U8, U8, U16, U16, U16, U16, U8, U8, U8, U8, U8, U16),
)
reports = st.one_of(
    st.builds(
        rtcp.SenderReport,
        ssrc=U32,
        ntp=st.integers(0, 2**64 - 1),
        timestamp=U32,
        packets=U32,
        octets=U32,
        blocks=blocks,
    ),
    st.builds(rtcp.ReceiverReport, ssrc=U32, blocks=blocks),
    st.builds(rtcp.Description, ssrc=U32, cname=st.text(max_size=60)),
    st.builds(rtcp.Goodbye, ssrcs=st.lists(U32, min_size=1, max_size=31).map(tuple)),
    st.builds(rtcp.ExtendedReport, ssrc=U32, blocks=st.lists(xr_blocks, max_size=4).map(tuple)),
)


@given(packets)
def test_an_rtp_packet_comes_back_as_it_was_sent(packet: rtp.Packet) -> None:
    assert rtp.parse(rtp.build(packet)) == packet


@given(st.lists(reports, min_size=1, max_size=2))
def test_an_rtcp_compound_comes_back_as_it_was_sent(compound: list[rtcp.Report]) -> None:
    assert rtcp.parse(rtcp.build(*compound)) == compound


@given(st.binary(max_size=80) | st.builds(lambda rest: b"\x80" + rest, st.binary(min_size=11, max_size=60)))
def test_no_octets_make_the_rtp_parser_raise_anything_but_its_own_error(data: bytes) -> None:
    with suppress(rtp.RtpError):
        assert rtp.parse(rtp.build(rtp.parse(data))) == rtp.parse(data)


@given(
    st.binary(max_size=80)
    | st.builds(
        lambda count, kind, body: bytes([0x80 | count, kind]) + (len(body) // 4).to_bytes(2, "big") + body,
        st.integers(0, 63),
        st.integers(199, 207),
        st.binary(max_size=30).map(lambda body: body[: len(body) & ~3]),
    )
)
def test_no_octets_make_the_rtcp_parser_raise_anything_but_its_own_error(data: bytes) -> None:
    with suppress(rtcp.RtcpError):
        assert isinstance(rtcp.parse(data), list)


@given(st.binary(max_size=8))
def test_no_octets_make_the_event_parser_raise_anything_but_its_own_error(data: bytes) -> None:
    with suppress(dtmf.DtmfError):
        assert dtmf.build(dtmf.parse(data))[0] == data[0]


@given(st.builds(lambda rest: b"RIFF\x40\0\0\0WAVEfmt " + rest, st.binary(max_size=60)) | st.binary(max_size=60))
def test_no_octets_make_the_clip_reader_raise_anything_but_its_own_error(data: bytes) -> None:
    with suppress(ClipError):
        assert from_wav("x", data).name == "x"


@given(
    st.lists(st.tuples(st.sampled_from(dtmf.DIGITS), st.integers(60, 12_000)), min_size=1, max_size=4),
    st.sampled_from([8000, 16000, 48000]),
    st.data(),
)
def test_digits_come_over_whatever_packets_but_the_last_ones_are_lost(
    presses: list[tuple[str, int]], clock: int, data: st.DataObject
) -> None:
    reader, at, told = dtmf.DigitReader(clock), 5000, []
    for digit, duration_ms in presses:
        press = dtmf.Press(digit, duration_ms, clock=clock, packet_ms=60)
        packets = []
        while reports := press.next():
            packets += reports
        kept = data.draw(st.lists(st.sampled_from(packets[:-1]), max_size=20)) + packets[-1:]
        for report in sorted(kept, key=packets.index):
            told += reader.take(at + report.offset, dtmf.parse(dtmf.build(report.event)))
        at += duration_ms * clock // 1000 + clock // 10
    assert [digit.digit for digit in told] == [digit for digit, _ in presses]
    assert all(digit.duration_ms <= duration_ms for digit, (_, duration_ms) in zip(told, presses, strict=True))
