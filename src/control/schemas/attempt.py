"""Attempts of campaigns, and the ledger's end, on the wire."""

from __future__ import annotations

from pydantic import Field

from control.schemas.common import Instant, Shown


class AttemptShown(Shown):
    """An attempt to reach a lead, or a number that was refused. Instants that never came are null."""

    id: str = Field(description="The call's as well.")
    campaign: str
    client: str
    lead: int
    number: str = Field(description="E.164; empty once the lead was deleted.")
    number_end: str = Field(description="Its last four digits.")
    verdict: str = Field(description="`permitted`, or the rule that refused.")
    detail: str = Field(description="What the rule found.")
    decided_at: Instant
    trigger: str = Field(description="What asked for the call.")
    caller_id: str
    zone: str = Field(description="The called party's time zone.")
    local_time: str = Field(description="What its clock showed.")
    rules: str = Field(description="The version of the rule set.")
    lists: str = Field(description="The version of the do-not-call lists.")
    dialled_at: Instant | None
    rang_at: Instant | None
    answered_at: Instant | None
    greeting_ended_at: Instant | None
    connected_at: Instant | None
    dropped_at: Instant | None
    ended_at: Instant | None
    seconds_to_connect: float | None = Field(description="From the end of the greeting until an agent was there.")
    abandoned: bool
    outcome: str | None = Field(description="Null of refusals, and while it is under way.")
    detected: str = Field(description="What the detector took the called party for, and why.")
    agent: str


class LedgerHeadShown(Shown):
    """Where the ledger's chain ends, signed. Keep it: the chain must pass here for ever."""

    seq: int
    hash: str
    at: float = Field(description="Seconds since the epoch: the very number is signed.")
    key: str = Field(description="The public key (Ed25519), hexadecimal.")
    signature: str
