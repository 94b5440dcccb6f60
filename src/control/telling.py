"""What the running centre tells those who listen, and what it keeps of what has been."""

from __future__ import annotations

from control.adapters.callbacks import CallbackDesk
from control.adapters.conferences import ConferenceDesk
from control.adapters.quality import QualityDesk
from control.adapters.visit import Visit
from control.cdr import Cdr
from control.lead_import import LeadImport
from control.leftovers import CallbackRequest
from control.live_view import LiveView
from control.realtime.hub import Hub
from control.schemas.callback import callback_shown
from control.schemas.cdr import CdrShown
from control.schemas.lead_import import import_shown
from control.store.behind import WriteBehind
from control.store.cdr_writer import CdrWriter
from control.store.store import Records


class Telling(LiveView):
    """The part of the centre that tells and notes changes."""

    hub: Hub
    callbacks: CallbackDesk
    conferences: ConferenceDesk
    quality: QualityDesk
    _cdrs: CdrWriter
    _kept: WriteBehind

    def _visit_changed(self, visit: Visit) -> None:
        if self.hub.awake:
            self.hub.publish("call", visit.call, visit.shown())
            if visit.agent is not None:
                self.hub.publish("agent", visit.agent, self.agent_live(visit.agent))

    def _visit_ended(self, visit: Visit, cdr: Cdr) -> None:
        self._cdrs.add(cdr)
        self.quality.ended(cdr)
        if self.hub.awake:
            self.hub.publish("call", visit.call, None)
            self.hub.publish("cdr", visit.call, CdrShown.model_validate(cdr))

    def _visit_merged(self, visit: Visit) -> None:
        if self.hub.awake:
            self.hub.publish("call", visit.call, None)

    def _keep_callback(self, id: str, request: CallbackRequest | None) -> None:
        async def write(records: Records) -> None:
            await (records.callbacks.put(request) if request is not None else records.callbacks.delete(id))

        self._kept.add(write)
        shown = callback_shown(request, self.callbacks.state(request)) if request is not None else None
        self.hub.publish("callback", id, shown)

    def _import_changed(self, job: LeadImport) -> None:
        self.hub.publish("import", job.id, import_shown(job))
        if job.progress.taken and not job.options.dry_run:
            self.dialer.leads_came(job.campaign)

    def _tell_changes(self) -> None:
        agents, queues = self._distributor.router.drain_changes()
        for agent in agents:
            self.hub.publish("agent", agent, self.agent_live(agent))
        for queue in queues:
            self.hub.publish("queue", queue, self.queue_live(queue))
        self.dialer.agents_changed(agents)
        self.dialer.tell_changes()
        self.conferences.tell(self.hub)
