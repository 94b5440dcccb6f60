"""Prompts from recordings and from text."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.live.harness.needs import needs_espeak

from control.prompts import LONGEST_TEXT, PromptError, Prompts
from pbx.media.clip import from_wav, to_wav
from pbx.media.g711 import PCMU, decode
from pbx.media.tone import holds_tone, level_db, sine

FAKE = """#!{python}
import math, struct, sys, time
arguments = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(" ".join(arguments) + "\\n")
if "--voices" in arguments:
    print("Pty Language Age/Gender VoiceName File Other")
    print(" 5  en-gb    --/M  English  gmw/en")
    print(" 5  sr       --/M  Serbian  zls/sr")
    sys.exit()
text = sys.stdin.read()
if text == "fail":
    sys.exit("no such luck\\nand more")
if text == "silence":
    sys.exit()
sound = b"".join(struct.pack("<h", round(3000 * math.sin(2 * math.pi * 440 * i / 22050))) for i in range(11025))
head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 0x7FFFF024, b"WAVE", b"fmt ", 16, 1, 1, 22050, 44100, 2, 16, b"data",
                   0x7FFFF000)
sys.stdout.buffer.write(head + sound)
"""
"""A synthesiser that says a tone, with a header as espeak-ng writes it to a pipe."""


class Studio:
    """Prompts in a folder of their own, with a synthesiser that keeps a log."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "log"
        program = folder / "synthesiser"
        program.write_text(FAKE.format(python=sys.executable, log=str(self._log)))
        program.chmod(0o755)
        self.recordings, self.spoken = folder / "prompts", folder / "spoken"
        self.prompts = Prompts(self.recordings, self.spoken, program=str(program), keep=3)

    def calls(self) -> list[str]:
        """What the synthesiser was asked to speak."""
        return [line for line in self._log.read_text().splitlines() if "--voices" not in line]


@pytest.fixture
async def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


async def test_a_text_becomes_a_file_for_the_telephone(studio: Studio) -> None:
    path = await studio.prompts.path("Good morning", "en")
    clip = from_wav("prompt", path.read_bytes())
    heard = decode(b"".join(clip.frames(PCMU)), PCMU)

    assert path.is_absolute()
    assert clip.duration_s == pytest.approx(0.5, abs=0.02)
    assert holds_tone(heard, 440.0)
    assert level_db(heard, 440.0) == pytest.approx(-17.0, abs=1.0)


async def test_a_text_is_spoken_once_in_each_language(studio: Studio) -> None:
    texts = ["Good morning", "Good morning", "Good evening"]
    paths = await asyncio.gather(*(studio.prompts.path(text, "en") for text in texts))
    paths.append(await studio.prompts.path("Good morning", "sr"))
    again = await Prompts(studio.recordings, studio.spoken).path("Good morning", "sr")

    assert len(studio.calls()) == 3
    assert (paths[0], paths[3]) == (paths[1], again)
    assert len(set(paths)) == 3


async def test_the_texts_that_were_not_asked_for_are_dropped(studio: Studio) -> None:
    kept = await studio.prompts.path("always", "en")
    for i in range(5):
        await studio.prompts.path(f"text {i}", "en")
        assert await studio.prompts.path("always", "en") == kept

    assert len(list(studio.spoken.iterdir())) == 3
    assert len(studio.calls()) == 6


async def test_a_text_is_no_option(studio: Studio) -> None:
    await studio.prompts.path("--help -f /etc/passwd; ls", "en")

    assert studio.calls() == ["-v en -s 150 --stdin --stdout"]


@pytest.mark.parametrize(
    ("text", "language", "says"),
    [
        ("", "en", "1 to 2000 characters"),
        ("a" * (LONGEST_TEXT + 1), "en", "1 to 2000 characters"),
        ("Bonjour", "fr", "no voice for the language 'fr'"),
        ("fail", "en", "failed: no such luck$"),
        ("silence", "en", "gave no sound"),
    ],
)
async def test_what_cannot_be_spoken_is_told_in_a_line(studio: Studio, text: str, language: str, says: str) -> None:
    with pytest.raises(PromptError, match=says):
        await studio.prompts.path(text, language)


async def test_without_a_synthesiser_text_is_refused_and_says_why(tmp_path: Path) -> None:
    prompts = Prompts(tmp_path, tmp_path, program="no-such-synthesiser")

    assert not prompts.speaks
    with pytest.raises(PromptError, match="espeak-ng is not installed"):
        await prompts.path("Good morning", "en")


async def test_a_folder_that_cannot_be_written_is_told(studio: Studio) -> None:
    studio.spoken.write_text("a file where a folder should be")

    with pytest.raises(PromptError, match=r"File exists|Not a directory"):
        await studio.prompts.path("Good morning", "en")


async def test_recordings_are_found_by_language_and_name(studio: Studio) -> None:
    (studio.recordings / "sr").mkdir(parents=True)
    (studio.recordings / "sr" / "welcome.wav").write_bytes(to_wav(sine(440.0, 0.1)))

    assert studio.prompts.recorded("welcome", "sr") == studio.recordings / "sr" / "welcome.wav"
    assert studio.prompts.recorded("welcome", "en") is None


@pytest.mark.parametrize(("name", "language"), [("../en/welcome", "sr"), ("welcome", ".."), ("welcome", "sr/..")])
async def test_a_recordings_name_cannot_leave_its_folder(studio: Studio, name: str, language: str) -> None:
    for folder in ("en", "sr"):
        (studio.recordings / folder).mkdir(parents=True, exist_ok=True)
        (studio.recordings / folder / "welcome.wav").write_bytes(to_wav(sine(440.0, 0.1)))
    (studio.recordings / "welcome.wav").write_bytes(to_wav(sine(440.0, 0.1)))

    assert studio.prompts.recorded(name, language) is None


@needs_espeak
@pytest.mark.parametrize(("language", "text"), [("en", "Please hold the line."), ("sr", "Ostanite na liniji.")])
async def test_espeak_speaks(tmp_path: Path, language: str, text: str) -> None:
    path = await Prompts(tmp_path, tmp_path).path(text, language)
    clip = from_wav("prompt", path.read_bytes())
    loud = np.abs(decode(b"".join(clip.frames(PCMU)), PCMU).astype(int)).max()

    assert 0.5 < clip.duration_s < 5.0
    assert 5000 < loud <= 32767
