"""The switch: one SIP endpoint on its sockets, call control above it, the audio plane beside it.

Commands go in through ``execute``, events come out through ``publish``; nobody outside needs to know more.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable

from pbx import commands
from pbx.access import Access
from pbx.call import cause as causes
from pbx.call.call import LegState
from pbx.call.callback import take_request
from pbx.call.conference import ConferenceRooms, RoomRules
from pbx.call.control import CallControl
from pbx.call.flow.room import FlowRoom
from pbx.call.lifetime import overlong
from pbx.call.park import ParkingLot
from pbx.call.pickup import Pickup
from pbx.call.reception import Voicemail
from pbx.call.reports import PlaneReports
from pbx.call.trunk import TrunkCalls
from pbx.entrance import RETRY_AFTER, Entrance
from pbx.events import CallEnded, Event
from pbx.figures import SwitchFigures
from pbx.guard.guard import BanStore, Guard
from pbx.guard.occupancy import Occupancy
from pbx.guard.tolls import TollLedger
from pbx.io.certificates import CertificateStore
from pbx.io.driver import SipDriver
from pbx.ladder.book import LadderBook, Seen
from pbx.ladder.step import Step, steps_of
from pbx.messages import MessageDesk
from pbx.options import SwitchOptions
from pbx.plane.protocol import Plane
from pbx.presence.desk import PresenceDesk
from pbx.routing.accounts import Account
from pbx.routing.binding import Binding
from pbx.routing.flow.steps import CallFlow
from pbx.routing.handling import Handling
from pbx.routing.numbering import NumberingPlan, Route, Target
from pbx.routing.registrar import Registrar
from pbx.routing.trunks.board import TrunkBoard
from pbx.routing.trunks.trunk import Trunk
from pbx.sdp.crypto import without_keys
from pbx.sdp.dtmf import DigitWay
from pbx.sip import events as sip
from pbx.sip.digest import Authenticator
from pbx.sip.endpoint import Endpoint
from pbx.sip.flow import SECURE, TRANSPORTS, Flow, own_place
from pbx.steering import Steering
from pbx.trunking.keeper import TrunkKeeper, TrunkState
from pbx.vouching import Vouching
from pbx.whereabouts import LocationStore, Whereabouts

EXPIRY_INTERVAL_S = 2.0
"""How often run-out registrations are looked for."""
LAST_WORDS_S = 2.0
"""Seconds for the calls that a drain ended to give their audio figures back."""


class Switch:
    """The whole switch. Made and used within one event loop."""

    def __init__(
        self,
        *,
        options: SwitchOptions,
        plane: Plane,
        publish: Callable[[Event], None],
        locations: LocationStore,
        bans: BanStore,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._options = options
        self._listener = publish
        self._clock = clock
        self._plane = plane
        self._registrar = Registrar()
        self._plan = NumberingPlan()
        self._endpoint = Endpoint({}, _token, transports=SECURE if options.network.secure_only else TRANSPORTS)
        self._ladders = LadderBook()
        self._occupancy = Occupancy(options.guard.guest_calls, options.guard.account_calls)
        self.guard = Guard(
            options.guard, send=self._endpoint.send, store=bans, publish=self._publish, clock=clock,
            calls_of=self._occupancy.of_source,
        )  # fmt: skip
        self._whereabouts = Whereabouts(self._endpoint, self._registrar, locations, self._publish, clock)
        self._driver = SipDriver(
            self._endpoint, self._sip_event, self._saw, self.guard, tenant=self._whereabouts,
            security=options.network.security, nameservers=options.network.nameservers,
        )  # fmt: skip
        authenticator = Authenticator(options.realm, os.urandom(32), options.digest_algorithms)
        self._access = Access(self._endpoint, authenticator, self._whereabouts, self.guard, clock)
        self._control = CallControl(
            self._endpoint, plane, self._registrar, self._plan, self._publish, clock, f"{int(clock() * 1000):x}"
        )
        self._control.domains = frozenset((options.realm.lower(),))
        self._control.srtp, self._control.codecs = options.srtp, options.codecs
        self._control.named = self._ladders.belongs
        self._presence = PresenceDesk(self._endpoint, self._control.legs)
        messages = MessageDesk(self._endpoint, self._registrar, clock)
        self._access.served.update(SUBSCRIBE=self._presence.subscribe, MESSAGE=messages.pass_on)
        self._access.on_removed = lambda extension: self._presence.forget(extension, self._driver.now)
        self._board = TrunkBoard(options.region, options.emergency_numbers)
        self._trunks = TrunkKeeper(
            self._endpoint, self._board, self._driver.locate, self._publish, clock, _token, self.guard.vouch
        )
        self._tolls = TollLedger(options.guard.tolls, options.region)
        self._outside = TrunkCalls(
            self._board, self._tolls, self._trunks.keychain_of, self._trunks.suspect, options.signer
        )
        self._vouching = Vouching(options.anchors, CertificateStore(), options.region, clock, self._later)
        self._control.destinations["trunk"] = self._outside
        self._entrance = Entrance(
            self._access, self.guard, self._occupancy, self._plan, self._control, self._trunks, self._vouching
        )
        self._flows = FlowRoom()
        parking, self._pickup = ParkingLot(), Pickup(self._control.legs)
        self._conferences = ConferenceRooms()
        self._steering = Steering(self._control, self._presence, parking, self._conferences, self._outside)
        self._control.destinations.update(
            flow=self._flows.serve, voicemail=Voicemail(options.voicemail).serve,
            conference=self._conferences.serve, park=parking.serve, pickup=self._pickup.serve, callback=take_request,
        )  # fmt: skip
        self._expiry: asyncio.Task[None] | None = None
        self.draining = False
        self._idle = asyncio.Event()
        """Set while no call is in progress, looked at when draining."""

    # Life

    async def start(self) -> None:
        """Listen, and start the plane. Raises ListenFailed."""
        for listener in self._options.network.listeners:
            self._driver.listen(listener)
        reports = PlaneReports(self._control, lambda: self._driver.now, self._driver.pump, self._options.audio)
        await self._plane.start(reports)
        self._expiry = asyncio.create_task(self._expire_now_and_then())

    async def drain(self, limit_s: float) -> None:
        """Take no new calls; return once the running ones have ended, or are ended after ``limit_s`` seconds."""
        self.draining = True
        if not await self._idle_within(limit_s):
            for call in list(self._control.calls):
                self.execute(commands.HangupCall(call, causes.DRAINED))
            await self._idle_within(LAST_WORDS_S)

    async def _idle_within(self, limit_s: float) -> bool:
        if not self._control.calls:
            return True
        self._idle.clear()
        try:
            async with asyncio.timeout(limit_s):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """Close everything."""
        if self._expiry is not None:
            self._expiry.cancel()
        await self._vouching.close()
        self._trunks.close(self._driver.now)
        self._driver.pump()
        await self._driver.close()
        await self._plane.stop()
        if self._options.hep is not None:
            self._options.hep.close()

    async def _expire_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(EXPIRY_INTERVAL_S)
            self._whereabouts.expire()
            self.guard.expire()
            for call in overlong(self._control.calls.values(), self._options.guard.longest_call_s, self._clock()):
                self.execute(commands.HangupCall(call, causes.TOO_LONG))

    # Configuration

    def declare_accounts(self, accounts: Iterable[Account]) -> None:
        """Replace the accounts that may register and call."""
        declared = {account.extension: account for account in accounts}
        self._access.declare(declared)
        self._control.dtmf = {extension: account.dtmf for extension, account in declared.items()}
        self._outside.caller_ids = {one.extension: one.caller_id for one in declared.values() if one.caller_id}

    def declare_seats(self, phones: dict[str, str]) -> None:
        """Replace who works at another phone than her own: the extension of the phone, by hers."""
        self._whereabouts.seat(phones)

    def declare_numbers(self, rules: dict[str, Target]) -> None:
        """Replace the numbering plan."""
        self._plan.declare(rules)

    def declare_handling(self, wishes: dict[str, Handling]) -> None:
        """Replace what extensions want done with their calls; those without wishes need no entry."""
        self._control.handling = wishes

    def declare_flows(self, flows: dict[str, CallFlow]) -> None:
        """Replace the flows; calls that are in one follow it as it was."""
        self._flows.declare(flows)

    def declare_trunks(self, trunks: dict[str, Trunk]) -> None:
        """Replace the trunks, by their ids; to be called once the switch listens."""
        self._trunks.declare(trunks, self._driver.now)
        self._plan.emergency = self._board.emergency if trunks else ()
        self._driver.pump()

    def restore_spending(self, spent: dict[str, float]) -> None:
        """Tell what today's calls over each trunk cost before this start."""
        for trunk, amount in spent.items():
            if (line := self._board.lines.get(trunk)) is not None:
                line.ledger.restore(line.trunk, amount, self._clock())

    def restore_countries(self, countries: Iterable[str]) -> None:
        """Tell which countries (ISO 3166) were called before this start."""
        self._tolls.restore(countries)

    def trunk(self, trunk: str) -> TrunkState | None:
        """How a trunk stands, None where there is none."""
        return self._trunks.state(trunk)

    def declare_conferences(self, rules: dict[str, RoomRules]) -> None:
        """Replace the conference rooms that are not open to all; who is in one stays."""
        self._conferences.rules = rules

    def declare_groups(self, groups: dict[str, str]) -> None:
        """Replace the groups of extensions that may pick up each other's calls."""
        self._pickup.groups = groups

    def restore(self, bindings: Iterable[tuple[str, Binding]]) -> None:
        """Put back the registrations kept over a restart; those of unknown extensions are left out."""
        known = [(extension, binding) for extension, binding in bindings if extension in self._access.accounts]
        for _, binding in known:
            self.guard.vouch(binding.flow.host, binding.expires_at)
        self._whereabouts.restore(known)

    def route(self, number: str) -> Route | None:
        """Where a number leads, and why; None where it leads nowhere."""
        return self._plan.route(number)

    def reachable(self, extension: str) -> bool:
        """Whether a phone rings for this extension."""
        return self._whereabouts.reachable(extension)

    def takes_digits(self, leg: str) -> bool:
        """Whether a leg that was answered has a way to be told digits: as events, as tones or by INFO."""
        known = self._control.legs.get(leg)
        return known is not None and known.audio.digits is not DigitWay.NONE

    # Commands

    def new_call_id(self) -> str:
        """An id for a call to be placed."""
        return self._control.new_id()

    def execute(self, command: commands.Command) -> None:
        """Carry out one command; what it leads to is told as events. One for what is gone is ignored."""
        self._steering.carry_out(command, self._driver.now)
        self._driver.pump()

    def execute_all(self, many: Iterable[commands.Command]) -> None:
        """Carry out several commands and send what they give rise to at once."""
        now = self._driver.now
        for command in many:
            self._steering.carry_out(command, now)
        self._driver.pump()

    def _later(self, action: Callable[[float], None]) -> None:
        """Do what was waited for, and send what that gives rise to."""
        action(self._driver.now)
        self._driver.pump()

    # Events

    def _publish(self, event: Event) -> None:
        self._listener(event)
        self._presence.happened(event, self._driver.now)
        self._pickup.happened(event)
        if isinstance(event, CallEnded):
            self._occupancy.ended(event.call)
            if not self._control.calls:
                self._idle.set()

    def _sip_event(self, event: sip.Event, now: float) -> None:
        match event:
            case sip.SessionOffered(session, request):
                if self.draining:
                    session.reject(503, now, fields=RETRY_AFTER)
                else:
                    self._entrance.call_arrived(session, request, now)
            case sip.RequestReceived(transaction, request):
                self._access.request_received(transaction, request, now)
            case _:
                self._control.sip_event(event, now)

    # What was said

    def ladder(self, call: str) -> list[Step]:
        """The SIP messages of a call, in the order of time; empty where none are kept (any more)."""
        return steps_of(self._ladders.of(call))

    def _saw(self, data: bytes, flow: Flow, outgoing: bool) -> None:
        dialog, hep = self._ladders.dialog_of(data), self._options.hep
        if dialog is None and hep is None:
            return
        seen = Seen(self._clock(), flow, outgoing, without_keys(data))
        if dialog is not None:
            self._ladders.keep(dialog, seen)
        if hep is not None:
            hep.saw(seen, own_place(self._endpoint.sent_by, flow))

    # Figures

    def figures(self) -> SwitchFigures:
        """What the switch holds and has counted."""
        endpoint, control = self._endpoint, self._control
        return SwitchFigures(
            calls=len(control.calls),
            legs=sum(1 for leg in control.legs.values() if leg.state is not LegState.ENDED),
            ports_in_use=self._plane.ports_in_use(),
            transactions=endpoint.transactions,
            dialogs=endpoint.dialogs,
            registrations=len(self._registrar),
            messages_received=endpoint.figures.received,
            messages_sent=endpoint.figures.sent,
            unreadable=endpoint.figures.unreadable + endpoint.figures.dropped,
            failures=self._driver.failures,
            banned=len(self.guard.bans),
            turned_away=self.guard.turned_away,
        )


def _token() -> str:
    """64 random bits: unguessable, and unique enough for tags and Call-IDs (RFC 3261 section 19.3)."""
    return os.urandom(8).hex()
