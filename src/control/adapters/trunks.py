"""Trunks between the switch and those who watch them: their states and figures, and what was spent before a restart."""

from __future__ import annotations

import time

import structlog

from control.adapters.directory import Directory
from control.realtime.hub import Hub
from control.schemas.trunk import TrunkLive
from control.store.store import Store
from control.trunk_rules import check_transport
from pbx.routing.trunks.day import day_of
from pbx.routing.trunks.trunk import Trunk
from pbx.service import Switch
from pbx.trunk_events import TrunkDown, TrunkUp

log = structlog.get_logger()


class TrunkDesk:
    """Declares trunks to the switch, and shows how they do."""

    def __init__(self, switch: Switch, directory: Directory, hub: Hub, *, secure_only: bool) -> None:
        """``secure_only``: whether no trunk may be called where others listen in."""
        self._secure_only = secure_only
        self._switch = switch
        self._directory = directory
        self._hub = hub
        self._telling: set[str] = set()

    def check(self, trunk: Trunk) -> None:
        """Raise Invalid, naming the trunk, for one that may not be called as it is declared."""
        if self._secure_only:
            check_transport(trunk)

    def check_all(self) -> None:
        """Raise Invalid for a trunk declared before ``tls_only`` was set."""
        for trunk in self._directory.trunks.values():
            self.check(trunk)

    def declare(self) -> None:
        """Let the switch know the trunks as they are configured; it must listen already."""
        self._switch.declare_trunks(dict(self._directory.trunks))
        telling = {trunk.id for trunk in self._directory.trunks.values() if trunk.tells_keys}
        for trunk in sorted(telling - self._telling):
            log.warning("trunk.srtp_keys_in_the_clear", trunk=trunk, expected="transport tls")
        self._telling = telling

    async def restore_spending(self, store: Store) -> None:
        """Sum today's call records up, so that a daily limit outlives a restart."""
        now = time.time()
        async with store.read() as records:
            spent = {
                trunk.id: await records.cdrs.spent(trunk.id, day_of(trunk.time_zone, now)[0])
                for trunk in self._directory.trunks.values()
                if trunk.rates
            }
        self._switch.restore_spending(spent)

    def live(self, trunk: str) -> TrunkLive | None:
        """A trunk's state and figures, None where there is none."""
        configured, state = self._directory.trunks.get(trunk), self._switch.trunk(trunk)
        if configured is None or state is None:
            return None
        return TrunkLive(
            id=trunk,
            state="down" if state.down else "up",
            reason=state.down,
            since=state.since,
            registered=state.registered,
            last_error=state.last_error,
            ways=[f"{way.host}:{way.port}" for way in state.ways],
            calls=state.calls,
            spent_today=round(state.spent_today, 4),
            currency=configured.currency,
        )

    def free_lines(self) -> int | None:
        """How many more calls all trunks together would carry; None is any number, as where there are none."""
        free = 0
        for trunk in self._directory.trunks.values():
            state = self._switch.trunk(trunk.id)
            if trunk.max_calls is None:
                return None
            free += max(0, trunk.max_calls - (state.calls if state is not None else 0))
        return free if self._directory.trunks else None

    def all(self) -> list[TrunkLive]:
        """Every trunk's."""
        return [live for trunk in self._directory.trunks if (live := self.live(trunk)) is not None]

    def told(self, event: TrunkUp | TrunkDown) -> None:
        """Pass a change of state on."""
        self._hub.publish("trunk", event.trunk, self.live(event.trunk))
