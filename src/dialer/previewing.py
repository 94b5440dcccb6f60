"""Preview dialling: a free agent is shown a lead, and dials it, skips it, or lets the time run out."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from dialer.campaign import Mode
from dialer.compliance.verdict import Refusal
from dialer.decisions import HideLead, PutBack, ShowLead
from dialer.dialling import allowed, dial, refuse
from dialer.events import Activity, PreviewAnswered
from dialer.floor import Floor
from dialer.lead import Lead
from dialer.running import Running

SKIPPED_S = 4 * 3600.0
"""A lead that was skipped is shown again after this time."""


class Shown(Struct):
    """A lead before an agent."""

    campaign: str
    lead: Lead
    until: float


class Previews:
    """Who is shown what."""

    def __init__(self) -> None:
        self.shown: dict[str, Shown] = {}
        """By agent."""

    def show(self, floor: Floor, now: float) -> None:
        """Give each free agent of a preview campaign something to look at, and dial what was looked at for long."""
        for agent, shown in list(self.shown.items()):
            if shown.until <= now:
                self._dial(floor, agent, now)
        for running in floor.runnings.values():
            if running.campaign.mode is Mode.PREVIEW and running.dials(now):
                reserved = running.reserved()
                for agent, seen in running.agents.items():
                    if seen.activity is Activity.IDLE and agent not in self.shown and agent not in reserved:
                        self._show(floor, running, agent, now)

    def answered(self, floor: Floor, event: PreviewAnswered, now: float) -> None:
        """An agent decided."""
        if event.agent not in self.shown:
            return
        if event.dials:
            self._dial(floor, event.agent, now)
        else:
            shown = self.shown[event.agent]
            self._put_back(floor, event.agent, replace(shown.lead, due_at=now + SKIPPED_S))

    def left(self, floor: Floor, agent: str) -> None:
        """An agent is not free any more: what she was shown goes back."""
        if agent in self.shown:
            self._put_back(floor, agent, self.shown[agent].lead)

    def at_hand(self, campaign: str) -> set[int]:
        """Leads that are before somebody."""
        return {one.lead.id for one in self.shown.values() if one.campaign == campaign}

    def _show(self, floor: Floor, running: Running, agent: str, now: float) -> None:
        owned = [lead for lead in running.hopper if lead.owner == agent]
        others = [lead for lead in running.hopper if not lead.owner]
        for lead in (*owned, *others):
            running.hopper.remove(lead)
            number, verdict = allowed(floor, lead, running.campaign, now)
            if isinstance(verdict, Refusal):
                refuse(floor, lead, number.number if number is not None else "", f"preview:{agent}", verdict)
                continue
            until = now + running.campaign.preview_s
            self.shown[agent] = Shown(running.campaign.id, lead, until)
            floor.decide(ShowLead(agent, lead, until))
            return

    def _dial(self, floor: Floor, agent: str, now: float) -> None:
        shown = self.shown.pop(agent)
        floor.decide(HideLead(agent))
        running = floor.runnings.get(shown.campaign)
        if running is None or not running.dials(now):
            floor.decide(PutBack(shown.lead))
        else:
            dial(floor, running, shown.lead, f"preview:{agent}", now, agent=agent)

    def _put_back(self, floor: Floor, agent: str, lead: Lead) -> None:
        del self.shown[agent]
        floor.decide(HideLead(agent), PutBack(lead))
