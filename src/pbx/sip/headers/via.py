"""Via (RFC 3261 section 20.42, RFC 3581 for rport)."""

from __future__ import annotations

from msgspec import Struct

from pbx.sip.errors import ParseError
from pbx.sip.text import TOKEN, Params, bare_host, find_param, format_params, parse_params, split_host_port

MAGIC_COOKIE = "z9hG4bK"
"""Branches that begin so are unique per transaction (section 8.1.1.7)."""
DEFAULT_PORTS = {"UDP": 5060, "TCP": 5060, "TLS": 5061, "WS": 80, "WSS": 443}


class Via(Struct, frozen=True):
    """One hop: ``SIP/2.0/UDP host:port;branch=...``."""

    transport: str
    """``UDP``, ``TCP``, ``TLS``, ``WS``, ``WSS``, or whatever was written, in upper case."""
    host: str
    port: int | None = None
    params: Params = ()

    @staticmethod
    def parse(text: str) -> Via:
        """Read one Via value. Raises ParseError."""
        protocol, _, rest = text.strip().partition(" ")
        if protocol.count("/") != 2 or not rest:
            # LWS may surround the slashes: "SIP / 2.0 / UDP host".
            protocol, rest = _spaced_protocol(text)
        name, version, transport = protocol.split("/", 2)
        if name.upper() != "SIP" or version != "2.0" or not TOKEN.fullmatch(transport):
            raise ParseError(f"Via speaks {protocol[:30]!r}, expected SIP/2.0/...")
        place, _, params = rest.strip().partition(";")
        host, port = split_host_port(place.strip())
        if " " in host:
            raise ParseError(f"not a host: {host[:40]!r}", len(protocol) + 1)
        return Via(transport.upper(), host, port, parse_params(params))

    @property
    def branch(self) -> str:
        """The transaction's id; '' where there is none."""
        return find_param(self.params, "branch") or ""

    @property
    def sent_by(self) -> str:
        """Host and port as the sender writes itself; part of a server transaction's key (section 17.2.3)."""
        return f"{self.host.lower()}:{self.port or DEFAULT_PORTS.get(self.transport, 5060)}"

    def seen_from(self, host: str, port: int) -> Via:
        """The same hop with ``received`` and, where it asked for it, ``rport`` filled in (section 18.2.1)."""
        wants_rport = find_param(self.params, "rport") is not None
        if bare_host(self.host) == host and not wants_rport:
            return self
        params = [param for param in self.params if param[0].lower() not in ("received", "rport")]
        params.append(("received", host))
        if wants_rport:
            params.append(("rport", str(port)))
        return Via(self.transport, self.host, self.port, tuple(params))

    def __str__(self) -> str:
        port = f":{self.port}" if self.port is not None else ""
        return f"SIP/2.0/{self.transport} {self.host}{port}{format_params(self.params)}"


def _spaced_protocol(text: str) -> tuple[str, str]:
    parts = text.split("/", 2)
    if len(parts) != 3:
        raise ParseError(f"not a Via: {text[:40]!r}")
    words = parts[2].split(None, 1)
    if len(words) != 2:
        raise ParseError(f"a Via without a host: {text[:40]!r}")
    return f"{parts[0].strip()}/{parts[1].strip()}/{words[0]}", words[1]
