"""Trunks for tests."""

from __future__ import annotations

from typing import Any

from pbx.routing.trunks.board import TrunkBoard
from pbx.routing.trunks.trunk import Trunk

NOON = 1_700_049_600.0
"""2023-11-15 12:00 UTC, a Wednesday; 13:00 in Belgrade."""
BELGRADE = "+381112223333"
PARIS = "+33142278186"


def trunk(id: str = "a", **fields: Any) -> Trunk:
    return Trunk(id=id, **{"address": "192.0.2.9"} | fields)


def board(*trunks: Trunk, region: str = "RS") -> TrunkBoard:
    made = TrunkBoard(region)
    made.declare(trunks)
    return made
