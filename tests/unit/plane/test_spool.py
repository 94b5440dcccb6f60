"""What is written of a recording can be read, however the writing ended."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pbx.media.g711 import PCMA
from pbx.plane.spool import SpoolError, create_spool, read_spool, seconds_of

KEY = bytes(range(32))
PIECES = (bytes(8000), bytes(range(256)) * 20, b"\xd5" * 640)
AUDIO = b"".join(PIECES)


def written(path: Path, key: bytes | None) -> None:
    spool = create_spool(str(path), PCMA, b'{"call": "c1"}', key)
    for piece in PIECES:
        spool.write(piece)
    spool.close()


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
def test_a_spool_gives_back_what_was_written(tmp_path: Path, key: bytes | None) -> None:
    path = tmp_path / "a"
    written(path, key)
    found = read_spool(str(path))

    assert (found.law, found.note, found.octets, found.sealed) == (PCMA, b'{"call": "c1"}', len(AUDIO), bool(key))
    assert found.seconds == seconds_of(str(path)) == len(AUDIO) / 16_000
    assert b"".join(found.pieces(key)) == AUDIO
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_sealed_spool_shows_no_audio_and_opens_with_its_key_alone(tmp_path: Path) -> None:
    path = tmp_path / "a"
    written(path, KEY)

    assert bytes(range(256)) not in path.read_bytes()
    for key in (None, bytes(32)):
        with pytest.raises(SpoolError):
            list(read_spool(str(path)).pieces(key))


def test_a_changed_octet_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    written(path, KEY)
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)

    with pytest.raises(SpoolError, match="piece 0"):
        list(read_spool(str(path)).pieces(KEY))


def test_a_piece_that_a_crash_cut_short_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a"
    written(path, KEY)
    os.truncate(path, path.stat().st_size - 1)
    found = read_spool(str(path))

    assert found.octets == len(PIECES[0]) + len(PIECES[1])
    assert b"".join(found.pieces(KEY)) == PIECES[0] + PIECES[1]


def test_a_plain_spool_whose_header_is_behind_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    written(path, None)
    with path.open("ab") as file:
        file.write(bytes(801))

    assert read_spool(str(path)).octets == len(AUDIO) + 800


@pytest.mark.parametrize("data", [b"", b"hello", b"CNTRSPL1", b"CNTRSPL1\0"])
def test_what_is_no_spool_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(SpoolError):
        read_spool(str(tmp_path / "a"))
    assert seconds_of(str(tmp_path / "a")) == 0.0


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    written(tmp_path / "a", None)
    with pytest.raises(FileExistsError):
        create_spool(str(tmp_path / "a"), PCMA, b"", None)
