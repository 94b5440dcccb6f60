"""A softphone of another make, pyVoIP, against the echo."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.floor import Floor
from tests.live.harness.ports import free_block
from tests.live.harness.program import Program

pytestmark = [pytest.mark.live, pytest.mark.shared]

SCRIPT = Path(__file__).parent / "phones" / "pyvoip_echo.py"
HZ = 700


async def test_pyvoip_registers_calls_the_echo_and_hears_itself(floor: Floor, tmp_path: Path) -> None:
    password = await floor.centre.put_agent("petra", "1020")
    await floor.centre.put("/routes/600", {"target": "echo"})
    host, _, port = floor.centre.sip.partition(":")
    heard = tmp_path / "heard.u8"

    phone = Program("pyVoIP", tmp_path / "pyvoip.log")
    await phone.start(
        *(sys.executable, str(SCRIPT), host, port, "1020", password, str(free_block()), "600", str(HZ), str(heard))
    )
    assert await phone.wait(within_s=40) == 0, phone.output()

    samples = (np.frombuffer(heard.read_bytes(), dtype=np.uint8).astype(np.float64) - 128) / 128
    assert_tone(samples[4000:], HZ)
    await floor.centre.quiet()
