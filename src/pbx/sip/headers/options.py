"""Option tags and methods: Supported, Require, Allow and their kin are lists of tokens (RFC 3261 section 25.1)."""

from __future__ import annotations

from collections.abc import Iterable


def tokens(lines: Iterable[str]) -> frozenset[str]:
    """All tokens of a header's lines, in lower case."""
    return frozenset(token.strip().lower() for line in lines for token in line.split(","))
