"""What may be asked of the dialer, as far as it is not the dialling itself: whether campaigns run."""

from __future__ import annotations

from control.campaigns.runs import Runs
from control.store.campaigns import CampaignRun
from dialer.campaign import Run


class CampaignDesk:
    """Keeps what each campaign was told to do (``ports.DialerDesk``)."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def run(self, campaign: str) -> CampaignRun:
        """Whether a campaign dials."""
        return self._runs.of(campaign)

    async def set_run(self, campaign: str, run: Run, reason: str = "") -> CampaignRun:
        """Let a campaign run, pause or stop. Raises NotFound and Refused."""
        return await self._runs.set(campaign, run, reason)

    def forget(self, campaign: str) -> None:
        """A campaign was deleted."""
        self._runs.forget(campaign)
