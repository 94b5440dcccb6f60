"""Predictive pacing that knows when each agent will be free: what is to be gained by a better forecast of agents.

It still does not know who will answer; nobody could.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dialer.pacing.outlook import AHEAD_S, GRACE_S
from dialer.pacing.predictive import Predictive
from dialer.pacing.view import View
from lab.dialing.scenario import Outcome, Scenario
from lab.dialing.simulation import Simulation


class Oracle(Predictive):
    """To be told its simulation before it runs."""

    simulation: Simulation

    def supply(self, view: View, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        fates = self.simulation.with_agent
        free_at = [since + fates[agent].wrap_up_s for agent, since in self.simulation.wrap_up.items()]
        for agent, since in self.simulation.talking.items():
            free_at.append(since + fates[agent].talk_s + fates[agent].wrap_up_s)
        known = np.sort(np.array(free_at)) - view.now
        return view.spare + np.searchsorted(known, AHEAD_S + GRACE_S, side="right").astype(float)


def simulate_with_oracle(scenario: Scenario, seed: int) -> Outcome:
    """One run of a scenario."""
    pacing = Oracle()
    pacing.simulation = Simulation(scenario, pacing, seed)
    return pacing.simulation.run()
