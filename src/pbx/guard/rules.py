"""What an operator may set of the defence."""

from __future__ import annotations

from msgspec import Struct

from pbx.guard.bans import FIRST_S
from pbx.guard.source import Network
from pbx.guard.tolls import TollRules


class GuardRules(Struct, frozen=True):
    """How strict the guard is."""

    trusted: tuple[Network, ...] = ()
    """Ranges that are neither limited nor banned: this machine, an edge proxy."""
    rate: float = 50.0
    """Messages a second that a stranger may send; four times as many at once."""
    known_rate: float = 1000.0
    """Messages a second beyond that for a source with phones of ours."""
    first_ban_s: float = FIRST_S
    guest_calls: int = 100
    """Calls in progress that the guests of one source may have."""
    account_calls: int = 20
    """Calls in progress that one account may have placed."""
    longest_call_s: float = 43_200.0
    """After so many seconds any call is ended."""
    tolls: TollRules = TollRules()
