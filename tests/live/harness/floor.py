"""The floor of a centre: agents at their phones, and callers."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.live.harness.baresip import Baresip
from tests.live.harness.centre import Centre
from tests.live.harness.handset import Handset

CALLER = "1090"
"""The extension from which the floor's callers call."""

QUEUE = "support"
NUMBER = "700"


class Floor:
    """Gives out phones of people whom the centre knows, and takes them all back at the end."""

    def __init__(self, centre: Centre, tones: dict[str, Path], folder: Path) -> None:
        self.centre = centre
        self._tones = tones
        self._folder = folder
        self._phones = AsyncExitStack()
        self._seated = 0

    async def __aenter__(self) -> Self:
        await self.set_queue()
        self._caller_password = await self.centre.put_agent("milan", CALLER)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._phones.__aexit__(kind, error, trace)

    async def set_queue(self, **fields: Any) -> None:
        """Declare the support queue, which needs the skill ``support``, with these fields."""
        await self.centre.put_queue(QUEUE, NUMBER, skill="support", **fields)

    async def seat(self, name: str, extension: str, *, srtp: bool = False) -> Baresip:
        """An agent of the queue: declared, her phone registered, available. Her phone says 1000 Hz."""
        password = await self.centre.put_agent(name, extension, skills={"support": 5})
        phone = await self._baresip(extension, password, "agent", srtp)
        await self.centre.set_status(name, "available")
        self._seated += 1
        await self.centre.agents_available(QUEUE, self._seated)
        return phone

    async def caller(self, *, srtp: bool = False) -> Baresip:
        """A caller's real phone, registered. It says 440 Hz. ``srtp``: it insists on secured audio."""
        return await self._baresip(CALLER, self._caller_password, "caller", srtp)

    async def handset(self) -> Handset:
        """A caller's hand-made phone. It says 440 Hz, and hears on after a hold."""
        phone = Handset(self.centre.sip, user=CALLER, password=self._caller_password, hz=440)
        return await self._phones.enter_async_context(phone)

    async def _baresip(self, extension: str, password: str, tone: str, srtp: bool) -> Baresip:
        phone = Baresip(
            self._folder / extension,
            user=extension,
            password=password,
            tone=self._tones[tone],
            switch=self.centre.sip,
            srtp=srtp,
        )
        await self._phones.enter_async_context(phone)
        return await phone.registered()
