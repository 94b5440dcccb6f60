"""Call records for tests."""

from __future__ import annotations

from typing import Any

from tests.unit.control.fake_centre import NOW

from control.cdr import Cdr
from pbx.events import AttemptRecord, DiversionRecord, LegRecord

LEG = LegRecord(
    leg="l1",
    direction="out",
    party="1001",
    started_at=NOW,
    ringing_at=NOW + 1,
    answered_at=NOW + 2,
    ended_at=NOW + 12,
    cause="normal",
    status=200,
    codec="PCMA",
    packets_received=500,
    packets_sent=500,
    answered_by="sip:1001@192.0.2.7",
    missed=(AttemptRecord("sip:1001@192.0.2.8", 487),),
)


def cdr(id: str, **more: Any) -> Cdr:
    fields: dict[str, Any] = {
        "direction": "inbound",
        "caller": "+381641234567",
        "caller_name": "",
        "number": "700",
        "target": "queue:support",
        "queue": "support",
        "agent": "ana",
        "client": None,
        "started_at": NOW,
        "answered_at": NOW,
        "connected_at": NOW + 2,
        "ended_at": NOW + 12,
        "wait_s": 2.0,
        "talk_s": 10.0,
        "duration_s": 12.0,
        "disposition": "answered",
        "cause": "normal",
        "ended_by": "caller",
        "legs": (LEG,),
        "diversions": (DiversionRecord("1002", "no-answer"),),
    }
    return Cdr(id=id, **fields | more)
