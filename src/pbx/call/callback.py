"""The target ``callback``: whoever is taken there is called back on behalf of a queue, is told so, and is let go."""

from __future__ import annotations

import re

from pbx.asking import Answering
from pbx.call import cause as causes
from pbx.call.call import Leg
from pbx.call.conversation import Conversation
from pbx.call.host import CallHost
from pbx.call.phrases import phrase
from pbx.events import CallbackAsked

_DIALABLE = re.compile(r"\+?[0-9]{3,}")


def can_be_called(number: str) -> bool:
    """Whether a caller's number is one: hidden callers and guests have none."""
    return _DIALABLE.fullmatch(number) is not None


def take_request(host: CallHost, leg: Leg, queue: str, now: float) -> None:
    """Note that the caller wants to be called back at the number that it calls from."""
    if host.answer(leg, now):
        parting = leg.attendant = PartingWords(host, leg)
        call = leg.call
        caller, name = call.party(leg)
        if can_be_called(caller):
            host.publish(CallbackAsked(host.clock(), call.id, queue, caller, name))
            parting.begin("callback-noted", now)
        else:
            parting.begin("callback-impossible", now)


class PartingWords(Conversation):
    """Says one phrase and hangs up."""

    def begin(self, name: str, now: float) -> None:
        """Say it."""
        language = self.leg.call.language
        self.say(language, (phrase(language, name),), now)

    def digit_pressed(self, digit: str, now: float) -> None:
        """A key says that it was understood."""
        self.heard(now)

    def heard(self, now: float) -> None:
        """That was all."""
        self.host.hang_up(self.leg, causes.NORMAL, now)

    def waited(self, now: float) -> None:
        """Nothing is waited for."""

    def told(self, answer: Answering | None, now: float) -> None:
        """It could not be said in time."""
        self.heard(now)

    def partner_failed(self, cause: str, now: float) -> None:
        """Nobody is rung."""
