"""Vouching for the callers of calls that leave (RFC 8224 section 6.1, ATIS-1000074 section 5.2.3)."""

from __future__ import annotations

from email.utils import formatdate

from pbx.call.call import Call
from pbx.routing.trunks.board import owns
from pbx.routing.trunks.numbers import read_number
from pbx.routing.trunks.trunk import Trunk
from pbx.stir.identity import Signer
from pbx.stir.passport import Attestation

Fields = tuple[tuple[str, str], ...]


def vouch(signer: Signer, call: Call, trunk: Trunk, shown: str, called: str, region: str, now: float) -> Fields:
    """Identity and Date for a call that shows ``shown`` to ``called``; none where either is no telephone number.

    A caller who is to be hidden from the carrier is not named to it here either. ``now``: seconds since the epoch.
    """
    caller, callee = read_number(shown, region).e164, read_number(called, region).e164
    if not caller or not callee or (call.private and not trunk.trusted):
        return ()
    call.attestation = level = _level(call, trunk, caller, region)
    return ("identity", signer.header(level, caller, callee, now)), ("date", formatdate(now, usegmt=True))


def _level(call: Call, trunk: Trunk, caller: str, region: str) -> Attestation:
    """``A``: a caller of ours with a number of ours; ``B``: of ours with another; ``C``: one whom we pass on."""
    if call.account is None and not call.outward:
        return "C"
    if owns(trunk, caller):
        return "A"
    # One whom we called ourselves is no caller of ours when it is passed on.
    return "C" if call.account is None and caller != read_number(call.caller_id, region).e164 else "B"
