"""How answering-machine detection takes calls as they sound: ``python benchmarks/amd.py``.

Each share is 25 calls: people who say hello, their names, or answer for a firm; machines with and without a beep;
special information tones, busy tones, faxes, silence. They are made of ``espeak-ng``'s voices over lines with noise,
G.711 and lost packets. Printed is what truly answered (rows) against the verdicts (columns), with the milliseconds
from the answer to the verdict: the median, and what 95 % of the calls do not exceed.

The rules' defaults were found with ``--half tune``; what is reported are other voices, other languages but for English,
and other seeds.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.unit.dialer.called import Called
from tests.unit.dialer.greetings import REPORT, TUNING
from tests.unit.dialer.trials import MAKERS, TRUTHS, calls, judged, listened

from dialer.detecting.rules import AmdRules
from dialer.detecting.verdict import Cue, CueCause, Kind, Verdict

HALVES = {"tune": (TUNING, 1), "report": (REPORT, 2)}
"""Voices and seed."""


CURT = "machine, curt"
"""Of less than 5 s, and so no longer than what people say: in no sum."""


def confusion(found: list[tuple[Called, Verdict, Cue]]) -> None:
    """The table, and what it comes to."""
    verdicts: defaultdict[str, Counter[Kind]] = defaultdict(Counter)
    ms: defaultdict[str, list[int]] = defaultdict(list)
    for call, verdict, _ in found:
        verdicts[call.truth][verdict.kind] += 1
        ms[call.truth].append(verdict.at_ms)
    print(f"{'answered by':<15}" + "".join(f"{kind.value:>9}" for kind in Kind) + "   right   median    95 % ms")
    for row, of in verdicts.items():
        right = of[TRUTHS[row]] / of.total()
        median, most = np.percentile(ms[row], (50, 95))
        counts = "".join(f"{of[kind]:>9}" for kind in Kind)
        print(f"{row:<15}{counts}  {right:6.1%}  {median:7.0f}  {most:9.0f}")
    for truth in (Kind.HUMAN, Kind.MACHINE):
        rows = [each for row, each in verdicts.items() if TRUTHS[row] is truth and row != CURT]
        of = sum(rows, Counter[Kind]())
        taken = ", ".join(f"{kind.value} {count / of.total():.1%}" for kind, count in of.most_common())
        print(f"all that were {truth.value}: {taken}")


def moments(found: list[tuple[Called, Verdict, Cue]]) -> None:
    """How well the end of a greeting and the beep are known."""
    people = [(call, verdict) for call, verdict, _ in found if TRUTHS[call.truth] is verdict.kind is Kind.HUMAN]
    off = [verdict.greeting_ended_ms - call.greeting_ended_ms for call, verdict in people if verdict.greeting_ended_ms]
    waits = [verdict.at_ms - call.greeting_ended_ms for call, verdict in people]
    print("end of a person's greeting, against the truth: {:.0f} ms (5 %), {:.0f}, {:.0f} (95 %)".format(
        *np.percentile(off, (5, 50, 95))))  # fmt: skip
    print("from there to the verdict: {:.0f} ms, 95 % within {:.0f} ms".format(*np.percentile(waits, (50, 95))))
    cues = [(call, cue) for call, verdict, cue in found if call.beeped_ms and verdict.kind is Kind.MACHINE]
    after = [cue.at_ms - call.beeped_ms for call, cue in cues if cue.cause is CueCause.BEEP]
    early = sum(cue.at_ms < call.beeped_ms for call, cue in cues)
    print(
        f"messages after the beep: {len(after) / len(cues):.1%} of the machines found that have one, "
        f"{np.median(after):.0f} ms after its end; begun too early: {early} of {len(cues)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shares", type=int, default=20, help="of 25 calls each")
    parser.add_argument("--half", choices=HALVES, default="report", help="the voices that are heard")
    asked = parser.parse_args()
    if shutil.which("espeak-ng") is None:
        print("espeak-ng is missing (Debian package espeak-ng): there is nobody to listen to")
        return
    half, seed = HALVES[asked.half]
    assert sum(count for _, count in MAKERS.values()) == 25
    found = [(call, *judged(listened(call), AmdRules())) for call in calls(half, asked.shares, seed)]
    confusion(found)
    moments(found)


if __name__ == "__main__":
    main()
