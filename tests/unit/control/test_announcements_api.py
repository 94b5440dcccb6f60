"""Announcements and music of queues over HTTP: declared, shown, and refused where they cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.unit.control.fake_centre import FakeCentre
from tests.unit.control.test_prompts_api import audio

from control.announcing.terms import Announce, Recurring
from control.errors import Invalid
from control.nouns import Music, Queue
from control.prompts import Prompts
from control.sayable import check_sayable
from control.store.store import Store
from control.voice import Voice
from pbx.routing.flow.text import Prompt

ANNOUNCE: dict[str, Any] = {
    "language": "sr",
    "greeting": {"text": {"sr": "Dobar dan", "en": "Good morning"}, "clip": "welcome"},
    "position": {"first_after_s": 5.0, "every_s": 20.0, "when": "always"},
    "expected_wait": {},
    "comfort": {"messages": [{"text": "Hvala"}, {"clip": "acme/patience"}], "every_s": 60.0},
    "min_gap_s": 8.0,
    "interrupt": {"0": "voicemail:support", "1": "callback:support"},
    "to_agent": {"text": "Podrška"},
}


async def test_what_a_queue_says_is_kept_as_it_was_declared(api: httpx.AsyncClient, store: Store) -> None:
    answer = await api.put("/queues/support", json={"announce": ANNOUNCE})
    assert answer.status_code == 201, answer.text
    shown = (await api.get("/queues/support")).json()["announce"]
    assert shown == answer.json()["announce"]
    assert shown["greeting"] == ANNOUNCE["greeting"]
    assert shown["expected_wait"] == {"first_after_s": 10.0, "every_s": 30.0, "when": "changed"}
    assert (await api.put("/queues/support", json={"announce": ANNOUNCE})).status_code == 200
    async with store.read() as records:
        queue = await records.queues.get("support")
    assert queue is not None
    assert queue.announce.position == Recurring(first_after_s=5.0, every_s=20.0, when="always")


async def test_a_queue_may_greet_nobody(api: httpx.AsyncClient) -> None:
    await api.put("/queues/support", json={"announce": {"greeting": None}})
    assert (await api.get("/queues/support")).json()["announce"]["greeting"] is None


async def test_what_cannot_be_is_refused_with_its_field(api: httpx.AsyncClient) -> None:
    faults: list[tuple[dict[str, Any], str]] = [
        ({"greeting": {}}, "greeting"),
        ({"greeting": {"text": "a" * 2001}}, "greeting"),
        ({"greeting": {"text": {"Serbian": "Dobar dan"}}}, "greeting"),
        ({"comfort": {"messages": []}}, "comfort.messages"),
        ({"position": {"every_s": 1.0}}, "position.every_s"),
        ({"position": {"when": "sometimes"}}, "position.when"),
        ({"interrupt": {"12": "echo"}}, "interrupt.12"),
        ({"interrupt": {"1": "nowhere"}}, "interrupt.1"),
        ({"interrupt": {"1": "queue:gone"}}, "interrupt.1"),
        ({"interrupt": {"1": "callback:gone"}}, "interrupt.1"),
        ({"interrupt": {"1": "queue:support"}}, "interrupt.1"),
        ({"interrupt": {"1": "feature:login"}}, "interrupt.1"),
        ({"language": "Serbian"}, "language"),
        ({"musik": "calm"}, "musik"),
    ]
    for announce, field in faults:
        answer = await api.put("/queues/support", json={"announce": announce})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, f"announce.{field}")


async def test_where_a_digit_leads_stays(api: httpx.AsyncClient) -> None:
    for queue in ("sales", "support"):
        await api.put(f"/queues/{queue}", json={})
    interrupt = {"1": "queue:sales", "2": "callback:support"}
    await api.put("/queues/support", json={"announce": {"interrupt": interrupt}})
    refused = await api.delete("/queues/sales")
    assert (refused.status_code, refused.json()["detail"]) == (409, "queue sales is used by queue support")
    assert (await api.delete("/queues/support")).status_code == 204


async def test_music_is_declared_named_by_a_queue_and_kept_while_it_is(api: httpx.AsyncClient) -> None:
    for track in ("morning", "evening"):
        assert (await api.put(f"/prompts/zxx/{track}", content=audio("mp3"))).status_code == 201
    calm = {"name": "Calm", "tracks": ["morning", "evening"], "order": "shuffled"}
    assert (await api.put("/music/calm", json=calm)).status_code == 201
    assert (await api.get("/music/calm")).json() == {"id": "calm", "client": None, **calm}
    assert [one["id"] for one in (await api.get("/music")).json()["items"]] == ["calm"]

    gone = await api.put("/queues/support", json={"music": "loud"})
    assert (gone.status_code, gone.json()["errors"][0]["field"]) == (422, "music")
    assert (await api.put("/queues/support", json={"music": "calm"})).json()["music"] == "calm"

    for path, user in (("/prompts/zxx/morning", "music calm"), ("/music/calm", "queue support")):
        refused = await api.delete(path)
        assert (refused.status_code, refused.json()["type"]) == (409, "in-use")
        assert user in refused.json()["detail"]
    await api.put("/queues/support", json={})
    assert (await api.delete("/music/calm")).status_code == 204
    assert (await api.delete("/prompts/zxx/morning")).status_code == 204


async def test_a_recording_that_a_clients_queue_may_play_stays(api: httpx.AsyncClient) -> None:
    for query in ("", "?client=acme", "?client=other"):
        await api.put(f"/prompts/en/welcome{query}", content=audio())
    await api.put("/queues/support", json={"client": "acme", "announce": {"greeting": {"clip": "welcome"}}})
    assert (await api.delete("/prompts/en/welcome?client=acme")).status_code == 409
    assert (await api.delete("/prompts/en/welcome")).status_code == 409
    assert (await api.delete("/prompts/en/welcome?client=other")).status_code == 204


@pytest.mark.parametrize(
    ("announce", "field", "says"),
    [
        (Announce(greeting=Prompt("Hello")), "announce.greeting", "espeak-ng is not installed"),
        (Announce(greeting=Prompt(clip="gone")), "announce.greeting", "there is no recording gone for the language en"),
        (Announce(position=Recurring()), "announce.position", "espeak-ng is not installed"),
        (Announce(language="fr", expected_wait=Recurring()), "announce.expected_wait", "in en and sr, not in fr"),
    ],
)
async def test_what_nobody_could_say_is_refused(tmp_path: Path, announce: Announce, field: str, says: str) -> None:
    voice = Voice(Prompts(tmp_path, tmp_path, program="no-such-program"))
    with pytest.raises(Invalid, match=says) as refused:
        await check_sayable(voice, Queue("support", "Support", announce=announce))
    assert refused.value.field == field


async def test_tracks_must_be_there(centre: FakeCentre, tmp_path: Path) -> None:
    voice = Voice(Prompts(tmp_path, tmp_path))
    with pytest.raises(Invalid) as refused:
        await check_sayable(voice, Music("calm", "Calm", ("gone",)))
    assert refused.value.field == "tracks[0]"
    await check_sayable(voice, Queue("support", "Support"))
