"""What is to be said, said by a real voice."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.live.harness.needs import needs_espeak

from control.announcing.words import PlaceInLine, saying
from control.prompts import Prompts
from control.voice import Voice
from pbx.media.clip import from_wav


def seconds(path: str) -> float:
    return from_wav("place", Path(path).read_bytes()).duration_s


@needs_espeak
@pytest.mark.parametrize("language", ["en", "sr"])
async def test_a_place_in_line_is_spoken_once_and_then_at_hand(tmp_path: Path, language: str) -> None:
    voice = Voice(Prompts(tmp_path, tmp_path))
    sentence = saying(PlaceInLine(21), language)
    assert sentence is not None
    assert voice.at_once([sentence], language) is None
    [path] = await voice.clips([sentence], language)
    assert 1.0 < seconds(path) < 5.0
    assert voice.at_once([sentence], language) == (path,)


async def test_what_nothing_can_say_is_left_out(tmp_path: Path) -> None:
    voice = Voice(Prompts(tmp_path, tmp_path, program="no-such-program"))
    sentence = saying(PlaceInLine(1), "en")
    assert sentence is not None
    assert await voice.clips([sentence], "en") == ()
