"""The INVITE usage of a dialog (RFC 3261 sections 13 to 15): setting a session up, changing it, ending it."""

from pbx.sip.session.phase import Phase
from pbx.sip.session.session import Session

__all__ = ["Phase", "Session"]
