"""What the switch tells of legs that are listened to (``commands.ListenFor``): for answering-machine detection."""

from __future__ import annotations

from pbx.events import Event


class SoundHeard(Event, frozen=True):
    """Something began or ended on a leg. Times in milliseconds are the line's own, since listening began.

    That is the leg's answer where listening was asked for before, unless it is ``early``.
    """

    call: str
    leg: str
    kind: str
    """``speech_started``, ``speech_ended``, ``tone_started``, ``tone_ended``; and what tones mean: ``sit_intercept``,
    ``sit_vacant``, ``sit_reorder``, ``sit_no_circuit``, ``sit``, ``fax_cng``, ``fax_ced``, ``beep``, ``ringback``,
    ``busy``, ``congestion`` and ``dial_tone``."""
    at_ms: int
    """When it began; of ``speech_ended`` and ``tone_ended``, when that was."""
    duration_ms: int
    """How long speech, or the tone, has lasted so far."""
    dbm0: float
    """Its mean level, in dBm0."""
    hz: float = 0.0
    """The frequency of a tone, of several the first or the lower one."""
    early: bool = False
    """Whether it was sent before the answer; its times count from the beginning of early media."""


class ListeningEnded(Event, frozen=True):
    """A leg is listened to no more: that was asked for, or begun anew (as with its answer), or the leg is over."""

    call: str
    leg: str
    listened_ms: int
    cadence: tuple[int, ...]
    """What was heard, as runs of milliseconds in turn: speech positive, all else negative."""
    noise_dbm0: float
    """The level of the line when nothing was heard."""
    early: bool = False
    """Whether it was of what was sent before the answer."""
