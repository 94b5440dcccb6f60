"""What the dialer decides: whom it calls, what becomes of those who answer, and of those who do not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.unit.dialer.desk import START, Desk, lead

from dialer import decisions, events
from dialer.attempt import Attempt
from dialer.campaign import AttemptRules, Mode, RetryRule, Run
from dialer.compliance.verdict import Refusal
from dialer.detecting.sounds import SpeechBegan, SpeechEnded, Tone, ToneHeard
from dialer.lead import LeadState
from dialer.outcome import Outcome

LEADS = [lead(id) for id in range(1, 101)]


def test_a_progressive_campaign_calls_one_lead_for_each_free_agent() -> None:
    desk = Desk(LEADS)
    desk.agents("ana", "boris")
    desk.run(10)
    assert [attempt.lead.id for attempt in desk.dialled()] == [1, 2]


def test_nothing_is_dialled_without_agents_or_while_the_campaign_does_not_run() -> None:
    desk = Desk(LEADS, run=Run.PAUSED)
    desk.agents("ana")
    desk.agents("boris", queues=("sales",))
    desk.run(10)
    assert desk.dialled() == []
    desk.tell(events.CampaignDeclared(desk.campaign, Run.RUNNING))
    desk.run(10)
    assert len(desk.dialled()) == 1


def test_a_lead_is_never_in_two_attempts() -> None:
    desk = Desk(LEADS[:3], mode=Mode.RATIO, ratio=5.0)
    desk.agents("ana", "boris")
    desk.run(10)
    assert sorted(attempt.lead.id for attempt in desk.dialled()) == [1, 2, 3]


def test_a_person_who_answers_is_queued_and_talks_to_an_agent() -> None:
    desk = Desk(LEADS)
    desk.agents("ana")
    desk.run(1)
    [attempt] = desk.dialled()
    desk.answer(attempt)
    assert desk.of(decisions.Queue) == [decisions.Queue(attempt.id, "support")]
    desk.run(1)
    desk.tell(events.AttemptOffered(attempt.id, True), events.AttemptConnected(attempt.id, "ana"))
    desk.run(60)
    close = desk.end(attempt)
    assert (close.attempt.outcome, close.attempt.agent, close.lead.state) == (Outcome.CONNECTED, "ana", LeadState.DONE)
    assert desk.dialer.abandon_rate(desk.campaign, desk.now) == 0.0


def test_nobody_there_within_two_seconds_is_abandonment_and_the_party_hears_so() -> None:
    desk = Desk(LEADS)
    desk.agents("ana")
    desk.run(1)
    [attempt] = desk.dialled()
    desk.answer(attempt)
    assert desk.run(1.9) == []
    assert decisions.Play(attempt.id, "drop") in desk.run(0.3)
    desk.tell(events.AttemptPlayed(attempt.id))
    assert desk.of(decisions.HangUp) == [decisions.HangUp(attempt.id)]
    close = desk.end(attempt)
    assert (close.attempt.outcome, close.attempt.abandoned) == (Outcome.ABANDONED, True)
    assert desk.dialer.abandon_rate(desk.campaign, desk.now) == 1.0


def test_an_agent_whose_phone_rings_may_still_come_and_it_counts_as_abandoned_all_the_same() -> None:
    desk = Desk(LEADS)
    desk.agents("ana")
    desk.run(1)
    [attempt] = desk.dialled()
    desk.answer(attempt)
    desk.tell(events.AttemptOffered(attempt.id, True))
    assert not [one for one in desk.run(2.5) if isinstance(one, decisions.Play)]
    desk.tell(events.AttemptConnected(attempt.id, "ana"))
    close = desk.end(attempt)
    assert (close.attempt.outcome, close.attempt.abandoned) == (Outcome.CONNECTED, True)
    assert desk.dialer.abandon_rate(desk.campaign, desk.now) == 1.0


def test_one_who_is_late_hears_the_message_once_the_agent_declines() -> None:
    desk = Desk(LEADS, drop_message="sorry")
    desk.agents("ana")
    desk.run(1)
    [attempt] = desk.dialled()
    desk.answer(attempt)
    desk.tell(events.AttemptOffered(attempt.id, True))
    desk.run(2.5)
    assert desk.tell(events.AttemptOffered(attempt.id, False)) == [decisions.Play(attempt.id, "sorry")]


def test_one_who_hangs_up_before_an_agent_had_to_be_there_was_not_abandoned() -> None:
    desk = Desk(LEADS)
    desk.agents("ana")
    desk.run(1)
    [attempt] = desk.dialled()
    desk.answer(attempt)
    assert desk.end(attempt).attempt.outcome is Outcome.HUNG_UP
    assert desk.dialer.abandon_rate(desk.campaign, desk.now) == 0.0


def test_a_phone_rings_for_as_long_as_the_campaign_says_and_never_under_fifteen_seconds() -> None:
    desk = Desk(LEADS, max_ring_s=5.0)
    desk.agents("ana")
    desk.run(1)
    [attempt] = desk.dialled()
    desk.tell(events.AttemptRang(attempt.id))
    desk.run(14.9)
    assert desk.of(decisions.HangUp) == []
    desk.run(0.2)
    assert desk.of(decisions.HangUp) == [decisions.HangUp(attempt.id)]
    assert desk.end(attempt, Outcome.FAILED).attempt.outcome is Outcome.NO_ANSWER


def test_whoever_is_not_allowed_is_put_off_and_the_next_one_is_called() -> None:
    desk = Desk(LEADS[:3])
    night = Refusal("calling_window", "it is 23:10 there", until=START + 3600)
    desk.forbidden = {LEADS[0].numbers[0].number: night, LEADS[1].numbers[0].number: Refusal("dnc_own", "listed")}
    desk.agents("ana")
    desk.run(1)
    refusals = desk.of(decisions.Refuse)
    assert [(one.refusal.rule, one.lead.state, one.lead.due_at) for one in refusals] == [
        ("calling_window", LeadState.READY, START + 3600),
        ("dnc_own", LeadState.REFUSED, 0.0),
    ]
    assert [attempt.lead.id for attempt in desk.dialled()] == [3]


def test_of_several_numbers_the_first_that_may_be_called_is_and_they_go_round() -> None:
    one = lead(1, "+38111111", "+38122222", "+38133333")
    desk = Desk([one], attempts=AttemptRules(retries=(RetryRule(Outcome.BUSY, 60.0, 9),)))
    desk.forbidden = {"+38111111": Refusal("dnc_client", "listed")}
    desk.agents("ana")
    for _ in range(3):
        desk.end(desk.next_call(), Outcome.BUSY)
    assert [attempt.number for attempt in desk.dialled()] == ["+38122222", "+38133333", "+38122222"]


@pytest.mark.parametrize(
    ("outcome", "state", "after_s"),
    [
        (Outcome.BUSY, LeadState.READY, 15 * 60),
        (Outcome.NO_ANSWER, LeadState.READY, 4 * 3600),
        (Outcome.NOT_IN_SERVICE, LeadState.EXHAUSTED, None),
        (Outcome.INTERRUPTED, LeadState.READY, 3600),
    ],
)
def test_what_follows_an_outcome(outcome: Outcome, state: LeadState, after_s: float | None) -> None:
    desk = Desk(LEADS[:1])
    desk.agents("ana")
    desk.run(1)
    close = desk.end(desk.dialled()[0], outcome)
    assert close.lead.state is state
    if after_s is not None:
        assert close.lead.due_at == desk.now + after_s


def test_a_lead_is_given_up_after_as_many_attempts_as_the_campaign_allows() -> None:
    desk = Desk(LEADS[:1], attempts=AttemptRules(retries=(RetryRule(Outcome.BUSY, 60.0, 2),)))
    desk.agents("ana")
    states = [desk.end(desk.next_call(), Outcome.BUSY).lead.state for _ in range(3)]
    assert states == [LeadState.READY, LeadState.READY, LeadState.EXHAUSTED]


def test_a_network_that_refuses_again_and_again_is_left_alone_for_a_while() -> None:
    desk = Desk(LEADS)
    desk.agents("ana")
    for _ in range(40):
        desk.run(0.5)
        for attempt in desk.dialled()[len(desk.of(decisions.Close)) :]:
            desk.end(attempt, Outcome.CONGESTION)
    assert len(desk.dialled()) < 10


def test_lines_are_shared_by_weight_and_never_exceeded() -> None:
    desk = Desk(LEADS, mode=Mode.RATIO, ratio=10.0)
    desk.tell(events.LinesCounted(3))
    desk.agents("ana")
    desk.run(5)
    assert len(desk.dialled()) == 3


def test_a_campaigns_own_lines_are_a_limit_too() -> None:
    desk = Desk(LEADS, mode=Mode.RATIO, ratio=10.0, max_lines=4)
    desk.agents("ana")
    desk.run(5)
    assert len(desk.dialled()) == 4


def test_it_yields_to_inbound_work_that_is_served_badly_and_leaves_its_share_of_agents() -> None:
    desk = Desk(LEADS, yields_below=0.8, reserve=0.5)
    desk.agents("ana", "boris", queues=("support", "help"))
    desk.tell(events.ServiceLevelSeen("help", 0.7))
    desk.run(5)
    assert desk.dialled() == []
    desk.tell(events.ServiceLevelSeen("help", 0.85))
    desk.run(5)
    assert len(desk.dialled()) == 1


def test_it_stops_when_its_quota_is_reached_or_its_end_has_come() -> None:
    desk = Desk(LEADS, quota=2)
    desk.tell(events.LeadConverted("sales"), events.LeadConverted("sales"))
    desk.run(1)
    assert desk.of(decisions.SetRun) == [decisions.SetRun("sales", Run.STOPPED, "its quota is reached")]
    ending = Desk(LEADS, starts_at=START + 10, ends_at=START + 20)
    ending.agents("ana")
    ending.run(9)
    assert ending.dialled() == []
    ending.run(20)
    assert len(ending.dialled()) == 1
    assert ending.of(decisions.SetRun) == [decisions.SetRun("sales", Run.STOPPED, "its end has come")]


def test_one_agent_counts_for_one_of_two_campaigns_and_they_share_by_weight() -> None:
    desk = Desk(LEADS, weight=3)
    desk.tell(events.CampaignDeclared(replace(desk.campaign, id="other", weight=1), Run.RUNNING))
    desk.agents(*(f"agent{number}" for number in range(8)))
    first, second = desk.dialer.running("sales"), desk.dialer.running("other")
    assert first is not None
    assert second is not None
    assert (len(first.agents), len(second.agents)) == (6, 2)


def test_whoever_speaks_briefly_and_waits_is_a_person_and_time_runs_from_the_end_of_the_greeting() -> None:
    desk = Desk(LEADS, amd=True)
    desk.agents("ana")
    desk.run(1)
    [attempt] = desk.dialled()
    desk.answer(attempt)
    desk.run(1.0)
    desk.tell(events.AttemptHeard(attempt.id, SpeechBegan(600)))
    desk.run(0.6)
    desk.tell(events.AttemptHeard(attempt.id, SpeechEnded(1300)))
    assert desk.of(decisions.Queue) == []
    desk.run(1.0)
    assert desk.of(decisions.Queue) == [decisions.Queue(attempt.id, "support")]
    assert attempt.answered_at is not None
    assert attempt.greeting_ended_at == pytest.approx(attempt.answered_at + 1.3)
    desk.run(attempt.greeting_ended_at + 2.01 - desk.now)
    assert attempt.abandoned


def test_a_machine_is_hung_up_on() -> None:
    desk = Desk(LEADS, amd=True)
    desk.agents("ana")
    desk.run(1)
    [attempt] = desk.dialled()
    desk.answer(attempt)
    desk.tell(events.AttemptHeard(attempt.id, SpeechBegan(300)))
    desk.run(6)
    assert desk.of(decisions.HangUp) == [decisions.HangUp(attempt.id)]
    assert desk.end(attempt).attempt.outcome is Outcome.MACHINE


def test_a_message_is_left_after_the_beep() -> None:
    desk = Desk(LEADS, amd=True, on_machine="message", message="we-called")
    desk.agents("ana")
    desk.run(1)
    [attempt] = desk.dialled()
    desk.answer(attempt)
    desk.tell(events.AttemptHeard(attempt.id, SpeechBegan(300)))
    desk.run(7)
    desk.tell(events.AttemptHeard(attempt.id, SpeechEnded(6500)))
    assert desk.of(decisions.Play) == []
    desk.tell(events.AttemptHeard(attempt.id, ToneHeard(Tone.BEEP, 6800, 200)))
    desk.run(2)
    assert desk.of(decisions.Play) == [decisions.Play(attempt.id, "we-called")]
    desk.tell(events.AttemptPlayed(attempt.id))
    assert desk.end(attempt).attempt.outcome is Outcome.MESSAGE_LEFT


def test_special_information_tones_before_the_answer_say_that_nobody_is_there() -> None:
    desk = Desk(LEADS, amd=True)
    desk.agents("ana")
    desk.run(1)
    [attempt] = desk.dialled()
    desk.tell(events.AttemptHeard(attempt.id, ToneHeard(Tone.SIT_VACANT, -500, 900)))
    close = desk.end(attempt)
    assert (close.attempt.outcome, close.lead.state) == (Outcome.NOT_IN_SERVICE, LeadState.EXHAUSTED)


def test_an_agentless_campaign_announces_and_whoever_presses_1_is_queued() -> None:
    desk = Desk(LEADS, mode=Mode.AGENTLESS, announcement="news", max_lines=2)
    desk.run(1)
    first, second = desk.dialled()
    for attempt in (first, second):
        desk.answer(attempt)
    assert decisions.Play(first.id, "news") in desk.told
    desk.tell(events.DigitPressed(first.id, "1"), events.AttemptPlayed(second.id))
    assert desk.of(decisions.Queue) == [decisions.Queue(first.id, "support")]
    assert desk.end(second).attempt.outcome is Outcome.ANNOUNCED
    desk.run(30)
    assert not first.abandoned
    desk.tell(events.AttemptConnected(first.id, "ana"))
    assert desk.end(first).attempt.outcome is Outcome.CONNECTED


def test_the_opt_out_key_forbids_further_calls() -> None:
    desk = Desk(LEADS)
    desk.agents("ana")
    desk.run(1)
    [attempt] = desk.dialled()
    desk.answer(attempt)
    desk.run(3)
    desk.tell(events.DigitPressed(attempt.id, "9"))
    assert desk.of(decisions.ForbidCalls) == [decisions.ForbidCalls(attempt.id, attempt.number)]
    close = desk.end(attempt)
    assert (close.attempt.outcome, close.attempt.abandoned) == (Outcome.OPTED_OUT, True)
    assert close.lead.state is LeadState.REFUSED


def test_whoever_was_promised_a_call_by_an_agent_is_called_by_her() -> None:
    desk = Desk([lead(1, state=LeadState.CALLBACK, owner="boris"), *LEADS[1:]])
    desk.agents("ana", "boris")
    desk.run(1)
    [first, *_] = desk.dialled()
    assert (first.lead.id, first.agent, first.agent_first, first.trigger) == (1, "boris", True, "callback:boris")


def test_a_campaign_that_is_removed_lets_its_calls_run_on_and_closes_them() -> None:
    desk = Desk(LEADS)
    desk.agents("ana")
    desk.run(1)
    [attempt] = desk.dialled()
    desk.tell(events.CampaignRemoved("sales"))
    desk.answer(attempt)
    desk.tell(events.AttemptConnected(attempt.id, "ana"))
    assert desk.end(attempt).attempt.outcome is Outcome.CONNECTED
    assert desk.dialer.running("sales") is None


def test_a_predictive_campaign_learns_to_call_more_than_one_for_each_agent() -> None:
    desk = Desk([lead(id) for id in range(1, 3001)], mode=Mode.PREDICTIVE, abandon_limit=0.2)
    desk.agents(*(f"agent{number}" for number in range(20)))
    under_way: list[Attempt] = []
    for _ in range(240):
        before = len(desk.dialled())
        desk.run(1.0)
        under_way += desk.dialled()[before:]
        while under_way and desk.now - under_way[0].dialled_at >= 10:
            attempt = under_way.pop(0)
            if attempt.lead.id % 5 == 0:  # one in five is at home, and talks for a moment
                desk.tell(events.AttemptAnswered(attempt.id), events.AttemptConnected(attempt.id, "agent0"))
            desk.end(attempt, Outcome.NO_ANSWER)
    assert len(under_way) > 2 * 20


def test_a_list_that_was_changed_by_hand_is_read_anew() -> None:
    desk = Desk(LEADS[:3])
    desk.agents("ana")
    desk.run(1)
    [attempt] = desk.dialled()
    desk.list[1] = lead(2, "+381645550000")
    desk.tell(events.LeadsCame("sales"))
    desk.end(attempt, Outcome.BUSY)
    assert desk.next_call().number == "+381645550000"
