"""The floor of a centre: agents at their phones, and callers."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.live.harness.baresip import Baresip
from tests.live.harness.centre import Centre
from tests.live.harness.handset import Handset
from tests.live.harness.sipp import Sipp

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

    async def colleague(self, name: str, extension: str, **wishes: Any) -> Baresip:
        """Somebody of no queue, whose phone says 700 Hz; ``wishes`` are further fields."""
        password = f"secret-{extension}"
        fields = {"name": name.capitalize(), "extension": extension, "password": password}
        await self.centre.put(f"/agents/{name}", fields | wishes)
        return await self._baresip(extension, password, "other", False)

    async def caller(self, *, srtp: bool = False) -> Baresip:
        """A caller's real phone, registered. It says 440 Hz. ``srtp``: it insists on secured audio."""
        return await self._baresip(CALLER, self._caller_password, "caller", srtp)

    async def handset(self) -> Handset:
        """A caller's hand-made phone. It says 440 Hz, and hears on after a hold."""
        phone = Handset(self.centre.sip, user=CALLER, password=self._caller_password, hz=440)
        return await self._phones.enter_async_context(phone)

    async def another_phone(self, extension: str, *, transport: str = "tcp") -> Baresip:
        """One more phone of an agent who has a seat, registered over another transport. It says 1000 Hz."""
        return await self._baresip(extension, f"secret-{extension}", "agent", False, transport)

    def folder_of(self, scenario: str, extension: str) -> Path:
        """Where sipp runs a scenario for an extension; there when this returns."""
        folder = self._folder / f"{extension}-{scenario}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    async def sipp_phone(self, scenario: str, name: str, extension: str, **options: Any) -> Sipp:
        """A phone played by sipp, of an agent who has no other one: declared, ready for one call, registered."""
        password = await self.centre.put_agent(name, extension)
        folder = self.folder_of(scenario, extension)
        phone, register = Sipp(scenario, folder), Sipp("register", folder)
        await phone.start(self.centre.sip, calls=1, **options)
        self._phones.push_async_callback(phone.stop)
        rows = folder / "rows.csv"
        rows.write_text(f"SEQUENTIAL\n{extension};[authentication username={extension} password={password}];\n")
        host, _, port = phone.address.partition(":")
        await register.start(self.centre.sip, calls=1, rows=rows, keys={"phone_host": host, "phone_port": port})
        figures = await register.figures(within_s=10)
        assert figures.successful == 1, register.trouble()
        return phone

    async def _baresip(self, extension: str, password: str, tone: str, srtp: bool, transport: str = "udp") -> Baresip:
        phone = Baresip(
            self._folder / f"{extension}-{transport}",
            user=extension,
            password=password,
            tone=self._tones[tone],
            switch=self.centre.sip,
            srtp=srtp,
            transport=transport,
        )
        await self._phones.enter_async_context(phone)
        return await phone.registered()
