"""Max-Breadth (RFC 5393 section 5): how many branches a call may have at once, wherever on its way it is forked.

Without it, forks that lead into each other multiply a call without bound. What came with the call's INVITE is shared
among the branches that ring at once, and each INVITE says what its own share is.
"""

from __future__ import annotations

MAX_BREADTH = 60
"""For a call that says nothing of it (section 5.3.3.2 recommends it)."""
EXCEEDED = 440
"""What becomes of a branch for which nothing is left."""


def shares(breadth: int, branches: int) -> list[int]:
    """The shares of so many branches, as even as can be, the first ones first; 0 where nothing is left."""
    each, over = divmod(breadth, max(branches, 1))
    return [each + (at < over) for at in range(branches)]
