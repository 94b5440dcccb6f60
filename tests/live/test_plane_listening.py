"""What a real worker hears on its legs: a machine on one, nobody on the other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from pbx.media import g711
from pbx.media.g711 import PCMA
from tests.live.plane.house import LEGS, House
from tests.unit.media.lines import line, silence, tone
from tests.unit.media.talkers import vowels


async def test_speech_and_the_beep_of_a_machine_are_heard(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        phone, quiet, port, quiet_port = await house.pair(await house.phone(PCMA), await house.phone())
        house.plane.bridge(*LEGS)
        for leg in LEGS:
            house.plane.listen_for(leg)
        await house.in_force()
        speech = np.concatenate([np.trim_zeros(vowels(1, seed)) for seed in range(3)])
        audio = g711.encode(line(speech, silence(300), tone(300, 1000), silence(200)), PCMA)
        for at in range(0, len(audio) - 159, 160):
            phone.send(port, audio[at : at + 160])
            quiet.send(quiet_port, b"\xff" * 160)
            await asyncio.sleep(0.02)
        await house.listener.until(lambda: len(house.listener.sounds) == 5)
        house.plane.stop_listening("caller")
        await house.listener.until(lambda: "caller" in house.listener.cadences)
        await house.listener.figures(house.plane, "agent")

        assert [(leg, sound.kind) for leg, sound in house.listener.sounds] == [
            ("caller", "speech_started"),
            ("caller", "speech_ended"),
            ("caller", "tone_started"),
            ("caller", "tone_ended"),
            ("caller", "beep"),
        ]
        beep = house.listener.sounds[-1][1]
        assert beep.hz == pytest.approx(1000, abs=3)
        assert beep.duration_ms == pytest.approx(300, abs=60)
        assert [run for run in house.listener.cadences["caller"] if run > 0] == [
            pytest.approx(len(speech) / 8, abs=100)
        ]
        assert all(run < 0 for run in house.listener.cadences["agent"])
        assert len(await quiet.hear(1)) > 1  # the talk was relayed all the while
