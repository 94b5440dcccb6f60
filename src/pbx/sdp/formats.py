"""The formats of an audio line: codecs and telephone-events under their payload types (RFC 3264 sections 5.1, 6.1)."""

from __future__ import annotations

from collections.abc import Mapping

from pbx.media.codecs import CODECS, NARROW, find
from pbx.sdp.model import Format, Media

DTMF = "telephone-event"
DTMF_EVENTS = "0-15"
COMFORT_NOISE = "CN"
DYNAMIC = range(96, 128)
"""Payload types that a description gives a meaning (RFC 3551 section 6)."""


def types_of(media: Media, codecs: tuple[str, ...]) -> dict[str, int]:
    """The payload types of those of some codecs that a line names, in its order; a static one counts only as such."""
    types: dict[str, int] = {}
    for form in media.formats:
        codec = find(form.name, form.clock_rate)
        if codec is None or codec.name not in codecs:
            continue
        if form.payload_type == codec.payload_type or codec.payload_type in DYNAMIC:
            types.setdefault(codec.name, form.payload_type)
    return types


def formats_for(types: dict[str, int], events: dict[int, int]) -> tuple[Format, ...]:
    formats = []
    for name, number in types.items():
        codec = CODECS[name]
        formats.append(Format(number, name, codec.clock_rate, codec.channels, codec.parameters))
    formats += [Format(number, DTMF, clock, parameters=DTMF_EVENTS) for clock, number in events.items()]
    return tuple(formats)


def payload_types(codecs: tuple[str, ...], taken: Mapping[str, int], dtmf_type: int | None) -> dict[str, int]:
    """Under which payload types to offer some codecs: as they were in this session (``taken``), else as is usual.

    A number never changes its meaning (RFC 3264 section 8.3.2).
    """
    used = {*taken.values(), dtmf_type}
    types = {}
    for name in codecs:
        number = taken.get(name, CODECS[name].payload_type)
        if name not in taken and number in used:
            number = next(free for free in DYNAMIC if free not in used)
        types[name] = number
        used.add(number)
    return types


def events_beside(types: dict[str, int], dtmf_type: int | None) -> dict[int, int]:
    """Telephone-events for some codecs: one format for each of their clocks (RFC 4733 section 2.1)."""
    if dtmf_type is None:
        return {}
    used = {*types.values()}
    free = (number for number in reversed(DYNAMIC) if number not in used and number != dtmf_type)
    events = {NARROW: next(free) if dtmf_type in used else dtmf_type}
    events.update((clock, next(free)) for clock in {CODECS[name].clock_rate for name in types} - {NARROW})
    return events
