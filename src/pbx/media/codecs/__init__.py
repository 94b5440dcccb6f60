"""The codecs that the switch speaks, a file each; by name, without regard to case."""

from __future__ import annotations

from contextlib import suppress

from pbx.media.codecs.codec import NARROW, WIDE, Codec, CodecError, Decoder, Encoder
from pbx.media.codecs.g711 import PCMA, PCMU
from pbx.media.codecs.g722 import G722

__all__ = ["CODECS", "KNOWN", "NARROW", "PCMA", "PCMU", "WIDE", "Codec", "CodecError", "Decoder", "Encoder", "find"]

KNOWN = ("PCMU", "PCMA", "G722", "opus")
"""Those that a setting may name, whether or not they are installed."""

CODECS: dict[str, Codec] = {codec.name: codec for codec in (PCMU, PCMA, G722())}
"""Those that can be used, by name."""

with suppress(ImportError, OSError):  # the extra is not installed, or its library is none of this machine's
    from pbx.media.codecs import opus

    CODECS[opus.CODEC.name] = opus.CODEC

_BY_NAME = {name.upper(): codec for name, codec in CODECS.items()}


def find(name: str, clock_rate: int) -> Codec | None:
    """The codec of a name and clock rate, as ``a=rtpmap`` has them; None for one that we do not speak."""
    codec = _BY_NAME.get(name.upper())
    return codec if codec is not None and codec.clock_rate == clock_rate else None
