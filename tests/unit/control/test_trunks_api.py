"""Trunks over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.unit.control.fake_centre import NOW, FakeCentre
from tests.unit.control.test_configuration_api import blamed, declare

from control.nouns import Trunk
from control.schemas.trunk import TrunkLive
from control.store.store import Store

WHOLE: dict[str, Any] = {
    "address": "sip.carrier.example:5070",
    "transport": "tcp",
    "username": "centre",
    "register": True,
    "numbers": ["+3811140007XX"],
    "max_calls": 10,
    "calls_per_s": 2.5,
    "countries": ["RS", "DE"],
    "hours": [{"days": ["mon", "fri"], "start": "08:00", "end": "24:00"}],
    "time_zone": "Europe/Belgrade",
    "spend_per_day": 50.0,
    "rates": {"381": 0.02, "": 1.0},
    "currency": "RSD",
    "caller_id": "+381114000700",
    "number_format": "e164",
    "strip": 1,
    "prepend": "77#",
    "codecs": ["PCMU"],
    "options_interval_s": None,
    "srtp": "required",
    "dtmf": "info",
    "trusted": True,
    "signs": True,
    "identity": "note",
    "emergency": True,
    "priority": -3,
}


async def test_a_trunk_comes_back_whole_but_for_its_password(api: httpx.AsyncClient) -> None:
    answer = await api.put("/trunks/carrier", json=WHOLE | {"password": "open sesame"})
    assert answer.status_code == 201
    assert answer.json() == {"id": "carrier"} | WHOLE
    assert (await api.get("/trunks/carrier")).json() == answer.json()
    assert (await api.get("/trunks")).json()["items"] == [answer.json()]


async def test_an_address_is_all_that_a_trunk_needs(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await declare(api, "/trunks/peer", address="192.0.2.7")
    [change] = centre.changes
    assert change.value == Trunk(id="peer", address="192.0.2.7")


async def test_the_password_is_kept_until_another_comes_or_the_username_changes(
    api: httpx.AsyncClient, store: Store
) -> None:
    async def kept() -> str:
        async with store.read() as records:
            found = await records.trunks.get("carrier")
            assert found is not None
            return found.password

    peer = {"address": "192.0.2.7", "username": "centre"}
    await declare(api, "/trunks/carrier", **peer, password="first")
    await declare(api, "/trunks/carrier", **peer, priority=1)
    assert await kept() == "first"
    await declare(api, "/trunks/carrier", **peer, password="second")
    assert await kept() == "second"
    await declare(api, "/trunks/carrier", address="192.0.2.7", username="another")
    assert await kept() == ""


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"address": "two words"}, "address"),
        ({"address": "host:0"}, "address"),
        ({"address": "host:99999"}, "address"),
        ({"transport": "pigeon"}, "transport"),
        ({"register": True}, "register"),
        ({"password": "x"}, "username"),
        ({"username": "a@b"}, "username"),
        ({"numbers": ["seven"]}, "numbers.0"),
        ({"max_calls": -1}, "max_calls"),
        ({"calls_per_s": 0}, "calls_per_s"),
        ({"countries": ["Serbia"]}, "countries.0"),
        ({"countries": ["XX"]}, "countries.0"),
        ({"hours": [{"days": [], "start": "08:00", "end": "09:00"}]}, "hours.0.days"),
        ({"hours": [{"days": ["mon"], "start": "8", "end": "09:00"}]}, "hours.0.start"),
        ({"time_zone": "Europe"}, "time_zone"),
        ({"time_zone": "../etc"}, "time_zone"),
        ({"spend_per_day": 5}, "rates"),
        ({"rates": {"+381": 1}}, "rates.+381"),
        ({"codecs": ["PCMU", "PCMU"]}, "codecs"),
        ({"codecs": []}, "codecs"),
        ({"options_interval_s": 0.1}, "options_interval_s"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_cannot_work_is_refused_by_name(api: httpx.AsyncClient, fields: dict[str, Any], field: str) -> None:
    answer = await api.put("/trunks/carrier", json={"address": "192.0.2.7"} | fields)
    assert answer.status_code == 422
    assert blamed(answer)[0] == field


@pytest.mark.parametrize("address", ["[2001:db8::1]", "[2001:db8::1]:5080", "carrier.example", "192.0.2.7:5061"])
async def test_an_address_is_a_host_with_or_without_a_port(api: httpx.AsyncClient, address: str) -> None:
    assert (await declare(api, "/trunks/carrier", address=address))["address"] == address


async def test_routes_lead_to_trunks_that_exist(api: httpx.AsyncClient) -> None:
    await declare(api, "/trunks/a", address="192.0.2.7")
    await declare(api, "/trunks/b", address="192.0.2.8")
    for target in ("trunk:a", "trunk:a,b", "trunk:*"):
        await declare(api, "/routes/00.", target=target)
    answer = await api.put("/routes/00.", json={"target": "trunk:a,c"})
    assert answer.status_code == 422
    assert blamed(answer) == ["target"]
    assert "trunk c" in answer.json()["detail"]


@pytest.mark.parametrize("target", ["trunk:", "trunk:a,", "trunk:*,a", "trunk:a b", "trunk"])
async def test_a_target_that_names_no_trunk_properly_is_refused(api: httpx.AsyncClient, target: str) -> None:
    assert (await api.put("/routes/00.", json={"target": target})).status_code == 422


async def test_a_trunk_in_use_stays(api: httpx.AsyncClient) -> None:
    for trunk in ("a", "b"):
        await declare(api, f"/trunks/{trunk}", address="192.0.2.7")
    await declare(api, "/routes/00.", target="trunk:a,b")
    answer = await api.delete("/trunks/b")
    assert answer.status_code == 409
    assert "route 00." in answer.json()["detail"]
    await declare(api, "/routes/00.", target="trunk:a")
    assert (await api.delete("/trunks/b")).status_code == 204


async def test_only_routes_lead_to_trunks(api: httpx.AsyncClient) -> None:
    await declare(api, "/trunks/a", address="192.0.2.7")
    answer = await api.put("/queues/support", json={"overflow": {"to": "trunk:a"}})
    assert answer.status_code == 422
    assert blamed(answer) == ["overflow.to"]
    ana = {"name": "Ana", "extension": "1001", "password": "secret", "forward": {"always": "trunk:a"}}
    assert blamed(await api.put("/agents/ana", json=ana)) == ["forward.always"]


async def test_an_agent_may_show_a_number_of_her_own(api: httpx.AsyncClient) -> None:
    ana = {"name": "Ana", "extension": "1001", "password": "secret", "caller_id": "+381114000701"}
    assert (await declare(api, "/agents/ana", **ana))["caller_id"] == "+381114000701"
    assert (await api.put("/agents/ana", json=ana | {"caller_id": "Ana"})).status_code == 422


async def test_a_trunks_live_figures_are_shown(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.trunks["carrier"] = TrunkLive(
        id="carrier", state="down", reason="no answer", since=NOW, registered=None, last_error="no answer", ways=[],
        calls=2, spent_today=1.5, currency="EUR",
    )  # fmt: skip
    assert (await api.get("/trunks/carrier/live")).json()["reason"] == "no answer"
    assert (await api.get("/trunks/another/live")).status_code == 404
