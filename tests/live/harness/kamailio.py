"""The SIP proxy Kamailio, run on one of the configurations that ``deploy/kamailio`` ships."""

from __future__ import annotations

import signal
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.live.harness.ports import LOOPBACK, free_block, is_bound
from tests.live.harness.program import Program
from tests.live.harness.waiting import eventually

CONFIGURATIONS = Path(__file__).parents[3] / "deploy" / "kamailio"


class Kamailio:
    """One Kamailio. Used as ``async with``: it listens inside."""

    def __init__(self, configuration: str, folder: Path, **values: str) -> None:
        """``configuration``: the name of a file; ``values``: what it is told besides its own address."""
        port = free_block()
        self.address = f"{LOOPBACK}:{port}"
        self._port = port
        self._configuration = CONFIGURATIONS / f"{configuration}.cfg"
        self._folder = folder
        self._values = {configuration.upper(): f"udp:{self.address}"} | {
            name.upper(): value if value.isdigit() else f'"{value}"' for name, value in values.items()
        }
        self._program = Program(f"kamailio {configuration}", folder / "log")

    async def __aenter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        defines = [part for name, value in self._values.items() for part in ("-A", f"{name}={value}")]
        place = ("-w", str(self._folder), "-Y", str(self._folder), "-P", str(self._folder / "pid"))
        await self._program.start("kamailio", "-DD", "-E", "-f", str(self._configuration), *place, *defines)
        await eventually(self._listening, bool, within_s=10, what=f"kamailio on {self.address}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            print(self._program.output())
        await self._program.end(signal.SIGTERM)

    async def _listening(self) -> bool:
        assert self._program.running, self._program.output()
        return is_bound(self._port)
