"""What agents configured for their calls, as the switch gets it; and changes asked for by telephone."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace
from tests.unit.control.fake_centre import FakeCentre

from control.adapters.directory import Directory
from control.nouns import Agent, Forward, Queue
from control.rewriting import Rewriter
from pbx.routing.handling import Handling
from pbx.routing.numbering import Target

ANA = Agent("ana", "Ana", "1001", "", "", forward=Forward(busy="agent:bojan", no_answer="+381114000700", after_s=8))
BOJAN = Agent("bojan", "Bojan", "1002", "", "", do_not_disturb=True)


def test_agents_are_the_phones_they_have_and_numbers_are_left_to_the_plan() -> None:
    directory = Directory()
    directory.load([ANA, BOJAN, Agent("vesna", "Vesna", "1003", "", ""), Queue("support", "Support")])
    assert directory.wishes() == {
        "1001": Handling(busy=Target("phone", "1002"), no_answer="+381114000700", after_s=8),
        "1002": Handling(do_not_disturb=True),
    }


async def changed(centre: FakeCentre, agent: str, to: str) -> bool:
    """Whether all calls of an agent could be forwarded to a number."""
    rewriter = Rewriter(centre.configuration)
    done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    rewriter.agent(agent, lambda one: replace(one, forward=Forward(always=to)), done.set_result)
    await rewriter.stop()
    return done.result()


async def test_a_change_by_telephone_is_kept_and_told_to_the_centre(centre: FakeCentre) -> None:
    async with centre.configuration.edit() as edit:
        await edit.put(BOJAN)
        await edit.put(Agent("ana", "Ana", "1001", "", ""))
    assert await changed(centre, "ana", "1002")
    value = centre.changes[-1].value
    assert isinstance(value, Agent)
    assert value.forward == Forward(always="1002")


async def test_a_change_that_leads_nowhere_is_refused(centre: FakeCentre) -> None:
    async with centre.configuration.edit() as edit:
        await edit.put(BOJAN)
    assert not await changed(centre, "bojan", "999")
    assert not await changed(centre, "nobody", "1002")
    async with centre.store.read() as records:
        assert await records.agents.get("bojan") == BOJAN
