"""The ladder over HTTP, as JSON and as a drawing."""

from __future__ import annotations

import httpx
from tests.unit.control.fake_centre import NOW, FakeCentre

from pbx.ladder.book import Seen
from pbx.ladder.step import steps_of
from pbx.sip.flow import Flow

INVITE = b"INVITE sip:700@x SIP/2.0\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n\r\n"


def with_one_message(centre: FakeCentre) -> None:
    centre.ladders["c1"] = steps_of([("c1.1", Seen(NOW, Flow("udp", "198.51.100.7", 5060), False, INVITE))])


async def test_a_ladder_is_read_step_by_step(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    with_one_message(centre)
    ladder = (await api.get("/calls/c1/ladder")).json()
    assert ladder["call"] == "c1"
    (step,) = ladder["steps"]
    assert step["at"] == "2023-11-14T22:13:20.000Z"
    assert (step["source"], step["destination"]) == ("198.51.100.7:5060", "centrala")
    assert (step["summary"], step["status"], step["leg"]) == ("INVITE sip:700@x", None, "c1.1")


async def test_a_ladder_is_drawn_for_those_who_ask_for_text(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    with_one_message(centre)
    answer = await api.get("/calls/c1/ladder", headers={"Accept": "text/plain"})
    assert answer.headers["content-type"].startswith("text/plain")
    assert "INVITE sip:700@x" in answer.text
    assert "centrala" in answer.text


async def test_a_call_that_nobody_remembers_has_no_ladder(api: httpx.AsyncClient) -> None:
    answer = await api.get("/calls/c9/ladder")
    assert answer.status_code == 404
    assert "c9" in answer.json()["detail"]
