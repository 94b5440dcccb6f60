"""Leaving a message: a greeting, a tone, and what the caller says until a key, silence, the time limit or a hang-up.

GREETING --heard--> RECORDING --recorded--> hung up
    +--any key-------^    |
                          +--caller hangs up: what was said so far is kept
"""

from __future__ import annotations

from pathlib import Path

from pbx.asking import Answering, Wording
from pbx.call import cause as causes
from pbx.call.call import Leg
from pbx.call.conversation import Conversation
from pbx.call.host import CallHost
from pbx.call.phrases import phrase
from pbx.events import VoicemailRecorded

LONGEST_S = 180.0
SILENCE_S = 6.0
"""A caller who says nothing for so long has finished."""
TONE = Wording(clip="beep")


class TakingMessage(Conversation):
    """Takes one message for a box."""

    def __init__(self, host: CallHost, leg: Leg, box: str, folder: Path) -> None:
        super().__init__(host, leg)
        self._box = box
        self._folder = folder
        self._recording = False

    def begin(self, now: float) -> None:
        """Greet; a recording named for the box goes before the phrase for all."""
        language = self.leg.call.language
        greeting = phrase(language, "leave-message")
        self.say(language, (Wording(greeting.text, f"voicemail-{self._box}"), TONE), now)

    def digit_pressed(self, digit: str, now: float) -> None:
        """A key skips the greeting, or ends the message."""
        if self._recording:
            self.host.plane.stop_recording(self.leg.id)
        else:
            self.hush()
            self.say(self.leg.call.language, (TONE,), now)

    def heard(self, now: float) -> None:
        """The tone has sounded: what follows is the message."""
        host, leg, call = self.host, self.leg, self.leg.call
        message = f"{leg.id}-{int(host.clock() * 1000):x}"
        path = str(self._folder / f"{message}.wav")
        box, (caller, name) = self._box, call.party(leg)

        def recorded(seconds: float, now: float) -> None:
            host.publish(VoicemailRecorded(host.clock(), call.id, box, message, path, seconds, caller, name))
            if not leg.over and isinstance(leg.attendant, TakingMessage):
                host.hang_up(leg, causes.NORMAL, now)

        self._recording = True
        host.recordings[path] = recorded
        host.plane.record(leg.id, path, max_s=LONGEST_S, silence_s=SILENCE_S)

    def waited(self, now: float) -> None:
        """Nothing is waited for."""

    def told(self, answer: Answering | None, now: float) -> None:
        """The greeting could not be made in time."""
        self.heard(now)

    def partner_failed(self, cause: str, now: float) -> None:
        """Nobody is rung."""
