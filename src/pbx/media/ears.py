"""What is heard on a line, told when it changes: speech and its pauses, and the tones of machines and exchanges.

It is what an answering-machine detector listens with: how long who answered spoke, and what followed.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from pbx.media.call_tones import CallTones, Meaning, ToneKind
from pbx.media.spectrum import Look
from pbx.media.tone_track import Tone, ToneTracker
from pbx.media.voice import FRAME_MS, Spurt, VoiceDetector

MOST_RUNS = 100
"""Runs of a cadence that are kept; of a longer one the beginning."""


class SoundKind(StrEnum):
    """What changed, whatever it means."""

    SPEECH_STARTED = "speech_started"
    SPEECH_ENDED = "speech_ended"
    TONE_STARTED = "tone_started"
    TONE_ENDED = "tone_ended"


class SoundChange(Struct, frozen=True, array_like=True):
    """One change. Times are milliseconds since listening began, by the line's own clock."""

    kind: str
    """Of ``SoundKind`` or ``ToneKind``."""
    at_ms: int
    """When it began; of ``speech_ended`` and ``tone_ended``, when that was."""
    duration_ms: int
    """How long it lasted: speech, or the tone, so far."""
    dbm0: float
    """Its mean level."""
    hz: float = 0.0
    """The frequency of a tone."""


class Ear:
    """Listens to one leg."""

    __slots__ = ("_marks", "_meanings", "_spoken", "_told", "_tones", "_voice")

    def __init__(self) -> None:
        self._voice = VoiceDetector()
        self._tones = ToneTracker()
        self._meanings = CallTones()
        self._spoken = 0  # frames of speech
        self._told = -1  # where the tone began that was told last
        self._marks = [(0, "-")]  # where each run begins, and what it is

    def take(self, look: Look) -> list[SoundChange]:
        """The next 20 ms: what has changed with it."""
        heard: list[SoundChange] = []
        ended = self._tones.take(look)
        tone = self._tones.tone
        if ended is not None:
            self._mark(ended.began + ended.frames, "-")
            heard.append(_change(SoundKind.TONE_ENDED, ended, ended.began + ended.frames))
            _note(self._meanings.ended(ended, self._spoken * FRAME_MS), heard)
        if tone is not None:
            self._over_speech(tone, heard)
            if tone.began != self._told:
                self._told = tone.began
                heard.append(_change(SoundKind.TONE_STARTED, tone, tone.began))
            _note(self._meanings.sounding(tone), heard)
        elif (beep := self._meanings.silent(self._tones.frame)) is not None:
            _note(beep, heard)
        spurt = self._voice.take(look.voice_dbm0, tone is not None)
        if spurt is not None:
            self._spurt(spurt, heard)
        return heard

    @property
    def noise_dbm0(self) -> float:
        """The level of the line when nothing is heard."""
        return self._voice.noise_dbm0

    def cadence(self) -> list[int]:
        """What was heard so far as runs of milliseconds: speech positive, all else negative, in turn.

        A line that was silent for 0.4 s and then spoken on for a second gives ``[-400, 1000]``.
        """
        runs: list[int] = []
        ends = [at for at, _ in self._marks[1:]] + [self._voice.frame]
        for (at, what), end in zip(self._marks, ends, strict=True):
            length = (end - at) * FRAME_MS * (1 if what == "speech" else -1)
            if runs and (runs[-1] > 0) == (length > 0):
                runs[-1] += length
            elif length:
                runs.append(length)
        return runs

    def _over_speech(self, tone: Tone, heard: list[SoundChange]) -> None:
        """What began a tone was not speech, nor is what goes on as one."""
        spurt = self._voice.interrupt()
        if spurt is None:
            return
        end = min(spurt.at, tone.began)
        self._spurt(Spurt(False, max(end, self._voice.began), spurt.dbm0), heard)

    def _spurt(self, spurt: Spurt, heard: list[SoundChange]) -> None:
        began = self._voice.began
        self._mark(spurt.at, "speech" if spurt.began else "-")
        if spurt.began:
            self._meanings.spoke()
        else:
            self._spoken += spurt.at - began
        kind = SoundKind.SPEECH_STARTED if spurt.began else SoundKind.SPEECH_ENDED
        heard.append(SoundChange(kind.value, spurt.at * FRAME_MS, (spurt.at - began) * FRAME_MS, round(spurt.dbm0, 1)))

    def _mark(self, at: int, what: str) -> None:
        if len(self._marks) < MOST_RUNS and self._marks[-1][1] != what:
            self._marks.append((max(at, self._marks[-1][0]), what))


def _note(meaning: Meaning | None, heard: list[SoundChange]) -> None:
    if meaning is not None:
        heard.append(_change(meaning.kind, meaning.tone, meaning.tone.began))


def _change(kind: SoundKind | ToneKind, tone: Tone, at: int) -> SoundChange:
    times = at * FRAME_MS, tone.frames * FRAME_MS
    return SoundChange(kind.value, *times, round(tone.dbm0, 1), round(tone.hz, 1))
