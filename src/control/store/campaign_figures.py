"""What a campaign came to within a time, counted by the database: its attempts, and what agents said."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from control.store.ledger_tables import attempts
from dialer.ledger import PERMITTED
from dialer.outcome import ANSWERED_BY_A_PERSON, Outcome

LONGEST_WAIT_S = 1800.0
"""An agent who has no call for longer has had a break."""
TALKED = frozenset({Outcome.CONNECTED, Outcome.ANNOUNCED, Outcome.OPTED_OUT})

_c = attempts.c


class AttemptCounts(Struct, frozen=True):
    """Attempts that were decided within a time."""

    attempts: int = 0
    """Dialled."""
    refused: int = 0
    """Not dialled, since a rule forbade it."""
    answered: int = 0
    """By people: what the law counts as answered live calls."""
    contacts: int = 0
    """People who talked to an agent, or heard the announcement."""
    abandoned: int = 0
    outcomes: dict[Outcome, int] = {}


class AgentTime(Struct, frozen=True):
    """How agents spent their time between the first and the last of their calls."""

    calls: int = 0
    talk_s: float = 0.0
    waits: int = 0
    """Times between two calls of one agent that were no break."""
    wait_s: float = 0.0
    """Their sum, wrap-up included."""


class CampaignFigures:
    """Figures of one campaign at a time."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def attempts(self, campaign: str, since: float, until: float) -> AttemptCounts:
        """The attempts of a campaign by outcome."""
        abandoned = func.sum(case((_c.abandoned, 1), else_=0))
        query = (
            select((_c.verdict == PERMITTED).label("permitted"), _c.outcome, func.count(), abandoned)
            .where(_c.campaign == campaign, _c.decided_at >= since, _c.decided_at < until)
            .group_by("permitted", _c.outcome)
        )
        dialled = refused = lost = 0
        outcomes: dict[Outcome, int] = {}
        for permitted, outcome, count, of_them in await self._connection.execute(query):
            if not permitted:
                refused += count
                continue
            dialled, lost = dialled + count, lost + of_them
            if outcome is not None:
                outcomes[Outcome(outcome)] = count
        return AttemptCounts(
            dialled,
            refused,
            sum(count for outcome, count in outcomes.items() if outcome in ANSWERED_BY_A_PERSON),
            sum(count for outcome, count in outcomes.items() if outcome in TALKED),
            lost,
            outcomes,
        )

    async def agent_time(self, campaign: str, since: float, until: float) -> AgentTime:
        """How long agents talked, and how long they had no call in between."""
        before = func.lag(_c.ended_at).over(partition_by=_c.agent, order_by=_c.connected_at)
        calls = (
            select((_c.ended_at - _c.connected_at).label("talk_s"), (_c.connected_at - before).label("wait_s"))
            .where(
                _c.campaign == campaign, _c.decided_at >= since, _c.decided_at < until,
                _c.agent != "", _c.connected_at.is_not(None), _c.ended_at.is_not(None),
            )
            .subquery()
        )  # fmt: skip
        waited = calls.c.wait_s.between(0.0, LONGEST_WAIT_S)
        query = select(
            func.count(),
            func.coalesce(func.sum(calls.c.talk_s), 0.0),
            func.coalesce(func.sum(case((waited, 1), else_=0)), 0),
            func.coalesce(func.sum(case((waited, calls.c.wait_s), else_=0.0)), 0.0),
        )
        return AgentTime(*(await self._connection.execute(query)).one())
