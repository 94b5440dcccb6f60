"""What secures one leg's audio: keys of ours, made when they are first needed, and what was agreed upon (RFC 4568)."""

from __future__ import annotations

import os

from pbx.plane.protocol import MediaKeys
from pbx.sdp.crypto import KEY_OCTETS, PREFERRED, Crypto
from pbx.sdp.errors import SdpError

OUR_TAG = 1
"""We offer one suite only."""


class LegKeys:
    """The keys of one leg. Each is kept as long as audio is secured, so that a re-INVITE changes nothing."""

    __slots__ = ("_ours", "_put_forward")

    def __init__(self) -> None:
        self._ours: dict[str, bytes] = {}
        self._put_forward: set[bool] = set()  # which ways of ours an answer may choose: secured, plain

    def offer(self, secured: bool, *, anew: bool) -> Crypto | None:
        """What goes into our offer; ``anew`` when it takes the place of what was offered before."""
        if anew:
            self._put_forward.clear()
        self._put_forward.add(secured)
        return Crypto(OUR_TAG, PREFERRED, self._key(PREFERRED)) if secured else None

    def answer(self, theirs: Crypto | None) -> Crypto | None:
        """What goes into our answer to an offer."""
        if theirs is None:
            self._ours.clear()  # should audio be secured again, it is with new keys: the old ones' state is gone
            return None
        return Crypto(theirs.tag, theirs.suite, self._key(theirs.suite))

    def check_answer(self, theirs: Crypto | None) -> None:
        """Whether an answer takes what was offered. Raises SdpError for one that changes it (RFC 3264 section 6)."""
        if (theirs is not None) not in self._put_forward:
            raise SdpError("the answer is not over the transport that was offered", 302)
        if theirs is not None and (theirs.tag, theirs.suite) != (OUR_TAG, PREFERRED):
            raise SdpError("the answer's a=crypto is none that was offered", 302)

    def agreed(self, theirs: Crypto | None) -> MediaKeys | None:
        """What the plane needs to know; None for audio in the clear."""
        return None if theirs is None else MediaKeys(theirs.suite, self._key(theirs.suite), theirs.key)

    def _key(self, suite: str) -> bytes:
        if suite not in self._ours:
            self._ours[suite] = os.urandom(KEY_OCTETS)
        return self._ours[suite]
