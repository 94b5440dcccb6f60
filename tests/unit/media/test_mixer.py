from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pbx.media.mixer import mix

ALOUD = np.ones(5, np.bool_)


def test_everybody_hears_all_but_themselves() -> None:
    spoken = np.array([[1, 1], [20, 20], [300, 300]], np.int16)

    assert mix(spoken, [3], ALOUD[:3]).tolist() == [[320, 320], [301, 301], [21, 21]]


def test_rooms_do_not_hear_each_other() -> None:
    spoken = np.array([[1], [20], [300], [4000], [7]], np.int16)

    assert mix(spoken, [2, 2, 1], ALOUD).tolist() == [[20], [1], [4000], [300], [0]]


def test_a_member_who_only_listens_is_heard_by_nobody_and_hears_all() -> None:
    assert _supervised(aloud=False).tolist() == [[20], [1], [21]]


def test_a_whisper_is_heard_by_one_member_alone() -> None:
    assert _supervised(aloud=False, whispers_to=1).tolist() == [[20], [301], [21]]


def test_who_speaks_aloud_is_heard_by_both() -> None:
    assert _supervised(aloud=True).tolist() == [[320], [301], [21]]


def _supervised(*, aloud: bool, whispers_to: int | None = None) -> NDArray[np.int16]:
    """What caller, agent and supervisor hear, who say 1, 20 and 300."""
    spoken = np.array([[1], [20], [300]], np.int16)
    listeners, asides = ([], []) if whispers_to is None else ([whispers_to], [spoken[2]])
    return mix(spoken, [3], np.array([True, True, aloud]), listeners, asides)


def test_a_member_hears_all_that_is_for_it_alone() -> None:
    spoken = np.array([[1], [20], [300]], np.int16)
    tone = np.array([5000], np.int16)

    assert mix(spoken, [2, 1], ALOUD[:3], [0, 0, 2], [tone, spoken[2], tone]).tolist() == [[5320], [1], [5000]]


def test_what_is_too_loud_is_clipped() -> None:
    spoken = np.array([[30000], [30000], [-32768], [-32768], [0]], np.int16)

    assert mix(spoken, [5], ALOUD)[:, 0].tolist() == [-32768, -32768, 27232, 27232, -5536]
    assert mix(spoken[:2], [2], ALOUD[:2], [0, 1], [spoken[0]] * 2)[:, 0].tolist() == [32767, 32767]
