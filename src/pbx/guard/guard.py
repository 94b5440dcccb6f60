"""The guard at the door: which messages are taken in at all, decided before they are read.

    trusted range ---------------------------------------------------> taken in
    banned source ---------------------------------------------------> dropped in silence
    within the rate of strangers ------------------------------------> taken in
    within the standing of a source (its phones, its calls) ---------> taken in
    beyond: 503 while replies are left, then silence; too much of it -> a ban

``now`` is the endpoint's clock; the clock given at the start is the wall's, by which bans are kept and shown.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from pbx.events import Event, SourceBanned, SourceReleased
from pbx.guard.bans import Ban, Bans
from pbx.guard.bucket import Buckets
from pbx.guard.offence import Offence, Offences
from pbx.guard.refusal import Refusals
from pbx.guard.rules import GuardRules
from pbx.guard.source import Ranges, source_of
from pbx.sip.flow import Flow

BURST_S = 4.0
"""A bucket holds what its rate gives in so many seconds."""
CALL_RATE = 5.0
"""Messages a second that each call in progress adds to its source's standing."""
MAX_VOUCHED = 100_000


class BanStore(Protocol):
    """Where bans outlive the process."""

    def save(self, ban: Ban) -> None:
        """Keep a ban, and after its end the memory of it."""

    def remove(self, source: str) -> None:
        """Forget one."""


class Guard:
    """Buckets, offences and bans of all sources."""

    def __init__(
        self,
        rules: GuardRules,
        *,
        send: Callable[[bytes, Flow], None],
        store: BanStore,
        publish: Callable[[Event], None],
        clock: Callable[[], float],
        calls_of: Callable[[str], int],
    ) -> None:
        """``calls_of``: how many calls a source has in progress."""
        self._rules = rules
        self._send = send
        self._store = store
        self._publish = publish
        self._clock = clock
        self._calls_of = calls_of
        self._trusts = Ranges(rules.trusted).covers
        self._strangers = Buckets()
        self._standing = Buckets()
        self._offences = Offences()
        self._refusals = Refusals()
        self._vouched: OrderedDict[str, float] = OrderedDict()
        """Until when a source is known."""
        self.bans = Bans(rules.first_ban_s)
        self.turned_away = 0
        """Messages that were not taken in."""

    # At the door

    def admit(self, data: bytes, flow: Flow, now: float) -> bool:
        """Whether a message is taken in; where it is not, all that is to be said about it is said."""
        if self._trusts(flow.host):
            return True
        source = source_of(flow.host)
        if source in self.bans:
            self.turned_away += 1
            return False
        rate = self._rules.rate
        if self._strangers.take(source, rate, rate * BURST_S, now) or self._has_standing(source, now):
            return True
        self.turned_away += 1
        if (reply := self._refusals.reply_to(data, source, now)) is not None:
            self._send(reply, flow)
        self.offended(flow, Offence.FLOOD, now)
        return False

    def malformed(self, flow: Flow, now: float) -> None:
        """A message that was taken in could not be read."""
        self.offended(flow, Offence.MALFORMED, now)

    def banned(self, host: str) -> bool:
        """Whether a host need not even connect."""
        return bool(len(self.bans)) and source_of(host) in self.bans

    def _has_standing(self, source: str, now: float) -> bool:
        rate = self._rules.known_rate if self._known(source) else CALL_RATE * self._calls_of(source)
        return rate > 0.0 and self._standing.take(source, rate, rate * BURST_S, now)

    def _known(self, source: str) -> bool:
        return self._vouched.get(source, 0.0) > self._clock()

    # What others tell

    def vouch(self, host: str, until: float) -> None:
        """A password was proven from a host: its source is known until then (seconds since the epoch)."""
        source = source_of(host)
        self._vouched[source] = max(until, self._vouched.get(source, 0.0))
        self._vouched.move_to_end(source)
        if len(self._vouched) > MAX_VOUCHED:
            self._vouched.popitem(last=False)

    def offended(self, flow: Flow, offence: Offence, now: float) -> None:
        """A source did what attackers do; too much of it is a ban."""
        if self._trusts(flow.host):
            return
        source = source_of(flow.host)
        if source not in self.bans and self._offences.too_many(source, offence, now, known=self._known(source)):
            self._impose(self.bans.impose(source, offence.value, self._clock()))

    # What operators say

    def trusts(self, source: str) -> bool:
        """Whether a source lies in a trusted range, and so cannot be banned."""
        return self._trusts(source)

    def declare(self, source: str, reason: str, until: float) -> Ban:
        """Ban a source until then (seconds since the epoch)."""
        ban = self.bans.declare(source, reason, self._clock(), until)
        self._impose(ban)
        return ban

    def lift(self, source: str) -> bool:
        """End a ban; whether there was one."""
        ban = self.bans.lift(source)
        if ban is None:
            return False
        self._store.remove(source)
        self._publish(SourceReleased(self._clock(), source))
        return True

    def restore(self, ban: Ban) -> None:
        """Put back a ban kept over a restart, unless its source is trusted by now."""
        if not self._trusts(ban.source):
            self.bans.restore(ban, self._clock())

    def expire(self) -> None:
        """Let go of bans whose time is over; to be called every few seconds."""
        now = self._clock()
        for ban in self.bans.expire(now):
            self._publish(SourceReleased(now, ban.source))

    def _impose(self, ban: Ban) -> None:
        self._store.save(ban)
        self._publish(
            SourceBanned(
                self._clock(), ban.source, ban.reason, ban.since, ban.until, ban.times, by_operator=ban.by_operator
            )
        )
