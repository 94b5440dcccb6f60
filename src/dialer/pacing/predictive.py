"""Predictive pacing: so many calls that agents are busy, and no more than the limit of abandonment has room for.

One more call is placed as long as the chance that it finds no agent, if it is answered, is within what the credit
allows: the newsvendor's rule, with a price of a drop that follows from the limit. The forecast learns online from what
it is told; there is nothing to configure. See docs/pacing.md.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np

from dialer.pacing.answers import AnswerRate, Estimate
from dialer.pacing.credit import Credit
from dialer.pacing.durations import Durations
from dialer.pacing.observations import AgentLeft, CallAnswered, CallFailed, Observation, TalkEnded, WrapUpEnded
from dialer.pacing.outlook import (
    RINGING,
    RISEN,
    ROWS,
    TALKING,
    WRAP_UP,
    Chances,
    Counts,
    Floats,
    Outlook,
    count_agents,
    count_calls,
    since_risen,
)
from dialer.pacing.rings import Rings
from dialer.pacing.view import View

TALK_S, WRAP_UP_S = 120.0, 20.0
"""What is believed of talks and wrap-ups before the first ended."""
RATE_EVERY_S, RATE_UNTOLD_S, CALLS_EVERY_S = 2.0, 6.0, 60.0
"""How often the answer rate is estimated while calls end and while none does, and how often the forecast of calls is
renewed where the rate stays the same."""
MOST_CALLS_AN_AGENT = 40
"""No more are placed at once, for each agent at work."""
RATE_CHANGE = 0.03
"""By what share the rate has to change for the forecast of calls to be renewed."""
LEAST_DOUBT = 0.0005
"""A rise of the rate that is less likely makes no difference."""
MANY = 40
"""Where so many agents are at it, answers tell of a rise within seconds, and calls that were held back for its sake
would cost more than it does."""
AGENTS_EVERY_S, AGENTS_FIRST_S = 60.0, 5.0
"""How often the forecast of agents is renewed, later and at first."""


class Predictive:
    """For one campaign; what it has learnt lives as long as this object."""

    def __init__(self) -> None:
        self._talk = Durations(TALK_S)
        self._wrap_up = Durations(WRAP_UP_S)
        self._rings = Rings()
        self._rate = AnswerRate()
        self._credit = Credit()
        self._chances = Chances()
        self._started_at = inf
        self._agents_due = self._calls_due = self._rate_due = self._rate_at = -inf
        self._estimate = Estimate()
        self._forecast_rate = 0.0

    def observe(self, observation: Observation, now: float) -> None:
        match observation:
            case CallAnswered(after_s):
                self._rate.ended(True, after_s, now)
                self._rate_due = min(self._rate_due, self._rate_at + RATE_EVERY_S)
                self._rings.answered(after_s)
            case CallFailed(after_s):
                self._rate.ended(False, after_s, now)
                self._rate_due = min(self._rate_due, self._rate_at + RATE_EVERY_S)
                self._rings.failed(after_s)
            case TalkEnded(after_s):
                self._talk.ended(after_s)
            case WrapUpEnded(after_s):
                self._wrap_up.ended(after_s)
            case AgentLeft(talked_s, wrapped_up_s):
                if talked_s is not None:
                    self._talk.left(talked_s)
                if wrapped_up_s is not None:
                    self._wrap_up.left(wrapped_up_s)
            case _:
                pass

    def decide(self, view: View) -> int:
        self._learn(view)
        risk = self._credit.risk(view)
        least = max(0, view.spare - len(view.ringing))
        wanted = self._within(risk, self._drop_chance(view), least, MOST_CALLS_AN_AGENT * _agents(view))
        self._credit.wanted(wanted, view)
        return max(least, min(wanted, self._credit.room(view)))

    @staticmethod
    def _within(risk: float, drop_chance: Callable[[int], float], least: int, most: int) -> int:
        """How many calls are within a risk. Each makes the next one riskier, so the first that is beyond is found by
        doubling steps, then by halves."""
        calls, step = least, 1
        while calls + step <= most and drop_chance(calls + step - 1) <= risk:
            calls += step
            step *= 2
        while step > 1:
            step //= 2
            if calls + step <= most and drop_chance(calls + step - 1) <= risk:
                calls += step
        return calls

    def supply(self, view: View, counts: Counts) -> Floats | float:
        """Count the agents of each class who may come free; tells the spare agents who are certain, now or at each
        instant ahead. A simulation that knows more than can be known has its own."""
        counts[TALKING:WRAP_UP] = count_agents(view.talking, view.now)
        counts[WRAP_UP:RINGING] = count_agents(view.wrap_up, view.now)
        return float(view.spare)

    def _drop_chance(self, view: View) -> Callable[[int], float]:
        """What a call that is dialled now, after so many others, risks if it is answered."""
        counts = np.zeros(ROWS, np.int64)
        spare = self.supply(view, counts)
        counts[RINGING:RISEN] = count_calls(view.ringing, view.now)
        steady = Outlook(self._chances, counts, spare)
        doubt = self._estimate.doubt_if_answered
        if doubt < LEAST_DOUBT or _are_many(view):
            return steady.drop_chance
        risen = Outlook(self._chances, since_risen(counts, int(self._estimate.risen_for_s)), spare, RISEN)
        return lambda calls: (1 - doubt) * steady.drop_chance(calls) + doubt * risen.drop_chance(calls)

    def _learn(self, view: View) -> None:
        """Renew what of the forecast is due."""
        now = view.now
        if now >= self._agents_due:
            self._started_at = min(self._started_at, now)
            self._agents_due = now + min(AGENTS_EVERY_S, AGENTS_FIRST_S + (now - self._started_at) / 20)
            talks, wrap_ups = ([now - since for since in each] for each in (view.talking, view.wrap_up))
            self._chances.learn_agents(self._talk.survival(talks), self._wrap_up.survival(wrap_ups))
        if now >= self._rate_due:
            self._rate_at, self._rate_due = now, now + RATE_UNTOLD_S
            ringing = np.fromiter(view.ringing, float, len(view.ringing))
            answered_by = self._rings.answered_by()
            estimate = self._estimate = self._rate.update(ringing, answered_by, now)
            rate = estimate.rate if _are_many(view) else estimate.steady
            if now >= self._calls_due or abs(rate - self._forecast_rate) > RATE_CHANGE * self._forecast_rate:
                self._calls_due, self._forecast_rate = now + CALLS_EVERY_S, rate
                self._chances.learn_calls(rate, answered_by, self._rings.failed_by())
            if estimate.doubt_if_answered >= LEAST_DOUBT:
                self._chances.learn_calls(estimate.risen, answered_by, self._rings.failed_by(), RISEN)


def _agents(view: View) -> int:
    return len(view.idle) + len(view.talking) + len(view.wrap_up)


def _are_many(view: View) -> bool:
    return _agents(view) >= MANY
