"""Where audio flows: one protocol, whatever makes it flow.

Call control talks to a ``Plane``. Every call here is synchronous and returns at once: ports are kept in the
switch's own books, and the work is posted to the maker (a media worker process), grouped once a loop turn.
What the maker has to say comes back through the listener.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from pbx.media.ears import SoundChange
from pbx.media.sound import Sound
from pbx.sdp.dtls import Fingerprint
from pbx.sdp.ice import IceCredentials

EVERYBODY, NOBODY = "*", ""
"""Who hears a member of a room: all others in it, or none of them; else it is the name of one leg."""


class PlaneFull(Exception):
    """No free port pair is left; the call gets 503."""


class Identity(Struct, frozen=True):
    """What a port's own maker secures its audio with, where that is not for the switch to choose.

    Its text shows no key.
    """

    keys: dict[str, bytes]
    """Master key and salt that it sends with, by suite."""
    certificate: Fingerprint | None
    """What it shows in a handshake."""
    checks: IceCredentials | None
    """What checks that come to it are recognised by."""

    def __repr__(self) -> str:
        return f"Identity({', '.join(self.keys)})"


class MediaPort(Struct, frozen=True):
    """The local address of a leg's audio: RTP on ``port`` (even), RTCP on ``port + 1``."""

    host: str
    port: int
    identity: Identity | None = None


class MediaKeys(Struct, frozen=True):
    """What secures a leg's audio (SRTP, RFC 3711). It is never written to a log: its text shows no key."""

    suite: str
    """One of ``sdp.crypto.KEY_OCTETS``."""
    ours: bytes
    """What we send with: master key and salt."""
    theirs: bytes
    """What the far side sends with."""

    def __repr__(self) -> str:
        return f"MediaKeys({self.suite})"


class Handshake(Struct, frozen=True):
    """What a leg's keys are found by (DTLS-SRTP, RFC 5763)."""

    fingerprints: tuple[Fingerprint, ...]
    """The far side's certificate matches one of them, or nothing is heard."""
    begins: bool
    """Whether we begin (``setup:active``)."""


class Checks(Struct, frozen=True):
    """What the far side's ICE checks are recognised by (RFC 8445 section 7.2.2): they come for ``ours.ufrag``, from
    ``their_ufrag``, and are signed with our password."""

    ours: IceCredentials
    their_ufrag: str


class RemoteMedia(Struct, frozen=True):
    """What the far side signalled in its SDP."""

    host: str
    port: int
    """RTP port; 0 while nothing may be sent."""
    rtcp_port: int
    payload_type: int
    """Under which the far side wants to get our audio."""
    dtmf_type: int | None = None
    """The dynamic payload type of telephone-event (RFC 4733), if it was negotiated."""
    send: bool = True
    """Whether we may send to the far side (it is ``sendrecv`` or ``recvonly``)."""
    receive: bool = True
    """Whether the far side may send to us."""
    keys: MediaKeys | None = None
    """What secures it, where the descriptions said so; None and no ``handshake`` for audio in the clear."""
    handshake: Handshake | None = None
    """How what secures it is to be found."""
    checks: Checks | None = None
    """With ICE: audio comes from and goes to where the far side's checks say, and ``host`` means nothing."""
    rtcp_mux: bool = False
    """Whether RTCP travels with RTP (RFC 5761)."""
    xr: tuple[str, ...] = ()
    """The extended reports that it asked for, of ``voip-metrics`` and ``rcvr-rtt`` (RFC 3611 section 5)."""
    dtmf_clock: int = 8000
    """Timestamp units of a second of its telephone-events."""
    tones: bool = False
    """Whether digits are tones in its audio, both ways; for who has no telephone-events."""
    codec: str = ""
    """That of ``payload_type``, by its name in ``pbx.media.codecs``; '' for a static one (0 PCMU, 8 PCMA, 9 G722)."""
    packet_ms: int = 20
    """How much audio made here the far side wants in a packet, 10 to 60 ms; what is relayed stays as it is."""
    accepts: tuple[tuple[int, str], ...] = ()
    """What else the far side may send: payload types and their codecs, beside ``payload_type`` and the static ones."""
    comfort_noise: bool = False
    """Whether the far side takes packets of comfort noise (RFC 3389), under payload type 13."""
    seen_at: str = ""
    """The host that its signalling comes from; '' where that is unknown."""


class MediaStats(Struct, frozen=True):
    """The final figures of a leg's audio."""

    leg: str
    packets_received: int
    octets_received: int
    packets_sent: int
    packets_lost: int
    """RFC 3550 A.3: expected less received; never negative here."""
    jitter_ms: float
    """Interarrival jitter of what we received (RFC 3550 A.8)."""
    foreign: int
    """Packets from a source other than the locked one; never relayed."""
    remote_lost: int
    """Cumulative loss the far side reported in its RTCP receiver reports; 0 when it sent none."""
    remote_jitter_ms: float
    source: tuple[str, int] | None
    """The learnt source of the far side's audio."""
    garbage: int = 0
    """Datagrams that were no RTP or RTCP, were not authentic, or came before (SRTP)."""
    handshakes_failed: int = 0


class MediaQuality(Struct, frozen=True, kw_only=True):
    """How a leg's audio was in the last seconds. MOS is that of ``media.quality``."""

    leg: str
    seconds: float
    """Since it was measured before."""
    packets: int
    """RTP packets received meanwhile."""
    lost: int
    """Those of them that were expected in vain."""
    jitter_ms: float
    mos: float | None
    """Of what the far side sends; None where nothing was expected."""
    round_trip_ms: float | None
    """Between us and the far side, by RTCP; None where it told nothing."""
    remote_loss: float | None
    """The share that the far side lost of ours, as it says; None where it said nothing meanwhile."""
    remote_jitter_ms: float
    remote_mos: float | None
    """Of what the far side hears of us."""
    reports: int
    """RTCP compounds received meanwhile."""
    sound: Sound
    """What it sends to the leg that it is bridged with."""


class MediaListener(Protocol):
    """What a plane tells call control, always from the event loop's thread."""

    def clips_ended(self, leg: str) -> None:
        """The last clip of a ``play`` without ``loop`` was sent in full, and nothing else was asked for meanwhile."""

    def digit_received(self, leg: str, digit: str, duration_ms: int) -> None:
        """One digit ended, told once: of telephone-events, whatever their redundancy, or of tones that are heeded."""

    def recorded(self, leg: str, path: str, seconds: float) -> None:
        """A recording ended, and its file is complete; 0 seconds where nothing could be written.

        Told exactly once for each ``record``, after ``closed`` where the disk is slower than the leg's end.
        """

    def sounds_heard(self, leg: str, sounds: tuple[SoundChange, ...]) -> None:
        """What has changed on a leg that is listened to, in its order."""

    def listening_ended(self, leg: str, listened_ms: int, cadence: tuple[int, ...], noise_dbm0: float) -> None:
        """A leg is listened to no more; told once for each ``listen_for``, before ``closed``.

        ``cadence`` is what was heard as runs of milliseconds in turn, speech positive and all else negative.
        """

    def measured(self, quality: MediaQuality) -> None:
        """How a leg's audio is, every five seconds from its first ``connect`` on, and once more before ``closed``."""

    def audio_failed(self, leg: str, reason: str) -> None:
        """A leg is without audio; ``reason`` is one of ``failures.IN_WORDS``. It may yet get some."""

    def closed(self, stats: MediaStats) -> None:
        """The answer to ``close``: ports are free again, figures are final. Told exactly once a leg."""


class Plane(Protocol):
    """The audio side of the switch."""

    @property
    def certificate(self) -> Fingerprint | None:
        """What our side of a handshake shows (DTLS-SRTP), the same for all legs; None where there can be none."""

    async def start(self, listener: MediaListener) -> None:
        """Start the makers; ready when this returns."""

    async def stop(self) -> None:
        """End the makers; every socket and process of theirs is gone when this returns."""

    def open(self, leg: str, *, near: str | None = None, host: str = "") -> MediaPort:
        """Take a port pair for a leg, best on the maker that holds the leg ``near``: what stays there is cheapest.

        It is on our address ``host``, else on the first one of that family, else on the first of all. A leg may have
        a pair on each of our addresses; where it has one already, that is the answer. Raises PlaneFull.
        """

    def connect(self, leg: str, remote: RemoteMedia, *, host: str = "") -> None:
        """Tell where the far side's audio lives; again after a re-INVITE (a changed address is learnt anew).

        ``host`` is that of the leg's ports which the far side was told; '' is the one opened first.
        """

    def play(self, leg: str, clips: tuple[str, ...], *, loop: bool, from_s: float = 0.0) -> None:
        """Send clips to the leg, in order, paced by packets of 20 ms; ``loop`` repeats the last one.

        The first one begins ``from_s`` seconds in, as if it had been repeated for so long: music goes on where it was.

        A clip that begins with ``/`` is the path of a WAV file: 8000 Hz, mono, 16-bit PCM. One that cannot be used is
        left out, with a line in the log; where none is left, ``clips_ended`` follows at once.
        """

    def bridge(self, leg: str, other: str) -> None:
        """Relay between two legs, whichever makers hold them, ending what either hears now."""

    def join(self, leg: str, room: str, *, heard_by: str = EVERYBODY, tones: bool = True, digits: bool = False) -> None:
        """Let the leg hear all who speak to a room, ending what it hears now; for one that is in it, see ``speak_to``.

        ``heard_by``: EVERYBODY, NOBODY, or the name of the one leg in the room that hears it. ``tones``: whether the
        others hear that it comes and goes. ``digits``: whether it takes part in the keys that others of the room, who
        do so as well, press. The first to join makes the room; ``bridge``, ``play``, ``echo``,
        ``silence`` or ``close`` leaves it, and the last to leave drops it.
        """

    def speak_to(self, leg: str, heard_by: str) -> None:
        """Change by whom a leg is heard in the room that it is in; as in ``join``."""

    def chime(self, leg: str, clip: str) -> None:
        """Let a leg hear a short clip, two seconds at most, besides what it hears in the room that it is in."""

    def record(self, leg: str, path: str, *, max_s: float, silence_s: float | None = None) -> None:
        """Write what the leg says to a WAV file (8000 Hz, mono, 16-bit PCM), as it comes; its folder has to exist.

        It ends after ``max_s`` seconds, after ``silence_s`` seconds without a voice, with ``stop_recording``, another
        ``record`` or ``close``; ``recorded`` follows.
        """

    def stop_recording(self, leg: str) -> None:
        """End the leg's recording, if there is one; ``recorded`` follows."""

    def record_call(
        self, leg: str, path: str, *, note: str = "", key: bytes | None = None, beep_s: float | None = None
    ) -> None:
        """Write what the leg says, left, and what it is sent, right, to a new file as it comes (``spool``).

        It is one recording whoever the leg talks with, hears or is sent music by, until ``stop_call_recording``,
        another ``record_call`` or ``close``; ``recorded`` follows. ``note`` is written beside the
        audio; ``key`` (32 octets, for this file alone) seals it. With ``beep_s`` the leg hears a beep at once and
        every so many seconds.
        """

    def pause_call_recording(self, leg: str, paused: bool) -> None:
        """Write silence from now on, or go on; without a recording nothing happens."""

    def stop_call_recording(self, leg: str) -> None:
        """End what ``record_call`` began, if it lasts; ``recorded`` follows."""

    def send_digits(self, leg: str, digits: str, *, duration_ms: int = 160, pause_ms: int = 100) -> None:
        """Press keys for a leg, after those that wait, as telephone-events or tones; what else it hears is silenced.

        Between digits, ``w`` is a pause of half a second and ``W`` one of a second. What has neither events nor tones
        gets nothing.
        """

    def heed_digits(self, leg: str, wanted: bool) -> None:
        """Tell the digits that a leg sends as tones, or no more; those of telephone-events are always told."""

    def listen_for(self, leg: str) -> None:
        """Tell speech, pauses and tones of what a leg sends (``media.ears``), from now on; it is begun anew each time.

        Besides ``sounds_heard``, ``listening_ended`` follows, with ``stop_listening``, ``listen_for`` or ``close``.
        """

    def stop_listening(self, leg: str) -> None:
        """End that, if it is done."""

    def echo(self, leg: str) -> None:
        """Send a leg's own audio back to it."""

    def silence(self, leg: str) -> None:
        """Stop what the leg hears: clips, echo, bridge (both ways) or a room."""

    def close(self, leg: str) -> None:
        """End a leg's audio; ``closed`` follows."""

    def ports_in_use(self) -> int:
        """Port pairs taken now."""
