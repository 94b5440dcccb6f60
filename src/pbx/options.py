"""How one switch is to be: what an operator sets once, before it starts."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from pbx.call.audio_watch import AudioRules
from pbx.call.codec_choice import DEFAULT
from pbx.guard.rules import GuardRules
from pbx.io.hep import HepExport
from pbx.io.listener import Network
from pbx.sdp.crypto import SrtpPolicy
from pbx.stir.chain import Anchors
from pbx.stir.identity import Signer


class SwitchOptions(Struct, frozen=True, kw_only=True):
    """The options of a switch."""

    network: Network
    """Where it listens."""
    realm: str
    """What phones authenticate for."""
    region: str
    """ISO 3166 country in which numbers without ``+`` are read."""
    voicemail: Path
    """The folder of recorded messages."""
    guard: GuardRules = GuardRules()
    digest_algorithms: tuple[str, ...] = ("MD5",)
    """What phones are challenged with, the preferred one first."""
    srtp: SrtpPolicy = SrtpPolicy.OFFER
    codecs: tuple[str, ...] = DEFAULT
    """Those that are spoken, the preferred one first; what is not installed is left out."""
    emergency_numbers: tuple[str, ...] = ()
    """Numbers for help beside those of the region."""
    signer: Signer | None = None
    """Signs for callers who leave by trunks that want it."""
    anchors: Anchors | None = None
    """The roots of those whose word for a caller is believed."""
    audio: AudioRules = AudioRules()
    """When audio is troubled, and a leg ended without it."""
    hep: HepExport | None = None
    """Where copies of all SIP messages go."""
