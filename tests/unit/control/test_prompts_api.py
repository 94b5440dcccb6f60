"""Recordings: uploaded in any common format, converted once, listed, heard, and kept while something uses them."""

from __future__ import annotations

import io
from pathlib import Path

import av
import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from starlette.types import Message
from tests.unit.control.fake_centre import KEY, FakeCentre

from control import prompt_files
from pbx.media.clip import from_wav, to_wav
from pbx.media.g711 import PCMU, decode
from pbx.media.tone import holds_tone, level_db, sine

FORMATS = {
    "wav": ("pcm_s16le", 44100, "stereo"),
    "mp3": ("libmp3lame", 44100, "stereo"),
    "ogg": ("libopus", 48000, "mono"),
    "flac": ("flac", 96000, "stereo"),
    "mp4": ("aac", 32000, "mono"),
}
"""Codec, rate and channels by the container that holds them."""
TONE_HZ = 700.0


def audio(container: str = "wav", seconds: float = 0.5) -> bytes:
    """A quiet tone as a file of some format."""
    codec, rate, layout = FORMATS[container]
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        wave = 0.1 * np.sin(2 * np.pi * TONE_HZ * np.arange(round(rate * seconds)) / rate)
        channels = np.tile(wave.astype(np.float32), (2 if layout == "stereo" else 1, 1))
        frame = av.AudioFrame.from_ndarray(channels, format="fltp", layout=layout)
        frame.rate = rate
        resampler = av.AudioResampler(stream.format, layout, rate, frame_size=stream.frame_size or None)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return out.getvalue()


async def test_a_file_of_any_common_format_is_brought_to_the_telephone(api: httpx.AsyncClient) -> None:
    for container in FORMATS:
        answer = await api.put(f"/prompts/en/{container}", content=audio(container))
        assert answer.status_code == 201, answer.text
        assert answer.json()["duration_s"] == pytest.approx(0.5, abs=0.1), container
        clip = from_wav(container, (await api.get(f"/prompts/en/{container}/audio")).content)
        heard = decode(b"".join(clip.frames(PCMU)), PCMU)
        assert holds_tone(heard, TONE_HZ), container
        assert level_db(heard, TONE_HZ) == pytest.approx(-17.0, abs=2.0), container


async def test_a_recording_is_replaced_listed_and_deleted(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    assert (await api.put("/prompts/sr/hello", content=audio())).status_code == 201
    assert (await api.put("/prompts/sr/hello", content=audio(seconds=1.0))).status_code == 200
    assert (await api.put("/prompts/en/hello?client=acme", content=audio())).status_code == 201
    (centre.voicemail / "prompts" / "en").mkdir()
    (centre.voicemail / "prompts" / "en" / "by-hand.wav").write_bytes(to_wav(sine(TONE_HZ, 0.2)))

    first = (await api.get("/prompts", params={"limit": 2})).json()
    second = (await api.get("/prompts", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    shown = [(one["client"], one["language"], one["id"], one["duration_s"]) for one in first["items"] + second["items"]]
    assert shown == [(None, "en", "by-hand", 0.2), (None, "sr", "hello", 1.0), ("acme", "en", "hello", 0.5)]
    [acme] = (await api.get("/prompts?client=acme")).json()["items"]
    assert acme["clip"] == "acme/hello"

    assert (await api.delete("/prompts/sr/hello")).status_code == 204
    assert (await api.get("/prompts/sr/hello")).status_code == 404
    assert (await api.delete("/prompts/sr/hello")).json()["type"] == "not-found"
    assert [path.name for path in (centre.voicemail / "prompts" / "sr").iterdir()] == []


async def test_what_was_uploaded_is_kept_beside(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await api.put("/prompts/en/welcome", content=audio("mp3"))
    assert (centre.voicemail / "prompts" / "en" / "welcome.original").read_bytes() == audio("mp3")
    assert not list((centre.voicemail / "prompts" / ".incoming").iterdir())


async def test_what_is_no_audio_is_refused(api: httpx.AsyncClient) -> None:
    for body, says in (
        (b"", "there is no audio in the body"),
        (b"no sound at all", "this is no audio that we can read"),
        (b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", "this is no audio that we can read"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "this is no audio that we can read"),
        (audio()[:40], "this is no audio that we can read"),
    ):
        answer = await api.put("/prompts/en/welcome", content=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body")
        assert answer.json()["errors"][0]["detail"].startswith(says)
    assert (await api.get("/prompts")).json()["items"] == []


async def test_a_client_that_leaves_in_the_middle_leaves_nothing(app: FastAPI, centre: FakeCentre) -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": audio()[:1000], "more_body": True},
        {"type": "http.disconnect"},
    ]
    told: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        told.append(message)

    path = "/api/v1/prompts/en/welcome"
    headers = [(b"authorization", f"Bearer {KEY}".encode())]
    scope = {"type": "http", "method": "PUT", "path": path, "headers": headers, "query_string": b""}
    await app(scope | {"http_version": "1.1", "scheme": "http", "server": ("centre", 80)}, receive, send)
    assert told[0]["status"] == 422
    assert centre.prompts.page(10) == list((centre.voicemail / "prompts" / ".incoming").iterdir()) == []


async def test_a_form_is_told_to_send_the_file_itself(api: httpx.AsyncClient) -> None:
    answer = await api.put("/prompts/en/welcome", files={"file": audio()})
    assert answer.json()["errors"][0]["field"] == "content-type"


async def test_large_and_long_files_are_refused(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_files, "LONGEST_S", 1.0)
    long = await api.put("/prompts/en/long", content=audio("mp3", seconds=1.5))
    assert (long.status_code, long.json()["detail"]) == (413, "a recording may last 1 s")
    large = await api.put("/prompts/en/large", content=b"", headers={"content-length": "64000001"})
    assert (large.status_code, large.json()["type"]) == (413, "too-large")


async def test_a_dry_run_converts_and_keeps_nothing(api: httpx.AsyncClient) -> None:
    answer = await api.put("/prompts/en/welcome?dry_run=true", content=audio())
    assert (answer.status_code, answer.json()["duration_s"]) == (201, 0.5)
    assert (await api.get("/prompts")).json()["items"] == []


async def test_names_cannot_lead_elsewhere(api: httpx.AsyncClient) -> None:
    for path in ("/prompts/EN/welcome", "/prompts/en/.hidden", "/prompts/en/a?client=.."):
        assert (await api.put(path, content=audio())).status_code == 422, path


async def test_a_recording_that_a_flow_uses_stays(api: httpx.AsyncClient) -> None:
    for query in ("", "?client=acme"):
        await api.put(f"/prompts/en/hello{query}", content=audio())
    play = {"id": "play", "type": "play", "prompt": {"clip": "acme/hello"}, "next": "end"}
    put = await api.put("/flows/main", json={"steps": [play, {"id": "end", "type": "hangup"}]})
    assert put.status_code == 201, put.text

    refused = await api.delete("/prompts/en/hello?client=acme")
    assert (refused.status_code, refused.json()["type"]) == (409, "in-use")
    assert refused.json()["detail"] == "recording acme/hello is used by flow main"
    assert (await api.delete("/prompts/en/hello")).status_code == 204


async def test_a_clients_own_goes_before_the_houses_and_music_serves_in_every_language(tmp_path: Path) -> None:
    def record(*place: str) -> Path:
        path = tmp_path.joinpath(*place).with_suffix(".wav")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_wav(sine(TONE_HZ, 0.1)))
        return path

    files = prompt_files.PromptFiles(tmp_path)
    house, own = record("en", "hello"), record("clients", "acme", "en", "hello")
    chime = record("zxx", "chime")
    assert files.find("hello", "en") == files.find("hello", "en-gb") == files.find("hello", "en", "other") == house
    assert files.find("hello", "en", "acme") == files.find("acme/hello", "en") == own
    assert files.find("chime", "sr", "acme") == chime
    assert files.find("hello", "sr") is None
    assert files.find("../hello", "en") is None
