"""A campaign that is to be simulated, and what it comes to."""

from __future__ import annotations

from math import inf

from msgspec import Struct

from lab.dialing.fates import Leads

WORTH_A_RATIO = 200
"""Live answers before which a running ratio says nothing."""


class Scenario(Struct, frozen=True, kw_only=True):
    """Agents, a list, and how long."""

    agents: int
    answer_rates: tuple[float, ...]
    """The share (0-1) of leads who answer; of several, each holds for ``rate_s`` and then the next, round and round."""
    rate_s: float = inf
    leads: Leads = Leads()
    patience_s: float = 2.0
    """Who is answered waits for an agent so long, and is dropped then."""
    length_s: float = 8 * 3600.0
    warm_up_s: float = 0.0
    """What comes before is not counted, but for the running ratio."""
    tick_s: float = 0.5
    """The pacing is asked at least so often."""
    asked_on_events: bool = True
    """And after every event; else at ticks only, which takes less where there are many agents."""
    leave_share: float = 0.0
    """This share of the agents leaves and comes back, by turns, every ``leave_s``. Who is busy then ends her call and
    her wrap-up first."""
    leave_s: float = inf
    leaving_is_known: bool = True
    """Whether the pacing is told at once who will not come free after her call, or only when she has gone."""
    limit: float = 0.03


class Outcome(Struct, frozen=True, kw_only=True):
    """What a campaign came to, as the simulation counted it."""

    dialled: int
    answered: int
    """Live, those that were dropped included."""
    dropped: int
    waited_s: float
    """How long the connected ones had waited for an agent together."""
    busy_s: float
    """What conversations and wrap-ups took of the agents' time."""
    present_s: float
    """The agents' time."""
    running_ratio: float
    """dropped / answered at the end, both counted from the very first call."""
    worst_ratio: float
    """The highest that it was at any instant, once 200 had answered."""

    @property
    def utilisation(self) -> float:
        """The share (0-1) of their time in which agents talked or wrapped up."""
        return self.busy_s / self.present_s if self.present_s else 0.0

    @property
    def abandoned(self) -> float:
        """The share (0-1) of live answers that were dropped."""
        return self.dropped / self.answered if self.answered else 0.0
