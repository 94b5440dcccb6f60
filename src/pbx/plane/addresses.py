"""Our own addresses that audio may be on, one or more of each family."""

from __future__ import annotations

from msgspec import Struct


class MediaAddress(Struct, frozen=True):
    """An address of this machine."""

    bound: str
    """``0.0.0.0`` or ``::`` for all of its family."""
    told: str
    """What phones are told, where they reach us at another address than the one bound."""


LOOPBACK = MediaAddress("127.0.0.1", "127.0.0.1")


def address_for(addresses: tuple[MediaAddress, ...], host: str) -> MediaAddress:
    """Where to be for a host: the address that is told as it, else the first of its family, else the first of all."""
    same = [one for one in addresses if one.told == host]
    family = [one for one in addresses if (":" in one.told) == (":" in host)]
    return (same or family or list(addresses))[0]
