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

    def __str__(self) -> str:
        """The value of a Warning header that says what is wrong."""
        plain = (char if char.isascii() and char.isprintable() and char not in '"\\' else "'" for char in self.message)
        return f'{self.warning} centrala "{"".join(plain)}"'
