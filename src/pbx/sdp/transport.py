"""How the packets of a media line travel, beside address and port: ICE, DTLS, RTCP on the port of RTP, bundling.

Attributes of the session count for each media line that does not say otherwise (RFC 8866 section 5.13; RFC 8839
section 4.4.3, RFC 8122 section 5, RFC 4145 section 4).
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from pbx.sdp.dtls import Fingerprint, Setup, read_fingerprint, read_setup, strongest
from pbx.sdp.ice import Candidate, IceCredentials, read_candidate, read_credentials

Attribute = tuple[str, str]
"""The kind of a line (``a``, ``c`` ...) and what follows its ``=``."""
MAX_FINGERPRINTS = 8
MAX_MID = 32

_NAMES = frozenset(
    ("rtcp-mux", "ice-ufrag", "ice-pwd", "ice-lite", "candidate", "fingerprint", "setup", "mid", "group")
)


class Transport(Struct, frozen=True):
    """What is said of it; nothing at all for audio as RFC 3550 had it."""

    rtcp_mux: bool = False
    """Whether RTCP comes to the port of RTP (RFC 5761)."""
    ice: IceCredentials | None = None
    ice_lite: bool = False
    """Whether its sender makes no checks of its own."""
    candidates: tuple[Candidate, ...] = ()
    fingerprints: tuple[Fingerprint, ...] = ()
    """Of the certificates that may be shown, by one hash function; none: no DTLS."""
    setup: Setup | None = None
    mid: str = ""
    """The name of the media line (RFC 5888)."""
    bundled: bool = False
    """Whether it is in a group that shares one port (RFC 9143)."""


NOTHING_SAID = Transport()


def read(session: Iterable[Attribute], media: Iterable[Attribute]) -> Transport:
    """What the lines of the session and of one media line say together."""
    common, own = _values(session), _values(media)
    if not own and not common:
        return NOTHING_SAID
    merged = common | own
    mid = merged.get("mid", [""])[0][:MAX_MID].strip()
    groups = [value.split() for value in common.get("group", ())]
    setup = merged.get("setup")
    fingerprints = [read_fingerprint(value) for value in merged.get("fingerprint", ())[:MAX_FINGERPRINTS]]
    candidates = [read_candidate(value) for value in own.get("candidate", ())]
    return Transport(
        rtcp_mux="rtcp-mux" in own,
        ice=read_credentials(merged.get("ice-ufrag", [""])[0], merged.get("ice-pwd", [""])[0]),
        ice_lite="ice-lite" in common,
        candidates=tuple(one for one in candidates if one is not None),
        fingerprints=strongest(one for one in fingerprints if one is not None),
        setup=None if setup is None else read_setup(setup[0]),
        mid=mid,
        bundled=bool(mid) and any(group[:1] == ["BUNDLE"] and mid in group for group in groups),
    )


def _values(lines: Iterable[Attribute]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, text in lines:
        if kind == "a":
            name, _, value = text.partition(":")
            if name in _NAMES:
                found.setdefault(name, []).append(value)
    return found


def session_lines(transports: Iterable[Transport]) -> list[str]:
    """The lines that these need above all media lines."""
    found = tuple(transports)
    lines = ["a=ice-lite"] if any(one.ice_lite for one in found) else []
    bundled = [one.mid for one in found if one.bundled]
    return lines + ([f"a=group:BUNDLE {' '.join(bundled)}"] if bundled else [])


def media_lines(transport: Transport) -> list[str]:
    """The lines of one media line."""
    lines = [f"a=mid:{transport.mid}"] if transport.mid else []
    if transport.rtcp_mux:
        lines.append("a=rtcp-mux")
    if transport.ice is not None:
        lines += [f"a=ice-ufrag:{transport.ice.ufrag}", f"a=ice-pwd:{transport.ice.password}"]
        lines += [f"a=candidate:{one}" for one in transport.candidates]
        lines.append("a=end-of-candidates")
    lines += [f"a=fingerprint:{one}" for one in transport.fingerprints]
    if transport.setup is not None:
        lines.append(f"a=setup:{transport.setup.value}")
    return lines
