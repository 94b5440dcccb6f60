"""Whatever is dialled, the limits against toll fraud hold."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pbx.guard.tolls import TollLedger, TollRules

RULES = TollRules(per_account=2, in_all=3, per_hour=5)
ACCOUNTS = st.sampled_from(["1001", "1002", "1003"])


class Exchange(RuleBasedStateMachine):
    """Calls begun and ended in any order, counted here once more and simply."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = TollLedger(RULES, "RS")
        self.now = 0.0
        self.number = 0
        self.standing: dict[str, str] = {}
        self.begun: list[tuple[float, str]] = []

    @rule(account=ACCOUNTS, abroad=st.booleans())
    def begin(self, account: str, abroad: bool) -> None:
        self.number += 1
        objection = self.ledger.begin(str(self.number), account, "GB" if abroad else "RS", self.now)
        if not abroad:
            assert objection is None
        elif objection is None:
            self.standing[str(self.number)] = account
            self.begun.append((self.now, account))

    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        if self.standing:
            call = data.draw(st.sampled_from(sorted(self.standing)))
            del self.standing[call]
            self.ledger.ended(call)

    @rule(seconds=st.floats(0.0, 2000.0))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def no_limit_is_broken(self) -> None:
        assert len(self.standing) <= RULES.in_all
        assert max(Counter(self.standing.values()).values(), default=0) <= RULES.per_account
        for account in ("1001", "1002", "1003"):
            lately = sum(1 for at, who in self.begun if who == account and at > self.now - 3600.0)
            assert lately <= 2 * RULES.per_hour, "a full bucket, and what an hour gives back"


TestExchange = Exchange.TestCase


def test_each_limit_says_which_it_is() -> None:
    ledger = TollLedger(RULES, "RS")
    assert ledger.begin("c1", "1001", "GB", 0.0) is None
    assert ledger.begin("c2", "1001", "FR", 0.0) is None
    refused = ledger.begin("c3", "1001", "GB", 0.0)
    assert refused is not None
    assert (refused.rule, refused.detail) == ("per_account", "2 international calls of 1001 are in progress")
    assert ledger.begin("c4", "1002", "GB", 0.0) is None
    refused = ledger.begin("c5", "1003", "GB", 0.0)
    assert refused is not None
    assert refused.rule == "in_all"
    for number in range(3):
        ledger.ended("c1")
        assert ledger.begin("c1", "1001", "GB", float(number)) is None
    ledger.ended("c1")
    refused = ledger.begin("c6", "1001", "GB", 3.0)
    assert refused is not None
    assert refused.rule == "per_hour"


def test_a_call_that_is_sent_on_abroad_once_more_is_counted_once() -> None:
    ledger = TollLedger(TollRules(per_account=1), "RS")
    assert ledger.begin("c1", "1001", "GB", 0.0) is None
    assert ledger.begin("c1", "1001", "FR", 1.0) is None
    ledger.ended("c1")
    ledger.ended("c1")
    assert ledger.begin("c2", "1001", "GB", 2.0) is None


@given(st.lists(st.sampled_from(["RS", "GB", "FR", "ZZ"])))
def test_a_country_is_new_once_and_home_never_is(dialled: list[str]) -> None:
    ledger = TollLedger(RULES, "RS")
    ledger.restore(["FR"])
    new = [country for country in dialled if ledger.is_new(country)]
    assert sorted(new) == sorted({"GB", "ZZ"} & set(dialled))
