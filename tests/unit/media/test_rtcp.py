from __future__ import annotations

import pytest

from pbx.media import rtcp, xr

BLOCK = rtcp.ReportBlock(
    ssrc=7, fraction_lost=64, lost=-2, highest=0x1_0005, jitter=33, last_report=0xAABBCCDD, delay=65536
)
COMPOUND = (
    rtcp.SenderReport(ssrc=1, ntp=rtcp.ntp_time(1.5), timestamp=160, packets=2, octets=320, blocks=(BLOCK,)),
    rtcp.Description(1, "one@centrala"),
    rtcp.Goodbye((1, 2)),
)


def test_a_compound_comes_back_as_it_was_sent() -> None:
    data = rtcp.build(*COMPOUND)

    assert rtcp.parse(data) == list(COMPOUND)
    assert len(data) % 4 == 0


def test_a_receiver_report_is_laid_out_as_the_rfc_draws_it() -> None:
    data = rtcp.build(rtcp.ReceiverReport(1, (BLOCK,)))

    assert data.hex(" ", 4) == ("81c90007 00000001 00000007 40fffffe 00010005 00000021 aabbccdd 00010000")


def test_wall_clock_counts_from_1900() -> None:
    assert rtcp.ntp_time(0.5) == 2_208_988_800 << 32 | 1 << 31
    assert rtcp.middle(rtcp.ntp_time(0.5)) == (2_208_988_800 & 0xFFFF) << 16 | 0x8000


def test_packet_types_of_others_are_stepped_over() -> None:
    feedback = bytes.fromhex("81ce0002 00000001 00000002".replace(" ", ""))

    assert rtcp.parse(feedback + rtcp.build(rtcp.Goodbye((9,)))) == [rtcp.Goodbye((9,))]


def test_padding_is_no_content() -> None:
    padded = bytes.fromhex("a1cb0002 00000009 00000004".replace(" ", ""))

    assert rtcp.parse(padded) == [rtcp.Goodbye((9,))]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"\x80\xc9\0", "8 to 2048 octets"),
        (b"\x40\xc9\0\1" + bytes(4), "octet 0: version 1"),
        (b"\x80\x00\0\1" + bytes(4), "octet 1: 0 is not an RTCP packet type"),
        (b"\x80\xc9\0\2" + bytes(4), "octet 2: 2 words do not fit"),
        (b"\x81\xc9\0\1" + bytes(4), "octet 0: packet type 201 is cut short"),
        (b"\x80\xc8\0\1" + bytes(4), "octet 0: packet type 200 is cut short"),
        (b"\x81\xca\0\2" + bytes(4) + b"\1\x0ax\0", "octet 0: packet type 202 is cut short"),
        (b"\x80\xc9\0\1" + bytes(4) + b"\x80", "octet 8: a header does not fit"),
    ],
)
def test_what_is_not_rtcp_is_refused_with_the_place(data: bytes, complaint: str) -> None:
    with pytest.raises(rtcp.RtcpError, match=complaint):
        rtcp.parse(data)


def test_a_field_out_of_range_cannot_be_written() -> None:
    with pytest.raises(rtcp.RtcpError):
        rtcp.build(rtcp.Goodbye((1 << 32,)))
    with pytest.raises(rtcp.RtcpError):
        rtcp.build(rtcp.Description(1, "x" * 256))
    with pytest.raises(rtcp.RtcpError, match="at most 31"):
        rtcp.build(rtcp.Goodbye(tuple(range(32))))


EXTENDED = rtcp.ExtendedReport(
    1,
    (
        xr.ReferenceTime(rtcp.ntp_time(1.5)),
        xr.LastReference(7, 0xAABBCCDD, 65536),
        xr.VoipMetrics(7, 13, 120, 3, 140, 2000, 48, 80, 82, 41, 40, buffer_ms=60),
    ),
)


def test_an_extended_report_comes_back_as_it_was_sent() -> None:
    data = rtcp.build(rtcp.ReceiverReport(1), EXTENDED)

    assert rtcp.parse(data) == [rtcp.ReceiverReport(1), EXTENDED]


def test_voip_metrics_are_laid_out_as_the_rfc_draws_them() -> None:
    data = rtcp.build(rtcp.ExtendedReport(1, EXTENDED.blocks[2:]))

    assert data.hex(" ", 4) == (
        "80cf000a 00000001 07000008 00000007 0d007803 008c07d0 00300050 7f7f7f10 527f2928 0000003c 003c003c"
    )


def test_extended_blocks_of_others_are_stepped_over() -> None:
    others = bytes.fromhex("80cf0005 00000001 06000001 01020304 04000001 00000000".replace(" ", ""))

    assert rtcp.parse(others) == [rtcp.ExtendedReport(1, ())]


def test_an_extended_block_that_is_cut_short_is_refused() -> None:
    data = bytes.fromhex("80cf0003 00000001 04000002 00000000".replace(" ", ""))

    with pytest.raises(rtcp.RtcpError, match="packet type 207 is cut short"):
        rtcp.parse(data)
