"""Sites, calendars and hours over HTTP."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import httpx
from tests.unit.control.fake_centre import FakeCentre
from tests.unit.control.test_configuration_api import ANA, blamed, declare

from acd import events as acd
from acd.model import OverflowCause, OverflowRule
from acd.model import SitePreference as Preference
from control.adapters.declaring import declarations, declared, routed_queue
from control.adapters.directory import Directory
from control.nouns import Queue
from control.opening import Site, SitePreference

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")
ALL_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def today() -> str:
    return datetime.fromtimestamp(time.time(), UTC).date().isoformat()


async def test_a_site_has_defaults_and_is_always_open(api: httpx.AsyncClient) -> None:
    answer = await api.put("/sites/nis", json={})
    assert answer.status_code == 201
    assert answer.json() == {
        "id": "nis",
        "name": "nis",
        "kind": "onshore",
        "time_zone": "UTC",
        "hours": None,
        "open": True,
        "next_change_at": None,
    }
    assert (await api.get("/sites/nis")).json() == answer.json()
    assert (await api.get("/sites")).json()["items"] == [answer.json()]


async def test_a_site_says_whether_it_is_open_and_when_that_changes(api: httpx.AsyncClient) -> None:
    hours = {"windows": [{"days": ALL_DAYS, "start": "00:00", "end": "24:00"}], "holidays": [today()]}
    shown = await declare(api, "/sites/manila", kind="offshore", time_zone="UTC", hours=hours)
    tomorrow = (int(time.time()) // 86_400 + 1) * 86_400
    assert (shown["kind"], shown["open"]) == ("offshore", False)
    assert datetime.fromisoformat(shown["next_change_at"]).timestamp() == tomorrow
    assert shown["hours"] == hours | {"time_zone": None, "exceptions": [], "calendar": None}


async def test_a_calendar_is_shared_and_own_hours_of_a_date_go_before_it(api: httpx.AsyncClient) -> None:
    await declare(api, "/calendars/serbia", holidays=["01-01", "01-02", today()])
    closed = await declare(api, "/sites/nis", hours={"calendar": "serbia"})
    own = [{"date": today(), "start": "00:00", "end": "24:00"}]
    opened = await declare(api, "/sites/belgrade", hours={"calendar": "serbia", "exceptions": own})
    assert (closed["open"], opened["open"]) == (False, True)
    assert (await api.get("/calendars")).json()["items"][0]["name"] == "serbia"


WINDOW = {"days": ["mon"], "start": "09:00", "end": "17:00"}


async def test_a_mistake_names_its_field(api: httpx.AsyncClient) -> None:
    mistakes: tuple[tuple[dict[str, object], str], ...] = (
        ({"time_zone": "nowhere"}, "hours.time_zone"),
        ({"windows": [WINDOW | {"days": []}]}, "hours.windows.0.days"),
        ({"windows": [WINDOW, WINDOW | {"start": "9"}]}, "hours.windows.1.start"),
        ({"holidays": ["2026-02-29"]}, "hours.holidays.0"),
        ({"exceptions": [{"date": "13-01", "start": "09:00", "end": "12:00"}]}, "hours.exceptions.0.date"),
        ({"calendar": "nobody"}, "hours.calendar"),
    )
    bodies: list[tuple[str, dict[str, object], str]] = [
        *((path, {"hours": hours}, field) for path in ("/sites/x", "/queues/x") for hours, field in mistakes),
        ("/sites/x", {"kind": "moon"}, "kind"),
        ("/sites/x", {"time_zone": "Europe"}, "time_zone"),
        ("/queues/x", {"sites": [{"site": "nis", "kind": "onshore"}]}, "sites.0"),
        ("/queues/x", {"sites": [{"after_s": 5.0}]}, "sites.0"),
        ("/queues/x", {"callback": {"attempts": 0}}, "callback.attempts"),
    ]
    for path, body, field in bodies:
        answer = await api.put(path, json=body)
        assert (answer.status_code, blamed(answer)) == (422, [field])


async def test_sites_and_calendars_in_use_cannot_be_deleted(api: httpx.AsyncClient) -> None:
    await declare(api, "/calendars/serbia")
    await declare(api, "/calendars/acme")
    await declare(api, "/sites/nis", hours={"calendar": "serbia"})
    await declare(api, "/sites/manila")
    await declare(api, "/agents/ana", **ANA, site="nis")
    await declare(api, "/queues/support", sites=[{"site": "manila"}], hours={"calendar": "acme"})
    for path, user in (
        ("/calendars/serbia", "site nis"),
        ("/calendars/acme", "queue support"),
        ("/sites/nis", "agent ana"),
        ("/sites/manila", "queue support"),
    ):
        answer = await api.delete(path)
        assert answer.status_code == 409
        assert user in answer.json()["detail"]
    await declare(api, "/queues/support")
    for path in ("/sites/manila", "/calendars/acme"):
        assert (await api.delete(path)).status_code == 204
        assert (await api.get(path)).status_code == 404


async def test_a_queue_overflows_to_a_site_that_is_there_and_would_not_be_asked_in_any_case(
    api: httpx.AsyncClient, centre: FakeCentre
) -> None:
    await declare(api, "/sites/nis", kind="onshore")
    await declare(api, "/sites/manila", kind="offshore")
    nis, to_manila = [{"site": "nis"}], {"to": "site:manila"}
    later = [*nis, {"kind": "offshore", "after_s": 300.0}]
    for sites in (nis, later, [{"kind": "onshore"}]):
        shown = await declare(api, "/queues/support", sites=sites, overflow=to_manila)
        assert shown["overflow"] == {"to": "site:manila", "when": ["max_wait"]}
    [queue] = declared(centre.changes[-1], centre.directory)
    assert isinstance(queue, acd.QueueDeclared)
    assert queue.queue.overflow == OverflowRule("site:manila", (OverflowCause.MAX_WAIT,))
    wrong: list[tuple[dict[str, object], str, str]] = [
        ({"overflow": {"to": "site:attic"}, "sites": nis}, "overflow.to", "there is no site attic"),
        ({"overflow": {"to": "site:"}, "sites": nis}, "overflow.to", "site"),
        ({"overflow": to_manila | {"when": ["max_wait", "full"]}, "sites": nis}, "overflow.when", "it is full"),
        ({"overflow": to_manila}, "overflow.to", "asks the agents of manila in any case"),
        ({"overflow": to_manila, "sites": [*nis, {"site": "manila"}]}, "overflow.to", "of manila at once"),
        ({"overflow": to_manila, "sites": [{"kind": "offshore"}]}, "overflow.to", "of manila at once"),
    ]
    for body, field, why in wrong:
        answer = await api.put("/queues/support", json=body)
        assert (answer.status_code, blamed(answer)) == (422, [field]), answer.text
        assert why in answer.text
    answer = await api.delete("/sites/manila")
    assert (answer.status_code, answer.json()["detail"]) == (409, "site manila is used by queue support")


async def test_an_agent_may_be_at_a_site_that_nobody_declared(api: httpx.AsyncClient) -> None:
    assert (await declare(api, "/agents/ana", **ANA, site="attic"))["site"] == "attic"
    assert (await api.get("/sites/attic")).status_code == 404


async def test_a_queue_has_hours_and_rules_of_its_callbacks(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    hours = {
        "time_zone": "Europe/Belgrade",
        "windows": [{"days": ["mon", "fri"], "start": "22:00", "end": "06:00"}],
        "holidays": ["01-07"],
        "exceptions": [{"date": "2026-12-24", "start": "09:00", "end": "12:00"}],
        "calendar": None,
    }
    shown = await declare(api, "/queues/support", hours=hours, callback={"attempts": 5, "retry_s": 60.0})
    assert (shown["hours"], shown["callback"]) == (hours, {"attempts": 5, "retry_s": 60.0, "first": "agent"})
    assert (await api.get("/queues/support")).json() == shown
    [queue] = declared(centre.changes[-1], centre.directory)
    assert isinstance(queue, acd.QueueDeclared)
    assert (queue.queue.callback_attempts, queue.queue.callback_retry_s) == (5, 60.0)


async def test_sites_of_a_kind_are_alike_and_follow_what_is_declared(
    api: httpx.AsyncClient, centre: FakeCentre
) -> None:
    await declare(
        api, "/queues/support", sites=[{"kind": "onshore"}, {"kind": "offshore", "after_s": 60.0}, {"site": "nis"}]
    )
    directory = Directory()
    for change in centre.changes:
        directory.change(change)

    def preferences(*events: acd.Event) -> tuple[Preference, ...]:
        [event] = events
        assert isinstance(event, acd.QueueDeclared)
        return event.queue.sites

    assert preferences(*declarations(directory)) == (Preference("nis", 0.0, 2),)
    for id, kind in (("zagreb", "onshore"), ("belgrade", "onshore"), ("manila", "offshore"), ("nis", "onshore")):
        await declare(api, f"/sites/{id}", kind=kind)
        directory.change(centre.changes[-1])
    assert preferences(*declared(centre.changes[-1], directory)) == (
        Preference("belgrade", 0.0, 0),
        Preference("zagreb", 0.0, 0),
        Preference("manila", 60.0, 1),
        Preference("nis", 0.0, 2),
    )


def test_a_queue_for_sites_of_a_kind_that_is_not_there_is_served_by_nobody() -> None:
    """To the router, no site at all would be every site."""
    queue = Queue("support", "Support", sites=(SitePreference(kind="nearshore"),))
    [site] = routed_queue(queue, [Site("manila", "Manila", "offshore")]).sites
    assert SLUG.fullmatch(site.site) is None
