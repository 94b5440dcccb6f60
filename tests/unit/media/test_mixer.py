from __future__ import annotations

import numpy as np

from pbx.media.mixer import mix


def test_everybody_hears_all_but_themselves() -> None:
    spoken = np.array([[1, 1], [20, 20], [300, 300]], np.int16)

    assert mix(spoken, [3], np.zeros((1, 2), np.int32)).tolist() == [[320, 320], [301, 301], [21, 21]]


def test_rooms_do_not_hear_each_other() -> None:
    spoken = np.array([[1], [20], [300], [4000], [7]], np.int16)

    assert mix(spoken, [2, 2, 1], np.zeros((3, 1), np.int32)).tolist() == [[20], [1], [4000], [300], [0]]


def test_a_tone_is_heard_by_all_of_its_room() -> None:
    spoken = np.array([[1], [20], [300]], np.int16)

    assert mix(spoken, [2, 1], np.array([[5000], [0]], np.int32)).tolist() == [[5020], [5001], [0]]


def test_what_is_too_loud_is_clipped() -> None:
    spoken = np.array([[30000], [30000], [-32768], [-32768], [0]], np.int16)

    heard = mix(spoken, [5], np.array([[0]], np.int32))

    assert heard[:, 0].tolist() == [-32768, -32768, 27232, 27232, -5536]
    assert mix(spoken[:2], [2], np.array([[30000]], np.int32))[:, 0].tolist() == [32767, 32767]
