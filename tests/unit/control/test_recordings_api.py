"""Recordings over HTTP: found, heard in parts, held, deleted; whether they are sealed at rest or not."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace
from tests.unit.control.cdrs import cdr
from tests.unit.control.fake_centre import NOW, FakeCentre, live_call
from tests.unit.recordings.spools import holds_both, write_spool

from control.recording import Recording
from control.recordings.archive import Archive
from control.recordings.keys import KeyRing, fingerprint
from control.recordings.library import Library
from control.store.store import Store

OLD, NEW = bytes(32), bytes(range(32))
MADE = Recording("c1-r1", "c1", "support", "ana", "acme", "+381641234567", "700", "inbound", NOW)


async def keep(library: Library, *recordings: Recording) -> None:
    """Let recordings be made of two tones, and wait until all of them are kept."""
    count, done = len(recordings), asyncio.Event()

    def kept(recording: Recording) -> None:
        nonlocal count
        count -= 1
        if not count:
            done.set()

    library.kept = kept
    for recording in recordings:
        opened = library.open(recording)
        write_spool(Path(opened.path), note=opened.note.encode(), key=opened.key)
        library.ended(opened.path, recording)
    async with asyncio.timeout(30):
        await done.wait()


@pytest.fixture(params=["wav in the clear", "opus, sealed"])
async def library(
    request: pytest.FixtureRequest, store: Store, centre: FakeCentre, tmp_path: Path
) -> AsyncIterator[Library]:
    sealed = request.param == "opus, sealed"
    library = Library(store, tmp_path / "recordings", KeyRing([NEW, OLD] if sealed else []), compress=sealed)
    centre.library, centre.archive = library, Archive(store, library)
    await library.start()
    yield library
    await library.stop()


async def get(api: httpx.AsyncClient, path: str, status: int = 200, **query: str) -> Any:
    answer = await api.get(path, params=query)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_recording_is_listed_heard_whole_or_in_part_and_verified(
    api: httpx.AsyncClient, stranger: httpx.AsyncClient, store: Store, library: Library, tmp_path: Path
) -> None:
    await keep(library, MADE)
    [item] = (await get(api, "/recordings"))["items"]
    whole = await api.get("/recordings/c1-r1/audio")
    data = whole.content
    (tmp_path / "heard").write_bytes(data)

    assert item == await get(api, "/recordings/c1-r1")
    assert (item["call"], item["queue"], item["agent"], item["seconds"]) == ("c1", "support", "ana", 1.0)
    assert (item["format"], item["encrypted"]) in (("opus", True), ("wav", False))
    assert (item["octets"], item["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert holds_both(tmp_path / "heard")
    assert whole.headers["content-type"] == {"opus": "audio/ogg", "wav": "audio/wav"}[item["format"]]
    assert whole.headers["accept-ranges"] == "bytes"

    for header, begin, end in (("bytes=0-", 0, len(data)), ("bytes=100-299", 100, 300), ("bytes=-50", -50, None)):
        part = await api.get("/recordings/c1-r1/audio", headers={"Range": header})
        assert (part.status_code, part.content) == (206, data[begin:end])
        at = begin % len(data)
        assert part.headers["content-range"] == f"bytes {at}-{at + len(part.content) - 1}/{len(data)}"
    beyond = await api.get("/recordings/c1-r1/audio", headers={"Range": f"bytes={len(data)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(data)}")
    head = await api.head("/recordings/c1-r1/audio")
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(data)), b"")
    tag = {"If-Range": '"another"', "Range": "bytes=0-1"}
    assert (await api.get("/recordings/c1-r1/audio", headers=tag)).status_code == 200
    unchanged = await api.get("/recordings/c1-r1/audio", headers={"If-None-Match": whole.headers["etag"]})
    assert unchanged.status_code == 304

    answer = await api.post("/recordings/c1-r1/verify")
    assert answer.json() == {"id": "c1-r1", "sha256": item["sha256"], "intact": True}
    link = (await api.post("/recordings/c1-r1/links")).json()
    listened = await stranger.get(link["url"], headers={"Range": "bytes=10-19"})
    assert (listened.status_code, listened.content) == (206, data[10:20])
    assert (await stranger.get(link["url"][:-1] + "!")).status_code == 404
    assert (await stranger.get("/api/v1/recordings/c1-r1/audio")).status_code == 401

    async with store.write() as records:
        await records.cdrs.add([cdr("c1"), cdr("c2")])
    marks = {one["id"]: one["recordings"] for one in (await get(api, "/cdrs"))["items"]}
    assert marks == {"c1": [{"id": "c1-r1", "sha256": item["sha256"]}], "c2": []}
    csv = await api.get("/cdrs", headers={"Accept": "text/csv"})
    assert f"c1-r1:{item['sha256']}" in csv.text


async def test_a_held_recording_is_not_deleted_and_a_deleted_one_leaves_its_hash(
    api: httpx.AsyncClient, store: Store, library: Library, tmp_path: Path
) -> None:
    await keep(library, MADE)
    audio = [path for path in (tmp_path / "recordings").rglob("c1-r1*") if path.is_file()]
    held = await api.put("/recordings/c1-r1/hold", json={"held": True, "reason": "case 17"})
    assert (held.json()["held"], held.json()["hold_reason"]) == (True, "case 17")
    refused = await api.delete("/recordings/c1-r1")
    assert (refused.status_code, "case 17" in refused.text) == (409, True)
    await api.put("/recordings/c1-r1/hold", json={"held": False})
    assert (await api.delete("/recordings/c1-r1", params={"dry_run": "true"})).status_code == 204
    assert audio[0].exists()
    assert (await api.delete("/recordings/c1-r1")).status_code == 204

    assert [path.exists() for path in audio] == [False]
    assert (await get(api, "/recordings"))["items"] == []
    for path in ("", "/audio"):
        await get(api, f"/recordings/c1-r1{path}", 404)
    async with store.read() as records:
        [mark] = (await records.recordings.of_calls(["c1"]))["c1"]
    assert len(mark.sha256) == 64


async def test_recordings_are_found_by_what_is_known_of_them(
    api: httpx.AsyncClient, store: Store, centre: FakeCentre
) -> None:
    others = (
        replace(MADE, id="c2-r1", call="c2", queue="sales", started_at=NOW + 10, caller="1001"),
        replace(MADE, id="c3-r1", call="c3", agent="boris", started_at=NOW + 20, client=None),
    )
    async with store.write() as records:
        for recording in (MADE, *others):
            await records.recordings.put(recording)

    async def found(**query: str) -> list[str]:
        return [one["call"] for one in (await get(api, "/recordings", **query))["items"]]

    assert await found() == ["c3", "c2", "c1"]
    assert await found(queue="support") == ["c3", "c1"]
    assert await found(agent="boris") == ["c3"]
    assert await found(client="acme") == ["c2", "c1"]
    assert await found(call="c2") == ["c2"]
    assert await found(number="0641234567") == ["c3", "c1"]
    assert await found(since="2023-11-14T22:13:30Z") == ["c3", "c2"]
    assert await found(until="2023-11-14T22:13:30Z") == ["c1"]
    page = await get(api, "/recordings", limit="2")
    rest = await get(api, "/recordings", limit="2", cursor=page["next_cursor"])
    assert [one["call"] for one in (*page["items"], *rest["items"])] == ["c3", "c2", "c1"]
    csv = await api.get("/recordings", headers={"Accept": "text/csv"}, params={"queue": "sales"})
    head, row = (line.split(",") for line in csv.text.splitlines())
    assert (head[0], row[0]) == ("id", "c2-r1")
    assert row[head.index("octets")].isdecimal()
    assert (await api.get("/recordings", params={"colour": "red"})).status_code == 422


async def test_what_has_expired_is_swept_unless_it_is_held(store: Store, tmp_path: Path) -> None:
    library = Library(store, tmp_path / "recordings", KeyRing(), compress=False)
    archive = Archive(store, library)
    await library.start()
    day = 86_400.0
    calls = {"c1": NOW + 30 * day, "c2": NOW + 90 * day, "c3": NOW + 30 * day, "c4": None}
    made = [replace(MADE, id=f"{call}-r1", call=call, expires_at=at) for call, at in calls.items()]
    await keep(library, *made)
    await archive.hold("c3-r1", held=True, reason="case 17")
    deleted: list[str] = []
    archive.deleted = deleted.append

    assert await archive.sweep(NOW + 29 * day) == 0
    assert await archive.sweep(NOW + 31 * day) == 1
    assert await archive.sweep(NOW + 1000 * day) == 1
    assert deleted == ["c1-r1", "c2-r1"]
    await archive.hold("c3-r1", held=False)
    assert await archive.sweep(NOW + 1000 * day) == 1
    left = sorted(path.name for path in (tmp_path / "recordings").rglob("*.wav"))
    assert left == ["c4-r1.wav"]
    await library.stop()


async def test_an_old_key_opens_what_it_sealed_and_without_it_nobody_does(
    api: httpx.AsyncClient, centre: FakeCentre, store: Store, tmp_path: Path
) -> None:
    before = Library(store, tmp_path / "recordings", KeyRing([OLD]), compress=False)
    await before.start()
    await keep(before, MADE)
    await before.stop()
    [file] = (tmp_path / "recordings").rglob("*.sealed")

    centre.archive = Archive(store, Library(store, tmp_path / "recordings", KeyRing([NEW, OLD])))
    assert (await api.get("/recordings/c1-r1/audio")).content.startswith(b"RIFF")
    centre.archive = Archive(store, Library(store, tmp_path / "recordings", KeyRing([NEW])))
    refused = await api.get("/recordings/c1-r1/audio")
    assert (refused.status_code, fingerprint(OLD) in refused.text) == (409, True)
    centre.archive = Archive(store, Library(store, tmp_path / "recordings", KeyRing([OLD])))
    data = bytearray(file.read_bytes())
    data[-20] ^= 1
    file.write_bytes(data)
    assert (await api.post("/recordings/c1-r1/verify")).json()["intact"] is False
    assert (await api.get("/recordings/c1-r1/audio")).status_code == 409
    file.unlink()
    assert (await api.get("/recordings/c1-r1/audio")).status_code == 404


async def test_what_a_crash_left_open_is_finished_at_the_next_start(store: Store, tmp_path: Path) -> None:
    keys = KeyRing([NEW])
    before = Library(store, tmp_path / "recordings", keys)
    (tmp_path / "recordings" / "open").mkdir(parents=True)
    opened = before.open(MADE)
    write_spool(Path(opened.path), 2.0, note=opened.note.encode(), key=opened.key)
    (tmp_path / "recordings" / "open" / "rubbish").write_bytes(b"no spool")
    after = Library(store, tmp_path / "recordings", keys)
    done: asyncio.Queue[Recording] = asyncio.Queue()
    after.kept = done.put_nowait
    await after.start()
    async with asyncio.timeout(30):
        found = await done.get()
    await after.stop()

    assert (found.id, found.seconds, found.interrupted, found.format) == ("c1-r1", 2.0, True, "opus")
    assert [path.name for path in (tmp_path / "recordings" / "open").iterdir()] == ["rubbish"]
    async with store.read() as records:
        assert await records.recordings.get("c1-r1") == found


async def test_a_call_is_recorded_on_demand(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.live_calls["c1"] = live_call("c1", state="talking")
    for body in (None, {"action": "pause"}, {"action": "resume"}):
        assert (await api.post("/calls/c1/record", json=body)).status_code == 204
    assert centre.recording.asked == [("start", "c1"), ("pause", "c1"), ("resume", "c1")]
    assert (await api.post("/calls/c1/record", json={"action": "stop"})).status_code == 409
    assert (await api.post("/calls/c9/record")).status_code == 404
    assert (await api.post("/calls/c1/record", json={"action": "erase"})).status_code == 422


async def test_a_link_ends_after_an_hour(centre: FakeCentre) -> None:
    now = time.time()
    token, until = centre.archive.links.make("c1-r1", now)
    assert centre.archive.links.read(token, until - 1) == "c1-r1"
    assert centre.archive.links.read(token, until + 1) is None
    for false in ("", "x", "ČŠ", token[:-3], "A" * 80):
        assert centre.archive.links.read(false, now) is None
