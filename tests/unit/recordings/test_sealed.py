"""Any part of a sealed file can be read, and no change of it goes unnoticed."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from control.recordings.keys import KeyMissing, KeyRing
from control.recordings.sealed import CHUNK, Damaged, PlainAudio, SealedAudio, SealedWriter, head

KEYS = KeyRing([bytes(32)])


def sealed(path: Path, data: bytes) -> None:
    key, wrapped = KEYS.new_key()
    out = io.BytesIO()
    out.write(head(KEYS.current or "", wrapped))
    writer = SealedWriter(out, key)
    for at in range(0, len(data), 10_007):
        writer.write(data[at : at + 10_007])
    writer.finish()
    path.write_bytes(out.getvalue())


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17])
def test_any_part_is_what_was_written(tmp_path: Path, size: int) -> None:
    data = random.Random(size).randbytes(size)
    sealed(tmp_path / "sealed", data)
    (tmp_path / "plain").write_bytes(data)
    begins = sorted({0, 1, size // 2, CHUNK - 1, CHUNK, max(0, size - 1)})
    for audio in (SealedAudio(tmp_path / "sealed", KEYS), PlainAudio(tmp_path / "plain")):
        assert audio.size == size
        for begin in begins:
            for count in (1, 100, CHUNK, 2 * CHUNK + 1, size):
                assert audio.read(begin, count) == data[begin : begin + count]
    assert data[:64] not in (tmp_path / "sealed").read_bytes() or size < 64


@pytest.mark.parametrize("change", ["cut", "swapped", "flipped"])
def test_a_change_is_noticed(tmp_path: Path, change: str) -> None:
    path = tmp_path / "sealed"
    sealed(path, bytes(3 * CHUNK))
    data, at = bytearray(path.read_bytes()), len(head(KEYS.current or "", bytes(60)))
    step = CHUNK + 16
    match change:
        case "cut":
            del data[at + 2 * step :]
        case "swapped":
            data[at : at + 2 * step] = data[at + step : at + 2 * step] + data[at : at + step]
        case "flipped":
            data[-1] ^= 1
    path.write_bytes(data)
    audio = SealedAudio(path, KEYS)
    with pytest.raises(Damaged):
        audio.read(0, audio.size)


def test_without_its_key_or_without_being_one_a_file_does_not_open(tmp_path: Path) -> None:
    path = tmp_path / "sealed"
    sealed(path, b"hello")
    with pytest.raises(KeyMissing):
        SealedAudio(path, KeyRing())
    path.write_bytes(b"hello")
    with pytest.raises(Damaged):
        SealedAudio(path, KEYS)
