"""The target ``trunk``: calls that go out by a carrier, on to the next address or the next trunk where one fails.

Which trunks may carry a call is decided when it is dialled; each is asked again just before it is tried, so that no
limit is exceeded by calls that came in between; before all of them the limits against toll fraud are asked. A
carrier's trouble (408, 5xx, a broken way, its dislike of us: 401 to 403 and 407) passes the call on; what it says of
the number called (404, 486, 603 ...) is the caller's answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from pbx.call import cause as causes
from pbx.call.attempt import Attempt
from pbx.call.call import Call, Leg
from pbx.call.host import CallHost
from pbx.call.identity import introduce
from pbx.call.outgoing import call_out
from pbx.call.vouched import vouch
from pbx.guard.tolls import TollLedger
from pbx.routing.trunks.board import TrunkBoard, owns
from pbx.routing.trunks.choice import Candidate, Choice, Line
from pbx.routing.trunks.numbers import read_number, write_number
from pbx.routing.trunks.trunk import Trunk
from pbx.sip.authentication import Keychain
from pbx.sip.flow import Flow
from pbx.sip.headers.address import Address
from pbx.stir.identity import Signer
from pbx.trunk_events import NewCountryDialled, TollRefused, TrunksWeighed, TrunkTried

RING_TIMEOUT_S = 120.0
"""Seconds for which a called party may ring, all trunks together."""
SILENCE_S = 4.0
"""Seconds for a carrier to say anything at all (100 at least): past three retransmissions it counts as dead."""
CARRIERS_TROUBLE = (401, 402, 403, 407, 408)
SUSPICIOUS = (408, 503)
BUSY_TRUNKS = 503
STATUS_OF_RULE = {"unknown": 404, "countries": 403, "rates": 403}
"""What the caller hears where no trunk may carry the call, by the rule that spoke against the first one."""


class Refusal(NamedTuple):
    """Why a leg may not go out."""

    cause: str
    status: int


class Shown(NamedTuple):
    """Who is shown to the called party."""

    number: str
    name: str
    wanted: str
    """The number to be shown instead, where a trunk may show it; '' for none."""


class TrunkCalls:
    """A ``Destination``: takes legs out by trunks."""

    def __init__(
        self,
        board: TrunkBoard,
        tolls: TollLedger,
        keychain_of: Callable[[str], Keychain | None],
        suspect: Callable[[str, Flow, float], None],
        signer: Signer | None = None,
    ) -> None:
        """``keychain_of`` a trunk; ``suspect(trunk, way, now)`` hears of calls that failed as if nobody were there.

        ``signer`` vouches for callers towards the trunks that want it.
        """
        self.signer = signer
        self.board = board
        self.tolls = tolls
        self.keychain_of = keychain_of
        self.suspect = suspect
        self.caller_ids: dict[str, str] = {}
        """The numbers that extensions show to those whom they call, where they have one of their own."""

    def __call__(self, host: CallHost, leg: Leg, name: str, now: float) -> None:
        """Take a leg out by the trunks that ``name`` names."""
        call = leg.call
        leg_id = host.next_leg_id(call)
        choice = self._choose(host, call, name, leg_id, call.authority)
        if isinstance(choice, Refusal):
            host.turn_away(leg, choice.cause, choice.status, now)
            return
        # Whoever is shown is who will be heard: after a transfer that may be the called party.
        shown = Shown(*call.party(leg), call.caller_id if leg is call.first and not call.outward else "")
        passage = Passage(self, host, call, leg_id, choice, shown)
        call_out(
            host, call, call.wanted, passage.stages(), leg_id=leg_id, timeout_s=RING_TIMEOUT_S, near=leg,
            now=now, partner=leg, outcome=passage.tried, goes_on=passage.goes_on, charge=passage,
        )  # fmt: skip

    def call_first(
        self, host: CallHost, call: Call, leg_id: str, name: str, account: str, timeout_s: float, now: float
    ) -> None:
        """Call the party of a call that nobody else is on yet, on behalf of an account."""
        choice = self._choose(host, call, name, leg_id, account)
        if isinstance(choice, Refusal):
            leg = host.new_leg(call, call.wanted, incoming=False, leg_id=leg_id)
            # No network has said anything of the number: it is for a better time, or for whoever set the limits.
            host.end_leg(leg, causes.CONGESTION if choice.status == BUSY_TRUNKS else causes.FAILED, 0, now)
            return
        shown = Shown(call.caller_id, call.caller_name, call.caller_id)
        passage = Passage(self, host, call, leg_id, choice, shown)
        call_out(
            host, call, call.wanted, passage.stages(), leg_id=leg_id, timeout_s=timeout_s, near=None,
            now=now, outcome=passage.tried, goes_on=passage.goes_on, charge=passage,
        )  # fmt: skip

    def _choose(self, host: CallHost, call: Call, name: str, leg_id: str, account: str | None) -> Choice | Refusal:
        """By which trunks a leg may go out, on behalf of an account; it counts there until it is over."""
        if account is None:
            # Toll fraud: a stranger, whether a guest or a carrier's caller, makes no calls at our expense.
            return Refusal(causes.DECLINED, 403)
        choice = self.board.choose(name, call.wanted, host.clock())
        host.publish(TrunksWeighed(host.clock(), call.id, choice))
        if not choice.candidates:
            against = choice.passed_over[0].rule if choice.passed_over else ""
            status = STATUS_OF_RULE.get(against, BUSY_TRUNKS)
            return Refusal(causes.of_status(status), status)
        return choice if self._affords(host, call, leg_id, choice, account) else Refusal(causes.DECLINED, 403)

    def _affords(self, host: CallHost, call: Call, leg_id: str, choice: Choice, account: str) -> bool:
        """Whether the limits against toll fraud let a leg out. Calls for help always go."""
        country = choice.abroad(self.board.region)
        if country is None:
            return True
        at = host.clock()
        refused = self.tolls.begin(leg_id, account, country, at)
        if refused is not None:
            host.publish(TollRefused(at, call.id, account, country, refused.rule, refused.detail))
            return False
        if self.tolls.is_new(country):
            host.publish(NewCountryDialled(at, call.id, account, country, choice.number))
        return True


class Passage:
    """One leg's way out, trunk after trunk (a ``Charge``)."""

    def __init__(self, trunks: TrunkCalls, host: CallHost, call: Call, leg: str, choice: Choice, shown: Shown) -> None:
        self._trunks = trunks
        self._host = host
        self._call = call
        self.leg = leg
        """The id of the leg."""
        self._choice = choice
        self._shown = shown
        self._line: Line | None = None
        """The trunk that carries the leg now, or tries to."""

    def stages(self) -> Iterator[tuple[Attempt, ...]]:
        """One attempt after another; each trunk's books are opened when its turn comes."""
        board = self._trunks.board
        for candidate in self._choice.candidates:
            now = self._host.clock()
            if board.may_carry(candidate.trunk, self._choice.number, now):
                self._line = line = board.lines[candidate.trunk]
                line.ledger.take(self.leg, line.trunk, candidate.rate.per_minute if candidate.rate else 0.0, now)
                self._call.trunk = candidate.trunk
                for way in board.ways_to(candidate.trunk):
                    yield (self._attempt(line.trunk, candidate, way),)
                self._release(self._host.clock())

    def _attempt(self, trunk: Trunk, candidate: Candidate, way: Flow) -> Attempt:
        number, name = self._shown_by(trunk)
        caller, fields = introduce(
            self._call, candidate.number, trunk.host, None, number=number, name=name, trusted=trunk.trusted
        )
        if trunk.signs and (signer := self._trunks.signer) is not None:
            at = self._host.clock()
            fields += vouch(signer, self._call, trunk, number, self._choice.number, self._trunks.board.region, at)
        return Attempt(
            target=str(trunk.uri(candidate.number)),
            flow=way,
            caller=caller,
            callee=Address(trunk.aor(candidate.number)),
            fields=fields,
            keychain=self._trunks.keychain_of(trunk.id),
            codecs=trunk.codecs,
            srtp=trunk.srtp.under(self._host.srtp),
            dtmf=trunk.dtmf,
            silence_s=SILENCE_S,
            label=trunk.id,
        )

    def _shown_by(self, trunk: Trunk) -> tuple[str, str]:
        """The number and the name that the called party sees."""
        region = self._trunks.board.region
        number, name, wanted = self._shown
        if wanted and (not trunk.caller_id or owns(trunk, read_number(wanted, region).e164 or wanted)):
            number = wanted
        elif replacement := self._trunks.caller_ids.get(number) or trunk.caller_id:
            return replacement, ""
        elif number == self._call.caller and self._call.private:
            return number, name
        return write_number(read_number(number, region), trunk.number_format, region), name

    def goes_on(self, status: int) -> bool:
        """Whether the next trunk may do better; for a call for help, any may."""
        return self._choice.policy == "emergency" or status in CARRIERS_TROUBLE or 500 <= status < 600

    def tried(self, attempt: Attempt, status: int, now: float) -> None:
        """How an attempt ended (a ``search.Outcome``)."""
        way = attempt.flow
        if status in SUSPICIOUS:
            self._trunks.suspect(attempt.label, way, now)
        self._host.publish(
            TrunkTried(self._host.clock(), self._call.id, attempt.label, f"{way.host}:{way.port}", status)
        )

    def answered(self, at: float) -> None:
        """The called party answered: the trunk's meter runs."""
        if self._line is not None:
            self._line.ledger.answered(self.leg, at)

    def ended(self, at: float) -> None:
        """The leg is over."""
        self._trunks.tolls.ended(self.leg)
        self._release(at)

    def _release(self, at: float) -> None:
        line, self._line = self._line, None
        if line is not None:
            cost = line.ledger.ended(self.leg, line.trunk, at)
            if line.trunk.rates:
                self._call.cost = (self._call.cost or 0.0) + cost
