"""The fuzz target for atheris, which looks for messages that take new branches through the code.

    pip install -e '.[fuzz]'
    python tests/fuzz/atheris_target.py corpus/ -max_total_time=3600

It ends with the message that harmed the switch; add that to ``tests/torture`` or a unit test, and mend the code.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["pbx"]):
    from tests.fuzz.subject import Subject

CASES_A_SWITCH = 2_000
"""How many messages one switch takes before it must turn out clean, and a new one takes its place."""


class Run:
    """The switch of the moment."""

    def __init__(self) -> None:
        self.subject = Subject()
        self.cases = 0

    def one(self, data: bytes) -> None:
        """Try one message."""
        self.subject.hear(data)
        self.subject.hear_stream(data, [len(data) // 2])
        self.cases += 1
        if self.cases == CASES_A_SWITCH:
            assert self.subject.is_clean(), "something stays behind"
            self.subject, self.cases = Subject(), 0


def seed(folder: Path) -> None:
    """Put the messages that we know into an empty corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        for number, sample in enumerate(Subject().samples()):
            (folder / f"sample-{number:03}").write_bytes(sample)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        seed(Path(sys.argv[1]))
    atheris.Setup(sys.argv, Run().one)
    atheris.Fuzz()
