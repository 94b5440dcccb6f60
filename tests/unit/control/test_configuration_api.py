"""Skills, agents, queues and routes over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.unit.control.fake_centre import FakeCentre

from acd import events as acd
from acd.model import Channel, Relaxation
from control.adapters.declaring import declared
from control.credentials import ha1_md5, ha1_sha256
from control.nouns import Agent, Change, Skill

ANA = {"name": "Ana", "extension": "1001", "password": "demo-1001"}


async def declare(api: httpx.AsyncClient, path: str, **fields: Any) -> dict[str, Any]:
    answer = await api.put(path, json=fields)
    assert answer.status_code in (200, 201), answer.text
    document: dict[str, Any] = answer.json()
    return document


def blamed(answer: httpx.Response) -> list[str]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return [error["field"] for error in answer.json()["errors"]]


async def test_what_is_put_can_be_read(api: httpx.AsyncClient) -> None:
    answer = await api.put("/skills/billing", json={"name": "Billing"})
    assert answer.status_code == 201
    assert answer.json() == {"id": "billing", "name": "Billing"}
    assert (await api.get("/skills/billing")).json() == answer.json()


async def test_the_same_put_again_changes_nothing(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await declare(api, "/skills/billing", name="Billing")
    answer = await api.put("/skills/billing", json={"name": "Billing"})
    assert answer.status_code == 200
    assert centre.changes == [Change("skill", "billing", Skill("billing", "Billing"))]


async def test_a_dry_run_answers_alike_and_changes_nothing(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    answer = await api.put("/skills/billing?dry_run=true", json={"name": "Billing"})
    assert answer.status_code == 201
    assert (await api.get("/skills/billing")).status_code == 404
    assert centre.changes == []


async def test_a_dry_run_finds_the_faults_a_real_one_would(api: httpx.AsyncClient) -> None:
    answer = await api.put("/routes/700?dry_run=true", json={"target": "queue:nobody"})
    assert answer.status_code == 422
    assert blamed(answer) == ["target"]


async def test_a_misspelt_dry_run_writes_nothing(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    answer = await api.put("/skills/billing?dryrun=true", json={"name": "Billing"})
    assert answer.status_code == 422
    assert blamed(answer) == ["dryrun"]
    assert "dry_run" in answer.json()["detail"]
    assert centre.changes == []


async def test_a_dry_run_of_a_delete_keeps_the_thing(api: httpx.AsyncClient) -> None:
    await declare(api, "/skills/billing", name="Billing")
    assert (await api.delete("/skills/billing?dry_run=true")).status_code == 204
    assert (await api.get("/skills/billing")).status_code == 200


async def test_a_delete_tells_the_centre(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await declare(api, "/skills/billing", name="Billing")
    assert (await api.delete("/skills/billing")).status_code == 204
    assert centre.changes[-1] == Change("skill", "billing", None)
    assert (await api.delete("/skills/billing")).status_code == 404


async def test_a_list_is_read_in_pages(api: httpx.AsyncClient) -> None:
    for name in "edcba":
        await declare(api, f"/skills/{name}", name=name)
    found, cursor = [], ""
    while cursor is not None:
        page = (await api.get("/skills", params={"limit": 2, **({"cursor": cursor} if cursor else {})})).json()
        assert len(page["items"]) <= 2
        found += [skill["id"] for skill in page["items"]]
        cursor = page["next_cursor"]
    assert found == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("cursor", ["!", "é", "bm90LWpzb24", "MTIz"])
async def test_a_cursor_that_no_page_gave_is_refused(api: httpx.AsyncClient, cursor: str) -> None:
    answer = await api.get("/skills", params={"cursor": cursor})
    assert answer.status_code == 422
    assert blamed(answer) == ["cursor"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/skills/billing", {"name": "Billing", "nmae": 1}, "nmae"),
        ("/skills/billing", {}, "name"),
        ("/skills/billing", {"name": "two\nlines"}, "name"),
        ("/skills/Billing", {"name": "Billing"}, "id"),
        ("/skills/and", {"name": "A word of the requirement language"}, "id"),
        ("/agents/ana", ANA | {"skills": {"juggling": 3}}, "skills.juggling"),
        ("/agents/ana", ANA | {"skills": {"billing": 11}}, "skills.billing"),
        ("/agents/ana", ANA | {"extension": "ten"}, "extension"),
        ("/agents/ana", {"name": "Ana", "extension": "1001"}, "password"),
        ("/queues/support", {"strategy": "loudest"}, "strategy"),
        ("/queues/support", {"requires": "juggling >= 3"}, "requires"),
        ("/queues/support", {"requires": "billing >="}, "requires"),
        ("/queues/support", {"service_level": {"target": 80}}, "service_level.target"),
        ("/queues/support", {"max_wait_s": "soon"}, "max_wait_s"),
        ("/queues/support", {"relaxed": []}, "relaxed"),
        ("/queues/support", {"overflow": {"to": "queue:nobody"}}, "overflow.to"),
        ("/queues/support", {"overflow": {"to": "queue:support"}}, "overflow.to"),
        ("/queues/support", {"overflow": {"to": "music", "when": []}}, "overflow.when"),
        ("/routes/12-34", {"target": "echo"}, "number"),
        ("/routes/+38111.4", {"target": "echo"}, "number"),
        ("/routes/800", {"target": "agent:nobody"}, "target"),
        ("/routes/800", {"target": "moon"}, "target"),
        ("/routes/800", {"target": "echo", "backup": "queue:support"}, "backup"),
        ("/routes/800", {"target": "echo", "backup": "agent:ana"}, "backup"),
        ("/routes/800", {"target": "echo", "preferred": ["ana"]}, "preferred"),
        ("/routes/800", {"target": "echo", "preferred_s": 5.0}, "preferred_s"),
        ("/routes/800", {"target": "echo", "pin": "1234"}, "pin"),
        ("/routes/800", {"target": "conference:team", "pin": "12"}, "pin"),
    ],
)
async def test_a_bad_field_is_named_and_nothing_changes(
    api: httpx.AsyncClient, centre: FakeCentre, path: str, body: dict[str, Any], field: str
) -> None:
    await declare(api, "/skills/billing", name="Billing")
    answer = await api.put(path, json=body)
    assert answer.status_code == 422
    assert answer.json()["type"] == "invalid"
    assert field in answer.json()["detail"]
    assert blamed(answer) == [field]
    assert centre.changes == [Change("skill", "billing", Skill("billing", "Billing"))]


async def test_an_agents_password_is_kept_as_hashes_alone(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    shown = await declare(api, "/agents/ana", **ANA)
    assert shown == {
        "id": "ana",
        "name": "Ana",
        "extension": "1001",
        "skills": {},
        "site": None,
        "clients": [],
        "forward": {"always": None, "busy": None, "no_answer": None, "unreachable": None, "after_s": 20.0},
        "do_not_disturb": False,
        "caller_id": "",
        "dtmf": "auto",
        "supervisor": False,
        "record": None,
        "capacity": {},
        "max_break_s": None,
    }
    agent = centre.changes[-1].value
    assert isinstance(agent, Agent)
    assert agent.ha1_md5 == ha1_md5("1001", "centrala", "demo-1001")
    assert agent.ha1_sha256 == ha1_sha256("1001", "centrala", "demo-1001")


def test_hashes_are_those_of_the_rfc() -> None:
    """RFC 7616 section 3.9.1 gives the user, the realm and the password of its examples."""
    assert ha1_md5("Mufasa", "http-auth@example.org", "Circle of Life") == "3d78807defe7de2157e2b0b6573a855f"
    assert (
        ha1_sha256("Mufasa", "http-auth@example.org", "Circle of Life")
        == "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232"
    )


async def test_an_agent_put_without_a_password_keeps_it(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await declare(api, "/agents/ana", **ANA)
    await declare(api, "/agents/ana", name="Ana Petrović", extension="1001")
    before, after = (change.value for change in centre.changes)
    assert isinstance(before, Agent)
    assert isinstance(after, Agent)
    assert (before.name, after.name) == ("Ana", "Ana Petrović")
    assert before.ha1_sha256 == after.ha1_sha256


async def test_a_new_extension_needs_the_password_again(api: httpx.AsyncClient) -> None:
    await declare(api, "/agents/ana", **ANA)
    answer = await api.put("/agents/ana", json={"name": "Ana", "extension": "1002"})
    assert answer.status_code == 422
    assert blamed(answer) == ["password"]
    await declare(api, "/agents/ana", name="Ana", extension="1002", password="demo-1002")


async def test_a_queue_has_defaults(api: httpx.AsyncClient) -> None:
    assert await declare(api, "/queues/support") == {
        "id": "support",
        "name": "support",
        "extension": None,
        "requires": "",
        "strategy": "longest_idle",
        "priority": 0,
        "service_level": {"threshold_s": 20.0, "target": 0.8},
        "ring_timeout_s": 20.0,
        "wrap_up_s": 0.0,
        "max_wait_s": None,
        "max_length": None,
        "overflow": None,
        "client": None,
        "music": None,
        "announce": {
            "language": "en",
            "greeting": {"text": "", "clip": "greeting"},
            "position": None,
            "expected_wait": None,
            "comfort": None,
            "min_gap_s": 5.0,
            "interrupt": {},
            "to_agent": None,
        },
        "record": None,
        "relax": [],
        "members": [],
        "sites": [],
        "routing": {
            "retry_delay_s": 5.0,
            "refused_delay_s": None,
            "no_answer_delay_s": None,
            "busy_delay_s": None,
            "pause_after_missed": 0,
            "wrap_up_min_s": 0.0,
            "wrap_up_max_s": None,
            "max_expected_wait_s": None,
            "resume_s": 0.0,
            "count_ivr": False,
            "sticky_s": 0.0,
            "preferred_wait_s": 30.0,
            "vip": [],
            "vip_priority": 10,
        },
        "hours": None,
        "callback": {"attempts": 3, "retry_s": 300.0, "first": "agent"},
    }


async def test_a_queue_says_who_serves_it_and_when(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await declare(api, "/skills/sr", name="Serbian")
    await declare(api, "/agents/ana", **ANA, capacity={"chat": 2}, max_break_s=900.0)
    body = {
        "strategy": "ring_all",
        "requires": "sr >= 8",
        "relax": [{"after_s": 20.0, "requires": "sr"}],
        "members": [{"agent": "ana", "tier": 1}],
        "sites": [{"site": "nis"}, {"site": "manila", "after_s": 60.0}],
        "client": "acme",
        "overflow": {"to": "voicemail:x", "when": ["no_agents", "expected_wait", "closed"]},
        "routing": {"resume_s": 120.0, "vip": ["+38111"], "pause_after_missed": 3},
    }
    shown = await declare(api, "/queues/support", **body)
    assert (shown["relax"], shown["sites"][1]) == (body["relax"], {"site": "manila", "kind": None, "after_s": 60.0})
    assert shown["members"] == [{"agent": "ana", "tier": 1, "weight": 1}]
    [queue] = declared(centre.changes[-1], centre.directory)
    assert isinstance(queue, acd.QueueDeclared)
    assert (queue.queue.relax, queue.queue.client) == ((Relaxation(20.0, "sr"),), "acme")
    assert (queue.queue.resume_s, queue.queue.vip, queue.queue.pause_after_missed) == (120.0, ("+38111",), 3)
    [agent] = declared(centre.changes[-2], centre.directory)
    assert isinstance(agent, acd.AgentDeclared)
    assert (agent.agent.capacity, agent.agent.max_break_s) == ({Channel.CHAT: 2}, 900.0)
    assert (await api.delete("/agents/ana")).json()["type"] == "in-use"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"relax": [{"after_s": 5.0, "requires": "sr >="}]}, "relax[0].requires"),
        ({"relax": [{"after_s": 5.0, "requires": "unknown"}]}, "relax[0].requires"),
        ({"members": [{"agent": "nobody"}]}, "members[0].agent"),
        ({"strategy": "best"}, "strategy"),
    ],
)
async def test_rules_of_who_serves_name_the_field(api: httpx.AsyncClient, body: dict[str, object], field: str) -> None:
    answer = await api.put("/queues/support", json=body)
    assert answer.status_code == 422
    assert blamed(answer) == [field]


async def test_a_number_belongs_to_one_thing(api: httpx.AsyncClient) -> None:
    await declare(api, "/agents/ana", **ANA)
    await declare(api, "/queues/support", extension="700")
    await declare(api, "/routes/800", target="echo")
    for path, body, field, owner in (
        ("/agents/bob", ANA | {"extension": "700"}, "extension", "queue support"),
        ("/agents/bob", ANA, "extension", "agent ana"),
        ("/queues/sales", {"extension": "800"}, "extension", "route 800"),
        ("/queues/sales", {"extension": "700"}, "extension", "queue support"),
        ("/routes/1001", {"target": "music"}, "number", "agent ana"),
    ):
        answer = await api.put(path, json=body)
        assert answer.status_code == 409
        assert answer.json()["type"] == "number-taken"
        assert blamed(answer) == [field]
        assert owner in answer.json()["detail"]


async def test_a_queue_may_keep_its_own_extension(api: httpx.AsyncClient) -> None:
    await declare(api, "/queues/support", extension="700")
    assert (await declare(api, "/queues/support", extension="700", priority=5))["priority"] == 5


async def test_what_is_used_cannot_be_deleted_and_the_user_is_named(api: httpx.AsyncClient) -> None:
    await declare(api, "/skills/sr", name="Serbian")
    await declare(api, "/skills/en", name="English")
    await declare(api, "/agents/ana", **ANA, skills={"sr": 10})
    await declare(api, "/queues/backup")
    await declare(api, "/queues/support", requires="en >= 3", overflow={"to": "queue:backup"})
    await declare(api, "/routes/800", target="agent:ana")
    await declare(api, "/routes/801", target="callback:support")
    for path, user in (
        ("/skills/sr", "agent ana"),
        ("/skills/en", "queue support"),
        ("/queues/backup", "queue support"),
        ("/queues/support", "route 801"),
        ("/agents/ana", "route 800"),
    ):
        answer = await api.delete(path)
        assert answer.status_code == 409
        assert answer.json()["type"] == "in-use"
        assert user in answer.json()["detail"]
        assert (await api.get(path)).status_code == 200


async def test_overflow_cannot_go_round_in_a_circle(api: httpx.AsyncClient) -> None:
    await declare(api, "/queues/c")
    await declare(api, "/queues/b", overflow={"to": "queue:c"})
    await declare(api, "/queues/a", overflow={"to": "queue:b", "when": ["full"]})
    answer = await api.put("/queues/c", json={"overflow": {"to": "queue:a"}})
    assert answer.status_code == 422
    assert blamed(answer) == ["overflow.to"]
    assert "c > a > b > c" in answer.json()["detail"]


async def test_calls_overflow_out_to_a_number_that_a_trunk_carries(api: httpx.AsyncClient) -> None:
    await declare(api, "/trunks/a", address="a.example")
    await declare(api, "/routes/0.", target="trunk:a")
    await declare(api, "/routes/600", target="echo")
    shown = await declare(api, "/queues/support", extension="700", overflow={"to": "0112223333", "when": ["closed"]})
    assert shown["overflow"] == {"to": "0112223333", "when": ["closed"]}
    for to, why in (
        ("600", "no route leads 600 over a trunk"),
        ("700", "no route leads 700 over a trunk"),
        ("999", "no route leads 999 over a trunk"),
        ("trunk:a", "expected the number to call"),
    ):
        answer = await api.put("/queues/support", json={"overflow": {"to": to}})
        assert answer.status_code == 422
        assert blamed(answer) == ["overflow.to"]
        assert why in answer.text


@pytest.mark.parametrize("number", ["*70", "+381114000700", "+3811140007XX", "00.", "%2370%23"])
async def test_routes_are_numbers_and_patterns(api: httpx.AsyncClient, number: str) -> None:
    answer = await api.put(f"/routes/{number}", json={"target": "feature:login"})
    assert answer.status_code == 201
    assert (await api.get(f"/routes/{number}")).json() == answer.json()
    assert answer.json()["number"] == number.replace("%23", "#")


async def test_whom_callers_would_rather_speak_to_exists_and_stays(api: httpx.AsyncClient) -> None:
    await declare(api, "/agents/ana", name="Ana", extension="1001", password="x")
    await declare(api, "/queues/support", name="Support")
    await declare(api, "/routes/800", target="agent:ana", backup="queue:support", preferred_s=20.0)
    for body, field in (
        ({"target": "agent:ana", "backup": "queue:sales"}, "backup"),
        ({"target": "queue:support", "preferred": ["ana", "boris"]}, "preferred[1]"),
    ):
        answer = await api.put("/routes/801", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert "route 800" in (await api.delete("/queues/support")).json()["detail"]
    await declare(api, "/routes/800", target="queue:support", preferred=["ana"])
    assert "route 800" in (await api.delete("/agents/ana")).json()["detail"]
    step = {"id": "in", "type": "queue", "queue": "support", "preferred": ["{who}", "boris"]}
    answer = await api.put("/flows/main", json={"steps": [step]})
    assert answer.json()["errors"][0]["field"] == "steps[0].preferred[1]"
    await declare(api, "/flows/main", steps=[step | {"preferred": ["{who}", "ana"]}])
    await declare(api, "/routes/800", target="flow:main")
    assert "flow main" in (await api.delete("/agents/ana")).json()["detail"]
