"""How audio is, on the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from control.schemas.common import Shown

Trouble = Literal["one_way", "dead_air", "no_audio", "unsecured", "checks_ceased"]


class LegTrouble(Shown):
    """Something that is wrong with the audio of a call now."""

    leg: str
    trouble: Trouble = Field(
        description="`one_way`: nothing, or digital silence, comes from the leg while the other side speaks;"
        " `dead_air`: neither side has spoken for long; `no_audio`: its packets have ceased, and it is ended;"
        " `unsecured`: the handshake for its keys failed; `checks_ceased`: for half a minute there was no ICE check."
    )


class LegQuality(Shown):
    """How the audio of a leg was in the last seconds. MOS is estimated by the E-model (ITU-T G.107), 1 to 4.5."""

    call: str
    leg: str
    codec: str | None
    packets: int = Field(description="Received meanwhile.")
    loss: float = Field(description="The share of packets lost, 0 to 1, of what the far side sent.")
    jitter_ms: float
    mos: float | None = Field(description="Of what the far side sent; null where it sent nothing.")
    round_trip_ms: float | None = Field(description="Between the centre and the far side, as RTCP tells.")
    remote_loss: float | None = Field(description="What the far side lost of ours; null where it said nothing.")
    remote_jitter_ms: float
    remote_mos: float | None = Field(description="Of what the far side heard.")
    sound: Literal["unknown", "digital_silence", "quiet", "voice"] = Field(
        description="What a bridged leg sends, from a look now and then."
    )
