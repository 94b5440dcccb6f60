"""The target ``voicemail``, which talks with callers itself."""

from __future__ import annotations

from pathlib import Path

from pbx.call import cause as causes
from pbx.call.call import Leg, LegState
from pbx.call.host import CallHost
from pbx.call.mailbox import HearingMessages
from pbx.call.voicemail import TakingMessage


class Voicemail:
    """The target ``voicemail``: with a name, a message for that box; without, one's own box."""

    def __init__(self, folder: Path) -> None:
        """``folder``, which exists, takes the recordings."""
        self._folder = folder

    def serve(self, host: CallHost, leg: Leg, name: str, now: float) -> None:
        """Take a message, or let the owner of an authenticated phone hear hers: the phone's password is enough."""
        account = leg.call.account
        if not name and account is None:
            if leg.state is LegState.OFFERED and leg.session is not None:
                leg.session.reject(403, now)
                host.end_leg(leg, causes.DECLINED, 403, now)
            else:
                host.hang_up(leg, causes.NORMAL, now)
        elif host.answer(leg, now):
            if name:
                taking = leg.attendant = TakingMessage(host, leg, name, self._folder)
                taking.begin(now)
            elif account is not None:
                hearing = leg.attendant = HearingMessages(host, leg)
                hearing.begin(account, now)
