"""The budget of abandonment: how likely to be dropped a call may be, and how many calls may ring at all.

The credit is how many more calls could have been dropped within the limit. The risk that a new call may have follows
it: the usual one where the credit is what it is meant to be, and by a factor *e* more or less for each ``scale`` of
calls above or below. Since the credit is the sum of all past errors, this is integral control: whatever is wrong with
the forecasts, the ratio comes to its limit from below. A single drop counts for less where there are many agents, so
the gain, one over the scale, falls with their number.

The credit is meant to be what the worst case needs, the highest of the last hours: every call that rings is answered at
once, no agent comes free, and all that have no idle agent are dropped. If that would break the limit, no call is placed
but for agents who are idle. So the limit holds whatever happens to the calls that ring.
"""

from __future__ import annotations

from math import exp

from dialer.pacing.view import View

USUAL_RISK, USUAL_LIMIT = 0.01, 0.03
"""The risk goes with the limit. It is less than the limit has room for where the forecast is right, and about as much
where answer rates jump and people are dropped whom no forecast could have saved: so the credit settles at what it is
meant to be, or above."""
HIGHEST_RISK = 0.5
LEAST_LOG, MOST_LOG = -2.5, 2.0
"""The risk stays within these powers of e of the usual one."""
SCALE, SCALE_AN_AGENT = 10.0, 0.12
"""In calls."""
RESERVE = 1.5
"""Times what the worst case needs: that comes and goes within minutes, and calls should not have to wait for it."""
RISE_S, MEMORY_S = 600.0, 2 * 3600.0
"""How quickly the need is seen to rise and, since it comes and goes with the hours, to fall."""


class Credit:
    """The budget of one campaign."""

    def __init__(self) -> None:
        self._at: float | None = None
        self._needed = 0.0

    def risk(self, view: View) -> float:
        """The chance of being dropped (0-1) that a call may have which is dialled now."""
        agents = len(view.idle) + len(view.talking) + len(view.wrap_up)
        credit = view.limit * view.answered - view.dropped
        above = (credit - RESERVE * self._needed) / (SCALE + SCALE_AN_AGENT * agents)
        risk = USUAL_RISK * view.limit / USUAL_LIMIT * exp(min(max(above, LEAST_LOG), MOST_LOG))
        return min(risk, HIGHEST_RISK)

    def room(self, view: View) -> int:
        """How many more calls may ring with the limit kept in the worst case; below zero where too many do."""
        # Waiting calls have been counted as answers. With x calls ringing or waiting, the worst case is:
        #   dropped + x - idle <= limit * (answered - waiting + x)
        waiting, limit = len(view.waiting), min(view.limit, HIGHEST_RISK)
        credit = limit * (view.answered - waiting) - view.dropped
        return int((credit + len(view.idle)) / (1 - limit)) - waiting - len(view.ringing)

    def wanted(self, calls: int, view: View) -> None:
        """So many calls would be placed now but for the worst case: it is to be provided for."""
        passed_s = view.now - (view.now if self._at is None else self._at)
        self._at = view.now
        needed = float(calls + len(view.ringing) + len(view.waiting) - len(view.idle))
        memory_s = RISE_S if needed > self._needed else MEMORY_S
        self._needed += (needed - self._needed) * (1 - exp(-passed_s / memory_s))
