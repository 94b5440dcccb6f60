"""The mix of a conference: everybody hears all but themselves (N - 1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pbx.media.g711 import Samples

LOUDEST = 32767


def mix(frames: Samples, sizes: Sequence[int], extra: npt.NDArray[np.int32]) -> Samples:
    """What each member of each room hears, one row a member.

    ``frames`` holds what they say, shape (members, samples), room after room; ``sizes`` how many members each room
    has, none of them 0; ``extra`` what all of a room hear besides, shape (rooms, samples). Sums that are too loud are
    clipped.
    """
    spoken = frames.astype(np.int32)
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    totals = np.add.reduceat(spoken, begins, axis=0) + extra
    heard = np.repeat(totals, sizes, axis=0) - spoken
    return np.asarray(np.clip(heard, -LOUDEST - 1, LOUDEST), np.int16)
