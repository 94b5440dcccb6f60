"""What the switch itself does with an answered leg: the targets ``echo`` and ``music``."""

from __future__ import annotations

from collections.abc import Callable

from pbx.plane.protocol import Plane


def echo(plane: Plane, leg: str) -> None:
    """Give a phone its own audio back."""
    plane.echo(leg)


def music(plane: Plane, leg: str) -> None:
    """Play the waiting music without end."""
    plane.play(leg, ("music",), loop=True)


SERVICES: dict[str, Callable[[Plane, str], None]] = {"echo": echo, "music": music}
