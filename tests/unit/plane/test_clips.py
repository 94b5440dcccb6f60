from __future__ import annotations

from pathlib import Path

import pytest

from pbx.media.clip import ClipError, to_wav
from pbx.media.tone import sine
from pbx.media.tune import CLIPS
from pbx.plane.clips import ClipLibrary, furnish


def test_a_fresh_folder_is_furnished_with_our_own_clips(tmp_path: Path) -> None:
    furnish(tmp_path / "clips")
    library = ClipLibrary(tmp_path / "clips")

    assert library.load_all() == []
    assert library.get("music").duration_s == 24.0
    assert {path.stem for path in (tmp_path / "clips").iterdir()} == set(CLIPS)


def test_an_operators_own_clip_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "music.wav").write_bytes(to_wav(sine(440.0, 0.5)))
    furnish(tmp_path)

    assert ClipLibrary(tmp_path).get("music").duration_s == 0.5


def test_a_spoilt_file_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "hello.wav").write_bytes(b"not audio")

    assert ClipLibrary(tmp_path).load_all() == ["clip hello: not a PCM WAV file (file does not start with RIFF id)"]


@pytest.mark.parametrize("name", ["../secret", "", "a/b", ".hidden"])
def test_a_name_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ClipError, match="a name has letters"):
        ClipLibrary(tmp_path).get(name)


def test_a_missing_clip_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match=r"nope\.wav: No such file"):
        ClipLibrary(tmp_path).get("nope")
