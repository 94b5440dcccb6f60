"""Every strategy: who of the free is asked first."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Connect, Decision, Offer, WithdrawalCause, WithdrawOffer
from acd.model import AgentProfile, Member, Queue
from acd.strategies import STRATEGIES


def scene(strategy: str, **fields: object) -> Scene:
    """Ana, bojan and ceca are free, in this order, a second apart."""
    centre = Scene(Queue("support", requires="sr", strategy=strategy, **fields))  # type: ignore[arg-type]
    for agent, level in (("ana", 5), ("bojan", 9), ("ceca", 2)):
        centre.agent(agent, sr=level)
        centre.now += 1.0
    return centre


def asked(decisions: list[Decision]) -> list[str]:
    return [decision.agent for decision in decisions if isinstance(decision, Offer)]


def served(centre: Scene, calls: int, talk_s: float = 1.0) -> list[str]:
    """Who takes each of some calls that come one after the other."""
    agents = []
    for number in range(calls):
        (agent,) = asked(centre.call(f"c{number}"))
        agents.append(agent)
        centre.answer(f"c{number}", agent)
        centre.later(talk_s)
        centre.end(f"c{number}")
        centre.later(1.0)
    return agents


def test_the_names_of_the_contract_are_there() -> None:
    names = "longest_idle least_occupied fewest_calls best_skill round_robin linear random weighted_random ring_all"
    assert set(names.split()) <= STRATEGIES.keys()
    assert {name: strategy.name for name, strategy in STRATEGIES.items()} == {name: name for name in STRATEGIES}


@pytest.mark.parametrize(
    ("strategy", "order"),
    [
        ("longest_idle", ["ana", "bojan", "ceca", "ana", "bojan", "ceca"]),
        ("fewest_calls", ["ana", "bojan", "ceca", "ana", "bojan", "ceca"]),
        ("best_skill", ["bojan"] * 6),
        ("best_fit", ["ceca"] * 6),
        ("linear", ["ana"] * 6),
        ("round_robin", ["ana", "bojan", "ceca", "ana", "bojan", "ceca"]),
    ],
)
def test_calls_that_come_one_by_one_go_round_by_the_strategy(strategy: str, order: list[str]) -> None:
    assert served(scene(strategy), 6) == order


def test_the_least_occupied_has_worked_the_smallest_share_of_the_last_time() -> None:
    centre = scene("least_occupied")
    centre.serve("long", "ana", 300.0)
    centre.serve("short", "bojan", 10.0)
    centre.serve("middle", "ceca", 60.0)
    assert served(centre, 3, 0.5) == ["bojan", "bojan", "bojan"]


def test_the_past_fades_so_that_nobody_is_spared_for_ever() -> None:
    centre = scene("least_occupied")
    centre.serve("long", "ana", 300.0)
    centre.later(3 * 3600.0)
    centre.serve("c1", "bojan", 60.0)
    centre.serve("c2", "ceca", 60.0)
    assert asked(centre.call("next")) == ["ana"]


def test_talk_time_counts_in_the_half_hour_of_the_clock() -> None:
    centre = scene("least_talk_time")
    centre.serve("c1", "ana", 100.0)
    centre.serve("c2", "bojan", 50.0)
    centre.serve("c3", "ceca", 80.0)
    assert served(centre, 1) == ["bojan"]
    centre.later(1_800.0 - centre.now % 1_800.0)
    centre.serve("d1", "bojan", 5.0)
    assert asked(centre.call("d2")) == ["ceca"]


def test_round_robin_passes_over_who_is_busy_and_goes_on_after_who_was_asked_last() -> None:
    centre = scene("round_robin")
    assert asked(centre.call("c1")) == ["ana"]
    centre.status("bojan", AgentStatus.BREAK)
    assert asked(centre.refuse("c1", "ana")) == ["ceca"]
    centre.status("bojan", AgentStatus.AVAILABLE)
    centre.later(6.0)
    assert [asked(centre.call(call)) for call in ("c2", "c3")] == [["ana"], ["bojan"]]


def test_a_list_of_members_orders_linear_and_round_robin() -> None:
    members = (Member("ceca"), Member("ana"), Member("bojan"))
    assert served(scene("linear", members=members), 2) == ["ceca", "ceca"]
    assert served(scene("round_robin", members=members), 4) == ["ceca", "ana", "bojan", "ceca"]


def test_random_gives_everybody_her_share_whenever_she_became_free() -> None:
    centre = scene("random")
    centre.tell(events.ChanceSeeded(3))
    shares = Counter(served(centre, 3_000, 0.0))
    assert all(900 < share < 1_100 for share in shares.values()), shares


def test_weighted_random_gives_shares_by_weight() -> None:
    centre = scene(
        "weighted_random", members=(Member("ana", weight=1), Member("bojan", weight=2), Member("ceca", weight=7))
    )
    centre.tell(events.ChanceSeeded(3))
    shares = Counter(served(centre, 3_000, 0.0))
    assert 230 < shares["ana"] < 370
    assert 500 < shares["bojan"] < 700
    assert 2_000 < shares["ceca"] < 2_200


def test_another_seed_is_another_order_and_the_same_seed_the_same() -> None:
    def drawn(seed: int) -> list[str]:
        centre = Scene()
        centre.tell(events.ChanceSeeded(seed))
        centre.tell(events.QueueDeclared(Queue("support", strategy="random")))
        for agent in ("ana", "bojan", "ceca"):
            centre.agent(agent)
        return served(centre, 30)

    assert drawn(1) == drawn(1) != drawn(2)


def test_ring_all_asks_everybody_and_the_first_to_answer_has_the_call() -> None:
    centre = scene("ring_all")
    assert asked(centre.call("c1")) == ["ana", "bojan", "ceca"]
    assert centre.answer("c1", "bojan") == [
        Connect("c1", "bojan"),
        WithdrawOffer("c1", "ana", WithdrawalCause.ANSWERED_ELSEWHERE),
        WithdrawOffer("c1", "ceca", WithdrawalCause.ANSWERED_ELSEWHERE),
    ]
    assert centre.answer("c1", "ana") == []
    assert asked(centre.call("c2")) == ["ana", "ceca"]


def test_who_becomes_free_while_it_rings_for_all_is_asked_as_well() -> None:
    centre = scene("ring_all")
    centre.call("c1")
    assert asked(centre.join(AgentProfile("dule", skills={"sr": 1}))) == ["dule"]
    centre.refuse("c1", "ana")
    assert asked(centre.answer("c1", "dule")) == []
    assert centre.state_of("dule") == "talking"


def test_a_call_that_rang_for_all_in_vain_waits_at_its_old_place() -> None:
    centre = scene("ring_all", retry_delay_s=30.0)
    centre.call("c1")
    centre.later(1.0)
    centre.call("c2")
    withdrawn = centre.later(25.0)
    assert [one.agent for one in withdrawn if isinstance(one, WithdrawOffer)] == ["ana", "bojan", "ceca"]
    assert centre.router.waiting("support") == ["c1", "c2"]
    assert asked(centre.later(30.0))[:3] == ["ana", "bojan", "ceca"]


def test_a_higher_tier_is_asked_when_the_lower_one_has_nobody_free() -> None:
    centre = scene("longest_idle", members=(Member("ana", tier=1),))
    assert [asked(centre.call(f"c{number}")) for number in range(3)] == [["bojan"], ["ceca"], ["ana"]]
