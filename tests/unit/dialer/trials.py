"""Detection tried on a set of calls that were made for it: each listened to by an ear, each with its one verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from msgspec import structs
from tests.unit.dialer.called import SIT, Called, Chance, busy, fax, machine, nobody, person, special
from tests.unit.dialer.greetings import Half

from control.adapters.detecting import detected
from dialer.detecting.detector import Detector
from dialer.detecting.message_cue import MessageCue
from dialer.detecting.rules import AmdRules
from dialer.detecting.sounds import Sound
from dialer.detecting.verdict import Cue, Kind, Verdict
from pbx.media.ears import Ear
from pbx.media.g711 import FRAME
from pbx.media.spectrum import SPAN, Spectrum
from pbx.media.voice import FRAME_MS
from pbx.sound_events import SoundHeard

BEHIND_MS = 40
"""How far what was heard is behind the clock: packets have to come, and to wait for their turn."""

FOREVER_MS = 10**9

Maker = Callable[[Chance, Half], Called]

MAKERS: dict[str, tuple[Maker, int]] = {
    "hello": (lambda chance, half: person(chance, half, "hello"), 5),
    "name": (lambda chance, half: person(chance, half, "name"), 3),
    "business": (lambda chance, half: person(chance, half, "business"), 2),
    "machine, beep": (lambda chance, half: machine(chance, half), 5),
    "machine": (lambda chance, half: machine(chance, half, beeps=False), 3),
    "machine, curt": (lambda chance, half: machine(chance, half, curt=True), 1),
    "sit": (lambda chance, half: special(chance, list(SIT)[chance.integers(len(SIT))]), 2),
    "busy": (lambda chance, half: busy(chance), 1),
    "fax": (lambda chance, half: fax(chance), 2),
    "silence": (lambda chance, half: nobody(chance), 1),
}
"""How a call of each row of the table is made, and how many there are to a share."""

TRUTHS = {
    "hello": Kind.HUMAN,
    "name": Kind.HUMAN,
    "business": Kind.HUMAN,
    "machine, beep": Kind.MACHINE,
    "machine": Kind.MACHINE,
    "machine, curt": Kind.MACHINE,
    "sit": Kind.SIT,
    "busy": Kind.SIT,
    "fax": Kind.FAX,
    "silence": Kind.SILENCE,
}
"""The verdict that is right for each row."""


def calls(half: Half, shares: int, seed: int) -> Iterator[Called]:
    """So many shares of calls of each row."""
    for row, (maker, count) in enumerate(MAKERS.values()):
        for place in range(count * shares):
            yield maker(np.random.default_rng((seed, row, place)), half)


def listened(call: Called) -> list[tuple[int, Sound]]:
    """What an ear tells of a call and when, in milliseconds since the answer."""
    whole = np.concatenate((np.zeros(SPAN - FRAME, np.int16), call.audio))
    looks = Spectrum().look(np.lib.stride_tricks.sliding_window_view(whole, SPAN)[::FRAME])
    ear = Ear()
    told: list[tuple[int, Sound]] = []
    for frame, look in enumerate(looks):
        now = (frame + 1) * FRAME_MS - call.answered_ms + BEHIND_MS
        heard = [SoundHeard(0.0, "call", "leg", *structs.astuple(change)) for change in ear.take(look)]
        told += [(now, detected(sound, call.answered_ms)) for sound in heard]
    return told


def judged(told: list[tuple[int, Sound]], rules: AmdRules) -> tuple[Verdict, Cue]:
    """The verdict on a call, and when a message would begin."""
    detector = Detector(rules)
    verdict, rest = _first(detector, told)
    assert isinstance(verdict, Verdict)
    cue, _ = _first(MessageCue(rules, detector), rest)
    assert isinstance(cue, Cue)
    return verdict, cue


def _first(
    asked: Detector | MessageCue, told: list[tuple[int, Sound]]
) -> tuple[Verdict | Cue | None, list[tuple[int, Sound]]]:
    """What is found first, by a sound or by the time that passes until the next one, and the sounds that are left."""
    for place, (now, sound) in enumerate(told):
        if (found := _elapse(asked, now)) is not None:
            return found, told[place:]
        if (found := asked.heard(sound, now)) is not None:
            return found, told[place + 1 :]
    return _elapse(asked, FOREVER_MS), []


def _elapse(asked: Detector | MessageCue, now: int) -> Verdict | Cue | None:
    """What is found until then, by a timer that is set to each time that is named."""
    while (due := asked.due_ms) is not None and due <= now:
        if (found := asked.elapsed(due)) is not None:
            return found
    return None
