"""What a description says of ICE (RFC 8839): credentials, and the addresses at which its sender can be reached.

We are a lite agent (RFC 8445 section 2.5): our only candidate is the address that the media line names anyway, and it
is for the far side to find out which of its own addresses reaches us.
"""

from __future__ import annotations

import re

from msgspec import Struct

UFRAG = re.compile(r"[A-Za-z0-9+/]{4,256}")
PASSWORD = re.compile(r"[A-Za-z0-9+/]{22,256}")
CANDIDATE = re.compile(
    r"(?P<foundation>[A-Za-z0-9+/]{1,32}) (?P<component>[0-9]{1,3}) (?P<transport>[A-Za-z0-9-]{1,16}) "
    r"(?P<priority>[0-9]{1,10}) (?P<host>[0-9A-Fa-f.:]{2,45}) (?P<port>[0-9]{1,5}) typ (?P<kind>[a-z]{1,16})(?: .*)?"
)
"""Addresses only: a name is that of a browser which hides its own (``.local``), and not for us to look up."""

RTP, RTCP = 1, 2
"""Components (section 5.1)."""
HIGHEST_HOST_PRIORITY = (126 << 24) + (65535 << 8) + 256 - RTP
"""Of the only host candidate (RFC 8445 section 5.1.2.1)."""


class IceCredentials(Struct, frozen=True):
    """What one side's checks are recognised by (section 5.4). The text shows no password."""

    ufrag: str
    password: str

    def __repr__(self) -> str:
        return f"IceCredentials({self.ufrag})"


class Candidate(Struct, frozen=True):
    """An address, for UDP."""

    host: str
    port: int
    component: int = RTP
    kind: str = "host"
    priority: int = HIGHEST_HOST_PRIORITY
    foundation: str = "1"

    def __str__(self) -> str:
        """The attribute's value."""
        where = f"{self.host} {self.port} typ {self.kind}"
        return f"{self.foundation} {self.component} UDP {self.priority} {where}"


def read_credentials(ufrag: str, password: str) -> IceCredentials | None:
    """The credentials of two attributes; None where they are not as they should be."""
    return IceCredentials(ufrag, password) if UFRAG.fullmatch(ufrag) and PASSWORD.fullmatch(password) else None


def read_candidate(value: str) -> Candidate | None:
    """Read an attribute's value; None for one that we cannot use, which is then passed over (section 5.1)."""
    match = CANDIDATE.fullmatch(value)
    if match is None or match["transport"].upper() != "UDP" or not 0 < int(match["port"]) < 65536:
        return None
    numbers = int(match["port"]), int(match["component"])
    return Candidate(match["host"], *numbers, match["kind"], int(match["priority"]), match["foundation"])
