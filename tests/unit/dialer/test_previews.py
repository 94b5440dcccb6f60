"""Preview campaigns: what agents are shown, and what becomes of it."""

from __future__ import annotations

from tests.unit.dialer.desk import Desk, lead

from dialer import decisions, events
from dialer.campaign import Mode
from dialer.events import Activity
from dialer.outcome import Outcome

LEADS = [lead(id) for id in range(1, 101)]


def test_a_previewing_agent_sees_a_lead_dials_it_and_is_on_the_line_first() -> None:
    desk = Desk(LEADS, mode=Mode.PREVIEW)
    desk.agents("ana")
    desk.run(1)
    [shown] = desk.of(decisions.ShowLead)
    assert (shown.agent, shown.lead.id, desk.dialled()) == ("ana", 1, [])
    desk.tell(events.PreviewAnswered("ana", True))
    [attempt] = desk.dialled()
    assert (attempt.agent, attempt.agent_first, attempt.trigger) == ("ana", True, "preview:ana")
    desk.answer(attempt)
    desk.tell(events.AttemptConnected(attempt.id, "ana"))
    assert desk.end(attempt).attempt.outcome is Outcome.CONNECTED
    assert desk.of(decisions.Queue) == []


def test_a_lead_that_is_looked_at_for_too_long_is_dialled_and_one_that_is_skipped_comes_later() -> None:
    desk = Desk(LEADS, mode=Mode.PREVIEW, preview_s=30.0)
    desk.agents("ana", "boris")
    desk.run(1)
    desk.tell(events.PreviewAnswered("boris", False))
    desk.run(28)
    assert desk.dialled() == []
    desk.run(1.5)
    assert [attempt.lead.id for attempt in desk.dialled()] == [1]
    [put_back] = desk.of(decisions.PutBack)
    assert (put_back.lead.id, put_back.lead.due_at > desk.now) == (2, True)


def test_an_agent_who_leaves_is_shown_nothing_and_her_lead_goes_to_another() -> None:
    desk = Desk(LEADS[:1], mode=Mode.PREVIEW)
    desk.agents("ana")
    desk.run(1)
    desk.agents("ana", activity=Activity.AWAY)
    desk.agents("boris")
    desk.run(40)
    assert [(one.agent, one.lead.id) for one in desk.of(decisions.ShowLead)] == [("ana", 1), ("boris", 1)]
