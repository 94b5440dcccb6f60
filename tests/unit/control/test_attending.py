"""What flows ask is answered, and what they leave is kept; what cannot be said is refused beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from tests.unit.control.ears import Ears

from control.adapters.attending import Attending
from control.errors import Invalid
from control.nouns import Flow
from control.prompts import Prompts
from control.sayable import check_sayable
from control.store.store import Store
from control.voice import Voice
from pbx.asking import Answering, LookupAnswered, LookupAsked, PromptsAsked, PromptsReady, Wording


class Scene(Ears):
    """Attending without a switch and without a voice: what it can say lies in ``recordings``."""

    def __init__(self, folder: Path, store: Store) -> None:
        super().__init__()
        self.recordings = folder / "prompts"
        self.answers: asyncio.Queue[Answering] = asyncio.Queue()
        self.voice = Voice(Prompts(self.recordings, folder / "spoken", program="no-such-program"))
        self.attending = Attending(self, self.voice, execute=self.answers.put_nowait)

    def record(self, language: str, name: str) -> str:
        """Put a recording there; its path."""
        path = self.recordings / language / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"RIFF")
        return str(path)

    async def answer(self) -> Answering:
        """The next answer to the switch."""
        async with asyncio.timeout(5):
            return await self.answers.get()


@pytest.fixture
async def scene(tmp_path: Path, store: Store) -> AsyncIterator[Scene]:
    scene = Scene(tmp_path, store)
    yield scene
    await scene.attending.stop()


def flow(language: str, *steps: dict[str, object]) -> Flow:
    return msgspec.convert({"id": "main", "name": "Main", "language": language, "steps": steps}, Flow)


HELLO = {"id": "hello", "type": "play", "prompt": {"clip": "hello", "text": "Hello"}, "next": "end"}
END = {"id": "end", "type": "hangup"}


async def test_a_recording_is_played_and_what_cannot_be_said_is_left_out(scene: Scene) -> None:
    path = scene.record("en", "hello")
    scene.tell(PromptsAsked(1.0, "c", "l", 7, "en", (Wording("Hello", "hello"), Wording("Bye"))))
    assert await scene.answer() == PromptsReady("l", 7, (path,))


async def test_a_lookup_that_fails_is_answered_too(scene: Scene) -> None:
    scene.tell(LookupAsked(1.0, "c", "l", 8, "GET", "http://127.0.0.1:9/", {}, "", 2.0))
    assert await scene.answer() == LookupAnswered("l", 8, None)


async def test_a_flow_whose_prompts_are_recorded_needs_no_voice(scene: Scene) -> None:
    scene.record("en", "hello")
    await check_sayable(scene.voice, flow("en", HELLO, END))


async def test_a_prompt_that_nothing_can_say_is_refused_with_its_place(scene: Scene) -> None:
    scene.record("en", "hello")
    with pytest.raises(Invalid) as refused:
        await check_sayable(scene.voice, flow("sr", HELLO, END))
    assert refused.value.field == "steps[0].prompt"
    assert "is not installed" in refused.value.detail


async def test_every_language_that_a_flow_changes_to_is_looked_at(scene: Scene) -> None:
    scene.record("en", "hello")
    tongue = {"id": "tongue", "type": "language", "language": "sr", "next": "hello"}
    silent = HELLO | {"prompt": {"clip": "hello"}}
    with pytest.raises(Invalid) as refused:
        await check_sayable(scene.voice, flow("en", tongue, silent, END))
    assert refused.value.detail == "there is no recording hello for the language sr, and no text"
