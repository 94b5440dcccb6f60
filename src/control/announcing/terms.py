"""What a queue says to those who wait in it, as it is declared. Durations are seconds."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from pbx.routing.flow.text import Language, Prompt

CHIME = Prompt(clip="greeting")
"""What a caller hears first where nothing else is declared: the clip that the house brings along."""


class Recurring(Struct, frozen=True, kw_only=True):
    """Something that is said again and again."""

    first_after_s: float = 10.0
    """Counted from when the caller entered the queue."""
    every_s: float = 30.0
    """From the beginning of one time to the next."""
    when: Literal["changed", "always"] = "changed"
    """Whether it is left out while it would say what it said the last time."""


class Comfort(Struct, frozen=True, kw_only=True):
    """Messages that are said in turn, beginning anew after the last one."""

    messages: tuple[Prompt, ...]
    first_after_s: float = 20.0
    every_s: float = 45.0


class Announce(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that a queue says."""

    language: Language = "en"
    """What callers are spoken to in whom no flow has spoken to in another one."""
    greeting: Prompt | None = CHIME
    """Said on entering the queue."""
    position: Recurring | None = None
    """The place in the line."""
    expected_wait: Recurring | None = None
    """How long the wait may yet be; left out while there is no estimate."""
    comfort: Comfort | None = None
    min_gap_s: float = 5.0
    """How long there is music, at least, between two announcements."""
    interrupt: dict[str, str] = {}
    """Where a digit leads, by digit: a target such as ``voicemail:ana`` or ``callback:support``."""
    to_agent: Prompt | None = None
    """What the agent hears, before she hears the caller."""

    def prompts(self) -> dict[str, Prompt]:
        """Its prompts, by the path of the field that each stands in."""
        found = {"greeting": self.greeting, "to_agent": self.to_agent}
        if self.comfort is not None:
            found |= {f"comfort.messages[{place}]": one for place, one in enumerate(self.comfort.messages)}
        return {field: prompt for field, prompt in found.items() if prompt is not None}


def wordless(terms: Announce) -> Announce:
    """The same with nothing said to who waits; digits still lead where they led."""
    return replace(terms, greeting=None, position=None, expected_wait=None, comfort=None)
