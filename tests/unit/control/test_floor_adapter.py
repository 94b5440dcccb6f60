"""Whether agents can be reached, by their phones."""

from __future__ import annotations

from acd import events as acd
from acd.model import Channel
from control.adapters.directory import Directory
from control.adapters.floor import FloorAdapter
from control.nouns import Agent
from pbx.events import PhoneRegistered, PhoneUnregistered

CALLS = Agent("ana", "Ana", "1001", "", "")
CHATS = Agent("mira", "Mira", "1002", "", "", capacity={Channel.VOICE: 0, Channel.CALLBACK: 0})


class Scene:
    """Two agents, of whom one takes no work by telephone."""

    def __init__(self) -> None:
        self.registered: set[str] = set()
        self.posted: list[acd.Event] = []
        directory = Directory()
        directory.load([CALLS, CHATS])
        self.floor = FloorAdapter(directory, self.posted.append, self.registered.__contains__)


def test_an_agent_is_reachable_while_her_phone_is_registered() -> None:
    scene = Scene()
    scene.registered.add("1001")
    scene.floor.phone_changed(PhoneRegistered(0, "1001"))
    scene.registered.clear()
    scene.floor.phone_changed(PhoneUnregistered(0, "1001"))
    scene.floor.phone_changed(PhoneUnregistered(0, "1099"))
    assert scene.posted == [acd.AgentReachable("ana", True), acd.AgentReachable("ana", False)]


def test_an_agent_who_takes_no_work_by_telephone_needs_no_phone() -> None:
    scene = Scene()
    scene.floor.look_at("mira")
    scene.floor.look_at("ana")
    assert scene.posted == [acd.AgentReachable("mira", True), acd.AgentReachable("ana", False)]
