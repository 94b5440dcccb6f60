"""Which codec a leg speaks: best one that the leg beside it speaks too, so that nothing is translated."""

from __future__ import annotations

from collections.abc import Collection

from pbx.routing.trunks.trunk import Codec

DEFAULT: tuple[Codec, ...] = ("PCMU", "PCMA", "G722", "opus")
"""Where the operator has no order. G.711 comes first, for it is what trunks, recordings and all that the switch says or
mixes are made of; two phones that both prefer something better still get it, see ``order_for``."""

_LAWS = frozenset({"PCMU", "PCMA"})
"""They are turned into each other octet by octet, which costs as good as nothing."""


def shares(codec: str, beside: Collection[str]) -> bool:
    """Whether audio in a codec is good for who speaks one of those ``beside``."""
    return codec in beside or (codec in _LAWS and not _LAWS.isdisjoint(beside))


def order_for(allowed: tuple[str, ...], beside: tuple[str, ...], *, fixed: bool) -> tuple[str, ...]:
    """In which order to offer some codecs to one who is to talk with who speaks those ``beside``, best first.

    Those come first that the other one speaks, in the other one's order; where ours is ``fixed`` it stays among them.
    """
    if fixed:
        return tuple(sorted(allowed, key=lambda name: not shares(name, beside)))
    return tuple(dict.fromkeys((*(name for name in beside if name in allowed), *allowed)))


def choose(offered: tuple[str, ...], allowed: tuple[str, ...], beside: tuple[str, ...]) -> str:
    """What to answer with, of what was offered: what goes with those ``beside``, else what our order prefers.

    Between the laws of G.711 the other side's order decides. Where nothing that it offers is allowed, its first is it.
    """
    usable = [name for name in offered if name in allowed] or list(offered)
    ranks = {name: rank for rank, name in reversed(list(enumerate(allowed)))}
    law = min((ranks[name] for name in _LAWS if name in ranks), default=len(ranks))

    def rank(name: str) -> tuple[bool, bool, int]:
        ours = law if name in _LAWS else ranks.get(name, len(ranks))
        return name not in beside[:1], not shares(name, beside), ours

    return min(usable, key=rank)
