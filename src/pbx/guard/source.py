"""Sources: whom a message is held against, and the ranges of those who are trusted.

An IPv4 source is one address. An IPv6 source is a /64, for a single host is given at least that much to choose its
address from (RFC 6177), and whoever attacks would use a new one for each message.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=16_384)
def source_of(host: str) -> str:
    """``192.0.2.7`` for an IPv4 address (also one mapped into IPv6), ``2001:db8::/64`` for an IPv6 one.

    Anything else, a name for instance, is a source of its own.
    """
    address = _address(host)
    if address is None:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.IPv6Network((address, 64), strict=False))


def parse_source(text: str) -> str:
    """The source that a person means by an address, or by an IPv6 /64. Raises ValueError."""
    host, slash, bits = text.partition("/")
    address = _address(host)
    whole = (isinstance(address, ipaddress.IPv6Address) and bits == "64") or not slash
    if address is None or not whole:
        raise ValueError(f"{text!r} is neither an IP address nor an IPv6 /64")
    return source_of(host)


class Ranges:
    """Networks that are trusted."""

    def __init__(self, networks: Iterable[Network] = ()) -> None:
        self._networks = tuple(networks)
        self.covers = lru_cache(maxsize=16_384)(self._covers)
        """Whether a host, or a source, lies within one of them."""

    def _covers(self, host: str) -> bool:
        address = _address(host.partition("/")[0])
        return address is not None and any(address in network for network in self._networks)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
