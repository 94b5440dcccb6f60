"""Whether campaigns dial: told by operators and by the dialer, kept over restarts, untouched by declarations."""

from __future__ import annotations

import time
from collections.abc import Callable

from control.errors import NotFound, Refused
from control.store.campaigns import CampaignRun
from control.store.store import Store
from dialer.campaign import Run


class Runs:
    """The run state of every campaign."""

    def __init__(
        self,
        store: Store,
        *,
        changed: Callable[[CampaignRun], None] = lambda run: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``changed`` is told what was committed."""
        self._store = store
        self._changed = changed
        self._clock = clock
        self._runs: dict[str, CampaignRun] = {}

    async def start(self) -> None:
        """Read what was kept."""
        async with self._store.read() as records:
            self._runs = {run.campaign: run for run in await records.campaign_runs.all()}

    def of(self, campaign: str) -> CampaignRun:
        """A campaign's; stopped, where it never ran."""
        return self._runs.get(campaign) or CampaignRun(campaign)

    async def set(self, campaign: str, run: Run, reason: str = "") -> CampaignRun:
        """Let a campaign run, pause or stop; what it does already it goes on doing.

        Raises NotFound, and Refused for pausing what does not run.
        """
        async with self._store.write() as records:
            if await records.campaigns.get(campaign) is None:
                raise NotFound(f"there is no campaign {campaign}")
            before = self.of(campaign)
            if before.run is run:
                return before
            if before.run is Run.STOPPED and run is Run.PAUSED:
                raise Refused(f"campaign {campaign} does not run")
            now = CampaignRun(campaign, run, self._clock(), reason)
            await records.campaign_runs.put(now)
        self._runs[campaign] = now
        self._changed(now)
        return now

    def forget(self, campaign: str) -> None:
        """A campaign was deleted."""
        self._runs.pop(campaign, None)
