"""What can go wrong with a session description."""

from __future__ import annotations


class SdpError(Exception):
    """A description that cannot be read, or an offer that cannot be met; both are answered 488.

    ``warning`` is the code of the Warning header that says so (RFC 3261 section 20.43).
    """

    def __init__(self, message: str, warning: int = 399) -> None:
        super().__init__(message)
        self.message = message
        self.warning = warning
