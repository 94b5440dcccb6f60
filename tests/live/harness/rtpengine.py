"""An rtpengine on loopback, in userspace, with ports of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pbx.plane.rtpengine.figures import stats_of
from pbx.plane.rtpengine.ng import Ng
from tests.live.harness.ports import LOOPBACK, free_block

START_S = 10.0


class Rtpengine:
    """Used as ``async with``; its process is gone afterwards."""

    def __init__(self, folder: Path, digits_to: int | None = None, ports: int = 200) -> None:
        """``digits_to``: the UDP port to which it tells digits."""
        self.digits_to = digits_to
        first = free_block(ports + 20)
        self.port = first
        """Of its ng protocol."""
        self.ports = range(first + 20, first + ports + 19)
        """Those of its audio."""
        self._command = [
            "rtpengine", "--config-file=none", "--table=-1", "--num-threads=1", "--foreground", "--log-stderr",
            "--log-level=4",
            f"--interface={LOOPBACK}",
            f"--listen-ng={LOOPBACK}:{first}", f"--port-min={first + 20}", f"--port-max={first + ports + 18}",
            f"--pidfile={folder / f'rtpengine-{first}.pid'}",
        ]  # fmt: skip
        if digits_to is not None:
            self._command.append(f"--dtmf-log-dest={LOOPBACK}:{digits_to}")
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Rtpengine:
        await self.start()
        return self

    async def start(self) -> None:
        """Start it; whoever asks it something waits until it answers."""
        quiet = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(*self._command, stdin=quiet, stdout=quiet, stderr=quiet)

    async def pairs_with_audio(self) -> int:
        """Through how many of its pairs any audio went, both ways."""
        asking = Ng(LOOPBACK, self.port, "harness")
        await asking.open()
        calls = (await asking.ask("list", {"limit": 200}))["calls"]
        answers = [await asking.ask("query", {"call-id": call}) for call in calls]
        asking.close()
        figures = [stats_of("", answer) for answer in answers]
        return sum(1 for one in figures if one.packets_received and one.packets_sent)

    async def kill(self) -> None:
        """End it without a word to anybody."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            await self.kill()
