"""An agent's status and state: two enums, two tables.

The *status* is what the agent wants, and only the agent (or a supervisor) sets it. The *state* is what the work does
with the agent, and only the router steps it:

                  LET_GO                         HELD
         +--------------------+           +-----------> held
         v                    |           | RESUMED      |
    +-> idle --OFFERED--> offered --+     v <------------+
    |                         |     +-> talking          |
    |                       RANG    |     |              |
    |                         v     |     | ENDED        | ENDED
    |                      ringing -+     v              |
    |                     CONNECTED    wrap_up <---------+
    +------------- WRAPPED_UP ------------+

``ringing`` is let go of just as ``offered`` is. A pair that is not in the table cannot happen, and is an error.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class AgentStatus(StrEnum):
    """What the agent wants."""

    __hash__ = str.__hash__

    AVAILABLE = "available"
    BREAK = "break"
    MEETING = "meeting"
    TRAINING = "training"
    OFFLINE = "offline"


class Presence(Struct, frozen=True):
    """What a status means for the distributor."""

    logged_in: bool
    takes_work: bool


PRESENCE: dict[AgentStatus, Presence] = {
    AgentStatus.AVAILABLE: Presence(logged_in=True, takes_work=True),
    AgentStatus.BREAK: Presence(logged_in=True, takes_work=False),
    AgentStatus.MEETING: Presence(logged_in=True, takes_work=False),
    AgentStatus.TRAINING: Presence(logged_in=True, takes_work=False),
    AgentStatus.OFFLINE: Presence(logged_in=False, takes_work=False),
}


class AgentState(StrEnum):
    """What the work does with the agent."""

    __hash__ = str.__hash__

    IDLE = "idle"
    OFFERED = "offered"
    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"
    WRAP_UP = "wrap_up"


NOT_TAKEN = frozenset({AgentState.OFFERED, AgentState.RINGING})
"""She has yet to answer."""
MEANING = {state: weight for weight, state in enumerate((
    AgentState.IDLE, AgentState.WRAP_UP, AgentState.OFFERED, AgentState.RINGING, AgentState.HELD, AgentState.TALKING,
))}  # fmt: skip
"""Of several pieces of work that an agent has, the state of highest weight is hers."""


class Step(StrEnum):
    """What happens to an agent's work."""

    __hash__ = str.__hash__

    OFFERED = "offered"
    RANG = "rang"
    LET_GO = "let_go"
    """The offer is over without a connection: refused, missed, withdrawn."""
    CONNECTED = "connected"
    HELD = "held"
    RESUMED = "resumed"
    ENDED = "ended"
    WRAPPED_UP = "wrapped_up"


STEPS: dict[tuple[AgentState, Step], AgentState] = {
    (AgentState.IDLE, Step.OFFERED): AgentState.OFFERED,
    (AgentState.OFFERED, Step.RANG): AgentState.RINGING,
    (AgentState.OFFERED, Step.LET_GO): AgentState.IDLE,
    # A phone set to answer by itself never rings.
    (AgentState.OFFERED, Step.CONNECTED): AgentState.TALKING,
    (AgentState.RINGING, Step.LET_GO): AgentState.IDLE,
    (AgentState.RINGING, Step.CONNECTED): AgentState.TALKING,
    (AgentState.TALKING, Step.HELD): AgentState.HELD,
    (AgentState.TALKING, Step.ENDED): AgentState.WRAP_UP,
    (AgentState.HELD, Step.RESUMED): AgentState.TALKING,
    (AgentState.HELD, Step.ENDED): AgentState.WRAP_UP,
    (AgentState.WRAP_UP, Step.WRAPPED_UP): AgentState.IDLE,
}


class ImpossibleStep(Exception):
    """A step that the table does not know: a fault of the router, never of a user."""


def next_state(state: AgentState, step: Step) -> AgentState:
    """The state after a step. Raises ImpossibleStep."""
    try:
        return STEPS[state, step]
    except KeyError:
        raise ImpossibleStep(f"an agent who is {state} cannot be {step}") from None
