"""What agents want done with calls to their phones, in the switch's terms."""

from __future__ import annotations

from collections.abc import Callable

from control.nouns import Agent
from pbx.routing.handling import Destination, Handling
from pbx.routing.numbering import Target


def handling_of(agent: Agent, target: Callable[[str], Target]) -> Handling | None:
    """The wishes of one agent, None where there are none; ``target`` reads a configured target."""
    forward = agent.forward

    def way(text: str | None) -> Destination | None:
        return text if text is None or is_number(text) else target(text)

    handling = Handling(
        do_not_disturb=agent.do_not_disturb,
        always=way(forward.always),
        busy=way(forward.busy),
        no_answer=way(forward.no_answer),
        unreachable=way(forward.unreachable),
        after_s=forward.after_s,
    )
    return None if handling == Handling(after_s=forward.after_s) else handling


def is_number(text: str) -> bool:
    """Whether a way is a number, rather than a target."""
    return text[:1] in "+*#" or text[:1].isdigit()
