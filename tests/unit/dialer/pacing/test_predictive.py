"""What predictive pacing makes of what it has been told; how it does over hours is tested in ``lab/dialing``."""

from __future__ import annotations

from random import Random

from dialer.pacing.observations import CallAnswered, CallFailed
from dialer.pacing.predictive import Predictive
from dialer.pacing.view import View

QUARTER_S = 900


class Campaign:
    """A call every two seconds, answered after 5 to 15 s or failed after 25 s; its agents talk all the time."""

    def __init__(self) -> None:
        self.pacing = Predictive()
        self._now = 0.0
        self._chance = Random(1)
        self._ringing: list[tuple[float, float, bool]] = []

    def go_on(self, answer_rate: float, seconds: int) -> None:
        for _ in range(seconds // 2):
            self._now += 2.0
            for call in [call for call in self._ringing if call[1] <= self._now]:
                self._ringing.remove(call)
                after_s = call[1] - call[0]
                self.pacing.observe(CallAnswered(after_s) if call[2] else CallFailed(after_s), self._now)
            answered = self._chance.random() < answer_rate
            ends_at = self._now + (self._chance.uniform(5, 15) if answered else 25.0)
            self._ringing.append((self._now, ends_at, answered))
            self.pacing.decide(self._view(idle=0))

    def come_back(self, agents: int) -> int:
        """So many agents are idle all at once: the calls that are placed for them."""
        return self.pacing.decide(self._view(agents))

    def _view(self, idle: int) -> View:
        return View(
            now=self._now,
            idle=[self._now] * idle,
            talking=[self._now - 60.0] * 6,
            ringing=[call[0] for call in self._ringing],
            answered=20_000,
            dropped=580,
        )


def after(*rates: float) -> Campaign:
    """The rate has been each of these for a quarter of an hour."""
    campaign = Campaign()
    for rate in rates:
        campaign.go_on(rate, QUARTER_S)
    return campaign


def test_fewer_calls_are_placed_at_once_where_the_answer_rate_may_just_have_risen() -> None:
    """Both lists are as bad as each other now, but one of them was four times as good before."""
    always_bad, good_before = after(*[0.1] * 8), after(*[0.4, 0.1] * 4)
    for agents in (4, 6):
        assert good_before.come_back(agents) < 0.75 * always_bad.come_back(agents)
    assert good_before.come_back(agents=6) > 6
