"""What a search is made of: attempts, the branches of those under way, and how far the search is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from pbx.call.audio import Terms
from pbx.sdp.crypto import SrtpPolicy
from pbx.sdp.dtmf import DtmfMode
from pbx.sdp.security import Security
from pbx.sip.authentication import Keychain
from pbx.sip.flow import Flow, Places, own_place
from pbx.sip.headers.address import Address
from pbx.sip.session import Session

_BY_TRANSPORT = {"tls": Security.SDES, "ws": Security.DTLS, "wss": Security.DTLS}
"""Keys are for signalling that nobody reads; browsers take nothing but a handshake (RFC 8827 section 6.5)."""


def offered_late(transport: str) -> Security:
    """What a caller is offered who offered nothing: no keys, for who cannot use them could not say so any more."""
    befitting = _BY_TRANSPORT.get(transport, Security.NONE)
    return befitting if befitting is Security.DTLS else Security.NONE


class Attempt(Struct, frozen=True):
    """One place to try."""

    target: str
    """The Request-URI."""
    flow: Flow
    caller: Address
    callee: Address
    routes: tuple[str, ...] = ()
    """Route values to go by, the first of which ``flow`` leads to."""
    fields: tuple[tuple[str, str], ...] = ()
    keychain: Keychain | None = None
    """What proves us there."""
    codecs: tuple[str, ...] = ()
    """The codecs to offer there, in this order; none: the leg's own offer stands."""
    silence_s: float | None = None
    """Seconds after which it counts as failed (408) while not even 100 has come; None leaves it to the transaction."""
    label: str = ""
    """What the call's record calls it, for instance the phone's contact or the trunk."""
    security: Security | None = None
    """How its audio is to be secured. None: as befits its transport, or in the clear if that is refused."""
    srtp: SrtpPolicy | None = None
    """The policy to which that is subject; None: the switch's own."""
    dtmf: DtmfMode | None = None
    """How it has digits; None: as the leg does."""

    @property
    def offered(self) -> Security:
        """How the audio offered to it is secured, where the policy leaves the choice."""
        return _BY_TRANSPORT.get(self.flow.transport, Security.NONE) if self.security is None else self.security

    def terms(self, places: Places) -> Terms:
        """What it is offered, where ``places`` are our own addresses."""
        where = own_place(places, self.flow)[0]
        return Terms(where, self.offered, self.codecs, self.srtp, self.dtmf, self.flow.host)


Describe: TypeAlias = Callable[[Terms], bytes]
"""Gives a leg's offer (SDP) on some terms."""
Stages: TypeAlias = Iterable[tuple[Attempt, ...]]
Outcome: TypeAlias = Callable[[Attempt, int, float], None]
"""Hears once how each attempt ended, ``(attempt, status, now)``: 200 for the one that was answered, 487 for one
taken back, 408 where its stage's time was up, 503 where it could not be sent, else the status of its refusal."""


class Branch:
    """One attempt under way; it is the user of its session."""

    __slots__ = ("attempt", "breadth", "depth", "description", "leg", "offer", "session", "terms")

    def __init__(self, leg: str, attempt: Attempt, terms: Terms, session: Session, depth: int, breadth: int) -> None:
        self.leg = leg
        """The id of the leg it is tried for."""
        self.attempt = attempt
        self.terms = terms
        """What it was offered."""
        self.session = session
        self.depth = depth
        """How many redirections led here."""
        self.breadth = breadth
        """How many branches it may be forked into on its way, or into how many others by a redirection."""
        self.description = b""
        """What it said of its audio before its answer (SDP)."""
        self.offer = b""
        """What it offered anew since then, last of all."""


class Search:
    """The attempts of one leg that nobody has answered yet."""

    __slots__ = (
        "_stages",
        "answered",
        "branches",
        "describe",
        "goes_on",
        "heard",
        "outcome",
        "redirected",
        "redirects",
        "several_heard",
        "stage",
        "stage_s",
        "status",
        "tried",
    )

    def __init__(
        self,
        describe: Describe,
        stages: Stages,
        outcome: Outcome | None,
        stage_s: float | None,
        goes_on: Callable[[int], bool],
    ) -> None:
        self.describe = describe
        self._stages: Iterator[tuple[Attempt, ...]] = iter(stages)
        self.redirected: list[tuple[int, tuple[Attempt, ...]]] = []
        """Stages that redirections led to, tried before those that were planned: how many led there; next one last."""
        self.outcome = outcome
        self.stage_s = stage_s
        self.goes_on = goes_on
        self.branches: list[Branch] = []
        """Those that ring, or may."""
        self.answered = False
        """Whether anybody who was asked has said anything: a status may also be ours for silence, or a broken way."""
        self.stage = 0
        self.status = 0
        """The failure that says most, of all so far."""
        self.tried: list[tuple[str, Flow]] = []
        """The places of all attempts."""
        self.redirects = 0
        """How many redirections were followed."""
        self.heard: Branch | None = None
        """Whose early media the waiting leg hears."""
        self.several_heard = False
        """Whether several sent early media, so that none of it is heard."""

    def next_stage(self) -> tuple[int, tuple[Attempt, ...]] | None:
        """What to try next, with the number of redirections that led there. Whoever plans stages may decide now."""
        if self.redirected:
            return self.redirected.pop()
        stage = next(self._stages, None)
        return None if stage is None else (0, stage)
