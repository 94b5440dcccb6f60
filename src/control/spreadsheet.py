"""Texts of strangers in files that spreadsheets open."""

from __future__ import annotations

import re

# A spreadsheet runs a cell that begins like this, and callers choose their names. A telephone number is harmless.
_FORMULA = re.compile(r"[=+\-@\t\r](?![0-9]*$)")


def harmless(text: str) -> str:
    """The text as a cell that nothing runs."""
    return f"'{text}" if _FORMULA.match(text) else text
