from __future__ import annotations

from pathlib import Path

import pytest

from pbx.media.clip import ClipError, to_wav
from pbx.media.tone import sine
from pbx.media.tune import CLIPS
from pbx.plane.clips import LARGEST_FILE, MOST_KEPT_S, ClipFiles, ClipLibrary, furnish


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


def spoken(path: Path, hz: float, seconds: float = 0.5) -> str:
    path.write_bytes(to_wav(sine(hz, seconds)))
    return str(path)


def test_a_path_is_a_clip_too(tmp_path: Path) -> None:
    path = spoken(tmp_path / "a prompt.wav", 440.0)

    assert ClipLibrary(tmp_path / "clips").get(path).duration_s == 0.5


def test_a_file_is_read_once_until_it_is_changed(tmp_path: Path) -> None:
    files = ClipFiles()
    path = spoken(tmp_path / "greeting.wav", 440.0)
    first = files.get(path)
    assert files.get(path) is first
    spoken(tmp_path / "greeting.wav", 440.0, 1.0)

    assert files.get(path).duration_s == 1.0


def test_files_that_were_not_used_lately_are_let_go(tmp_path: Path) -> None:
    files = ClipFiles()
    often, *others = [spoken(tmp_path / f"{i}.wav", 440.0, MOST_KEPT_S / 3) for i in range(4)]
    kept = files.get(often)
    first = files.get(others[0])
    for path in others[1:]:
        assert files.get(often) is kept
        files.get(path)

    assert files.get(others[0]) is not first


@pytest.mark.parametrize(
    ("name", "says"),
    [("nope.wav", "No such file"), ("", "not a file"), ("a\0b", "not a path"), ("text.wav", "not a PCM WAV file")],
)
def test_a_file_that_cannot_be_used_is_told_in_a_line(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "text.wav").write_text("not audio")

    with pytest.raises(ClipError, match=says):
        ClipFiles().get(f"{tmp_path}/{name}")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.wav").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)

    with pytest.raises(ClipError, match="expected at most"):
        ClipFiles().get(str(tmp_path / "huge.wav"))
