"""The softphone: registers, calls and is called; shaped like pyVoIP's, but asynchronous.

phone = Phone("127.0.0.1", 5060, "1001", "demo-1001", on_call=lambda call: call.answer())
await phone.start()
await phone.register()
call = phone.call("600")
await call.wait_for(CallState.ANSWERED)
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from pbx.io.driver import SipDriver
from pbx.phone.audio import PhoneAudio
from pbx.phone.call import PhoneCall
from pbx.phone.registration import Registration
from pbx.sdp.errors import SdpError
from pbx.sdp.offer_answer import LAWS
from pbx.sip import digest
from pbx.sip import events as sip
from pbx.sip.endpoint import Endpoint
from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.headers.address import Address
from pbx.sip.headers.auth import Challenge, Credentials
from pbx.sip.session import Session
from pbx.sip.uri import sip_uri

RENEW_AT = 0.5
"""The share of a registration's life after which it is renewed."""


class PhoneError(Exception):
    """The server refused, or cannot be reached; the text says which."""


class Phone:
    """One softphone with one line."""

    def __init__(
        self,
        host: str,
        port: int,
        extension: str,
        password: str = "",
        *,
        name: str = "",
        transport: str = "udp",
        on_call: Callable[[PhoneCall], None] | None = None,
        codecs: tuple[str, ...] = LAWS,
    ) -> None:
        """``host`` and ``port`` are the switch's. ``on_call`` gets each incoming call while it rings.

        ``codecs`` are those that it speaks, of ``pbx.media.codecs``, the preferred one first.
        """
        self.extension = extension
        self._name = name
        self._password = password
        self._flow = Flow(transport, host, port)
        self._on_call = on_call
        self._codecs = codecs
        self._endpoint = Endpoint({}, lambda: os.urandom(8).hex(), agent="Centrala phone", keychain=self)
        self._driver = SipDriver(self._endpoint, self._event)
        self._registration: Registration | None = None
        self._renewal: asyncio.Task[None] | None = None
        self._host = ""
        self.calls: set[PhoneCall] = set()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Bind the phone's own address. Raises OSError."""
        self._host, _ = self._driver.open(host, port, tcp=False)
        own = sip_uri(self.extension, self._flow.host)
        self._registration = Registration(self._endpoint, self, self._flow, own, self._flow.host)

    async def stop(self) -> None:
        """Hang up, take the registration back, close."""
        for call in list(self.calls):
            call.hangup()
        if self._renewal is not None:
            self._renewal.cancel()
            self._renewal = None
            await self._send_registration(0)
        await self._driver.close()

    async def register(self, expires: int = 120) -> None:
        """Register, and renew until ``stop``. Raises PhoneError where the server refuses or is silent."""
        status = await self._send_registration(expires)
        if status != 200:
            raise PhoneError(f"{self.extension} could not register: {status}")
        if self._renewal is None:
            self._renewal = asyncio.create_task(self._renew(expires))

    async def _send_registration(self, expires: int) -> int:
        assert self._registration is not None, "start the phone first"
        outcome = self._registration.register(expires, self._driver.now)
        self._driver.pump()
        return await outcome

    async def _renew(self, expires: int) -> None:
        while True:
            await asyncio.sleep(expires * RENEW_AT)
            await self._send_registration(expires)

    def call(self, number: str, *, caller: str = "", name: str = "") -> PhoneCall:
        """Dial; the call is under way when this returns. ``caller`` and ``name`` are shown in place of our own."""
        call = self._new_call(number)
        host, port = self._flow.host, self._flow.port
        call.begin(
            self._endpoint.invite(
                str(sip_uri(number, host, port)),
                self._flow,
                caller=Address(sip_uri(caller or self.extension, host), name or self._name),
                callee=Address(sip_uri(number, host)),
                body=call.own_offer(),
                now=self._driver.now,
            )
        )
        self._driver.pump()
        return call

    def _new_call(self, number: str) -> PhoneCall:
        call = PhoneCall(PhoneAudio(self._host), self._host, number, self._driver, self.calls.discard, self._codecs)
        self.calls.add(call)
        return call

    def answer(self, challenge: Challenge, method: str, uri: str) -> Credentials | None:
        """Meet a challenge with our password (endpoint.Keychain)."""
        try:
            return digest.answer(challenge, method, uri, self.extension, self._password, os.urandom(8).hex())
        except ParseError:
            return None

    def _event(self, event: sip.Event, now: float) -> None:
        match event:
            case sip.SessionOffered(session, request):
                call = self._new_call(request.from_.uri.number)
                call.asks_for_answer = (request.get("answer-mode") or "").strip().lower().startswith("auto")
                self._offered(call, session, request.body, now)
            case sip.RequestReceived(transaction, request):
                status = 200 if request.method == "OPTIONS" else 405
                self._endpoint.respond(transaction, request, status, now)
            case sip.ReferReceived(_, referral):
                referral.reject(603, now)
            case sip.RequestWithin(_, transaction, request):
                self._endpoint.respond(transaction, request, 200 if request.method == "INFO" else 405, now)
            case _ if isinstance(event.session.user, PhoneCall):
                self._call_event(event.session.user, event)

    def _offered(self, call: PhoneCall, session: Session, body: bytes, now: float) -> None:
        call.begin(session)
        try:
            call.offered(body)
        except SdpError:
            session.reject(488, now)
            call.ended(488)
            return
        if self._on_call is None:
            session.reject(480, now)
            call.ended(480)
            return
        session.ring(now)
        call.rings()
        self._on_call(call)

    def _call_event(self, call: PhoneCall, event: sip.Event) -> None:
        match event:
            case sip.SessionProgressed():
                call.rings()
            case sip.SessionAccepted(body=body):
                call.accepted(body)
            case sip.SessionConfirmed(body=body) if body:
                call.accepted(body)
            case sip.OfferReceived(body=body):
                call.changed(body)
            case sip.OfferAnswered(status=status, body=body) if status < 300:
                call.accepted(body)
            case sip.SessionRejected(status=status):
                call.ended(status)
            case sip.SessionCancelled() | sip.SessionEnded():
                call.ended(0)
