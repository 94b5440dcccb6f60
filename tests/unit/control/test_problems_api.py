"""Every error is a problem document."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from structlog.testing import capture_logs
from tests.unit.control.fake_centre import KEY, FakeCentre


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert {"type", "title", "status", "detail"} <= document.keys()
    assert document["status"] == answer.status_code
    return answer.status_code, document["type"]


async def test_a_stranger_is_told_to_bring_a_key(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/api/v1/skills")
    assert problem(answer) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("value", ["Bearer wrong", "Bearer ", f"Basic {KEY}", KEY, "Bearer \xe9"])
async def test_a_wrong_key_is_refused(stranger: httpx.AsyncClient, value: str) -> None:
    answer = await stranger.get("/api/v1/skills", headers={b"Authorization": value.encode("latin-1")})
    assert problem(answer) == (401, "unauthenticated")


async def test_a_stranger_learns_nothing_about_paths(stranger: httpx.AsyncClient) -> None:
    assert problem(await stranger.get("/api/v1/no-such-thing")) == (401, "unauthenticated")
    assert problem(await stranger.get("/metrics")) == (401, "unauthenticated")


async def test_an_unknown_path_is_not_found(api: httpx.AsyncClient) -> None:
    assert problem(await api.get("/no-such-thing")) == (404, "not-found")


async def test_a_wrong_method_is_told_the_right_ones(api: httpx.AsyncClient) -> None:
    answer = await api.patch("/status")
    assert problem(answer) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"name": "\xff"}'])
async def test_a_body_that_is_not_json_is_malformed(api: httpx.AsyncClient, body: bytes) -> None:
    answer = await api.put("/skills/sr", content=body, headers={"Content-Type": "application/json"})
    assert problem(answer) == (400, "malformed")


@pytest.mark.parametrize("body", [b'{"\\ud800": 1}', b'{"name": "\\ud800"}', b"[]", b"null", b'"text"'])
async def test_json_that_is_no_document_is_invalid(api: httpx.AsyncClient, body: bytes) -> None:
    answer = await api.put("/skills/sr", content=body, headers={"Content-Type": "application/json"})
    assert problem(answer) == (422, "invalid")


async def test_a_giant_body_is_refused_announced_or_not(api: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100_000

    headers = {"Content-Type": "application/json"}
    assert problem(await api.put("/skills/sr", content=b" " * 2_000_000, headers=headers)) == (413, "too-large")
    assert problem(await api.put("/skills/sr", content=pieces(), headers=headers)) == (413, "too-large")


async def test_our_own_fault_is_logged_and_not_shown(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.breaks_down = True
    with capture_logs() as logged:
        answer = await api.get("/status")
    assert problem(answer) == (500, "internal")
    assert "cellar" not in answer.text
    assert [line["incident"] for line in logged] == [answer.json()["incident"]]
