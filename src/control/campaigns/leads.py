"""What may be asked of the leads of campaigns, beside calling them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec.structs import replace

from control.errors import Invalid, NotFound, Refused
from control.nouns import Campaign
from control.store.dispositions import Said
from control.store.leads import LeadFilter
from control.store.store import Records, Store
from dialer import recycling
from dialer.lead import Lead, LeadState

DELETED_AT_ONCE = 2000
"""Leads in one transaction: whoever else writes waits no longer than for these."""


class LeadDesk:
    """The leads of all campaigns."""

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self.opted_out: Callable[[Records, str, str, str], Awaitable[None]] = _not_kept
        """Writes a number that is not to be called any more, for a client, and who says so."""
        self.converted: Callable[[str], None] = lambda campaign: None
        """Told of a campaign that has one more conversion."""
        self.came: Callable[[str], None] = lambda campaign: None
        """Told of a campaign that has leads to be called which it had not."""

    async def get(self, campaign: str, id: int) -> Lead:
        """A lead of a campaign. Raises NotFound."""
        async with self._store.read() as records:
            return await _lead(records, campaign, id)

    async def change(self, campaign: str, id: int, changes: dict[str, Any]) -> Lead:
        """Give some of a lead's fields other values. Raises NotFound, and Refused for one that is being called."""
        async with self._store.write() as records:
            before = await _lead(records, campaign, id)
            if before.state is LeadState.DIALLING:
                raise Refused(f"lead {id} is being called")
            lead = replace(before, **changes)
            await records.leads.put(lead, self._clock())
        self.came(campaign)
        return lead

    async def delete(self, campaign: str, id: int) -> None:
        """Forget a lead; of its attempts stays what is written, without its numbers. Raises NotFound and Refused."""
        async with self._store.write() as records:
            lead = await _lead(records, campaign, id)
            if lead.state is LeadState.DIALLING:
                raise Refused(f"lead {id} is being called")
            await _forget(records, [lead])

    async def dispose(self, campaign: str, id: int, code: str, *, agent: str = "", note: str = "") -> Lead:
        """An agent says what came of a conversation, and what the campaign has for that follows, once the call is over.

        Raises NotFound, and Invalid for what may not be said.
        """
        now = self._clock()
        async with self._store.write() as records:
            configured = await _campaign(records, campaign)
            found = next((one for one in configured.dispositions if one.code == code), None)
            if found is None:
                known = ", ".join(one.code for one in configured.dispositions) or "none"
                raise Invalid(f"campaign {campaign} has no disposition {code}; known: {known}", field="disposition")
            before = await _lead(records, campaign, id)
            if not before.tried:
                raise Refused(f"lead {id} was never called")
            lead = recycling.disposed(before, found, now)
            if found.do_not_call:
                lead = replace(lead, verdict="opted_out")
            await records.lead_line.wish(lead, now)
            said = Said(
                id, len(before.tried), campaign, code, agent, note, found.right_party, found.conversion, now
            )  # fmt: skip
            converted = await records.dispositions.put(said)
            if found.do_not_call:
                source = f"lead {id} to agent {agent or 'unknown'}"
                for number in lead.numbers:
                    await self.opted_out(records, number.number, configured.client, source)
        if converted:
            self.converted(campaign)
        if lead.state is LeadState.READY:
            self.came(campaign)
        return await self.get(campaign, id)

    async def call_back(self, campaign: str, id: int, at: float, owner: str) -> Lead:
        """A lead is called at a time, by its owner or by anyone; once the call with it is over, where it is in one.

        Raises NotFound, Invalid (owner) and Refused for one that may not be called.
        """
        async with self._store.write() as records:
            lead = await _lead(records, campaign, id)
            if lead.state is LeadState.REFUSED:
                raise Refused(f"lead {id} may not be called: {lead.verdict}")
            if owner and await records.agents.get(owner) is None:
                raise Invalid(f"there is no agent {owner}", field="owner")
            wanted = replace(lead, state=LeadState.CALLBACK, due_at=at, owner=owner)
            await records.lead_line.wish(wanted, self._clock())
        self.came(campaign)
        return await self.get(campaign, id)

    async def forget_list(self, campaign: str, name: str) -> int:
        """Delete the leads of a list but those that are being called; how many there were."""
        return await self._forget(LeadFilter(campaign=campaign, list=name))

    async def forget_campaign(self, campaign: str) -> int:
        """Delete all leads of a campaign that does not run; how many there were."""
        return await self._forget(LeadFilter(campaign=campaign))

    async def _forget(self, wanted: LeadFilter) -> int:
        count = 0
        for state in LeadState:
            if state is LeadState.DIALLING and wanted.list is not None:
                continue
            some = replace(wanted, state=state)
            while True:
                async with self._store.write() as records:
                    gone = await records.leads.page(some, DELETED_AT_ONCE)
                    await _forget(records, gone)
                count += len(gone)
                if len(gone) < DELETED_AT_ONCE:
                    break
        return count


async def _not_kept(records: Records, number: str, client: str, source: str) -> None:
    """Where there are no lists."""


async def _forget(records: Records, gone: list[Lead]) -> None:
    await records.leads.delete(gone)
    await records.attempts.forget([lead.id for lead in gone if lead.tried])


async def _lead(records: Records, campaign: str, id: int) -> Lead:
    lead = await records.leads.get(id)
    if lead is None or lead.campaign != campaign:
        raise NotFound(f"campaign {campaign} has no lead {id}")
    return lead


async def _campaign(records: Records, id: str) -> Campaign:
    campaign = await records.campaigns.get(id)
    if campaign is None:
        raise NotFound(f"there is no campaign {id}")
    return campaign
