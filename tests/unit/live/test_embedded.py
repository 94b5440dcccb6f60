"""The private server: started, adopted after a crash, and gone when it is stopped."""

from __future__ import annotations

import os
import signal
import sys
from asyncio import create_subprocess_exec
from pathlib import Path

import pytest
from redis.asyncio import Redis

from control.live import embedded
from control.live.connection import LiveStore, RedisUnavailable
from control.live.embedded import EmbeddedServer, EmbeddedServerError

CENTRE_THAT_IS_KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from control.live.connection import LiveStore

async def main():
    store = await LiveStore.open(None, Path(sys.argv[1]))
    await store.client.set("caller", "waiting")
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def get(server: EmbeddedServer, key: str) -> bytes | str | None:
    client = Redis.from_url(server.url)
    value = await client.get(key)
    await client.aclose()
    return value


async def test_what_was_written_survives_a_stop_and_a_start(tmp_path: Path) -> None:
    store = await LiveStore.open(None, tmp_path)
    await store.client.set("queue", "support")
    await store.close()
    server = await EmbeddedServer.start(tmp_path)
    assert not server.adopted
    assert await get(server, "queue") == b"support"
    await server.stop()


async def test_a_stopped_server_leaves_no_process_and_no_socket(tmp_path: Path) -> None:
    server = await EmbeddedServer.start(tmp_path)
    client = Redis.from_url(server.url)
    pid = (await client.info("server"))["process_id"]
    await client.aclose()
    await server.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not (tmp_path / "redis" / "redis.sock").exists()


async def test_the_server_of_a_killed_centre_is_adopted_with_all_it_knows(tmp_path: Path) -> None:
    source = str(Path(embedded.__file__).parents[2])
    centre = await create_subprocess_exec(
        sys.executable, "-c", CENTRE_THAT_IS_KILLED, str(tmp_path), env={**os.environ, "PYTHONPATH": source}
    )
    assert await centre.wait() == -signal.SIGKILL
    server = await EmbeddedServer.start(tmp_path)
    assert server.adopted
    assert await get(server, "caller") == b"waiting"
    await server.stop()
    assert not (tmp_path / "redis" / "redis.sock").exists()


async def test_a_second_centre_on_the_same_folder_is_told_so(tmp_path: Path) -> None:
    server = await EmbeddedServer.start(tmp_path)
    with pytest.raises(EmbeddedServerError, match="in use by another running centre"):
        await EmbeddedServer.start(tmp_path)
    await server.stop()


async def test_a_folder_that_is_a_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(EmbeddedServerError, match="cannot be used: Not a directory"):
        await EmbeddedServer.start(tmp_path / "data")


async def test_a_path_too_long_for_a_socket_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="too long a path"):
        await EmbeddedServer.start(tmp_path / ("long" * 40))


async def test_a_broken_append_only_file_is_reported_with_the_server_s_own_words(tmp_path: Path) -> None:
    await (await EmbeddedServer.start(tmp_path)).stop()
    manifest = next((tmp_path / "redis" / "appendonlydir").glob("*.manifest"))
    manifest.write_text("nonsense\n")
    with pytest.raises(EmbeddedServerError, match=r"ended at once: .*AOF"):
        await EmbeddedServer.start(tmp_path)


async def test_a_given_url_starts_no_server(tmp_path: Path) -> None:
    server = await EmbeddedServer.start(tmp_path / "given")
    store = await LiveStore.open(server.url, tmp_path / "unused")
    assert await store.client.ping()
    await store.close()
    assert not (tmp_path / "unused").exists()
    assert await get(server, "anything") is None
    await server.stop()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("redis://user:secret@127.0.0.1:1/0", "Redis at redis://127.0.0.1:1/0 cannot be used"),
        ("http://127.0.0.1", "no Redis URL"),
    ],
)
async def test_an_unusable_url_is_one_line_without_the_password(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(RedisUnavailable, match=message) as raised:
        await LiveStore.open(url, tmp_path)
    assert "secret" not in str(raised.value)
