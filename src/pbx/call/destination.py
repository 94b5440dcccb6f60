"""What a leg can be taken to: one function for each kind of target."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pbx.call.call import Leg
from pbx.call.host import CallHost

Destination: TypeAlias = Callable[[CallHost, Leg, str, float], None]
"""Serves a leg whose target is of its kind: ``(host, leg, name, now)``, the name being that of ``kind:name``."""
