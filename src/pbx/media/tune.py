"""The clips this project brings along, composed here: no recording, so no licence to keep.

``music`` is a loop of 24 s in D major: eight bars of three seconds, D - Bm7 - G - Asus4 - D - Bm7 - Em7 - Asus4, each
chord a soft pad with an arpeggio of bells above it. The note D5 lies in every one of these chords and is held
through the whole piece, swelling gently: 587.33 Hz is the strongest frequency of any second of it, which is how a
listener without ears knows it (``MUSIC_HZ``). All notes lie within a telephone's 300 to 3400 Hz.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from pbx.media.clip import RATE
from pbx.media.g711 import Samples
from pbx.media.tone import FULL_SCALE, sine

MUSIC_HZ = 587.33
"""D5, the note that is always there."""

RINGBACK_HZ = 425.0
"""The ringing tone of most of Europe: a second of it, four of silence (ITU-T E.180)."""

BAR_S = 3.0
BEATS = 6
"""Notes of the arpeggio in a bar."""

_A4_KEY = 69
_CHORDS = (
    (62, 66, 69, 74),  # D
    (59, 62, 66, 69),  # Bm7
    (55, 59, 62, 67),  # G
    (57, 62, 64, 69),  # Asus4
    (62, 66, 69, 74),
    (59, 62, 66, 69),
    (52, 55, 59, 62),  # Em7
    (57, 62, 64, 69),
)
"""Keys as MIDI numbers; 69 is A4, 440 Hz."""
_ARPEGGIO = (0, 2, 1, 3, 2, 1)
"""Which note of the chord each beat plays."""

Audio = npt.NDArray[np.float64]


def music() -> Samples:
    """The waiting loop; its tails flow over its end into its beginning, so the seam is not heard."""
    length = round(len(_CHORDS) * BAR_S * RATE)
    loop = np.zeros(length)
    for bar, chord in enumerate(_CHORDS):
        begin = bar * BAR_S
        for key in chord:
            _mix(loop, begin, 0.10 * _pad(_hz(key + 12 if key < 60 else key), BAR_S + 0.6))
        for beat, step in enumerate(_ARPEGGIO):
            _mix(loop, begin + beat * BAR_S / BEATS, 0.22 * _bell(_hz(chord[step] + 24), 1.4))
    at = np.arange(length) / RATE
    whole = round(MUSIC_HZ * length / RATE) * RATE / length  # whole periods: the pedal note has no seam either
    loop += 0.28 * (1 + 0.15 * np.sin(2 * np.pi * at / BAR_S)) * np.sin(2 * np.pi * whole * at)
    return _pcm(loop, 0.5)


def greeting() -> Samples:
    """A chime of one second: four bells rising through the chord of D."""
    chime = np.zeros(RATE)
    for place, key in enumerate((74, 78, 81, 86)):
        begin = 0.12 * place
        _mix(chime, begin, _bell(_hz(key), 1.0 - begin))
    return _pcm(chime, 0.5)


def confirm() -> Samples:
    """Two rising beeps: done."""
    return _beeps(660.0, 880.0)


def denied() -> Samples:
    """Two falling beeps: refused."""
    return _beeps(440.0, 330.0)


def ringback() -> Samples:
    """One period of the ringing tone."""
    return np.concatenate([sine(RINGBACK_HZ, 1.0, level_db=-13.0), np.zeros(4 * RATE, np.int16)])


def beep() -> Samples:
    """Half a second at 1000 Hz: speak now."""
    return sine(1000.0, 0.5, level_db=-13.0)


def joined() -> Samples:
    """A soft rising tone: somebody came into the conference."""
    return _soft(520.0, 660.0)


def left() -> Samples:
    """A soft falling tone: somebody left the conference."""
    return _soft(660.0, 520.0)


def supervised() -> Samples:
    """Two short beeps, one as high as the other: a supervisor listens."""
    return _soft(1000.0, 1000.0)


CLIPS: dict[str, Callable[[], Samples]] = {
    "greeting": greeting,
    "music": music,
    "confirm": confirm,
    "denied": denied,
    "ringback": ringback,
    "beep": beep,
    "joined": joined,
    "left": left,
    "supervised": supervised,
}
"""By name, how each clip is made."""


def _hz(key: int) -> float:
    return float(440.0 * 2 ** ((key - _A4_KEY) / 12))


def _pad(hz: float, duration_s: float) -> Audio:
    """A soft, slow voice with a little of its octave."""
    at = np.arange(round(duration_s * RATE)) / RATE
    swell = np.sin(np.pi * at / duration_s) ** 0.8
    return swell * (np.sin(2 * np.pi * hz * at) + 0.2 * np.sin(4 * np.pi * hz * at))


def _bell(hz: float, duration_s: float) -> Audio:
    """A struck voice: 8 ms to full, then an exponential decay that ends at nothing."""
    at = np.arange(round(duration_s * RATE)) / RATE
    envelope = np.minimum(at / 0.008, 1.0) * np.exp(-at / 0.35) * (1 - at / duration_s)
    return envelope * (np.sin(2 * np.pi * hz * at) + 0.25 * np.sin(4 * np.pi * hz * at) * np.exp(-at / 0.1))


def _beeps(first_hz: float, second_hz: float) -> Samples:
    fade = np.minimum(1.0, np.minimum(np.arange(960), np.arange(960)[::-1]) / 40)
    beeps = [sine(hz, 0.12, level_db=-10.0) * fade for hz in (first_hz, second_hz)]
    pause = np.zeros(RATE // 25)
    return np.asarray(np.rint(np.concatenate([beeps[0], pause, beeps[1], pause])), np.int16)


def _soft(first_hz: float, second_hz: float) -> Samples:
    """Two short beeps, far below a voice."""
    return np.asarray(np.rint(_beeps(first_hz, second_hz) * 10 ** (-16 / 20)), np.int16)


def _mix(loop: Audio, begin_s: float, voice: Audio) -> None:
    """Add a voice at a time; what passes the end goes on at the beginning."""
    places = (round(begin_s * RATE) + np.arange(len(voice))) % len(loop)
    np.add.at(loop, places, voice)


def _pcm(audio: Audio, loudest: float) -> Samples:
    return np.asarray(np.rint(audio / np.abs(audio).max() * loudest * FULL_SCALE), np.int16)
