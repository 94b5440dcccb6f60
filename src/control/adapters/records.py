"""From a finished call and its visit to the record that is kept."""

from __future__ import annotations

from collections.abc import Iterable

from control.adapters.visit import Visit
from control.cdr import Cdr
from control.recording import RecordingMark
from pbx.events import CallEnded

SERVED_BY_THE_SWITCH = ("echo", "music", "feature", "flow", "voicemail", "conference", "callback")
_BY_CAUSE = {"busy": "busy", "no_answer": "no_answer", "declined": "refused", "cancelled": "abandoned"}


def record_of(event: CallEnded, visit: Visit, client: str | None) -> Cdr:
    """The record of a call; ``client`` is the business whose queue took it."""
    connected_at, began_at = visit.connected_at, event.started_at
    if _called_out(event) and event.answered_at is not None:
        began_at = event.answered_at  # nobody waits for us while a phone rings that we called
        if connected_at is None and visit.queued_at is None:
            connected_at = event.answered_at
    if connected_at is None and event.target_kind in SERVED_BY_THE_SWITCH:
        connected_at = event.answered_at
    joined_at = event.ended_at if connected_at is None else connected_at
    return Cdr(
        id=event.call,
        direction=event.direction,
        caller=event.caller,
        caller_name=event.caller_name,
        number=event.number,
        target=visit.target,
        queue=visit.queue,
        agent=visit.agent,
        client=client,
        started_at=event.started_at,
        answered_at=event.answered_at,
        connected_at=connected_at,
        ended_at=event.ended_at,
        wait_s=joined_at - began_at,
        talk_s=event.ended_at - joined_at,
        duration_s=event.ended_at - event.started_at,
        disposition=_disposition(event, visit, connected_at),
        cause=event.cause,
        ended_by=event.ended_by,
        trunk=event.trunk,
        attestation=event.attestation,
        cost=event.cost,
        mos_mean=_least(leg.mos_mean for leg in event.legs),
        mos_worst=_least(leg.mos_worst for leg in event.legs),
        troubles=" ".join(dict.fromkeys(trouble for leg in event.legs for trouble in leg.troubles)) or None,
        recordings=tuple(RecordingMark(id, "") for id in visit.recorded),
        legs=event.legs,
        flow_path=visit.flow_path,
        diversions=event.diversions,
    )


def _called_out(event: CallEnded) -> bool:
    """Whether the call began with the party that was called."""
    return event.direction == "outbound" and event.legs[0].party == event.number


def _least(scores: Iterable[float | None]) -> float | None:
    return min((score for score in scores if score is not None), default=None)


def _disposition(event: CallEnded, visit: Visit, connected_at: float | None) -> str:
    if connected_at is not None:
        return "answered"
    if visit.turned_away:
        return "refused"
    if event.ended_by == "caller" or (_called_out(event) and event.answered_at is not None):
        return "abandoned"
    if visit.overflows:
        return "overflowed"
    return _BY_CAUSE.get(event.cause, "failed")
