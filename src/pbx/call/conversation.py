"""What the switch does while it talks with a caller: it says something, waits, or has asked a question.

It does one thing at a time, and every thing ends: prompts are heard, waits pass, questions are answered or given up.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from pbx.asking import Answering, PromptsAsked, PromptsReady, Question, Wording
from pbx.call.call import Leg
from pbx.call.host import CallHost

PROMPT_S = 5.0
"""How long the making of a prompt may take; then the conversation goes on without it."""


class Conversation(ABC):
    """An ``Attendant`` with a voice and a watch; what it says and asks is up to its kinds."""

    def __init__(self, host: CallHost, leg: Leg) -> None:
        self.host = host
        self.leg = leg
        self._asks = 0
        self._asked = 0
        """The number of the question that is open; 0 for none."""
        self._alarm = 0
        """The number of the alarm that is set; those with lower ones no longer matter."""
        self._playing = False

    # What its kinds do

    @abstractmethod
    def digit_pressed(self, digit: str, now: float) -> None:
        """The far side pressed a key."""

    @abstractmethod
    def heard(self, now: float) -> None:
        """What was said has been heard to its end, or could not be said."""

    @abstractmethod
    def waited(self, now: float) -> None:
        """The time that was set has passed."""

    @abstractmethod
    def told(self, answer: Answering | None, now: float) -> None:
        """A question was answered; None where nobody did in time."""

    @abstractmethod
    def partner_failed(self, cause: str, now: float) -> None:
        """A phone that was rung did not answer."""

    # Its verbs

    def say(self, language: str, wordings: tuple[Wording, ...], now: float) -> None:
        """Say these one after another; ``heard`` follows."""
        self.ask(lambda at, call, leg, ask: PromptsAsked(at, call, leg, ask, language, wordings), PROMPT_S, now)

    def hush(self) -> None:
        """Stop what is being said, or about to be."""
        self._asked = 0
        if self._playing:
            self._playing = False
            self.host.plane.silence(self.leg.id)

    def wait(self, seconds: float, now: float) -> None:
        """Set the one alarm anew; ``waited`` follows."""
        self._alarm += 1
        self.host.endpoint.timers.at(now + seconds, _alarm_rang, self.host, self.leg.id, self._alarm)

    def ask(self, question: Callable[[float, str, str, int], Question], timeout_s: float, now: float) -> None:
        """Ask a question made of ``(at, call, leg, ask)``; ``told`` follows, perhaps at once."""
        self._asks += 1
        self._asked = self._asks
        self.wait(timeout_s, now)
        self.host.publish(question(self.host.clock(), self.leg.call.id, self.leg.id, self._asked))

    def forget(self) -> None:
        """Wait for nothing any more."""
        self._asked = 0
        self._alarm += 1

    # What is heard of the leg (call.attendant.Attendant)

    def clips_ended(self, now: float) -> None:
        """What was said has been heard."""
        if self._playing:
            self._playing = False
            self.heard(now)

    def answered(self, answer: Answering, now: float) -> None:
        """The open question was answered; any other answer comes too late."""
        if answer.ask != self._asked:
            return
        self.forget()
        if not isinstance(answer, PromptsReady):
            self.told(answer, now)
        elif answer.clips:
            self._playing = True
            self.host.plane.play(self.leg.id, answer.clips, loop=False)
        else:
            self.heard(now)

    def alarm(self, number: int, now: float) -> None:
        """An alarm rings; only the last one set matters."""
        if number != self._alarm:
            return
        if self._asked:
            self.forget()
            self.told(None, now)
        else:
            self.waited(now)

    def dismissed(self, now: float) -> None:
        """The leg is over or goes elsewhere."""
        self.forget()


def _alarm_rang(host: CallHost, leg_id: str, number: int, now: float) -> None:
    """A time that was set has come, if the leg is still talked with."""
    leg = host.legs.get(leg_id)
    if leg is not None and isinstance(leg.attendant, Conversation):
        leg.attendant.alarm(number, now)
