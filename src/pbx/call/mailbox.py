"""Hearing one's own messages by phone: new ones first, each with a menu after it.

OPENING --messages--> MESSAGE --1--> the same again ; --2--> the next ; --3--> deleted, and the next
                         +--heard and no key for a while: goodbye
"""

from __future__ import annotations

from pbx.asking import Answering, MailboxAsked, MailboxOpened, Message, Wording
from pbx.call import cause as causes
from pbx.call.conversation import Conversation
from pbx.call.phrases import phrase, spelled
from pbx.events import VoicemailDeleted, VoicemailHeard

OPENING_S = 5.0
PATIENCE_S = 10.0
"""How long a key may take after a message."""
AGAIN, NEXT, DELETE = "1", "2", "3"


class HearingMessages(Conversation):
    """One visit to one's own box."""

    _messages: tuple[Message, ...] = ()
    _place = 0
    _leaving = False

    def begin(self, account: str, now: float) -> None:
        """Ask for the messages of the phone's owner."""
        self.ask(lambda at, call, leg, ask: MailboxAsked(at, call, leg, ask, account), OPENING_S, now)

    def told(self, answer: Answering | None, now: float) -> None:
        """The messages are there; or nothing can be said."""
        if answer is None and (self._messages or self._leaving):
            self.heard(now)  # a prompt that could not be made in time
        elif not isinstance(answer, MailboxOpened):
            self.host.hang_up(self.leg, causes.NORMAL, now)
        elif not answer.messages:
            self._say_goodbye("no-messages", now)
        else:
            self._messages = answer.messages
            new = sum(not message.heard for message in answer.messages)
            counted = self._phrase("messages", new=str(new), old=str(len(answer.messages) - new))
            self._play_message((counted,), now)

    def digit_pressed(self, digit: str, now: float) -> None:
        """A key of the menu, at any time; other keys do nothing."""
        if not self._messages or self._leaving or digit not in (AGAIN, NEXT, DELETE):
            return
        self.hush()
        message = self._messages[self._place]
        at = self.host.clock()
        self.host.publish(VoicemailDeleted(at, message.id) if digit == DELETE else VoicemailHeard(at, message.id))
        if digit == AGAIN:
            self._play_message((), now)
            return
        self._place += 1
        if self._place == len(self._messages):
            self._say_goodbye("end-of-messages", now)
        else:
            self._play_message((self._phrase("deleted"),) if digit == DELETE else (), now)

    def heard(self, now: float) -> None:
        """The message and its menu were heard, or the goodbye."""
        if self._leaving:
            self.host.hang_up(self.leg, causes.NORMAL, now)
        else:
            self.host.publish(VoicemailHeard(self.host.clock(), self._messages[self._place].id))
            self.wait(PATIENCE_S, now)

    def waited(self, now: float) -> None:
        """No key was pressed."""
        self._say_goodbye("end-of-messages" if self._place + 1 == len(self._messages) else "goodbye", now)

    def partner_failed(self, cause: str, now: float) -> None:
        """Nobody is rung."""

    def _play_message(self, before: tuple[Wording, ...], now: float) -> None:
        message = self._messages[self._place]
        caller = self._phrase("message-from", caller=spelled(message.caller))
        sound = Wording(clip=message.path)
        self.say(self.leg.call.language, (*before, caller, sound, self._phrase("message-menu")), now)

    def _say_goodbye(self, name: str, now: float) -> None:
        self._leaving = True
        self.say(self.leg.call.language, (self._phrase(name),), now)

    def _phrase(self, name: str, **values: str) -> Wording:
        return phrase(self.leg.call.language, name, **values)
