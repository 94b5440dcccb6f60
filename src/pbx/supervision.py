"""The words for what a supervisor does in a call."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

Mode: TypeAlias = Literal["listen", "whisper", "barge", "take_over"]
"""Who hears a supervisor: nobody, the agent, everybody. ``take_over`` is the last one: the supervisor takes the agent's
place, and is a party like any other from then on."""

MODES: tuple[Mode, ...] = get_args(Mode)
