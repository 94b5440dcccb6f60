"""What is wrong is told clearly, at the right place, and changes nothing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.live.harness.centre import Centre
from tests.live.harness.floor import CALLER, Floor
from tests.live.harness.handset import Handset
from tests.live.harness.ports import LOOPBACK, free_block
from tests.live.harness.wire import Wire, new_branch

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def floor(
    executable: Path, tones: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Floor]:
    """One floor for all that is tried here: none of it may change anything."""
    folder = tmp_path_factory.mktemp("bad-input")
    centre = Centre(executable, folder / "centre", {"music": tones["music"]})
    try:
        async with Floor(await centre.start(), tones, folder / "phones") as floor:
            yield floor
        await centre.stop()
    finally:
        if centre.program.running:
            await centre.kill()
        await centre.api.aclose()


@pytest.fixture(scope="module")
def centre(floor: Floor) -> Centre:
    """The floor's centre."""
    return floor.centre


async def test_an_unknown_number_is_404(floor: Floor) -> None:
    caller = await floor.handset()
    assert (await caller.invite("998877")).status == 404
    await floor.centre.quiet()


async def test_a_wrong_password_is_403_after_a_fresh_challenge(floor: Floor) -> None:
    async with Handset(floor.centre.sip, user=CALLER, password="not-this-one") as stranger:
        statuses = await stranger.register()
    assert statuses[0] == 401
    assert statuses[-1] == 403


async def test_an_unknown_user_is_refused_just_as_a_wrong_password_is(floor: Floor) -> None:
    async with Handset(floor.centre.sip, user="7777", password="guess") as stranger:
        statuses = await stranger.register()
    assert statuses[0] == 401
    assert statuses[-1] == 403


async def test_the_right_password_registers(floor: Floor) -> None:
    assert await (await floor.handset()).register() == [401, 200]


@pytest.mark.parametrize(
    "sdp",
    [
        "this is no session description\r\n",
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n",
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio many RTP/AVP 0\r\n",
    ],
    ids=["prose", "no address", "a port that is no number"],
)
async def test_a_malformed_session_description_is_488_with_a_warning(floor: Floor, sdp: str) -> None:
    caller = await floor.handset()
    answer = await caller.invite("700", sdp=sdp)
    assert answer.status == 488
    code, agent, text = answer["warning"].split(" ", 2)
    assert code.isdigit()
    assert len(code) == 3, "RFC 3261 section 20.43: three digits, an agent, a quoted text"
    assert agent
    assert text.startswith('"')
    await floor.centre.quiet()


async def test_a_request_without_a_call_id_is_400(centre: Centre) -> None:
    async with Wire(centre.sip) as wire:
        host, port = wire.address
        wire.send(
            f"OPTIONS sip:{centre.sip} SIP/2.0\n"
            f"Via: SIP/2.0/UDP {host}:{port};rport;branch={new_branch()}\n"
            f"Max-Forwards: 70\n"
            f"From: <sip:someone@{host}>;tag=1\n"
            f"To: <sip:{centre.sip}>\n"
            f"CSeq: 1 OPTIONS\n"
            f"Content-Length: 0\n\n"
        )
        assert (await wire.final("OPTIONS", 1)).status == 400


async def test_noise_on_the_sip_port_disturbs_nobody(floor: Floor) -> None:
    async with Wire(floor.centre.sip) as wire:
        for noise in ("\0\0\0\0", "", "\n\n", "GET / HTTP/1.1\n\n", "INVITE sip:700 SIP/2.0\n\n", "\xff" * 2000):
            wire.send(noise)
    assert await (await floor.handset()).register() == [401, 200]


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM], ids=["SIP over UDP", "HTTP"])
async def test_a_busy_address_is_one_clear_line_and_exit_2(
    executable: Path, tmp_path: Path, kind: socket.SocketKind
) -> None:
    ports = free_block()
    with socket.socket(socket.AF_INET, kind) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind == socket.SOCK_STREAM))
        other.bind((LOOPBACK, ports if kind == socket.SOCK_DGRAM else ports + 10))
        if kind == socket.SOCK_STREAM:
            other.listen()
        busy = f"{LOOPBACK}:{other.getsockname()[1]}"
        status, said = await _serve(
            executable, tmp_path, "--sip", f"{LOOPBACK}:{ports}", "--http", f"{LOOPBACK}:{ports + 10}"
        )
    assert status == 2, said
    assert busy in _only_line(said)


async def test_a_bad_setting_is_one_clear_line_and_exit_2(executable: Path, tmp_path: Path) -> None:
    status, said = await _serve(executable, tmp_path, "--sip", "nowhere")
    assert status == 2, said
    assert "nowhere" in _only_line(said)


@pytest.mark.parametrize(
    ("field", "value"),
    [("strategy", "by_horoscope"), ("requires", "flying >= 3"), ("requires", "support >="), ("ring_timeout_s", -1)],
    ids=["unknown strategy", "unknown skill", "half an expression", "a time before now"],
)
async def test_an_invalid_put_is_422_that_names_the_field_and_changes_nothing(
    floor: Floor, field: str, value: object
) -> None:
    api = floor.centre.api
    before = (await api.get("/queues/support")).json()
    answer = await api.put("/queues/support", json={"name": "Support", "extension": "700", field: value})
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert field in answer.text
    assert (await api.get("/queues/support")).json() == before


async def test_an_unknown_field_is_422_that_names_it(floor: Floor) -> None:
    answer = await floor.centre.api.put("/queues/support", json={"name": "Support", "colour": "blue"})
    assert answer.status_code == 422
    assert "colour" in answer.text


async def _serve(executable: Path, folder: Path, *flags: str) -> tuple[int, str]:
    """Run ``centrala serve`` that is expected to refuse; its exit status and what it wrote on standard error."""
    process = await asyncio.create_subprocess_exec(
        *(str(executable), "serve", "--data", str(folder / "data"), *flags),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
    )
    try:
        _, errors = await asyncio.wait_for(process.communicate(), 20)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, errors.decode()


def _only_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) == 1, f"one clear line was expected, not {len(lines)}:\n{text}"
    return lines[0]
