"""The desk that opens and closes: at a start, at each change of the clock's doing, and when hours are configured."""

from __future__ import annotations

from tests.unit.control.hours_scene import HoursScene, utc

from acd.decisions import Offer, Overflow, Refuse, TurnedAwayCause
from acd.events import QueueOpened, SiteOpened
from acd.model import OverflowCause, OverflowRule
from control.nouns import Queue
from control.opening import Calendar, Hours, Site
from pbx.routing.hours import Window

WORKDAYS = Hours("Europe/Belgrade", (Window(("mon", "tue", "wed", "thu", "fri"), "09:00", "17:00"),), calendar="serbia")
SERBIA = Calendar("serbia", "Serbia", holidays=("2026-03-03",))
SUPPORT = Queue("support", "Support", hours=WORKDAYS)
MONDAY_MORNING = "2026-03-02T07:00:00"


def test_a_queue_opens_and_closes_by_its_hours_and_its_calendar() -> None:
    scene = HoursScene(MONDAY_MORNING, SUPPORT, SERBIA)
    assert scene.posted == [QueueOpened("support", False)]
    assert scene.call("early") == [Refuse("early", TurnedAwayCause.CLOSED)]
    assert scene.desk.next_change("support") == utc("2026-03-02T08:00:00")
    scene.posted.clear()
    scene.until("2026-03-02T08:00:00")
    assert scene.posted == [QueueOpened("support", True)]
    assert scene.call("in time") == []
    scene.until("2026-03-02T17:00:00")
    assert not scene.router.is_open("support")
    assert scene.desk.next_change("support") == utc("2026-03-04T08:00:00")  # over the holiday


def test_those_who_wait_when_a_queue_closes_overflow_where_it_says_so() -> None:
    to_voicemail = OverflowRule("voicemail:support", (OverflowCause.CLOSED,))
    scene = HoursScene("2026-03-02T15:30:00", Queue("support", "Support", hours=WORKDAYS, overflow=to_voicemail))
    assert scene.call("c1") == []
    assert scene.until("2026-03-02T16:00:00") == [Overflow("c1", "voicemail:support")]
    assert scene.call("c2") == [Overflow("c2", "voicemail:support")]


def test_after_a_restart_it_tells_what_is_news_alone() -> None:
    scene = HoursScene(MONDAY_MORNING, SUPPORT, SERBIA, Site("nis", "Niš", time_zone="Europe/Belgrade", hours=WORKDAYS))
    assert scene.posted == [QueueOpened("support", False), SiteOpened("nis", False)]
    scene.start()
    assert scene.posted == []
    scene.now = utc("2026-03-02T12:00:00")
    scene.start()
    assert scene.posted == [QueueOpened("support", True), SiteOpened("nis", True)]


def test_what_lost_its_hours_while_nothing_ran_is_open_after_the_start() -> None:
    scene = HoursScene(MONDAY_MORNING, SUPPORT, SERBIA, Site("nis", "Niš", hours=WORKDAYS))
    del scene.directory.sites["nis"]
    scene.directory.load([Queue("support", "Support")])
    scene.start()
    assert scene.posted == [QueueOpened("support", True), SiteOpened("nis", True)]


def test_new_hours_hold_at_once() -> None:
    scene = HoursScene("2026-03-02T10:00:00", SUPPORT, SERBIA)
    assert scene.call("c1") == []
    scene.foretold.clear()
    scene.put(Calendar("serbia", "Serbia", holidays=("03-02",)))
    assert not scene.router.is_open("support")
    assert scene.foretold == ["support"]
    scene.put(Queue("support", "Support"))
    assert scene.router.is_open("support")
    assert scene.desk.next_change("support") is None


def test_a_queue_that_was_removed_is_told_nothing() -> None:
    scene = HoursScene(MONDAY_MORNING, SUPPORT, SERBIA)
    scene.delete("queue", "support")
    scene.posted.clear()
    scene.until("2026-03-09T12:00:00")
    assert scene.posted == []


def test_a_clock_that_is_set_is_noticed_within_a_minute() -> None:
    scene = HoursScene(MONDAY_MORNING, SUPPORT, SERBIA)
    scene.set_clock("2026-03-02T12:00:00")
    scene.until("2026-03-02T12:01:00")
    assert scene.router.is_open("support")
    scene.set_clock(MONDAY_MORNING)
    scene.until("2026-03-02T07:01:00")
    assert not scene.router.is_open("support")


def test_a_change_that_was_too_far_ahead_is_seen_when_it_comes_nearer() -> None:
    scene = HoursScene("2026-03-02T07:00:00", Queue("support", "Support", hours=Hours(holidays=("2027-06-01",))))
    assert scene.desk.next_change("support") is None
    scene.set_clock("2027-05-30T07:00:00")
    scene.until("2027-05-30T07:01:00")
    assert scene.desk.next_change("support") == utc("2027-06-01T00:00:00")


def test_agents_of_a_closed_site_get_nothing_and_their_offers_go_on() -> None:
    site = Site("manila", "Manila", "offshore", "Asia/Manila", Hours(windows=(Window(("mon",), "09:00", "17:00"),)))
    scene = HoursScene("2026-03-02T08:59:00", Queue("support", "Support", ring_timeout_s=600), site)
    scene.log_in("maria", "manila")
    scene.log_in("ana", "belgrade")
    assert scene.call("c1") == [Offer("c1", "maria", "support", 600)]
    assert scene.until("2026-03-02T09:00:00")[-1] == Offer("c1", "ana", "support", 600)
    idle = scene.router.why_idle("maria", scene.now)
    assert idle is not None
    assert (idle.queues, idle.detail) == ((), "is at manila, which is closed")
