from __future__ import annotations

import pytest

from pbx.media import wav
from pbx.media.g711 import PCMA, PCMU


@pytest.mark.parametrize("law", [PCMA, PCMU])
@pytest.mark.parametrize("note", [b"", b"odd", b"even"])
def test_a_header_says_what_it_was_told(law: int, note: bytes) -> None:
    head = wav.header(law, 2, 320, note)

    assert wav.read_header(head + bytes(320)) == wav.WavHeader(law, 2, note, len(head))
    assert int.from_bytes(head[4:8], "little") == len(head) + 320 - 8
    assert head[-4:] == (320).to_bytes(4, "little")


def test_a_header_has_one_size_however_much_follows() -> None:
    assert len(wav.header(PCMA, 2, 0, b"note")) == len(wav.header(PCMA, 2, 1 << 30, b"note"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a WAV file"),
        (b"RIFF\0\0\0\0WAVE", "data chunk is missing"),
        (b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0", "format 1, expected"),
        (b"RIFF\0\0\0\0WAVEdata\0\0\0\0", "format chunk is missing"),
        (wav.header(PCMA, 2, 0)[:30], "data chunk is missing"),
    ],
)
def test_what_is_no_header_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(wav.WavError, match=reason):
        wav.read_header(data)
