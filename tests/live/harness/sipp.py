"""The load generator sipp, run on one of our scenario files, its statistics read back."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from tests.live.harness.filling import filled
from tests.live.harness.ports import LOOPBACK, free_block, is_bound
from tests.live.harness.program import Program
from tests.live.harness.waiting import eventually

SCENARIOS = Path(__file__).parent.parent / "sipp"


class Figures(NamedTuple):
    """What a run came to."""

    created: int
    successful: int
    failed: int
    retransmissions: int


class Sipp:
    """One run of one scenario: ``start`` it, then wait for ``figures``."""

    def __init__(self, scenario: str, folder: Path) -> None:
        self.scenario = scenario
        ports = free_block()
        self.port = ports
        self.address = f"{LOOPBACK}:{ports}"
        self._media_port = ports + 6
        self.folder = folder
        self._statistics = folder / f"{scenario}.csv"
        self._log = folder / f"{scenario}.said"
        self._errors = folder / f"{scenario}.errors"
        self._program = Program(f"sipp {scenario}", folder / f"{scenario}.log")

    async def start(
        self,
        switch: str,
        *,
        calls: int,
        rate: float = 10.0,
        number: str = "700",
        hold_ms: int = 0,
        rows: Path | None = None,
        keys: Mapping[str, str] | None = None,
    ) -> None:
        """Run ``calls`` calls against ``switch`` at ``rate`` a second; ready to receive when this returns.

        ``number`` is the scenario's [service], ``hold_ms`` its pause, ``rows`` its CSV of values, ``keys`` its
        own keywords: [name] in what it sends, @name@ in what it expects, where sipp fills in nothing itself.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        script = self.folder / f"{self.scenario}.xml"
        script.write_text(filled((SCENARIOS / script.name).read_text(), _as_xml(keys or {})))
        extra = [part for name, value in (keys or {}).items() for part in ("-key", name, value)]
        if rows is not None:
            extra += ["-inf", str(rows)]
        await self._program.start(
            *("sipp", switch, "-sf", str(script), "-nostdin", "-nd"),
            *("-i", LOOPBACK, "-p", str(self.port), "-mp", str(self._media_port), "-s", number),
            *("-m", str(calls), "-r", str(rate), "-d", str(hold_ms)),
            *("-trace_stat", "-stf", str(self._statistics), "-fd", "1"),
            *("-trace_err", "-error_file", str(self._errors)),
            *("-trace_logs", "-log_file", str(self._log)),
            *extra,
            env={"TERM": "dumb"},
            cwd=self.folder,
        )
        await eventually(self._listening, bool, within_s=10, what=f"sipp {self.scenario} listening")

    async def figures(self, within_s: float) -> Figures:
        """The figures, once all its calls are over. Raises AssertionError when they are not in time."""
        await self._program.wait(within_s)
        with self._statistics.open(newline="") as file:
            last = list(csv.DictReader(file, delimiter=";"))[-1]
        return Figures(
            created=int(last["TotalCallCreated"]),
            successful=int(last["SuccessfulCall(C)"]),
            failed=int(last["FailedCall(C)"]),
            retransmissions=int(last["Retransmissions(C)"]),
        )

    async def said(self) -> str:
        """The first line that the scenario wrote to its log, once it has."""

        async def line() -> str:
            return self._log.read_text().partition("\n")[0] if self._log.exists() else ""

        return await eventually(line, bool, within_s=5, what=f"a line from sipp {self.scenario}")

    async def stop(self) -> None:
        """End it, whatever it is doing."""
        if self._program.running:
            await self._program.end()

    def trouble(self) -> str:
        """The unexpected messages it met, for a failed test to show."""
        errors = self._errors.read_text(errors="replace")[:4000] if self._errors.exists() else ""
        return f"{self._program.output(40)}\n{errors}"

    async def _listening(self) -> bool:
        if not self._program.running:
            return True
        return is_bound(self.port)


def _as_xml(words: Mapping[str, str]) -> dict[str, str]:
    """Values as they may stand in an attribute of a scenario."""
    return {name: escape(value, {'"': "&quot;"}) for name, value in words.items()}
