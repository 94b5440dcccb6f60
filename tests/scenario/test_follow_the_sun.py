"""Follow the sun: three sites in three zones, each open by its own clock, serve one queue around the day."""

from __future__ import annotations

import msgspec
from tests.unit.control.hours_scene import HoursScene

from acd.decisions import Decision, Offer
from acd.events import WorkAbandoned
from acd.model import OverflowCause, OverflowRule
from acd.records import OpenedSite
from control.nouns import Queue
from control.opening import Calendar, Hours, Site, SitePreference
from pbx.routing.hours import DAYS, Window

OFFICE = Hours(windows=(Window(DAYS, "09:00", "18:00"),))
BELGRADE = Site("belgrade", "Belgrade", "onshore", "Europe/Belgrade", OFFICE)
MANILA = Site("manila", "Manila", "offshore", "Asia/Manila", OFFICE)
BOGOTA = Site("bogota", "Bogotá", "nearshore", "America/Bogota", OFFICE)
SUPPORT = Queue(
    "support",
    "Support",
    ring_timeout_s=600.0,
    sites=(
        SitePreference(kind="onshore"),
        SitePreference(kind="nearshore", after_s=10.0),
        SitePreference(kind="offshore", after_s=30.0),
    ),
)


def centre(begins: str, *more: Calendar | Queue | Site) -> HoursScene:
    scene = HoursScene(begins, SUPPORT, BELGRADE, MANILA, BOGOTA, *more)
    for agent, site in (("bojana", "belgrade"), ("maria", "manila"), ("carlos", "bogota")):
        scene.log_in(agent, site)
    return scene


def asked(decisions: list[Decision]) -> str | None:
    offers = [decision.agent for decision in decisions if isinstance(decision, Offer)]
    return offers[-1] if offers else None


def who_is_offered(scene: HoursScene, day: str) -> dict[str, str | None]:
    """Whom a call of each full hour (UTC) is offered to within a minute."""
    found: dict[str, str | None] = {}
    for hour in range(24):
        scene.until(f"{day}T{hour:02}:00:00")
        work = f"{day} {hour}"
        first = asked(scene.call(work))
        later = asked(scene.until(f"{day}T{hour:02}:00:59"))
        found[f"{hour:02}"] = first or later
        scene.post(WorkAbandoned(work))
    return found


def test_each_hour_is_served_where_it_is_day() -> None:
    """09:00 to 18:00 is 01-10 UTC in Manila, 08-17 in Belgrade (winter) and 14-23 in Bogotá; the nearer go first."""
    served = who_is_offered(centre("2026-03-16T00:00:00"), "2026-03-16")
    assert [hour for hour, agent in served.items() if agent == "maria"] == [f"{hour:02}" for hour in range(1, 8)]
    assert [hour for hour, agent in served.items() if agent == "bojana"] == [f"{hour:02}" for hour in range(8, 17)]
    assert [hour for hour, agent in served.items() if agent == "carlos"] == [f"{hour:02}" for hour in range(17, 23)]
    assert [hour for hour, agent in served.items() if agent is None] == ["00", "23"]


def test_summer_time_moves_belgrade_alone() -> None:
    scene = centre("2026-03-28T00:00:00")
    before, after = who_is_offered(scene, "2026-03-28"), who_is_offered(scene, "2026-03-29")
    assert {hour: (before[hour], after[hour]) for hour in before if before[hour] != after[hour]} == {
        "07": ("maria", "bojana"),
        "16": ("bojana", "carlos"),
    }


def test_work_spills_over_to_farther_sites_while_the_nearer_ones_are_taken() -> None:
    scene = centre("2026-03-16T14:30:00")
    assert asked(scene.call("c1")) == "bojana"
    assert asked(scene.call("c2")) is None
    assert asked(scene.until("2026-03-16T14:30:09")) is None
    assert asked(scene.until("2026-03-16T14:30:10")) == "carlos"
    assert asked(scene.call("c3")) is None
    assert asked(scene.until("2026-03-16T14:31:00")) is None, "it is night in Manila"


def test_who_waits_is_offered_where_the_day_begins() -> None:
    scene = centre("2026-03-16T00:58:00")
    assert asked(scene.call("c1")) is None
    assert asked(scene.until("2026-03-16T00:59:59")) is None
    assert asked(scene.until("2026-03-16T01:00:00")) == "maria"


def test_a_queue_that_overflows_to_a_site_is_served_there_when_belgrade_goes_home_and_never_before() -> None:
    rule = OverflowRule("site:bogota", (OverflowCause.MAX_WAIT, OverflowCause.CLOSED, OverflowCause.NO_AGENTS))
    terms = {"sites": (SitePreference(site="belgrade"),), "max_wait_s": 90.0, "overflow": rule}
    scene = centre("2026-03-16T14:30:00", msgspec.structs.replace(SUPPORT, **terms, hours=BELGRADE.hours))
    assert asked(scene.call("c1")) == "bojana"
    assert asked(scene.call("c2")) is None
    assert asked(scene.until("2026-03-16T14:31:29")) is None
    assert asked(scene.until("2026-03-16T14:31:30")) == "carlos", "it has waited its longest, and keeps its place"
    explained = scene.router.explain("c2")
    assert explained is not None
    assert explained.opened_site == OpenedSite("bogota", scene.now, OverflowCause.MAX_WAIT)
    for work in ("c1", "c2"):
        scene.post(WorkAbandoned(work))

    scene.until("2026-03-16T18:00:00")
    assert asked(scene.call("c3")) == "carlos", "the queue is closed, and Bogotá open"
    scene.post(WorkAbandoned("c3"))
    scene.until("2026-03-17T00:00:00")
    assert [type(one).__name__ for one in scene.call("c4")] == ["Refuse"], "it is night in Bogotá as well"


def test_a_holiday_of_one_site_is_a_working_day_of_the_others() -> None:
    calendar = Calendar("serbia", "Serbia", holidays=("2026-03-16",))
    closed = Site("belgrade", "Belgrade", "onshore", "Europe/Belgrade", Hours(calendar="serbia"))
    served = who_is_offered(centre("2026-03-15T23:00:00", calendar, closed), "2026-03-16")
    assert (served["09"], served["12"], served["15"]) == ("maria", None, "carlos")
    assert served["23"] == "bojana", "it is Tuesday in Belgrade, around the clock"
