"""What to expect: a caller's wait with its quantiles, and the closed forms of Erlang.

Sources: A. K. Erlang's delay formula (1917); C. Palm's model with impatience, M/M/n+M (1957), as in Mandelbaum and
Zeltyn, The Palm/Erlang-A queue, with applications to call centers (2005).
"""

from __future__ import annotations

from math import exp, log, sqrt

from msgspec import Struct

Z80 = 0.8416212335729143
"""The standard normal's 80 % quantile."""
_NEGLIGIBLE = 1e-12


class Expected(Struct, frozen=True):
    """Quantiles of a wait, in seconds."""

    p50: float
    p80: float


def expected_wait(
    ahead: int, agents: int, handle_s: float, giving_up_rate: float = 0.0, shared: float = 1.0
) -> Expected | None:
    """The wait of one who finds ``ahead`` others in line and all of ``agents`` busy; None without agents or handling.

    The line moves each time an agent becomes free or one ahead gives up, at a rate of ``agents / handle_s / shared``
    plus ``giving_up_rate`` for each who is still ahead. The sum of these steps is taken as gamma distributed, its
    quantiles by Wilson and Hilferty (1931). Costs the same for any length of the line.
    """
    if agents <= 0 or handle_s <= 0:
        return None
    rate = agents / (handle_s * shared)
    if giving_up_rate > 1e-9:
        # The sums of 1/(rate + k theta) and of its square over k = 0..ahead, by the midpoint rule.
        low, high = rate - giving_up_rate / 2, rate + (ahead + 0.5) * giving_up_rate
        if low <= rate / 2:
            low = rate / 2
        mean = log(high / low) / giving_up_rate
        variance = (1 / low - 1 / high) / giving_up_rate
    else:
        mean, variance = (ahead + 1) / rate, (ahead + 1) / rate**2
    ninth = variance / (9 * mean * mean)
    return Expected(*(mean * max(1 - ninth + z * sqrt(ninth), 0.0) ** 3 for z in (0.0, Z80)))


def erlang_b(agents: int, load: float) -> float:
    """The share of calls blocked where none can wait; ``load`` in erlangs."""
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(agents: int, load: float) -> float:
    """The share of calls that wait, nobody giving up; 1.0 where the load is not less than the agents."""
    if load >= agents:
        return 1.0
    blocked = erlang_b(agents, load)
    return agents * blocked / (agents - load * (1 - blocked))


class Performance(Struct, frozen=True):
    """How a queue does in the long run."""

    waits: float
    """The share (0-1) of calls that wait at all."""
    gives_up: float
    asa_s: float
    """The mean wait of all calls, those who give up included."""
    occupancy: float


def performance_c(agents: int, per_second: float, handle_s: float) -> Performance:
    """M/M/n. Raises ValueError where the load is not less than the agents."""
    load = per_second * handle_s
    if load >= agents:
        raise ValueError(f"a load of {load:g} erlangs needs more than {agents} agents")
    waits = erlang_c(agents, load)
    return Performance(waits, 0.0, waits * handle_s / (agents - load), load / agents)


def service_level_c(agents: int, per_second: float, handle_s: float, within_s: float) -> float:
    """The share of calls answered within a time, in M/M/n."""
    load = per_second * handle_s
    return 1 - erlang_c(agents, load) * exp(-(agents - load) * within_s / handle_s) if load < agents else 0.0


def performance_a(agents: int, per_second: float, handle_s: float, patience_s: float) -> Performance:
    """M/M/n+M, whose callers' patience is exponential with the mean ``patience_s``."""
    service, giving_up = 1 / handle_s, 1 / patience_s
    # States by calls present, from ``agents`` up and down, relative to the probability of exactly ``agents``.
    below, weight, busy = 0.0, 1.0, 0.0
    for number in range(agents, 0, -1):
        weight *= number * service / per_second
        below += weight
        busy += weight * (number - 1)
    queued, length, weight, waiting = 1.0, 0.0, 1.0, 0
    while weight > _NEGLIGIBLE or waiting < per_second / giving_up:
        waiting += 1
        weight *= per_second / (agents * service + waiting * giving_up)
        queued += weight
        length += weight * waiting
    whole = below + queued
    mean_length = length / whole
    return Performance(
        waits=queued / whole,
        gives_up=mean_length * giving_up / per_second,
        asa_s=mean_length / per_second,
        occupancy=(busy + queued * agents) / whole / agents,
    )
