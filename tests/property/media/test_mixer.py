"""The mix against a loop over all pairs of members."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pbx.media.mixer import LOUDEST, mix

SAMPLES = 3

members = st.tuples(
    st.lists(st.integers(-32768, 32767), min_size=SAMPLES, max_size=SAMPLES),
    st.sampled_from(("everybody", "nobody", "one")),
    st.integers(0, 9),
)
rooms = st.lists(st.lists(members, min_size=1, max_size=6), min_size=1, max_size=6)


def naive(said: list[list[int]], homes: list[int], voices: list[str], ones: list[int]) -> list[list[int]]:
    heard = []
    for listener in range(len(said)):
        total = [0] * SAMPLES
        for speaker in range(len(said)):
            aloud = voices[speaker] == "everybody" and homes[speaker] == homes[listener] and speaker != listener
            aside = voices[speaker] == "one" and ones[speaker] == listener
            if aloud or aside:
                total = [a + b for a, b in zip(total, said[speaker], strict=True)]
        heard.append([max(-LOUDEST - 1, min(LOUDEST, sample)) for sample in total])
    return heard


@given(rooms)
def test_the_mix_is_what_a_loop_over_all_pairs_gives(rooms: list[list[tuple[list[int], str, int]]]) -> None:
    everyone = [member for room in rooms for member in room]
    homes = [index for index, room in enumerate(rooms) for _ in room]
    said, voices = [member[0] for member in everyone], [member[1] for member in everyone]
    ones = [member[2] % len(everyone) for member in everyone]
    frames: NDArray[np.int16] = np.array(said, np.int16)
    whisperers = [row for row, voice in enumerate(voices) if voice == "one"]
    heard = mix(
        frames,
        [len(room) for room in rooms],
        np.array([voice == "everybody" for voice in voices]),
        [ones[row] for row in whisperers],
        [frames[row] for row in whisperers],
    )

    assert heard.tolist() == naive(said, homes, voices, ones)
