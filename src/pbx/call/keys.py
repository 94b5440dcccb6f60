"""The keys of one leg's audio, made when they are first needed, and what was agreed upon (SDES, RFC 4568)."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pbx.plane.protocol import MediaKeys
from pbx.sdp.crypto import KEY_OCTETS, OFFERED, Crypto
from pbx.sdp.errors import SdpError


class LegKeys:
    """The keys of one leg. Each is kept as long as audio is secured, so that a re-INVITE changes nothing."""

    __slots__ = ("_given", "_ours")

    def __init__(self) -> None:
        self._given: Mapping[str, bytes] = {}
        self._ours: dict[str, bytes] = {}

    def use(self, given: Mapping[str, bytes]) -> None:
        """Take keys by suite that are not ours to make, for as long as the leg lives."""
        self._given = given

    def offer(self) -> tuple[Crypto, ...]:
        """What goes into our offer: a key for each suite that we would have, in our order."""
        return tuple(Crypto(tag, suite, self._key(suite)) for tag, suite in enumerate(OFFERED, 1))

    def answer(self, theirs: Crypto | None) -> Crypto | None:
        """What goes into our answer to an offer."""
        if theirs is None:
            self._ours.clear()  # should audio be secured again, it is with new keys: the old ones' state is gone
            return None
        return Crypto(theirs.tag, theirs.suite, self._key(theirs.suite))

    def check_answer(self, theirs: Crypto) -> None:
        """Whether an answer takes what was offered. Raises SdpError for one that changes it (RFC 3264 section 6)."""
        if (theirs.tag, theirs.suite) not in enumerate(OFFERED, 1):
            raise SdpError("the answer's a=crypto is none that was offered", 302)

    def agreed(self, theirs: Crypto | None) -> MediaKeys | None:
        """What the plane needs to know; None where keys are not from the descriptions."""
        return None if theirs is None else MediaKeys(theirs.suite, self._key(theirs.suite), theirs.key)

    def _key(self, suite: str) -> bytes:
        if suite in self._given:
            return self._given[suite]
        if suite not in self._ours:
            self._ours[suite] = os.urandom(KEY_OCTETS[suite])
        return self._ours[suite]
