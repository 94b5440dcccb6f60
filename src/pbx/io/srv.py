"""The order in which the servers of a service are tried (RFC 2782)."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from msgspec import Struct


class Server(Struct, frozen=True):
    """One SRV record."""

    priority: int
    """The lowest comes first."""
    weight: int
    """The share of the calls among those of one priority."""
    host: str
    port: int


def ordered(servers: Iterable[Server], rng: Random) -> list[Server]:
    """By priority, and within one drawn by weight, each time anew (RFC 2782, "Weight").

    One whose host is ``.`` says that the service is not offered, and is left out.
    """
    rest = sorted((one for one in servers if one.host != "."), key=lambda one: (one.priority, one.weight))
    order: list[Server] = []
    while rest:
        equals = [one for one in rest if one.priority == rest[0].priority]
        order.append(_draw(equals, rng))
        rest.remove(order[-1])
    return order


def _draw(equals: list[Server], rng: Random) -> Server:
    """One of several by weight; those of weight 0, which stand first, have a small chance."""
    mark = rng.randint(0, sum(one.weight for one in equals))
    for one in equals:
        mark -= one.weight
        if mark <= 0:
            return one
    return equals[-1]
