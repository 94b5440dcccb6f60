"""Work without a telephone: chats, e-mails and tasks, which agents take, put aside and finish at their workstations.

An order is work under its own id. Offers are told (``work`` on ``WS /events``, and in the agent's live view), and
answered over HTTP; the router takes them back by itself when the queue's ring timeout is over. What the router does
not know of an order lies in SQL, which is written before an order enters the router and before it is done, so that
after a restart what the database says holds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from acd import decisions as decided
from acd import events as acd
from acd.agent import AgentState
from acd.decisions import Decision, RefusalCause
from acd.live import AgentLive, AtHand, WorkLive
from acd.model import Channel
from acd.records import WorkState
from control.adapters.directory import Directory
from control.errors import NotFound, Refused, Taken
from control.realtime.hub import Hub
from control.schemas.work import WorkShown, work_shown
from control.store.behind import Write
from control.store.store import Records, Store
from control.work_order import WorkOrder

BY_TELEPHONE = frozenset({Channel.VOICE, Channel.CALLBACK})
IN_LINE = frozenset({WorkState.SCHEDULED, WorkState.WAITING, WorkState.OFFERED})


class Surroundings(Struct, frozen=True):
    """What the rest of the centre does for work."""

    post: Callable[[acd.Event], None]
    flush: Callable[[], Awaitable[None]]
    """Returns when what was posted is in the journal."""
    works: Callable[[], Iterable[WorkLive]]
    """All that the router has."""
    work: Callable[[str], WorkLive | None]
    agent: Callable[[str], AgentLive | None]
    write: Callable[[Write], None]
    """Bring something into the store soon."""
    new_id: Callable[[], str]
    clock: Callable[[], float]


class WorkDesk:
    """Knows every open order."""

    def __init__(self, directory: Directory, store: Store, hub: Hub, around: Surroundings) -> None:
        self._directory = directory
        self._store = store
        self._hub = hub
        self._around = around
        self.open: dict[str, WorkOrder] = {}
        """Those that are not done, by id."""

    # At the start

    def restore(self, orders: Iterable[WorkOrder]) -> None:
        """Know again what was open, and bring the router in line with it."""
        self.open = {order.id: order for order in orders}
        for live in list(self._around.works()):
            if live.channel in BY_TELEPHONE or live.id in self.open:
                continue
            taken = live.state == WorkState.CONNECTED
            self._around.post(acd.WorkEnded(live.id) if taken else acd.WorkWithdrawn(live.id))
        for order in list(self.open.values()):
            if self._around.work(order.id) is not None:
                continue
            if order.agent:  # the database missed its end
                self._keep(replace(order, done_at=self._around.clock()))
            else:  # the program died before the router had it
                self._arrive(order)

    # What one may ask

    def all(self) -> list[WorkShown]:
        """Everything that waits, is offered or under way, calls included, the oldest first."""
        shown = (self._shown(live, self.open.get(live.id)) for live in self._around.works())
        return sorted(shown, key=lambda one: (one.created_at, one.id))

    def new_id(self) -> str:
        """An id for work that comes without one."""
        return self._around.new_id()

    def orders(self) -> list[WorkShown]:
        """The open orders."""
        return [shown for id in self.open if (shown := self.shown(id)) is not None]

    def shown(self, id: str) -> WorkShown | None:
        """A piece of work that is not over, a call included; None for one that is, or never was."""
        live = self._around.work(id)
        return None if live is None else self._shown(live, self.open.get(id))

    async def add(self, order: WorkOrder) -> None:
        """Let work look for an agent; a restart keeps it when this returns. Raises Taken for an id that is known."""
        if order.id in self.open or self._around.work(order.id) is not None:
            raise Taken(f"there is work {order.id} already", field="id")
        self.open[order.id] = order
        try:
            async with self._store.write() as records:
                if await records.work.get(order.id) is not None:
                    raise Taken(f"there was work {order.id} already", field="id")
                await records.work.put(order)
        except BaseException:
            del self.open[order.id]
            raise
        self._arrive(order)
        await self._around.flush()
        self._tell(order.id)

    async def accept(self, id: str, agent: str) -> None:
        """An agent takes what she is offered. Raises NotFound, and Refused where she is not offered it (any more)."""
        self._offered(id, agent)
        self._around.post(acd.OfferAccepted(id, agent))
        await self._around.flush()

    async def decline(self, id: str, agent: str) -> None:
        """An agent leaves an offer to others. Raises as ``accept``."""
        self._offered(id, agent)
        self._around.post(acd.OfferRefused(id, agent, RefusalCause.DECLINED))
        self._tell(id)
        await self._around.flush()

    async def hold(self, id: str, *, held: bool) -> None:
        """Put work aside, or take it up again. Raises NotFound, and Refused for what nobody has."""
        self._taken(id)
        self._around.post(acd.WorkHeld(id, held))
        self._tell(id)
        await self._around.flush()

    async def finish(self, id: str, result: str) -> WorkShown:
        """Work is done, and its agent's wrap-up begins. Raises as ``hold``."""
        return await self._finish(self._taken(id), result, acd.WorkEnded(id))

    async def withdraw(self, id: str, *, abandoned: bool) -> None:
        """Work that nobody has yet is not to be done, since its customer gave up (``abandoned``) or somebody says so.

        Raises NotFound, and Refused for what an agent has.
        """
        order = self._order(id)
        live = self._around.work(id)
        if live is not None and live.state not in IN_LINE:
            raise Refused(f"work {id} is {live.state}: it can only be done")
        if abandoned:
            await self._finish(order, "abandoned", acd.WorkAbandoned(id))
        else:
            await self._finish(order, "withdrawn", acd.WorkWithdrawn(id))

    async def set_priority(self, id: str, priority: int) -> None:
        """Let work that waits, calls included, come earlier or later. Raises NotFound."""
        if self._around.work(id) is None:
            raise NotFound(f"there is no work {id} that waits")
        self._around.post(acd.WorkReprioritised(id, priority))
        if (order := self.open.get(id)) is not None:
            self._keep(replace(order, priority=priority))
        await self._around.flush()

    # From the distributor

    def decided(self, decisions: Iterable[Decision]) -> None:
        """Carry out what was decided about orders: mostly, tell it to those who are concerned."""
        for decision in decisions:
            order = self.open.get(getattr(decision, "work", ""))
            if order is None:
                continue
            match decision:
                case decided.Connect(agent=agent):
                    self._keep(replace(order, agent=agent))
                case decided.Overflow(target=target):
                    self._overflow(order, target)
                case decided.Refuse(cause=cause):
                    self._keep(replace(order, done_at=self._around.clock(), result=cause))
                case _:  # an offer, or its end; something more urgent came, or is over
                    self._tell(order.id)

    def _overflow(self, order: WorkOrder, target: str) -> None:
        kind, _, name = target.partition(":")
        if kind == "queue":
            self._keep(replace(order, queue=name))
            self._arrive(self.open[order.id])
        else:  # a voicemail box, a trunk: nothing that could take what is no call
            self._keep(replace(order, done_at=self._around.clock(), result=f"overflowed to {target}"))

    # Orders

    def _arrive(self, order: WorkOrder) -> None:
        self._around.post(acd.WorkArrived(order.item(self._directory.patience_s(order.queue))))

    def _order(self, id: str) -> WorkOrder:
        order = self.open.get(id)
        if order is not None:
            return order
        live = self._around.work(id)
        if live is None:
            raise NotFound(f"there is no work {id} that is not done")
        raise Refused(f"{id} is a {live.channel} item, which telephones serve")

    def _offered(self, id: str, agent: str) -> None:
        self._order(id)
        live = self._around.work(id)
        if live is None or live.state != WorkState.OFFERED or agent not in live.agents:
            raise Refused(f"work {id} is not offered to {agent}")

    def _taken(self, id: str) -> WorkOrder:
        order = self._order(id)
        live = self._around.work(id)
        if live is None or live.state != WorkState.CONNECTED:
            raise Refused(f"nobody has taken work {id}")
        return order

    async def _finish(self, order: WorkOrder, result: str, event: acd.Event) -> WorkShown:
        done = replace(order, done_at=self._around.clock(), result=result)
        del self.open[order.id]
        try:
            async with self._store.write() as records:
                await records.work.put(done)
        except BaseException:
            self.open[order.id] = order
            raise
        self._around.post(event)
        shown = work_shown(done)
        self._hub.publish("work", order.id, shown)
        await self._around.flush()
        return shown

    def _keep(self, order: WorkOrder) -> None:
        """An order is another one now."""
        if order.done:
            self.open.pop(order.id, None)
            self._hub.publish("work", order.id, work_shown(order))
        else:
            self.open[order.id] = order
            self._tell(order.id)

        async def write(records: Records) -> None:
            newest = order if order.done else self.open.get(order.id)
            if newest is not None:  # else it is done, and written as such
                await records.work.put(newest)

        self._around.write(write)

    def _tell(self, id: str) -> None:
        if self._hub.awake and (shown := self.shown(id)) is not None:
            self._hub.publish("work", id, shown)

    def _shown(self, live: WorkLive, order: WorkOrder | None) -> WorkShown:
        if order is None:
            order = WorkOrder(live.id, live.queue, Channel(live.channel), live.caller, live.arrived_at)
        return work_shown(order, live, self._hand(live))

    def _hand(self, live: WorkLive) -> AtHand | None:
        """How it is with who has it."""
        if live.state != WorkState.CONNECTED or not live.agents:
            return None
        agent = self._around.agent(live.agents[0])
        hands = agent.at_hand if agent is not None else ()
        return next((one for one in hands if one.work == live.id and one.state == AgentState.HELD), None)
