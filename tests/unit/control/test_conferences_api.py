"""Conference rooms over HTTP: who is in them, and what may be asked of them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from tests.unit.control.fake_centre import NOW, FakeCentre

from control.adapters.directory import Directory
from control.adapters.visit import Visit
from pbx.call.conference import RoomRules
from pbx.commands import Hangup, LockConference, MuteMember
from pbx.conference_events import ConferenceJoined, ConferenceLeft, ConferenceLocked, MemberMuted


@pytest.fixture
def board(centre: FakeCentre) -> FakeCentre:
    """A centre with two in the room ``team`` and one in ``board``."""
    for call, room in (("c1", "team"), ("c2", "team"), ("c3", "board")):
        centre.visits[call] = Visit(call, "inbound", f"caller of {call}", "", "602", NOW)
        centre.conferences.joined(ConferenceJoined(NOW, call, f"{call}.1", room))
    return centre


async def test_rooms_show_who_is_in_them_and_how(api: httpx.AsyncClient, board: FakeCentre) -> None:
    board.conferences.muted(MemberMuted(NOW, "c2", "c2.1", "team", True))
    board.conferences.locked(ConferenceLocked(NOW, "team", True))
    rooms = (await api.get("/conferences")).json()["items"]
    assert [(room["id"], room["locked"], len(room["calls"])) for room in rooms] == [
        ("board", False, 1),
        ("team", True, 2),
    ]
    team = (await api.get("/conferences/team")).json()
    assert [(one["call"], one["caller"], one["muted"]) for one in team["members"]] == [
        ("c1", "caller of c1", False),
        ("c2", "caller of c2", True),
    ]
    board.conferences.left(ConferenceLeft(NOW, "c3", "c3.1", "board"))
    assert (await api.get("/conferences/board")).status_code == 404
    assert [room["id"] for room in (await api.get("/conferences?limit=1")).json()["items"]] == ["team"]


async def test_listeners_hear_who_is_in_a_room_and_each_change_of_it(board: FakeCentre) -> None:
    async def told() -> dict[str, Any]:
        async with asyncio.timeout(5):
            message: dict[str, Any] = json.loads(await anext(listening))
        return message

    listening = board.hub.listen()
    rooms = (await told())["conferences"]
    assert [(room["id"], [one["call"] for one in room["members"]]) for room in rooms] == [
        ("board", ["c3"]),
        ("team", ["c1", "c2"]),
    ]
    board.conferences.muted(MemberMuted(NOW, "c2", "c2.1", "team", True))
    board.conferences.locked(ConferenceLocked(NOW, "team", True))
    change = await told()
    assert (change["kind"], change["id"], change["value"]["locked"]) == ("conference", "team", True)
    assert [one["muted"] for one in change["value"]["members"]] == [False, True]
    board.conferences.left(ConferenceLeft(NOW, "c3", "c3.1", "board"))
    change = await told()
    assert (change["kind"], change["id"], change["value"]) == ("conference", "board", None)
    await listening.aclose()


async def test_a_room_is_locked_and_members_are_muted_and_put_out(api: httpx.AsyncClient, board: FakeCentre) -> None:
    for path in ("lock", "unlock", "members/c1/mute", "members/c1/unmute"):
        assert (await api.post(f"/conferences/team/{path}")).status_code == 204
    assert (await api.delete("/conferences/team/members/c2")).status_code == 204
    assert board.commands == [
        LockConference("team", True),
        LockConference("team", False),
        MuteMember("c1.1", True),
        MuteMember("c1.1", False),
        Hangup("c2.1"),
    ]


async def test_a_room_has_the_pin_of_any_number_that_leads_to_it(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    for number, body in (
        ("602", {"target": "conference:team"}),
        ("603", {"target": "conference:board", "tones": False}),
        ("604", {"target": "conference:board", "pin": "1234"}),
    ):
        assert (await api.put(f"/routes/{number}", json=body)).status_code == 201
    shown = (await api.get("/routes/604")).json()
    assert (shown["number"], shown["target"], shown["pin"], shown["tones"]) == ("604", "conference:board", "1234", True)
    directory = Directory()
    directory.load(change.value for change in centre.changes if change.value is not None)
    assert directory.conferences() == {"board": RoomRules(pin="1234", tones=False)}


@pytest.mark.parametrize("path", ["nobody/lock", "nobody/members/c1/mute", "team/members/c3/mute"])
async def test_what_is_not_there_cannot_be_asked(api: httpx.AsyncClient, board: FakeCentre, path: str) -> None:
    answer = await api.post(f"/conferences/{path}")
    assert (answer.status_code, answer.json()["type"]) == (404, "not-found")
    assert board.commands == []
