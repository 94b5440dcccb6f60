"""A REFER of ours: what its answer and the NOTIFYs that follow say of its progress (RFC 3515 section 2.4)."""

from __future__ import annotations

import re
from collections.abc import Callable

from pbx.sip.message import Request, Response

STATUS_LINE = re.compile(rb"SIP/2\.0 ([1-6]\d\d)\b")


class Refer:
    """One referral that we asked for; ``tell`` hears (status, whether it is the last)."""

    def __init__(self, tell: Callable[[int, bool], None]) -> None:
        self._tell = tell
        self.over = False

    def answered(self, status: int, response: Response | None, now: float) -> None:
        """The REFER's own answer: a refusal is the end, a 2xx says nothing yet."""
        if status >= 300:
            self._progressed(status, final=True)

    def notified(self, notify: Request) -> None:
        """A NOTIFY of our referral: the status that its fragment (RFC 3420) begins with."""
        match = STATUS_LINE.match(notify.body)
        ended = (notify.get("subscription-state") or "").lower().startswith("terminated")
        status = int(match[1]) if match else 0
        if ended or status >= 200:
            self._progressed(status if status >= 200 else 480, final=True)
        elif status:
            self._progressed(status, final=False)

    def _progressed(self, status: int, *, final: bool) -> None:
        if not self.over:
            self.over = final
            self._tell(status, final)
