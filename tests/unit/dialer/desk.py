"""A dialer without switch and store: the test says what the network and the agents do, and moves the clock."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any, TypeVar

from msgspec.structs import replace

from dialer import decisions, events
from dialer.attempt import Attempt
from dialer.campaign import Campaign, Run
from dialer.compliance.verdict import Permit, Refusal
from dialer.dialer import Dialer
from dialer.events import Activity
from dialer.lead import Lead, LeadNumber
from dialer.outcome import Outcome

START = 1_000_000.0
PERMIT = Permit("Europe/Belgrade", ("Europe/Belgrade",), ("RS",))
D = TypeVar("D", bound=decisions.Decision)


def lead(id: int, *numbers: str, **more: Any) -> Lead:
    """A lead of the campaign ``sales``; without numbers it has one of its own."""
    given = numbers or (f"+3816400{id:05}",)
    return Lead(id, "sales", tuple(LeadNumber(number) for number in given), **more)


class Desk:
    """One campaign, ``sales``, whose list is ``leads``."""

    def __init__(self, leads: Iterable[Lead] = (), *, run: Run = Run.RUNNING, **terms: Any) -> None:
        self.now = START
        self.list = list(leads)
        self.forbidden: dict[str, Refusal] = {}
        """Refusals by number."""
        self.told: list[decisions.Decision] = []
        ids = count(1)
        self.dialer = Dialer(
            lambda lead, number, *_: self.forbidden.get(number.number, PERMIT), lambda: f"c{next(ids)}"
        )
        self.campaign = Campaign("sales", "support", **terms)
        self.tell(events.CampaignDeclared(self.campaign, run))

    def reconfigure(self, run: Run, **terms: Any) -> None:
        """Other terms, or another run."""
        self.campaign = replace(self.campaign, **terms)
        self.tell(events.CampaignDeclared(self.campaign, run))

    def tell(self, *many: events.Event) -> list[decisions.Decision]:
        """Let events happen now; what was decided. Leads are fetched from the list at once."""
        made: list[decisions.Decision] = []
        for event in many:
            made += self.dialer.decide(event, self.now)
        self.told += made
        for fetch in [one for one in made if isinstance(one, decisions.FetchLeads)]:
            known = self.dialer.at_hand(fetch.campaign)
            due = [one for one in self.list if one.id not in known and one.due_at <= self.now][: fetch.limit]
            later = [one.due_at for one in self.list if one.due_at > self.now]
            self.tell(events.LeadsFetched(fetch.campaign, tuple(due), min(later, default=None)))
        for change in made:
            if isinstance(change, decisions.Close | decisions.Refuse | decisions.PutBack):
                at = next(index for index, one in enumerate(self.list) if one.id == change.lead.id)
                if change.lead.state == "ready":
                    self.list[at] = change.lead
                else:
                    del self.list[at]
        return made

    def run(self, seconds: float) -> list[decisions.Decision]:
        """Let time pass, the clock's events at their instants; what was decided meanwhile."""
        made: list[decisions.Decision] = []
        until = self.now + seconds
        while (due := self.dialer.next_timer()) is not None and due <= until:
            self.now = max(self.now, due)
            made += self.tell(events.ClockReached())
        self.now = until
        return made

    def agents(self, *names: str, activity: Activity = Activity.IDLE, queues: tuple[str, ...] = ("support",)) -> None:
        for name in names:
            self.tell(events.AgentSeen(name, activity, self.now, frozenset(queues)))

    def next_call(self, within_s: float = 24 * 3600.0) -> Attempt:
        """Let time pass until something is dialled."""
        before, until = len(self.dialled()), self.now + within_s
        while len(self.dialled()) == before and self.now < until:
            self.run(0.5)
        return self.dialled()[before]

    def dialled(self) -> list[Attempt]:
        """What was dialled so far."""
        return [one.attempt for one in self.of(decisions.Dial)]

    def of(self, kind: type[D]) -> list[D]:
        """All decisions of a kind so far."""
        return [one for one in self.told if isinstance(one, kind)]

    def answer(self, attempt: Attempt, *, after_s: float = 5.0) -> None:
        """Its phone rings, and is answered."""
        self.tell(events.AttemptRang(attempt.id))
        self.run(after_s)
        self.tell(events.AttemptAnswered(attempt.id))

    def end(self, attempt: Attempt, outcome: Outcome = Outcome.FAILED) -> decisions.Close:
        """Its line is free again."""
        made = self.tell(events.AttemptEnded(attempt.id, outcome))
        [close] = [one for one in made if isinstance(one, decisions.Close)]
        return close
