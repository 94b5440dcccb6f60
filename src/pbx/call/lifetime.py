"""No call lasts for ever: one whose phones have gone without a word would else be counted, and charged, on and on."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from pbx.call.call import Call


def overlong(calls: Iterable[Call], longest_s: float, now: float) -> list[str]:
    """The ids of calls that have lasted too long; ``calls`` stand in the order in which they began.

    Only these and the next one are looked at.
    """
    return [call.id for call in takewhile(lambda call: now - call.started_at >= longest_s, calls)]
