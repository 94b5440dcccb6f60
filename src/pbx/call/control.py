"""Call control: what becomes of each SIP event, and the verbs with which commands steer calls.

Everything here is synchronous: an event is decided upon and acted upon before the next one is looked at, so no
two of them ever interleave. ``now`` is the endpoint's clock (for its timers), ``clock()`` the wall's (for records).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from pbx.call import arrival as arriving
from pbx.call import bridge as bridging
from pbx.call import cause as causes
from pbx.call import codec_choice, digits, listening, outgoing, parting, placing, supervision
from pbx.call import hold as holding
from pbx.call import refer as referring
from pbx.call import replace as replacing
from pbx.call import ring as ringing
from pbx.call import search as searching
from pbx.call import transfer as transferring
from pbx.call.attempt import Branch, offered_late
from pbx.call.audio import LegAudio, Terms
from pbx.call.call import Call, Leg, LegState
from pbx.call.gathering import goes_on_without
from pbx.call.host import Destination, Recorded
from pbx.call.services import SERVICES
from pbx.events import (
    CallDirected,
    CallOffered,
    CallStarted,
    Event,
    LegAnswered,
    LegEnded,
    LegStarted,
    NumberRouted,
)
from pbx.plane.protocol import Plane, PlaneFull
from pbx.routing.diversion import read as read_diversions
from pbx.routing.handling import Handling
from pbx.routing.identity import caller_of
from pbx.routing.numbering import NumberingPlan, Route, Target
from pbx.routing.registrar import Registrar
from pbx.routing.trunks.board import Arrival
from pbx.sdp.crypto import SrtpPolicy
from pbx.sdp.dtmf import DtmfMode
from pbx.sdp.errors import SdpError
from pbx.sip import events as sip
from pbx.sip.abilities import ALLOW
from pbx.sip.endpoint import Endpoint
from pbx.sip.flow import own_place
from pbx.sip.message import Request
from pbx.sip.session import Phase, Session


class CallControl:
    """All calls of one switch."""

    def __init__(
        self,
        endpoint: Endpoint,
        plane: Plane,
        registrar: Registrar,
        plan: NumberingPlan,
        publish: Callable[[Event], None],
        clock: Callable[[], float],
        boot: str,
    ) -> None:
        """``boot``: unique to this start of the switch, so that ids never repeat."""
        self.endpoint = endpoint
        self.plane = plane
        self.registrar = registrar
        self.plan = plan
        self.publish = publish
        self.clock = clock
        self.calls: dict[str, Call] = {}
        self.legs: dict[str, Leg] = {}
        self.destinations: dict[str, Destination] = {"phone": ringing.ring_directly, **SERVICES}
        """What the switch serves itself, by the kind of target; all else is offered to whoever listens."""
        self.srtp = SrtpPolicy.OFFER
        self.dtmf: dict[str, DtmfMode] = {}
        """How the phones of extensions have digits, where not as they agree on."""
        self.codecs: tuple[str, ...] = codec_choice.DEFAULT
        self.recordings: dict[str, Recorded] = {}
        self.named: Callable[[str, str, str], None] = lambda call_id, call, leg: None
        """Told which SIP Call-ID a leg of a call has."""
        self.handling: dict[str, Handling] = {}
        self.domains: frozenset[str] = frozenset()
        self._boot = boot
        self._numbers = count(1)

    # Beginnings

    def offered(
        self,
        session: Session,
        request: Request,
        account: str | None,
        now: float,
        *,
        trusted: bool = False,
        arrival: Arrival | None = None,
        name: str = "",
    ) -> None:
        """A new INVITE: route it.

        Its caller is known (an account, by another ``name`` than its phone says where one is given), a peer whose word
        is ``trusted``, brought by a trunk, or a guest.
        """
        if request.has("replaces"):
            replacing.offered(self, session, request, account, now)
            return
        caller = caller_of(request, account, trusted=trusted, name=name)
        number = (arrival and arrival.number) or request.uri.number
        call = Call(self.new_id(), "inbound", caller.number, caller.name, number, self.clock())
        call.account, call.asserted, call.private = account, caller.asserted, caller.private
        call.diversions = read_diversions(request)
        call.max_forwards = (70 if (hops := request.number("max-forwards")) is None else hops) - 1
        call.max_breadth = request.number("max-breadth") or call.max_breadth
        self.calls[call.id] = call
        self.publish(CallStarted(call.started_at, call.id, call.direction, call.caller, call.caller_name, number))
        leg = self.take_in(session, request, call, call.caller, account, now, arrival=arrival)
        if leg is None:
            return
        route = self.route(call, number) if arrival is None or arrival.number is not None else None
        if route is None:
            self._refuse(leg, 404 if account or arrival else 480, now)  # guests are not told which phones there are
            return
        self.direct(leg, route.target, now)

    def take_in(
        self,
        session: Session,
        request: Request,
        call: Call,
        party: str,
        account: str | None,
        now: float,
        *,
        arrival: Arrival | None = None,
    ) -> Leg | None:
        """Add the leg of an INVITE that came in to a call; None where its offer cannot be met, and was refused."""
        leg = self.new_leg(call, party, incoming=True, account=account)
        leg.session = session
        session.user = leg
        self.named(session.call_id, call.id, leg.id)
        assert session.dialog is not None
        flow = session.dialog.flow
        place = own_place(self.endpoint.sent_by, flow)[0]
        leg.audio.meet(Terms(place, offered_late(flow.transport), seen_at=flow.host))
        if arrival is not None:
            arriving.write_down(leg, arrival)
        if call.max_forwards < 0:
            self._refuse(leg, 483, now)
            return None
        if request.body:
            try:
                leg.audio.take_offer(request.body)
            except SdpError as error:
                self._refuse(leg, 488, now, (("warning", str(error)),))
                return None
        return leg

    def route(self, call: Call, number: str) -> Route | None:
        """Where a number leads (None: nowhere); it is what the call wants to reach from now on."""
        call.wanted = number
        route = self.plan.route(number)
        rule, target, others = (route.rule, str(route.target), route.passed_over) if route else (None, "", ())
        self.publish(NumberRouted(self.clock(), call.id, number, rule, target, others))
        return route

    def direct(self, leg: Leg, target: Target, now: float) -> None:
        """Take a leg to a target: a phone, a service of the switch, or whoever owns such targets."""
        leg.dismiss(now)
        call = leg.call
        call.target = target
        self.publish(CallDirected(self.clock(), call.id, target.kind, target.name))
        destination = self.destinations.get(target.kind)
        if destination is not None:
            destination(self, leg, target.name, now)
            digits.review(leg)
        else:
            caller, caller_name = call.party(leg)
            self.publish(
                CallOffered(
                    at=self.clock(),
                    call=call.id,
                    leg=leg.id,
                    caller=caller,
                    caller_name=caller_name,
                    number=call.number,
                    target_kind=target.kind,
                    target=target.name,
                    account=call.account,
                    language=call.spoken,
                    wish=target.wish,
                )
            )

    def new_id(self) -> str:
        """An id for a call, unique over restarts."""
        return f"{self._boot}-{next(self._numbers):x}"

    def next_leg_id(self, call: Call) -> str:
        """An id for one more leg of a call."""
        return f"{call.id}.{len(call.legs) + 1}"

    def new_leg(self, call: Call, party: str, *, incoming: bool, leg_id: str = "", account: str | None = None) -> Leg:
        """Add a leg to a call; ``account`` is the extension that authenticated as its caller."""
        leg_id = leg_id or self.next_leg_id(call)
        audio = LegAudio(self.plane, leg_id, next(self._numbers), self.srtp, self.codecs)
        leg = Leg(call, leg_id, party, audio, self.clock(), incoming=incoming)
        call.legs[leg_id] = leg
        self.legs[leg_id] = leg
        leg.account = account
        extension = account if incoming else party
        audio.dtmf = self.dtmf.get(extension or "", audio.dtmf)
        if extension is not None:
            self.publish(LegStarted(leg.started_at, call.id, leg_id, extension))
        return leg

    # Verbs

    def answer(self, leg: Leg, now: float, *, prefer: str | None = None) -> bool:
        """Answer an incoming leg; whether it is answered now (503 where no port is left)."""
        if leg.state is not LegState.OFFERED or leg.session is None:
            return leg.answered
        try:
            leg.audio.open(leg.partner.id if leg.partner is not None and leg.partner.audio.port else None)
        except PlaneFull:
            self._refuse(leg, 503, now)
            return False
        if leg.audio.early:
            body = leg.audio.early  # what was said once in a provisional response holds (RFC 3261 section 13.2.1)
        elif leg.audio.remote is not None:
            body = leg.audio.answer(prefer=prefer)
        else:
            body = leg.audio.offer(beside=() if prefer is None else (prefer,))
        leg.session.accept(body, now)
        self._answered(leg)
        return True

    def connect(self, leg: Leg, other: Leg) -> None:
        """Let two answered legs talk."""
        bridging.bridge(self, leg, other)

    def hang_up(self, leg: Leg, cause: str, now: float) -> None:
        """End a leg, however far it is."""
        session = leg.session
        if leg.over:
            return
        searching.stop(leg, causes.q850(cause), now)
        if session is not None and session.phase is Phase.CONFIRMED:
            session.bye(now, causes.q850(cause))
        elif session is not None and session.phase is Phase.OFFERED:
            session.reject(causes.status_for(cause), now)
        self.end_leg(leg, cause, 0, now)

    def reject(self, leg: Leg, status: int, reason: str, now: float) -> None:
        """Refuse an incoming leg that was not answered yet."""
        if leg.state is LegState.OFFERED and leg.session is not None:
            leg.session.reject(status, now, reason=reason)
            self.end_leg(leg, causes.of_status(status), status, now)

    def turn_away(self, leg: Leg, cause: str, status: int, now: float) -> None:
        """Nobody is to be had for a leg that waits: it ends, or goes back to whoever transferred it."""
        if leg.move is not None:
            transferring.failed(self, leg.move, status, now)
        elif leg.state is LegState.OFFERED:
            self.reject(leg, status, "", now)
        elif leg.attendant is not None:
            leg.attendant.partner_failed(cause, now)
        else:
            self.hang_up(leg, cause, now)

    def _refuse(self, leg: Leg, status: int, now: float, fields: tuple[tuple[str, str], ...] = ()) -> None:
        assert leg.session is not None
        leg.session.reject(status, now, fields=fields)
        self.end_leg(leg, causes.of_status(status), status, now)

    def _answered(self, leg: Leg) -> None:
        leg.state = LegState.ANSWERED
        leg.answered_at = self.clock()
        if leg.charge is not None:
            leg.charge.answered(leg.answered_at)
        self.publish(LegAnswered(leg.answered_at, leg.call.id, leg.id))
        listening.answered(self, leg)

    def end_leg(self, leg: Leg, cause: str, status: int, now: float) -> None:
        """Note that a leg is over, and end what hangs on it: its audio, its partner, its call."""
        if leg.over:
            return
        was_answered, goes_on = leg.answered, goes_on_without(leg)
        if goes_on and leg.supervising is None:
            cause = causes.LEFT
        leg.state, leg.cause, leg.status, leg.ended_at = LegState.ENDED, cause, status, self.clock()
        call = leg.call
        if leg.charge is not None:
            leg.charge.ended(leg.ended_at)
        if not call.ended_by and not leg.parting and not goes_on and (was_answered or leg is call.first):
            call.ended_by = "switch"
        if leg.audio.close():
            call.closing.add(leg.id)
        self.publish(LegEnded(leg.ended_at, call.id, leg.id, cause, status, was_answered))
        leg.dismiss(now)
        parting.leg_ended(self, leg, was_answered, goes_on, now)
        if leg.session is not None:
            # The session lingers with its transactions; the leg, and with it the call, must not.
            leg.session.user = None
            leg.session = None
        self.close_if_over(call)

    def close_if_over(self, call: Call) -> None:
        """Tell a call's record and forget it, once its last leg has ended and told its figures."""
        if call.over and self.calls.pop(call.id, None) is not None:
            for leg_id in call.legs:
                self.legs.pop(leg_id, None)
            self.publish(call.record())
            call.legs.clear()

    # What SIP tells

    def sip_event(self, event: sip.Event, now: float) -> None:
        """Take one event of a session; new calls come through ``offered``."""
        if isinstance(event, (sip.RequestReceived, sip.SessionOffered)):
            return
        if isinstance(event, sip.RequestWithin):
            status = 200 if event.request.method == "INFO" else 405
            self.endpoint.respond(event.transaction, event.request, status, now, fields=(("allow", ALLOW),))
            if isinstance(event.session.user, Leg) and status == 200:
                digits.info_received(self, event.session.user, event.request, now)
            return
        leg = event.session.user
        if isinstance(leg, Branch):
            searching.session_event(self, leg, event, now)
            return
        if not isinstance(leg, Leg) or leg.over:
            if isinstance(event, sip.ReferReceived):
                event.referral.reject(603, now)
            return
        match event:
            case sip.SessionConfirmed(body=body) | sip.OfferAnswered(body=body):
                holding.answer_received(self, leg, body, now)
            case sip.SessionCancelled():
                self.leg_failed(leg, causes.CANCELLED, 487, now)
            case sip.OfferReceived(body=body):
                holding.offer_received(self, leg, body, now)
            case sip.RequestAnswered(method="INFO", status=status):
                digits.info_answered(self, leg, status, now)
            case sip.ReferReceived(referral=referral):
                referring.referred(self, leg, referral, now)
            case sip.SessionEnded(cause=cause):
                self.leg_failed(leg, causes.NORMAL if cause == "bye" else causes.FAILED, 0, now)

    def leg_failed(self, leg: Leg, cause: str, status: int, now: float) -> None:
        """The far side ended a leg, or would not have it."""
        if leg.parting:
            cause = causes.TRANSFERRED
        elif (leg.answered or leg is leg.call.first) and not goes_on_without(leg):
            leg.call.ended_by = leg.call.ended_by or leg.call.side(leg)
        self.end_leg(leg, cause, status, now)

    def phone_rings(self, leg: Leg, now: float, *, told: bool) -> None:
        """Somebody who is searched for said that it rings."""
        outgoing.phone_rings(self, leg, now, told=told)
        if leg.partner is not None and leg.partner.move is not None:
            transferring.wanted_rings(leg.partner.move, now)

    def phone_answered(self, leg: Leg, now: float) -> None:
        """The search for a leg found its session: it is answered, and whoever waited for it connected."""
        self._answered(leg)
        partner = leg.partner
        if partner is not None:
            partner.dismiss(now)
            if self.answer(partner, now, prefer=leg.audio.codec):
                bridging.bridge(self, partner, leg)
                if partner.move is not None:
                    transferring.wanted_answered(self, partner.move, leg, now)
        elif leg.supervising is not None:
            supervision.begin(self, leg, now)
        elif leg.on_answer is not None:
            placing.lead(self, leg, leg.on_answer, now)
