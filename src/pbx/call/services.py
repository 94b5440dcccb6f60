"""What the switch itself does with a leg: the targets ``echo`` and ``music``."""

from __future__ import annotations

from pbx.call.call import Leg
from pbx.call.host import CallHost, Destination


def echo(host: CallHost, leg: Leg, name: str, now: float) -> None:
    """Give a phone its own audio back."""
    if host.answer(leg, now):
        host.plane.echo(leg.id)


def music(host: CallHost, leg: Leg, name: str, now: float) -> None:
    """Play the waiting music without end."""
    if host.answer(leg, now):
        host.plane.play(leg.id, ("music",), loop=True)


SERVICES: dict[str, Destination] = {"echo": echo, "music": music}
