"""What can go wrong in the SIP core, and whose fault it is.

The blame is in the type: ``ParseError`` is the far side's, ``StateError`` is ours (a verb that does not fit the
state). A ``ParseError`` carries its verdict, the status a response to it should have.
"""

from __future__ import annotations


class SipError(Exception):
    """The root of the core's errors."""


class ParseError(SipError):
    """The far side sent something that cannot be read."""

    def __init__(self, message: str, offset: int = 0, *, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        """Characters into the value that was being read."""
        self.status = status
        """The status of the response: 400, or 413, 505, 513."""

    def __str__(self) -> str:
        return f"{self.message} (at {self.offset})"


class Overload(SipError):
    """There is no room for what the far side asks: 503, with nothing kept of it."""


class StateError(SipError):
    """A verb was used in a state that does not allow it."""
