"""Answered calls as they sound, made at the time of a test: greetings, noise, tones, a line with its codec and losses.

Each call follows from its seed. Levels, delays, pauses, noise and losses are drawn anew for each.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter, sosfilt
from tests.unit.dialer.greetings import Half
from tests.unit.media.lines import silence, tone
from tests.unit.media.talkers import LINE, say

from pbx.media import tune
from pbx.media.codecs import NARROW, PCMA, PCMU
from pbx.media.g711 import FRAME, Samples
from pbx.media.level import power
from pbx.media.tone import RATE

Audio = npt.NDArray[np.float64]
Chance = np.random.Generator

LENGTH_S = 12
"""How much of a call is made at least, after its answer."""

SHORTEST_S = 5
"""How long a machine's greeting is at least, unless it is curt."""

SNR_DB = (35.0, 25.0, 20.0, 15.0, 10.0)
"""Of the voice to the noise on the line."""

LOSS = (0.0, 0.0, 0.01, 0.02, 0.03)
"""The part of the packets that is lost."""

BEEP_HZ = (400.0, 440.0, 620.0, 850.0, 1000.0, 1400.0, 2000.0)
BEEP_MS = (180, 300, 500, 1000, 1800)

SIT = {
    "sit_intercept": ((274, 913.8), (274, 1370.6), (380, 1776.7)),
    "sit_vacant": ((380, 985.2), (274, 1370.6), (380, 1776.7)),
    "sit_reorder": ((274, 913.8), (380, 1428.5), (380, 1776.7)),
    "sit_no_circuit": ((380, 985.2), (380, 1428.5), (380, 1776.7)),
    "sit": ((330, 950.0), (330, 1400.0), (330, 1800.0)),
}
"""Milliseconds and hertz of the three tones: North America's kinds, and ITU-T E.180's."""


class Called(NamedTuple):
    """One call."""

    truth: str
    """Its row in the table: what has answered."""
    audio: Samples
    """What is heard of it, from where listening begins."""
    answered_ms: int
    """When it was answered, on the same clock; what comes before is early media."""
    greeting_ended_ms: int = 0
    """Since the answer."""
    beeped_ms: int = 0
    """When the beep ended, since the answer; 0 for none."""


@lru_cache(maxsize=4096)
def spoken(text: str, voice: str, pitch: int, speed: int) -> Audio:
    """A sentence without the silence around it, as loud as the mean of speech (-20 dBm0 while it sounds)."""
    audio = sosfilt(LINE, say(text, voice, pitch, speed).astype(np.float64))
    loud = np.flatnonzero(np.abs(audio) > np.abs(audio).max() / 100)
    audio = audio[loud[0] : loud[-1] + 1]
    frames = (audio[: len(audio) // FRAME * FRAME].reshape(-1, FRAME) ** 2).mean(axis=1)
    return np.asarray(audio * (power(-20.0) / frames[frames > frames.max() / 100].mean()) ** 0.5)


def person(chance: Chance, half: Half, manner: str) -> Called:
    """Somebody who says ``hello``, a ``name`` or a ``business`` greeting, waits, and asks whether anybody is there."""
    phrases = half.phrases[chance.integers(len(half.phrases))]
    choices = getattr(phrases, manner)
    said = choices[chance.integers(len(choices))]
    sentences = (said,) if isinstance(said, str) else said
    voice = _voice(chance, half, phrases.voice, (150, 175, 200))
    begin = silence(chance.uniform(150, 1600))
    greeting = _sentences(chance, sentences, voice, 180)
    again = spoken(phrases.hello[0], *voice)
    click = chance.normal(0, 1500, FRAME * 2) if chance.random() < 0.3 else silence(0)  # the receiver is lifted
    parts = [begin, greeting, silence(chance.uniform(1800, 3000)), again]
    audio = np.concatenate(parts)
    audio[: len(click)] += click
    return _call(chance, manner, audio, ended=len(begin) + len(greeting))


def machine(chance: Chance, half: Half, beeps: bool = True, curt: bool = False) -> Called:
    """A greeting of some sentences, with a noise of its own, and the beep.

    It takes 5 s at least, said twice if need be, as networks do; a ``curt`` one takes less.
    """
    phrases = half.phrases[chance.integers(len(half.phrases))]
    voice = _voice(chance, half, phrases.voice, (130, 155, 185))
    sentences = phrases.machine[chance.integers(len(phrases.machine))]
    greeting = _sentences(chance, (sentences[0], sentences[-1]) if curt else sentences, voice, 400)
    if curt and len(greeting) >= SHORTEST_S * RATE:
        greeting = _sentences(chance, sentences[-1:], voice, 400)
    elif not curt and len(greeting) < SHORTEST_S * RATE:
        greeting = np.concatenate([greeting, silence(500), greeting])
    truth = "machine, curt" if curt else "machine, beep" if beeps else "machine"
    begin = silence(chance.uniform(200, 2400))
    recorded = np.concatenate([silence(chance.uniform(0, 300)), greeting, silence(chance.uniform(200, 1200))])
    if chance.random() < 0.5:  # the room in which it was recorded
        recorded += _noise(chance, len(recorded), -20.0 - chance.choice(SNR_DB[:4]))
    ended = len(begin) + len(recorded)
    parts, beeped = [begin, recorded], 0
    if beeps:
        hz, ms = chance.choice(BEEP_HZ), chance.choice(BEEP_MS)
        parts.append(tone(ms, hz, dbm0=chance.uniform(-24, -10)))
        beeped = _ms(ended) + int(ms)
    parts.append(silence(5000))
    return _call(chance, truth, np.concatenate(parts), ended=ended, beeped_ms=beeped)


def special(chance: Chance, kind: str) -> Called:
    """Special information tones."""
    gap = silence(chance.choice((0, 30)))
    dbm0 = chance.uniform(-24, -10)
    tones = [part for ms, hz in SIT[kind] for part in (tone(ms, hz, dbm0=dbm0), gap)]
    audio = np.concatenate([silence(chance.uniform(100, 1500)), *tones])
    return _call(chance, "sit", audio, snr_db=chance.choice(SNR_DB[:4]), voice_dbm0=dbm0)


def fax(chance: Chance) -> Called:
    """One that answers (2100 Hz, with and without what ITU-T V.8 adds), or one that calls (1100 Hz)."""
    dbm0, manner = chance.uniform(-24, -10), chance.integers(3)
    begin = silence(chance.uniform(200, 1800))
    if manner == 0:
        sound = np.concatenate([tone(500, 1100.0, dbm0=dbm0), silence(3000)] * 3)
    else:
        sound = tone(3300, 2100.0, dbm0=dbm0)
        if manner == 1:  # ANSam: 15 Hz of amplitude, and the phase turned each 450 ms
            at = np.arange(len(sound)) / RATE
            sound *= (1 + 0.2 * np.sin(2 * np.pi * 15 * at)) * (-1.0) ** np.floor(at / 0.45)
    return _call(chance, "fax", np.concatenate([begin, sound]), snr_db=chance.choice(SNR_DB[:4]), voice_dbm0=dbm0)


def busy(chance: Chance) -> Called:
    """A busy tone or congestion, of Europe or North America."""
    dbm0, ms = chance.uniform(-24, -10), int(chance.choice((250, 500)))
    hz = ((425.0,), (480.0, 620.0))[chance.integers(2)]
    audio = np.concatenate([silence(chance.uniform(100, 900)), *[tone(ms, *hz, dbm0=dbm0), silence(ms)] * 8])
    return _call(chance, "busy", audio, snr_db=chance.choice(SNR_DB[:4]), voice_dbm0=dbm0)


def nobody(chance: Chance) -> Called:
    """A line on which nothing is said."""
    return _call(chance, "silence", silence(100))


def _voice(chance: Chance, half: Half, voice: str, speeds: tuple[int, ...]) -> tuple[str, int, int]:
    """What ``spoken`` is told of a speaker; speeds in words a minute."""
    variant = half.variants[chance.integers(len(half.variants))]
    return voice + variant, int(chance.choice((35, 55, 80))), int(chance.choice(speeds))


def _sentences(chance: Chance, sentences: tuple[str, ...], voice: tuple[str, int, int], pause_ms: float) -> Audio:
    """With pauses between them that are about so long, few twice as long, none longer than 1.5 s."""
    parts = [spoken(sentences[0], *voice)]
    for sentence in sentences[1:]:
        pause = silence(min(1500.0, pause_ms * chance.lognormal(0.0, 0.45)))
        parts += [pause, spoken(sentence, *voice)]
    return np.concatenate(parts)


def _call(
    chance: Chance,
    truth: str,
    audio: Audio,
    *,
    ended: int = 0,
    beeped_ms: int = 0,
    snr_db: float | None = None,
    voice_dbm0: float | None = None,
) -> Called:
    """What comes out of the line: perhaps with what was heard while it rang, with its noise, its codec and losses."""
    if voice_dbm0 is None:
        voice_dbm0 = chance.uniform(-28, -14)
        audio = audio * (power(voice_dbm0) / power(-20.0)) ** 0.5
    noise_dbm0 = voice_dbm0 - (chance.choice(SNR_DB) if snr_db is None else snr_db)
    audio = np.concatenate([audio, silence(max(0, LENGTH_S * 1000 - _ms(len(audio))))])
    audio = audio + _noise(chance, len(audio), noise_dbm0)
    early = _ringing(chance)
    return Called(truth, _through(chance, np.concatenate([early, audio])), _ms(len(early)), _ms(ended), beeped_ms)


def _ringing(chance: Chance) -> Audio:
    """What was heard before the answer: for most calls nothing is listened to, for some a ringing tone or music."""
    manner, ms = chance.random(), chance.uniform(2500, 6000)
    if manner < 0.7:
        return silence(0)
    if manner < 0.85:
        on, hz = ((1000, (425.0,)), (2000, (440.0, 480.0)))[chance.integers(2)]
        rung = np.concatenate([tone(on, *hz), silence(4000), tone(on, *hz), silence(4000)])
    else:
        rung = music()
    begin = int(chance.integers(len(rung) - round(ms * RATE / 1000)))
    return rung[begin : begin + round(ms * RATE / 1000)]


def _noise(chance: Chance, size: int, dbm0: float) -> Audio:
    """White, pink, rumbling or humming, or many who talk far away, as a line lets it through; of a level that holds."""
    white = chance.normal(0, 1, size)
    match chance.integers(5):
        case 0:
            noise = white
        case 1:
            noise = lfilter((0.05, -0.096, 0.051, -0.0044), (1, -2.495, 2.017, -0.522), white)
        case 2:
            noise = lfilter((1.0,), (1.0, -0.95), white)
        case 3:
            at = np.arange(size) / RATE
            noise = 0.3 * white + sum(np.sin(2 * np.pi * 50 * each * at) / each for each in (3, 5, 7, 9))
        case _:
            noise = sum((np.roll(np.resize(babble(), size), int(chance.integers(size))) for _ in range(4)), white * 0)
    noise = sosfilt(LINE, noise)
    return np.asarray(noise * (power(dbm0) / max((noise**2).mean(), 1e-9)) ** 0.5)


@lru_cache(maxsize=1)
def music() -> Audio:
    """What some networks let callers hear in place of ringing."""
    return tune.music().astype(np.float64) * 0.3


@lru_cache(maxsize=1)
def babble() -> Audio:
    """People who talk at once."""
    texts = "One two three four five six seven.", "The meeting is moved to Thursday.", "Put it over there, would you."
    parts = [spoken(text, voice, 50, 170) for text in texts for voice in ("en-us+m2", "en-us+f2", "sr+m4")]
    size = 4 * RATE
    return np.asarray(
        sum((np.roll(np.resize(part, size), 3001 * place) for place, part in enumerate(parts)), silence(4000))
    )


def _through(chance: Chance, audio: Audio) -> Samples:
    """G.711 of either law, packets lost and concealed."""
    codec = (PCMU, PCMA)[chance.integers(2)]
    loss = chance.choice(LOSS)
    samples = np.clip(np.rint(audio[: len(audio) // FRAME * FRAME]), -32768, 32767).astype(np.int16)
    payload, decoder = codec.encoder(NARROW).encode(samples), codec.decoder(NARROW)
    lost = chance.random(len(payload) // FRAME) < loss
    return np.concatenate([
        decoder.conceal(FRAME) if lost[place] else decoder.decode(payload[place * FRAME : (place + 1) * FRAME])
        for place in range(len(lost))
    ])  # fmt: skip


def _ms(samples: int) -> int:
    return samples * 1000 // RATE
