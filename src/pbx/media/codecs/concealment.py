"""Concealment of lost packets in decoded audio: the last period of the voice goes on, and fades away.

The idea of ITU-T G.711 Appendix I: a vowel is nearly periodic, so the best guess for the next 10 ms is what was heard
one pitch period ago. The longer the gap the worse the guess, so it fades to silence within 60 ms. Where the true audio
begins again the guess is faded out under it, so that the seam does not click.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from pbx.media.g711 import Samples

LOWEST_HZ, HIGHEST_HZ = 66, 200
"""The pitch of voices, as far as it is looked for; a higher one is found as a multiple of its period."""

MATCHED_S = 0.020
"""How much audio is compared with its own past."""
FADE_BEGINS_S, FADE_ENDS_S = 0.010, 0.060
SEAM_S = 0.004
"""How long the guess is heard under the true audio."""

Audio = npt.NDArray[np.float64]


class Concealment:
    """For one stream, at ``rate`` samples a second: it hears what was decoded, and fills in what was not."""

    __slots__ = ("_filled", "_heard", "_kept", "_period", "_rate", "_wanted")

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._wanted = round(rate * (1 / LOWEST_HZ + MATCHED_S)) + 1
        self._heard: deque[Samples] = deque()
        self._kept = 0
        self._period: Audio = np.zeros(0)
        self._filled = 0  # samples since the last true one

    def heard(self, samples: Samples) -> Samples:
        """Take what was decoded; what is to be played, which begins with a seam after a gap."""
        if self._filled:
            seam = min(len(samples), round(SEAM_S * self._rate))
            rising = np.arange(1, seam + 1) / (seam + 1)
            samples = samples.copy()
            samples[:seam] = np.rint(samples[:seam] * rising + self._guess(seam) * (1 - rising))
            self._filled = 0
        self._heard.append(samples)
        self._kept += len(samples)
        while self._kept - len(self._heard[0]) >= self._wanted:
            self._kept -= len(self._heard.popleft())
        return samples

    def conceal(self, count: int) -> Samples:
        """The next so many samples of a gap."""
        if not self._filled:
            self._period = _last_period(np.concatenate([np.zeros(1, np.int16), *self._heard]), self._rate)
        guess = np.rint(self._guess(count)).astype(np.int16)
        self._filled += count
        return guess

    def _guess(self, count: int) -> Audio:
        places = np.arange(self._filled, self._filled + count)
        fade = 1 - (places / self._rate - FADE_BEGINS_S) / (FADE_ENDS_S - FADE_BEGINS_S)
        return self._period[places % len(self._period)] * np.clip(fade, 0.0, 1.0)


def _last_period(heard: Samples, rate: int) -> Audio:
    """The last pitch period of some audio, or what is most like one; its ends are made to meet."""
    audio = heard.astype(np.float64)
    shortest, longest, size = rate // HIGHEST_HZ, rate // LOWEST_HZ, round(MATCHED_S * rate)
    if len(audio) < longest + size:
        audio = np.concatenate([np.zeros(longest + size - len(audio)), audio])
    audio = audio[-longest - size :]
    recent = audio[-size:]
    pasts = np.lib.stride_tricks.sliding_window_view(audio, size)[: longest - shortest + 1]  # the longest lag first
    likeness = pasts @ recent / np.sqrt((pasts**2).sum(axis=1) + 1.0)
    lag = longest - int(np.argmax(likeness))
    period = audio[-lag:].copy()
    seam = lag // 4
    rising = np.arange(1, seam + 1) / (seam + 1)
    period[-seam:] = period[-seam:] * (1 - rising) + audio[-lag - seam : -lag] * rising
    return period
