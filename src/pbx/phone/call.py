"""One call of a softphone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum

from pbx.io.driver import SipDriver
from pbx.phone.audio import FRAME, PhoneAudio
from pbx.sdp.crypto import SrtpPolicy
from pbx.sdp.errors import SdpError
from pbx.sdp.offer_answer import LAWS, AudioOffer, read_audio, write_answer, write_offer
from pbx.sip.session import Phase, Session


class CallState(Enum):
    """How far a call is."""

    DIALING = "dialing"
    RINGING = "ringing"
    """It rings there (outgoing) or here (incoming)."""
    ANSWERED = "answered"
    ENDED = "ended"


class PhoneCall:
    """A call, in or out. The verbs answer, hang up and so on at once; ``wait_for`` waits for what follows."""

    def __init__(
        self,
        audio: PhoneAudio,
        host: str,
        number: str,
        driver: SipDriver,
        on_end: Callable[[PhoneCall], None],
        codecs: tuple[str, ...] = LAWS,
    ) -> None:
        self._session: Session | None = None
        self._audio = audio
        self._host = host
        self._codecs = codecs
        self._driver = driver
        self._on_end = on_end
        self._version = 0
        self._offer: AudioOffer | None = None
        self._changed = asyncio.Event()
        self.number = number
        """Who is at the far end."""
        self.state = CallState.DIALING
        self.asks_for_answer = False
        """Whether the far side asks the phone to answer by itself (RFC 5373)."""
        self.status = 0
        """The SIP status that ended it before it was answered; 0 otherwise."""

    # What a person does

    def answer(self) -> None:
        """Take an incoming call."""
        assert self._session is not None
        if self._offer is None:
            body = self.own_offer()
        else:
            body = self._answer_to(self._offer)
        self._session.accept(body, self._driver.now)
        self._become(CallState.ANSWERED)
        self._driver.pump()

    def deny(self, status: int = 603) -> None:
        """Refuse an incoming call."""
        self.hangup(status)

    def hangup(self, status: int = 603) -> None:
        """End the call, however far it is; ``status`` refuses one that still rings here."""
        session = self._session
        if session is None or session.phase is Phase.ENDED:
            return
        if session.phase is Phase.CONFIRMED:
            session.bye(self._driver.now)
        elif session.phase is Phase.CALLING:
            session.cancel(self._driver.now)
        else:
            session.reject(status, self._driver.now)
        self.ended(0)
        self._driver.pump()

    def hold(self, held: bool = True) -> None:
        """Put the far side on hold, or take it back."""
        assert self._session is not None
        self._session.offer(self.own_offer("sendonly" if held else "sendrecv"), self._driver.now)
        self._driver.pump()

    async def read_audio(self, octets: int = FRAME) -> bytes:
        """G.711 octets of what was heard, waiting for them; fewer where the call ended meanwhile."""
        return await self._audio.read(octets)

    def write_audio(self, audio: bytes) -> None:
        """Say G.711 octets, after what was written before."""
        self._audio.write(audio)

    def press(self, digits: str) -> None:
        """Send digits."""
        self._audio.press(digits)

    def get_dtmf(self) -> str:
        """The digits heard since last asked."""
        return self._audio.digits()

    @property
    def law(self) -> int:
        """The law of the octets read and written: 0 (mu-law) or 8 (A-law)."""
        return self._audio.law

    async def wait_for(self, *states: CallState) -> CallState:
        """Wait until the call is in one of these states, or over."""
        while self.state not in states and self.state is not CallState.ENDED:
            self._changed.clear()
            await self._changed.wait()
        return self.state

    # What the phone tells it

    def own_offer(self, direction: str = "sendrecv") -> bytes:
        """Our description as an offer."""
        self._version += 1
        return write_offer(self._host, self._audio.port, 1, self._version, direction=direction, allowed=self._codecs)

    def begin(self, session: Session) -> None:
        """Its session, whichever side began it."""
        self._session = session
        session.user = self

    def offered(self, body: bytes) -> None:
        """The far side's offer. Raises SdpError."""
        self._offer = read_audio(body, SrtpPolicy.NEVER, codecs=self._codecs) if body else None

    def rings(self) -> None:
        """It rings."""
        if self.state is CallState.DIALING:
            self._become(CallState.RINGING)

    def accepted(self, body: bytes) -> None:
        """The far side answered, or acknowledged our offer."""
        try:
            answer = read_audio(body, SrtpPolicy.NEVER, codecs=self._codecs)
        except SdpError:
            self.hangup()
            return
        self._audio.connect(answer, answer.codecs[0])
        self._become(CallState.ANSWERED)

    def changed(self, body: bytes) -> None:
        """A re-INVITE of the far side."""
        assert self._session is not None
        try:
            self.offered(body)
        except SdpError:
            self._session.refuse_offer(488, self._driver.now)
            return
        answer = self._answer_to(self._offer) if self._offer is not None else self.own_offer()
        self._session.accept_offer(answer, self._driver.now)

    def ended(self, status: int) -> None:
        """The call is over."""
        if self.state is not CallState.ENDED:
            self.status = status
            self._audio.close()
            self._on_end(self)
            self._become(CallState.ENDED)

    def _answer_to(self, offer: AudioOffer) -> bytes:
        codec = offer.codecs[0]
        self._audio.connect(offer, codec)
        self._version += 1
        return write_answer(offer, self._host, self._audio.port, 1, self._version, codec=codec)

    def _become(self, state: CallState) -> None:
        self.state = state
        self._changed.set()
