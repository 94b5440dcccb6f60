"""What may be asked of the leads of campaigns, beside calling them."""

from __future__ import annotations

from control.store.leads import LeadFilter
from control.store.store import Store

DELETED_AT_ONCE = 2000
"""Leads in one transaction: whoever else writes waits no longer than for these."""


class LeadDesk:
    """The leads of all campaigns."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def forget_campaign(self, campaign: str) -> int:
        """Delete all leads of a campaign; how many there were."""
        count = 0
        while True:
            async with self._store.write() as records:
                gone = await records.leads.page(LeadFilter(campaign=campaign), DELETED_AT_ONCE)
                await records.leads.delete(gone)
            count += len(gone)
            if len(gone) < DELETED_AT_ONCE:
                return count
