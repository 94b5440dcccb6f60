"""The mix of all rooms at once: everybody hears all who speak to the room but themselves (N - 1), and more in special.

Who hears whom is a matrix, and nearly all of it is the same in every room. So the common part is one sum a room, and
what departs from it is put right afterwards: who does not speak to the room adds nothing to its sum, and what is for
one member alone (a whisper, a tone) is added to that member's row::

    heard[i] = sum of its room - what i says to the room + what is for i alone
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pbx.media.g711 import Samples

LOUDEST = 32767


def mix(
    frames: Samples,
    sizes: Sequence[int],
    aloud: npt.NDArray[np.bool_],
    listeners: Sequence[int] = (),
    asides: Sequence[Samples] = (),
) -> Samples:
    """What each member of each room hears, one row a member.

    ``frames`` holds what they say, shape (members, samples), room after room; ``sizes`` how many members each room
    has, none of them 0; ``aloud`` which members speak to their rooms, shape (members,). Each of ``asides`` is heard by
    the member in the same place of ``listeners``, a row's number, and by nobody else; a member may have several. Sums
    that are too loud are clipped.
    """
    said = frames * aloud[:, None].astype(np.int32)
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    heard = np.repeat(np.add.reduceat(said, begins, axis=0), sizes, axis=0) - said
    if len(listeners):
        np.add.at(heard, np.asarray(listeners), np.asarray(asides, np.int32))
    return np.asarray(np.clip(heard, -LOUDEST - 1, LOUDEST), np.int16)
