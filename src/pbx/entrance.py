"""The way of a call into the switch: who calls is known, and allowed to, before anything is spent on it."""

from __future__ import annotations

from pbx.access import Access, Denied
from pbx.call.call import Leg
from pbx.call.control import CallControl
from pbx.guard.guard import Guard
from pbx.guard.occupancy import Occupancy
from pbx.guard.offence import Offence
from pbx.routing.numbering import NumberingPlan
from pbx.routing.trunks.board import Arrival
from pbx.sip.flow import Flow
from pbx.sip.message import Request
from pbx.sip.session import Session
from pbx.trunking.keeper import TrunkKeeper
from pbx.vouching import Vouching

RETRY_AFTER = (("retry-after", "10"),)


class Entrance:
    """Lets calls in, or says why not."""

    def __init__(
        self,
        access: Access,
        guard: Guard,
        occupancy: Occupancy,
        plan: NumberingPlan,
        control: CallControl,
        trunks: TrunkKeeper,
        vouching: Vouching,
    ) -> None:
        self._access = access
        self._guard = guard
        self._occupancy = occupancy
        self._plan = plan
        self._trunks = trunks
        self._vouching = vouching
        self._control = control

    def call_arrived(self, session: Session, request: Request, now: float) -> None:
        """Take the INVITE of a new call. Raises ParseError for one whose caller or number cannot be read."""
        assert session.dialog is not None
        flow = session.dialog.flow
        if (arrival := self._arrival(request, flow)) is not None:
            self._vouching.examine(session, request, arrival, self._admit, now)
            return
        caller = self._access.identify(request, flow, now)
        if isinstance(caller, Denied):
            session.reject(caller.status, now, fields=caller.fields)
            return
        person = self._access.person_at(caller) if caller is not None else None
        account = person.extension if person is not None else None
        if not self._occupancy.admits(flow.host, account, trusted=self._guard.trusts(flow.host)):
            session.reject(503, now, fields=RETRY_AFTER)
            return
        if account is None and self._plan.route(request.uri.number) is None:
            self._guard.offended(flow, Offence.NUMBERS, now)
        name = person.name if person is not None and person is not caller else ""
        self._control.offered(session, request, account, now, name=name)
        if isinstance(leg := session.user, Leg):
            self._occupancy.began(leg.call.id, flow.host, account)

    def _admit(self, session: Session, request: Request, arrival: Arrival, now: float) -> None:
        self._control.offered(session, request, None, now, trusted=arrival.line.trunk.trusted, arrival=arrival)

    def _arrival(self, request: Request, flow: Flow) -> Arrival | None:
        """The trunk that brings a call, never to be challenged; None where none does.

        One that calls as an extension of ours from a trunk's host, but not from the trunk's own port, is a phone
        beside it and is to prove itself.
        """
        if request.has("authorization"):
            return None
        arrival = self._trunks.arrival(request, flow)
        if arrival is None:
            return None
        beside = arrival.line.trunk.port is None and request.from_.uri.username in self._access.accounts
        return None if beside else arrival
