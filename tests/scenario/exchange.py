"""A switch in virtual time: call control on a fake plane, with phones that speak SDP around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tests.scenario.network import Network, Party
from tests.scenario.plane import FakePlane

from pbx.call.audio_watch import AudioRules
from pbx.call.control import CallControl
from pbx.call.reports import PlaneReports
from pbx.events import CallEnded, Event
from pbx.routing.binding import Binding
from pbx.routing.numbering import NumberingPlan, Target
from pbx.routing.registrar import Registrar
from pbx.sdp.crypto import AES_CM, KEY_OCTETS, Crypto, SrtpPolicy
from pbx.sdp.errors import SdpError
from pbx.sdp.offer_answer import LAWS, AudioOffer, read_audio, write_answer, write_offer
from pbx.sdp.security import Security
from pbx.sip import events as sip
from pbx.sip.authentication import Keychain
from pbx.sip.headers.address import Address
from pbx.sip.message import Request, parse_message
from pbx.sip.session import Phase, Session
from pbx.sip.uri import sip_uri

E = TypeVar("E", bound=Event)

HANDSET_KEY = b"handset's master key and salt."


def handset_key(suite: str) -> bytes:
    """What handsets secure with: as much of their key as a suite takes."""
    return HANDSET_KEY[: KEY_OCTETS[suite]]


class Handset:
    """A phone. ``will``: what it does when called: ``answer``, ``ring`` (and no more), or a status to refuse with."""

    def __init__(self, exchange: Exchange, extension: str, will: str | int, host: str = "") -> None:
        self.exchange = exchange
        self.extension = extension
        self.will = will
        self.party: Party = exchange.network.party(extension, host)
        self.party.react = self._react
        self.session: Session | None = None
        self.remote: AudioOffer | None = None
        """The switch's last description."""
        self.accepts_changes = True
        self.info_status = 200
        """How it answers an INFO."""
        self.answers: str | None = None
        """The direction it answers with; None for what mirrors the offer."""
        self.speaks: str | None = None
        """The codec it answers with; None for the offer's first one."""
        self.offers = LAWS
        """The codecs it offers."""
        self.srtp = SrtpPolicy.NEVER
        """Whether it secures its audio; one that requires it offers it."""
        self.speaks_for_itself: Callable[[bytes], bytes] | None = None
        """What it answers to an offer, word for word, whatever that says; None for an answer that fits."""
        self.keys: Keychain | None = None
        """What proves its account."""

    @property
    def talks(self) -> bool:
        """Whether it is in an established call."""
        return self.session is not None and self.session.phase is Phase.CONFIRMED

    @property
    def refused_with(self) -> list[tuple[int, str]]:
        """The statuses and phrases with which its calls failed."""
        return [(event.status, event.reason) for event in self.party.told(sip.SessionRejected)]

    def description(self, direction: str = "sendrecv") -> bytes:
        """Its SDP as an offer."""
        secured = self.srtp is SrtpPolicy.REQUIRED
        crypto = (Crypto(1, AES_CM, HANDSET_KEY),) if secured else ()
        protocol = (Security.SDES if secured else Security.NONE).protocol
        return write_offer(
            self.party.flow.host, 4000, 1, 1, direction=direction, protocol=protocol, crypto=crypto, allowed=self.offers
        )

    def dial(
        self,
        number: str,
        body: bytes | None = None,
        *,
        max_forwards: int = 70,
        caller: str = "",
        fields: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Call a number; ``body`` replaces its own offer, ``caller`` its From; ``fields`` are more headers."""
        switch = self.exchange.switch
        host = switch.flow.host
        self.session = self.party.endpoint.invite(
            str(sip_uri(number, host)),
            switch.flow,
            caller=Address.parse(caller or f'"Phone {self.extension}" <sip:{self.extension}@{host}>'),
            callee=Address(sip_uri(number, host)),
            body=self.description() if body is None else body,
            now=self.exchange.network.now,
            max_forwards=max_forwards,
            fields=fields,
            keychain=self.keys,
        )
        self.exchange.network.flush()

    def hang_up(self) -> None:
        """End its call, however far it is."""
        assert self.session is not None
        now = self.exchange.network.now
        if self.session.phase is Phase.CONFIRMED:
            self.session.bye(now)
        elif self.session.phase is Phase.CALLING:
            self.session.cancel(now)
        self.exchange.network.flush()

    def offer(self, direction: str) -> None:
        """Change its call: ``sendonly`` holds it, ``sendrecv`` takes it back."""
        assert self.session is not None
        self.session.offer(self.description(direction), self.exchange.network.now)
        self.exchange.network.flush()

    def accept(self) -> None:
        """Answer the call that rings."""
        assert self.session is not None
        self.session.accept(self.description(), self.exchange.network.now)
        self.exchange.network.flush()

    def hang_up_if_busy(self) -> None:
        """End its call, if it has one."""
        if self.session is not None:
            self.hang_up()

    def hold_if_it_can(self) -> None:
        """Put its call on hold, if it talks and nothing else is under way."""
        if self.talks and self.session is not None and not self.session.offer_pending:
            self.offer("sendonly")

    def _react(self, event: sip.Event, now: float) -> None:
        match event:
            case sip.SessionOffered(session, request):
                self.session = session
                session.ring(now)
                try:
                    if self.speaks_for_itself is None:
                        read_audio(request.body or self.description(), self.srtp, dtls=False)
                except SdpError:
                    session.reject(488, now)
                    return
                if self.will == "answer" or self.speaks_for_itself is not None:
                    session.accept(self._answer(request.body), now)
                elif isinstance(self.will, int):
                    session.reject(self.will, now)
            case sip.SessionAccepted(Session() as session, body, answer_due=True):
                session.answer(self._answer(body), now)
            case sip.SessionAccepted(_, body):
                self.remote = read_audio(body)
            case sip.OfferReceived(Session() as session, body):
                if self.accepts_changes:
                    session.accept_offer(self._answer(body), now)
                else:
                    session.refuse_offer(488, now)
            case sip.RequestWithin(transaction=transaction, request=request):
                self.party.endpoint.respond(transaction, request, self.info_status, now)
            case sip.OfferAnswered(_, status, body) if status < 300:
                self.remote = read_audio(body)

    def _answer(self, body: bytes) -> bytes:
        if self.speaks_for_itself is not None:
            return self.speaks_for_itself(body)
        self.remote = remote = read_audio(body, self.srtp)
        codec, theirs = self.speaks or remote.codecs[0], remote.crypto
        crypto = None if theirs is None else Crypto(theirs.tag, theirs.suite, handset_key(theirs.suite))
        host = self.party.flow.host
        return write_answer(remote, host, 4000, 1, 1, codec=codec, direction=self.answers, crypto=crypto)


class Exchange:
    """The switch's side, and what it told."""

    def __init__(self, network: Network | None = None, *, capacity: int = 100, figures_come: str = "at once") -> None:
        """``figures_come``: whether the plane tells a closed leg's figures ``at once`` or ``later``."""
        self.network = network or Network()
        self.plane = FakePlane(capacity)
        self.plan = NumberingPlan()
        self.registrar = Registrar()
        self.switch = self.network.party("switch")
        self.published: list[Event] = []
        self.identify: Callable[[Request], tuple[str | None, bool]] = lambda request: (
            request.from_.uri.username,
            False,
        )
        """Which account an INVITE proves, and whether its sender is a trusted peer."""
        self.on_event: Callable[[Event], None] = lambda event: None
        self.control = CallControl(
            self.switch.endpoint, self.plane, self.registrar, self.plan, self._publish, lambda: self.network.now, "boot"
        )
        self.plane.listener = PlaneReports(self.control, lambda: self.network.now, self.network.flush, AudioRules())
        self._figures_come = figures_come
        self.switch.react = self._react

    def phone(
        self, extension: str, will: str | int = "ring", *, registered: bool = True, q: float = 1.0, host: str = ""
    ) -> Handset:
        """A phone, registered unless told otherwise, preferred to those with a lower ``q``.

        ``host`` is its address, where it matters.
        """
        handset = Handset(self, extension, will, host)
        if registered:
            contact = str(sip_uri(extension, handset.party.flow.host, 5060))
            binding = Binding(contact, "c", 1, self.network.now + 3600, handset.party.flow, q=q)
            self.registrar.restore(extension, binding)
        return handset

    def routes(self, **rules: str) -> None:
        """Declare the numbering plan: ``routes(n1001="phone:1001")``."""
        self.plan.declare({number.lstrip("n"): Target.parse(target) for number, target in rules.items()})

    def _publish(self, event: Event) -> None:
        self.published.append(event)
        self.on_event(event)

    def _react(self, event: sip.Event, now: float) -> None:
        if isinstance(event, sip.SessionOffered):
            account, trusted = self.identify(event.request)
            self.control.offered(event.session, event.request, account, now, trusted=trusted)
        else:
            self.control.sip_event(event, now)

    def invites(self, extension: str) -> list[Request]:
        """The INVITEs that the switch sent to a phone."""
        sent = [one for one in self.network.packets("INVITE") if one.receiver == extension]
        messages = [parse_message(one.data) for one in sent if one.sender == "switch"]
        return [one for one in messages if isinstance(one, Request)]

    def told(self, kind: type[E]) -> list[E]:
        """The switch's events of one kind."""
        return [event for event in self.published if isinstance(event, kind)]

    def run_until(self, end: float) -> None:
        """Let time pass, to ``end`` seconds after the beginning."""
        self.network.run_until(end)
        if self._figures_come == "at once":
            self.plane.tell_closed()

    @property
    def in_use(self) -> tuple[int, int, int]:
        """Calls, legs and ports."""
        return len(self.control.calls), len(self.control.legs), self.plane.ports_in_use()

    @property
    def ended(self) -> CallEnded:
        """The record of the one call that ended."""
        [record] = self.told(CallEnded)
        return record
