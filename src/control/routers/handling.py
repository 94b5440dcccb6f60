"""What may be asked of a call that stands: hold it, take it back, give it away, park it."""

from __future__ import annotations

from typing import Any

from control.dependencies import ServedCentre
from control.routers.declaring import BODY, FOUND, PROBLEM, api_router
from control.schemas.call import ParkAsked, PartyAsked, RecordAsked, SideAsked, Slot, TransferAsked
from control.schemas.dtmf import DigitsAsked

router = api_router("/calls/{id}", "calls")

ASKED: dict[int | str, dict[str, Any]] = (
    BODY | FOUND | {409: PROBLEM | {"description": "The call's present state does not allow it"}}
)


@router.post("/hold", status_code=204, responses=ASKED)
async def hold_call(id: str, centre: ServedCentre, body: SideAsked | None = None) -> None:
    """Keep the customer waiting: music is heard until `resume`."""
    centre.handling.hold(id, body.agent if body else None)


@router.post("/resume", status_code=204, responses=ASKED)
async def resume_call(id: str, centre: ServedCentre, body: SideAsked | None = None) -> None:
    """Take the customer back. A hold by the phone's own key is ended by that phone alone."""
    centre.handling.resume(id, body.agent if body else None)


@router.post("/digits", status_code=202, responses=ASKED)
async def send_digits(id: str, body: DigitsAsked, centre: ServedCentre) -> None:
    """Press keys for the customer: at a menu that answered, for instance.

    They go as telephone-events, as tones or by SIP INFO, as the customer's phone or trunk has them. One that is set to
    telephone-events (`rfc4733`) and has agreed on none has no way to hear them: 409.
    """
    centre.handling.send_digits(id, body.digits, body.duration_ms, body.agent)


@router.post("/record", status_code=204, responses=ASKED)
async def record_call(id: str, centre: ServedCentre, body: RecordAsked | None = None) -> None:
    """Record a call, or end, pause or resume its recording.

    A call that is `never` recorded is not recorded on demand either; one that is `always` recorded can be paused only.
    What is said in a pause, such as a card's number, is silence in the recording.
    """
    verbs = centre.recording
    by_action = {"start": verbs.start, "stop": verbs.stop, "pause": verbs.pause, "resume": verbs.resume}
    by_action[(body or RecordAsked()).action](id)


@router.post("/transfer", status_code=202, responses=ASKED)
async def transfer_call(id: str, body: TransferAsked, centre: ServedCentre) -> None:
    """Give the customer to another number.

    `blind` rings it at once; when nobody answers, customer and agent are connected again. `attended` lets the agent
    speak there first, then `transfer/complete` or `transfer/cancel`; hanging up completes it.
    """
    centre.handling.transfer(id, body.to, attended=body.mode == "attended", agent=body.agent)


@router.post("/transfer/complete", status_code=204, responses=ASKED)
async def complete_transfer(id: str, centre: ServedCentre) -> None:
    """Leave the customer and the consulted party to each other."""
    centre.handling.complete_transfer(id)


@router.post("/transfer/join", status_code=204, responses=ASKED)
async def join_transfer(id: str, centre: ServedCentre) -> None:
    """Let the consulted party talk with agent and customer, all three; whoever leaves, the other two go on."""
    centre.handling.join_transfer(id)


@router.post("/parties", status_code=202, responses=ASKED)
async def add_party(id: str, body: PartyAsked, centre: ServedCentre) -> None:
    """Ring a number, and let all three talk once somebody answers; the customer hears music meanwhile."""
    centre.handling.add_party(id, body.to, body.agent)


@router.post("/transfer/cancel", status_code=204, responses=ASKED)
async def cancel_transfer(id: str, centre: ServedCentre) -> None:
    """Come back to the customer; whoever was rung or consulted is let go."""
    centre.handling.cancel_transfer(id)


@router.post("/park", responses=ASKED)
async def park_call(id: str, centre: ServedCentre, body: ParkAsked | None = None) -> Slot:
    """Let the customer wait with music until somebody dials the slot; after two minutes the agent's phone rings.

    Over HTTP it is taken out by `POST /calls` to the slot's number.
    """
    asked = body or ParkAsked()
    return Slot(slot=centre.handling.park(id, asked.slot, asked.agent))
