"""What becomes of a spool: a file that plays, with its hash, sealed where it is to be."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from tests.unit.recordings.spools import holds_both, write_spool

from control.recordings import finishing
from control.recordings.finishing import Job, finish
from control.recordings.keys import KeyRing
from control.recordings.sealed import SealedAudio, head
from pbx.plane.spool import SpoolError

KEYS = KeyRing([bytes(32)])


@pytest.mark.parametrize("sealed", [False, True], ids=["in the clear", "sealed"])
@pytest.mark.parametrize("kind", ["opus", "wav"])
def test_the_file_plays_and_has_the_hash_that_is_told(tmp_path: Path, kind: str, sealed: bool) -> None:
    spool_key = bytes(range(32)) if sealed else None
    write_spool(tmp_path / "spool", 2.0, key=spool_key)
    key, wrapped = KEYS.new_key()
    more = (head(KEYS.current or "", wrapped), key) if sealed else (b"", None)
    done = finish(Job(str(tmp_path / "spool"), spool_key, str(tmp_path / "day" / "r1"), kind, *more))
    path = Path(done.path)
    if sealed:
        audio = SealedAudio(path, KEYS)
        data = audio.read(0, audio.size)
        path = tmp_path / "opened"
        path.write_bytes(data)

    assert done.path == str(tmp_path / "day" / f"r1.{kind}{'.sealed' if sealed else ''}")
    assert (done.format, done.seconds, done.trouble) == (kind, 2.0, "")
    assert (done.octets, done.sha256) == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
    assert holds_both(path)
    assert [file.name for file in (tmp_path / "day").iterdir()] == [Path(done.path).name]
    assert kind == "wav" or done.octets < 0.4 * 2 * 16_000


def test_what_cannot_be_compressed_is_kept_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("no such encoder")

    monkeypatch.setattr(finishing, "encode_opus", broken)
    write_spool(tmp_path / "spool")
    done = finish(Job(str(tmp_path / "spool"), None, str(tmp_path / "r1"), "opus"))

    assert (done.format, done.trouble) == ("wav", "not compressed: no such encoder")
    assert holds_both(Path(done.path))


def test_what_is_no_spool_is_refused(tmp_path: Path) -> None:
    (tmp_path / "spool").write_bytes(b"hello")
    with pytest.raises(SpoolError):
        finish(Job(str(tmp_path / "spool"), None, str(tmp_path / "r1"), "opus"))


def test_the_draft_of_one_who_died_over_it_does_not_stay(tmp_path: Path) -> None:
    (tmp_path / "r1.wav.4711.part").touch()
    (tmp_path / "r10.wav.4711.part").touch()
    write_spool(tmp_path / "spool")
    finish(Job(str(tmp_path / "spool"), None, str(tmp_path / "r1"), "wav"))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["r1.wav", "r10.wav.4711.part", "spool"]
