"""How an attempt to reach a lead ended, as the far end, the line or our own side made it."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """One attempt has one. Dispositions, which agents give, are another matter: they belong to campaigns."""

    __hash__ = str.__hash__

    CONNECTED = "connected"
    """A person talked to an agent."""
    ABANDONED = "abandoned"
    """A person answered, and no agent was there in time."""
    HUNG_UP = "hung_up"
    """A person answered, and hung up before an agent had to be there."""
    MACHINE = "machine"
    """An answering machine took the call; nothing was left on it."""
    MESSAGE_LEFT = "message_left"
    """An answering machine has our message."""
    FAX = "fax"
    ANNOUNCED = "announced"
    """A person heard the announcement of an agentless campaign to its end, or pressed a key in it."""
    OPTED_OUT = "opted_out"
    """A person pressed the key that forbids further calls."""
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    """The called party, or what filters its calls, turned the call down (603, 607, 608)."""
    NOT_IN_SERVICE = "not_in_service"
    """There is nobody at this number: a status or a special information tone says so."""
    CONGESTION = "congestion"
    """Trunks or the network had no way at that time."""
    FAILED = "failed"
    """Something of ours did not work."""
    INTERRUPTED = "interrupted"
    """The program ended while the attempt was under way; how the attempt ended is not known."""


ANSWERED_BY_A_PERSON = frozenset(
    {Outcome.CONNECTED, Outcome.ABANDONED, Outcome.HUNG_UP, Outcome.ANNOUNCED, Outcome.OPTED_OUT}
)
"""What the law counts as answered live calls."""
NUMBER_IS_DEAD = frozenset({Outcome.NOT_IN_SERVICE, Outcome.FAX})
"""After these the same number is not tried again; another one of the lead may be."""
FINAL = frozenset({Outcome.CONNECTED, Outcome.ANNOUNCED, Outcome.OPTED_OUT, Outcome.MESSAGE_LEFT, Outcome.HUNG_UP})
"""After these a lead is done unless a campaign's retry rules or a disposition say otherwise."""
