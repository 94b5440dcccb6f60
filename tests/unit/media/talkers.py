"""Speech for tests and benchmarks, 16-bit at 8000 Hz: of espeak-ng's voices, or made of pulses and formants here."""

from __future__ import annotations

import io
import subprocess
import wave
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, lfilter, resample_poly, sosfilt

from pbx.media import g711
from pbx.media.g711 import PCMA, Samples
from pbx.media.tone import RATE

TEXTS = {
    "en": "You have reached the office of the insurance company. All of our agents are busy, please hold the line."
    " Your balance is one thousand two hundred and thirty four dollars. Whoo, you too! Cool blue moon, oh no, go home.",
    "sr": "Dobar dan, dobili ste korisnički servis. Svi operateri su trenutno zauzeti, molimo vas sačekajte na liniji."
    " Vaš račun iznosi hiljadu dvesta trideset četiri dinara. Dugo putujemo u Užice.",
    "de": "Guten Tag, Sie sind mit der Vermittlung verbunden. Alle Mitarbeiter sind im Gespräch, bitte legen Sie nicht"
    " auf. Fünf süße grüne Bücher und eine Uhr.",
    "fr-fr": "Bonjour, vous êtes bien au service clientèle. Toutes nos lignes sont occupées, veuillez patienter."
    " Une petite lune sur la rue, où êtes-vous, beaucoup d'amour.",
    "it": "Buongiorno, avete chiamato il servizio clienti. Tutti i nostri operatori sono occupati, vi preghiamo di"
    " attendere.",
    "es": "Buenos días, ha llamado usted al servicio de atención al cliente. Por favor espere un momento.",
    "ru": "Здравствуйте, вы позвонили в службу поддержки. Все операторы заняты, пожалуйста, оставайтесь на линии.",
    "pl": "Dzień dobry, dodzwonili się państwo do biura obsługi klienta. Wszyscy konsultanci są zajęci.",
}
"""What is said, by language."""

VARIANTS = ("", "+f1", "+f2", "+f3", "+f4", "+f5", "+m1", "+m3", "+m5", "+m7", "+croak")
"""Voices of men and women."""

MANNERS = ((30, 150), (55, 175), (85, 130))
"""Pitch (0 to 99) and words a minute."""

LINE = butter(4, (300, 3400), "band", fs=RATE, output="sos")
"""What a telephone line lets through."""


def talk(
    languages: tuple[str, ...] = tuple(TEXTS),
    variants: tuple[str, ...] = VARIANTS,
    manners: tuple[tuple[int, int], ...] = MANNERS,
) -> Iterator[Samples]:
    """One text after another, in each language, voice and manner, as it comes over an A-law line."""
    for language in languages:
        for variant in variants:
            for pitch, speed in manners:
                yield over_a_line(say(TEXTS[language], language + variant, pitch, speed))


def say(text: str, voice: str, pitch: int = 50, speed: int = 160) -> Samples:
    """What espeak-ng says."""
    command = ("espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(speed), "--stdout", text)
    said = subprocess.run(command, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(said)) as file:
        rate = file.getframerate()
    samples = np.frombuffer(said[44:], np.int16).astype(np.float64)
    return _sixteen_bits(0.8 * resample_poly(samples, RATE // 50, rate // 50))


def over_a_line(samples: Samples) -> Samples:
    """The same as it comes out of a telephone network."""
    return g711.decode(g711.encode(_sixteen_bits(sosfilt(LINE, samples)), PCMA), PCMA)


def vowels(count: int, seed: int = 1) -> Samples:
    """Syllables of 120 to 300 ms, each a gliding voice through three formants, with pauses between some of them."""
    chance = np.random.default_rng(seed)
    parts = []
    for _ in range(count):
        size = int(RATE * chance.uniform(0.12, 0.3))
        pitch = np.linspace(chance.uniform(90, 260), chance.uniform(90, 260), size)
        pulses = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0.0) + chance.normal(0, 0.003, size)
        voice = pulses
        for hz, width in zip(chance.uniform((250, 800, 2200), (800, 2200, 3200)), (80, 100, 140), strict=True):
            radius = np.exp(-np.pi * width / RATE)
            voice = lfilter([1.0], [1.0, -2 * radius * np.cos(2 * np.pi * hz / RATE), radius**2], voice)
        voice *= np.hanning(size) ** 0.3 * 6000 / np.abs(voice).max()
        parts += [voice, np.zeros(int(RATE * chance.choice((0.0, 0.05, 0.25))))]
    return _sixteen_bits(np.concatenate(parts))


def _sixteen_bits(samples: npt.ArrayLike) -> Samples:
    return np.asarray(np.clip(np.rint(samples), -32768, 32767), np.int16)
