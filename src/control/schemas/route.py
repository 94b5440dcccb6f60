"""Routes on the wire: a number or a pattern, and its target.

    number  = [ "+" ] 1*symbol [ "." ]      ; 32 characters at most
    symbol  = 0-9 / "*" / "#"               ; itself
            / "X"                           ; any one digit
    "."                                     ; at the end: one or more digits of any kind

    target  = kind ":" slug / "feature:" feature / "echo" / "music" / "voicemail" / "park" / "pickup"
            / "trunk:" slug *7("," slug)    ; in that order
            / "trunk:*"                     ; any, the cheapest first
    kind    = "queue" / "agent" / "flow" / "voicemail" / "conference" / "callback"

``park`` takes calls that are transferred to it and keeps them in a slot (7001-7020, dialled to take them out, unless
an extension or a route has that number). ``pickup`` takes the call that rings in the agent's site, or, as a pattern
such as ``*8.``, at the extension dialled after it. ``voicemail`` alone lets agents hear their own messages;
``voicemail:box`` takes one for a box. ``callback:queue`` lets the caller be called back by
the queue, at the place that it has by then.

Where several match a dialled number, the most specific one wins: it differs from the others at its first differing
symbol, and there a digit goes before ``X``, and ``X`` before ``.``.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from control.schemas.common import Declared, Shown, Slug

NumberPattern = Annotated[str, StringConstraints(pattern=r"^\+?[0-9*#X]+\.?$", max_length=32)]

SUPERVISION = ("listen", "whisper", "barge", "take-over")
FEATURES = ("login", "login-here", "logout", "break", "forward-on", "forward-off", "dnd-on", "dnd-off", *SUPERVISION)
"""What an agent's phone can ask for by dialling: log in (available), log in at a phone of others (with the
extension behind the code, as in ``*74.``, and then the PIN and ``#``), log out, take a break, forward all calls (to the
digits behind the code: the route is a pattern such as ``*72.``) or no more, and not be disturbed or be so again.
Supervisors are with the call of the agent whose extension is dialled behind the code (``*90.``)."""

NAMED = ("queue", "agent", "flow", "voicemail", "conference", "callback")
PLAIN = ("echo", "music", "voicemail", "park", "pickup")
SLUG: Final = r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?"

TARGET: Final = (
    rf"(?:{'|'.join(NAMED)}):{SLUG}"
    rf"|feature:(?:{'|'.join(FEATURES)})|{'|'.join(PLAIN)}|trunk:(?:\*|{SLUG}(?:,{SLUG}){{0,7}})"
)
Target = Annotated[str, StringConstraints(pattern=rf"^(?:{TARGET})$", max_length=128)]


class RouteDeclared(Declared):
    """Where a number leads."""

    target: Target
    pin: Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{3,16})?$")] = Field(
        default="",
        description="Asked of all who want into a `conference`, by whichever of its numbers.",
    )
    tones: bool = Field(default=True, description="Whether all in a `conference` hear who comes and goes.")
    backup: Annotated[str, StringConstraints(pattern=rf"^queue:{SLUG}$", max_length=70)] | None = Field(
        default=None,
        description="For an `agent`: the queue in which callers wait for her, for `preferred_s`, and then for others.",
    )
    preferred: Annotated[list[Slug], Field(max_length=20)] = Field(
        default_factory=list, description="For a `queue`: the agents who are asked before all others, in this order."
    )
    preferred_s: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] | None = Field(
        default=None,
        description="How long callers wait for them alone; absent: the queue's `routing.preferred_wait_s`.",
    )


class RouteShown(Shown):
    """A route."""

    number: str
    target: str
    pin: str
    tones: bool
    backup: str | None
    preferred: list[str]
    preferred_s: float | None
