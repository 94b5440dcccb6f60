"""What can go wrong in the control plane; an error's type says whose fault it is and carries its verdict.

``Problem`` and its children become RFC 9457 documents (``problems.py``); ``StartError`` becomes one line on
standard error and exit status 2 (``cli.py``).
"""

from __future__ import annotations

from typing import ClassVar


class StartError(Exception):
    """The program cannot start: a bad setting, an unreadable file, an address in use. The message is one line."""


class Problem(Exception):
    """A request that cannot be met. ``slug`` is the document's stable ``type``, ``status`` its HTTP status."""

    slug: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        """The dotted path of the field to blame, e.g. ``overflow.to``; None where no field is."""


class NotFound(Problem):
    """Nothing has that id."""

    slug = "not-found"
    status = 404
    title = "Not found"


class Invalid(Problem):
    """A field holds what cannot be accepted; ``field`` names it."""

    slug = "invalid"
    status = 422
    title = "The request is not valid"


class TooLarge(Problem):
    """A body has more octets, or more minutes, than are taken."""

    slug = "too-large"
    status = 413
    title = "Content Too Large"


class Taken(Problem):
    """A number that must be unique belongs to something else."""

    slug = "number-taken"
    status = 409
    title = "The number is taken"


class InUse(Problem):
    """What should be deleted is still referred to; the detail names the referrer."""

    slug = "in-use"
    status = 409
    title = "Still in use"


class Refused(Problem):
    """The centre is asked for what its present state does not allow, e.g. a call from a phone that is not there."""

    slug = "refused"
    status = 409
    title = "Not possible now"


class Draining(Problem):
    """The centre is about to stop and takes no new calls."""

    slug = "draining"
    status = 503
    title = "The centre is draining"
