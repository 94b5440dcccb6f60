"""The accounts phones log in with: an extension and the hashes of its secret."""

from __future__ import annotations

from msgspec import Struct

from pbx.sdp.dtmf import DtmfMode
from pbx.sip.digest import Secrets


class Account(Struct, frozen=True):
    """One extension that may register and call."""

    extension: str
    name: str
    secrets: Secrets
    caller_id: str = ""
    """The number shown to those whom it calls outside; empty: none of its own."""
    dtmf: DtmfMode = DtmfMode.AUTO
    """How its phones have digits."""
