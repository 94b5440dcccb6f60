"""The switch survives whatever is thrown at it, and keeps nothing of it.

``CENTRALA_FUZZ_CASES`` sets how many cases are tried; the seeds are always the same. ``tests/fuzz/atheris_target.py``
goes on from here with a fuzzer that watches which branches are taken.
"""

from __future__ import annotations

import os
import random

import pytest

from tests.fuzz.mutation import broken
from tests.fuzz.subject import Subject
from tests.scenario.network import Packet

SEEDS = 8
CASES = int(os.environ.get("CENTRALA_FUZZ_CASES", "100000")) // SEEDS


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_message_harms_the_switch(seed: int) -> None:
    subject, chance = Subject(), random.Random(seed)
    samples = subject.samples()
    for _ in range(CASES):
        data = broken(samples, chance)
        try:
            subject.hear(data)
        except Exception as error:
            raise AssertionError(f"harmed by {data!r}") from error
    assert subject.is_clean()


@pytest.mark.parametrize("seed", range(2))
def test_no_stream_harms_the_switch(seed: int) -> None:
    subject, chance = Subject(), random.Random(seed)
    samples = subject.samples()
    for _ in range(CASES // 20):
        data = b"".join(broken(samples, chance) for _ in range(4))
        subject.hear_stream(data, [chance.randrange(len(data) + 1) for _ in range(chance.randrange(6))])
    assert subject.is_clean()


@pytest.mark.parametrize("seed", range(4))
def test_a_network_that_garbles_harms_no_call_for_good(seed: int) -> None:
    subject, chance = Subject(), random.Random(seed)
    samples = subject.samples()

    def garble(packet: Packet) -> bytes:
        """What reaches the switch is now and then broken; the phones are not what is tried."""
        garbles = packet.receiver == "switch" and chance.random() < 0.2
        return broken([packet.data, *samples[:3]], chance) if garbles else packet.data

    subject.exchange.network.alter = garble
    for _ in range(CASES // 40):
        subject.talk(chance)
    assert subject.is_clean()
