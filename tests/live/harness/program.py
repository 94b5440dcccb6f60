"""A child process whose output is kept, to be shown when a test fails."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path


class Program:
    """One run of a program: started, watched, ended by its own process id."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, *argv: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> None:
        """Start it with nothing on standard input; ``env`` is added to our own environment."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                # What many runs compile is kept, wherever the tests themselves keep nothing.
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(env or {})},
                cwd=cwd,
            )

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def wait(self, within_s: float) -> int:
        """Its exit status (negative: the signal that ended it). Raises AssertionError when it does not end."""
        assert self._process is not None, f"{self.name} was never started"
        try:
            return await asyncio.wait_for(self._process.wait(), within_s)
        except TimeoutError:
            raise AssertionError(f"{self.name} did not end within {within_s:g} s\n{self.output()}") from None

    async def end(self, number: signal.Signals = signal.SIGTERM, *, within_s: float = 15.0) -> int:
        """Send a signal and wait; what does not end in time is killed, and the test fails."""
        self.send_signal(number)
        try:
            return await self.wait(within_s)
        finally:
            if self.running:
                self.send_signal(signal.SIGKILL)
                await self.wait(5.0)

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    def output(self, last: int = 200) -> str:
        """The last lines of what it wrote."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return f"--- {self.name} ---\n" + "\n".join(text.splitlines()[-last:])
