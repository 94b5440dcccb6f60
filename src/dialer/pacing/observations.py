"""What happens in a campaign that a pacing may learn from. Durations are in seconds."""

from __future__ import annotations

from msgspec import Struct

from dialer.outcome import Outcome


class CallAnswered(Struct, frozen=True):
    """A call that rang was answered live: an agent is needed."""

    after_s: float
    """Since it was dialled."""


class CallFailed(Struct, frozen=True):
    """A call that rang will not need an agent: busy, no answer, a machine ..."""

    after_s: float
    """Since it was dialled."""
    cause: Outcome = Outcome.NO_ANSWER


class TalkEnded(Struct, frozen=True):
    """An agent's conversation is over, and her wrap-up begins."""

    after_s: float


class WrapUpEnded(Struct, frozen=True):
    """An agent is idle again; told also for a wrap-up of no length."""

    after_s: float


class AgentCame(Struct, frozen=True):
    """An agent is idle who was not there before."""


class AgentLeft(Struct, frozen=True):
    """An agent left, idle or in the middle of something: what she was at had no end that one could learn from but that
    it was longer than this."""

    talked_s: float | None = None
    wrapped_up_s: float | None = None


Observation = CallAnswered | CallFailed | TalkEnded | WrapUpEnded | AgentCame | AgentLeft
