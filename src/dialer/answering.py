"""What happens once somebody, or something, has answered: who is it, and what does it get to hear.

A person is abandoned when no agent is there in time (see ``abandon``). Where nobody listens for the end of the
greeting, the time runs from the answer, which is stricter than the rules.
"""

from __future__ import annotations

from dialer.abandon import CONNECT_WITHIN_S
from dialer.attempt import RINGS_ON, UNANSWERED, Attempt, Stage
from dialer.campaign import Campaign, Mode
from dialer.decisions import ForbidCalls, Play, Queue
from dialer.detecting.message_cue import MessageCue
from dialer.detecting.rules import AmdRules
from dialer.detecting.sounds import Sound, Tone
from dialer.detecting.verdict import Cue, CueCause, Kind, Verdict
from dialer.events import AttemptAnswered, AttemptConnected, AttemptHeard, AttemptOffered, AttemptPlayed, DigitPressed
from dialer.floor import Floor
from dialer.outcome import Outcome
from dialer.pacing.observations import CallAnswered
from dialer.running import Running

OFFER_GRACE_S = 1.0
"""So long one stays for whom an agent's phone rings already, and may pick up; it counts as abandoned all the same."""
CONNECT_DIGIT = "1"
"""Pressed during the announcement of an agentless campaign it leads to the queue."""
DROP = "drop"
"""The prompt of our own for those for whom nobody was there."""
OUT_OF_ORDER = frozenset({Tone.SIT_REORDER, Tone.SIT_NO_CIRCUIT, Tone.CONGESTION})


def rules_of(campaign: Campaign) -> AmdRules:
    """Its thresholds. Raises ValueError, naming the one that makes no sense, and TypeError for one that is unknown."""
    thresholds = {name: int(value) for name, value in campaign.detection.items()}
    unsure = Kind.HUMAN if campaign.on_unsure == "queue" else Kind.MACHINE
    return AmdRules(**thresholds, when_unsure=unsure)  # type: ignore[arg-type]


def answered(floor: Floor, event: AttemptAnswered, now: float) -> None:
    attempt = floor.attempts.get(event.attempt)
    if attempt is None or attempt.stage not in UNANSWERED:
        return
    attempt.answered_at, attempt.stage = now, Stage.JUDGING
    floor.rest(attempt)
    campaign = floor.runnings[attempt.campaign].campaign
    if attempt.detector is None:
        _person(floor, attempt, campaign, now, now)
    else:
        _listen_on(floor, attempt, attempt.detector.due_ms)


def heard(floor: Floor, event: AttemptHeard, now: float) -> None:
    attempt = floor.attempts.get(event.attempt)
    if attempt is None:
        return
    elapsed_ms = _elapsed_ms(attempt, now)
    if attempt.stage is Stage.LEAVING:
        _cue_heard(floor, attempt, event.sound, now)
    elif attempt.detector is not None and (attempt.stage in RINGS_ON):
        verdict = attempt.detector.heard(event.sound, elapsed_ms)
        if verdict is not None:
            _judged(floor, attempt, verdict, now)
        elif attempt.answered_at is not None:
            _listen_on(floor, attempt, attempt.detector.due_ms)


def due(floor: Floor, attempt: Attempt, now: float) -> None:
    """Its instant has come."""
    match attempt.stage:
        case Stage.DIALLING | Stage.RINGING:
            floor.hang_up(attempt, Outcome.NO_ANSWER, now)
        case Stage.JUDGING if attempt.detector is not None:
            verdict = attempt.detector.elapsed(_elapsed_ms(attempt, now) or 0)
            if verdict is not None:
                _judged(floor, attempt, verdict, now)
            else:
                _listen_on(floor, attempt, attempt.detector.due_ms)
        case Stage.QUEUED:
            _too_late(floor, attempt, now)
        case Stage.LEAVING if attempt.cue is not None:
            cue = attempt.cue.elapsed(_elapsed_ms(attempt, now) or 0)
            _cued(floor, attempt, cue, now)
        case _:
            pass


def offered(floor: Floor, event: AttemptOffered, now: float) -> None:
    """An agent's phone rings for one who waits, or does so no more."""
    attempt = floor.attempts.get(event.attempt)
    if attempt is None or attempt.stage is not Stage.QUEUED:
        return
    attempt.offered = event.offered
    if attempt.abandoned and not event.offered:
        _part(floor, attempt, now)


def connected(floor: Floor, event: AttemptConnected, now: float) -> None:
    attempt = floor.attempts.get(event.attempt)
    if attempt is None or attempt.connected_at is not None or attempt.answered_at is None:
        return
    if attempt.stage is Stage.QUEUED:
        _in_time(floor, attempt, now)
    attempt.connected_at, attempt.agent, attempt.stage, attempt.offered = now, event.agent, Stage.CONNECTED, False
    floor.rest(attempt)


def played(floor: Floor, event: AttemptPlayed, now: float) -> None:
    attempt = floor.attempts.get(event.attempt)
    outcomes = {
        Stage.PARTING: Outcome.ABANDONED,
        Stage.ANNOUNCING: Outcome.ANNOUNCED,
        Stage.LEAVING: Outcome.MESSAGE_LEFT,
    }
    if attempt is not None and attempt.stage in outcomes:
        opted_out = attempt.outcome is Outcome.OPTED_OUT
        floor.hang_up(attempt, Outcome.OPTED_OUT if opted_out else outcomes[attempt.stage], now)


def pressed(floor: Floor, event: DigitPressed, now: float) -> None:
    """A key during the announcement, or while one hears that nobody was there."""
    attempt = floor.attempts.get(event.attempt)
    if attempt is None or attempt.stage not in (Stage.ANNOUNCING, Stage.PARTING):
        return
    campaign = floor.runnings[attempt.campaign].campaign
    attempt.pressed += event.digit
    if event.digit == campaign.opt_out_digit and attempt.outcome is not Outcome.OPTED_OUT:
        attempt.outcome = Outcome.OPTED_OUT
        floor.decide(ForbidCalls(attempt.id, attempt.number))
        floor.hang_up(attempt, Outcome.OPTED_OUT, now)
    elif event.digit == CONNECT_DIGIT and attempt.stage is Stage.ANNOUNCING:
        _queue(floor, attempt, campaign, now, now)


def outcome_of(attempt: Attempt, told: Outcome) -> Outcome:
    """How an attempt ended whose line is free again; ``told`` is what the line's end means by itself."""
    if attempt.outcome is not None:
        return attempt.outcome
    match attempt.stage:
        case Stage.CONNECTED:
            return Outcome.CONNECTED
        case Stage.QUEUED | Stage.PARTING if attempt.abandoned:
            return Outcome.ABANDONED
        case Stage.LEAVING:
            return Outcome.MACHINE
        case Stage.JUDGING | Stage.QUEUED | Stage.ANNOUNCING:
            return Outcome.HUNG_UP
        case _:
            return told


def _elapsed_ms(attempt: Attempt, now: float) -> int | None:
    return None if attempt.answered_at is None else round((now - attempt.answered_at) * 1000)


def _listen_on(floor: Floor, attempt: Attempt, due_ms: int | None) -> None:
    assert attempt.answered_at is not None
    if due_ms is not None:
        floor.wake(attempt, attempt.answered_at + due_ms / 1000)


def _judged(floor: Floor, attempt: Attempt, verdict: Verdict, now: float) -> None:
    attempt.verdict = verdict
    running = floor.runnings[attempt.campaign]
    campaign = running.campaign
    floor.rest(attempt)
    if verdict.kind is Kind.FAX:
        floor.hang_up(attempt, Outcome.FAX, now)
    elif verdict.kind is Kind.SIT:
        busy = verdict.tone is Tone.BUSY
        crowded = Outcome.CONGESTION if verdict.tone in OUT_OF_ORDER else Outcome.NOT_IN_SERVICE
        floor.hang_up(attempt, Outcome.BUSY if busy else crowded, now)
    elif attempt.answered_at is None:
        return  # what is said before the answer is the network's
    elif rules_of(campaign).treated(verdict.kind) is Kind.MACHINE:
        _machine(floor, running, attempt, now)
    else:
        ended_ms = verdict.greeting_ended_ms
        ended_at = attempt.answered_at + ended_ms / 1000 if ended_ms is not None else now
        _person(floor, attempt, campaign, ended_at, now)


def _person(floor: Floor, attempt: Attempt, campaign: Campaign, greeting_ended_at: float, now: float) -> None:
    attempt.greeting_ended_at = greeting_ended_at
    if attempt.agent_first:
        floor.abandonment(campaign).answered(now, abandoned=False)
        return
    if campaign.mode is Mode.AGENTLESS:
        floor.abandonment(campaign).answered(now, abandoned=False)
        attempt.stage = Stage.ANNOUNCING
        floor.decide(Play(attempt.id, campaign.announcement))
        return
    pacing = floor.runnings[attempt.campaign].pacing
    pacing.observe(CallAnswered(now - attempt.dialled_at), now)
    _queue(floor, attempt, campaign, greeting_ended_at, now)


def _queue(floor: Floor, attempt: Attempt, campaign: Campaign, since: float, now: float) -> None:
    attempt.stage, attempt.queued_at = Stage.QUEUED, now
    floor.decide(Queue(attempt.id, campaign.queue))
    if campaign.mode is not Mode.AGENTLESS:
        floor.wake(attempt, since + CONNECT_WITHIN_S)


def gone(floor: Floor, attempt: Attempt, now: float) -> None:
    """Its line is free again: one who hung up before an agent had to be there was not abandoned."""
    if attempt.stage is Stage.QUEUED:
        _in_time(floor, attempt, now)


def _in_time(floor: Floor, attempt: Attempt, now: float) -> None:
    campaign = floor.runnings[attempt.campaign].campaign
    if not attempt.abandoned and campaign.mode is not Mode.AGENTLESS:
        floor.abandonment(campaign).answered(now, abandoned=False)


def _too_late(floor: Floor, attempt: Attempt, now: float) -> None:
    """Nobody was there in time."""
    if not attempt.abandoned:
        attempt.abandoned = True
        floor.abandonment(floor.runnings[attempt.campaign].campaign).answered(now, abandoned=True)
        if attempt.offered:
            floor.wake(attempt, now + OFFER_GRACE_S)
            return
    _part(floor, attempt, now)


def _part(floor: Floor, attempt: Attempt, now: float) -> None:
    """Let one for whom nobody is there hear so."""
    campaign = floor.runnings[attempt.campaign].campaign
    attempt.stage, attempt.dropped_at = Stage.PARTING, now
    floor.rest(attempt)
    floor.decide(Play(attempt.id, campaign.drop_message or DROP))


def _machine(floor: Floor, running: Running, attempt: Attempt, now: float) -> None:
    campaign = running.campaign
    if campaign.on_machine == "queue":
        _person(floor, attempt, campaign, now, now)
        return
    if campaign.on_machine == "message" and campaign.message and attempt.detector is not None:
        floor.failed(attempt, Outcome.MACHINE, now)
        attempt.stage = Stage.LEAVING
        rules = rules_of(campaign)
        if rules.wait_for_beep:
            attempt.cue = MessageCue(rules, attempt.detector)
            _listen_on(floor, attempt, attempt.cue.due_ms)
        else:
            floor.decide(Play(attempt.id, campaign.message))
    else:
        floor.hang_up(attempt, Outcome.MACHINE, now)


def _cue_heard(floor: Floor, attempt: Attempt, sound: Sound, now: float) -> None:
    if attempt.cue is not None:
        cue = attempt.cue.heard(sound, _elapsed_ms(attempt, now))
        _cued(floor, attempt, cue, now)


def _cued(floor: Floor, attempt: Attempt, cue: Cue | None, now: float) -> None:
    assert attempt.cue is not None
    if cue is None:
        _listen_on(floor, attempt, attempt.cue.due_ms)
        return
    attempt.cue = None
    floor.rest(attempt)
    if cue.cause is CueCause.TIME_IS_UP:
        floor.hang_up(attempt, Outcome.MACHINE, now)
    else:
        campaign = floor.runnings[attempt.campaign].campaign
        floor.decide(Play(attempt.id, campaign.message))
