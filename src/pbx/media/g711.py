"""G.711: companded 8-bit audio, mu-law (PCMU) and A-law (PCMA), by tables.

The decoders follow ITU-T G.711 tables 1 and 2. Each encoder takes the code whose value lies nearest, which is what the
recommendation's decision values amount to. Samples are 16-bit, at 8000 Hz.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]
"""Mono audio, 16 bits a sample."""

FRAME = 160
"""Samples, and octets, of 20 ms: what a packet usually holds."""

PCMU = 0
"""The static RTP payload type of mu-law (RFC 3551 section 6)."""
PCMA = 8

SILENCE = {PCMU: b"\xff", PCMA: b"\xd5"}
"""The code of zero, or what is nearest to it, by payload type."""


def _mu_values() -> Samples:
    code = ~np.arange(256) & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84) << (code >> 4 & 7)
    return np.where(code & 0x80, 0x84 - magnitude, magnitude - 0x84).astype(np.int16)


def _a_values() -> Samples:
    code = np.arange(256) ^ 0x55
    segment = code >> 4 & 7
    step = ((code & 0x0F) << 4) + 8
    magnitude = np.where(segment == 0, step, (step + 0x100) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _nearest_codes(values: Samples) -> npt.NDArray[np.uint8]:
    """The code of each of the 65,536 samples, indexed by its unsigned bit pattern."""
    codes = np.argsort(values[::-1], kind="stable")
    codes = (255 - codes).astype(np.uint8)  # reversed first: of mu-law's two zeros the positive one, 0xFF, is met first
    ascending = values[codes].astype(np.int32)
    codes, ascending = codes[np.r_[True, np.diff(ascending) > 0]], np.unique(ascending)
    edges = (ascending[1:] + ascending[:-1]) / 2
    samples = np.arange(65536, dtype=np.uint16).view(np.int16)
    return np.asarray(codes[np.searchsorted(edges, samples, side="right")], np.uint8)


_VALUES = {PCMU: _mu_values(), PCMA: _a_values()}
_CODES = {law: _nearest_codes(values) for law, values in _VALUES.items()}


def encode(samples: Samples, law: int) -> bytes:
    """Compand 16-bit samples into one octet each; ``law`` is PCMU or PCMA (KeyError for another)."""
    return _CODES[law][samples.view(np.uint16)].tobytes()


def decode(audio: bytes, law: int) -> Samples:
    """Expand octets into 16-bit samples; ``law`` is PCMU or PCMA (KeyError for another)."""
    return _VALUES[law][np.frombuffer(audio, np.uint8)]


MU_TO_A = encode(_VALUES[PCMU], PCMA)
"""A table for ``bytes.translate``: 256 octets, each mu-law code's nearest A-law code."""
A_TO_MU = encode(_VALUES[PCMA], PCMU)


def translation(source: int, target: int) -> bytes | None:
    """The table from one law (payload type) to another, None where they are the same."""
    if source == target:
        return None
    return MU_TO_A if source == PCMU else A_TO_MU
