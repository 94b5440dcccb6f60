"""A ladder drawn with letters: one lane for each far address, ours among them, time running down.

     198.51.100.7:5060                 centrala              198.51.100.9:5060
0 ms         |-- INVITE sip:700 (SDP) ---->|                         |
1 ms         |<------- 100 Trying ---------|                         |
"""

from __future__ import annotations

from pbx.ladder.step import CENTRALA, Step

LANE = 36
"""Columns between two lanes."""
MARGIN = 12
"""Columns for the time."""


def draw(steps: list[Step]) -> str:
    """The drawing of a ladder; a line says so where there is nothing to draw."""
    if not steps:
        return "no SIP message of this call is kept\n"
    lanes = _lanes(steps)
    middles = {lane: MARGIN + LANE // 2 + index * LANE for index, lane in enumerate(lanes)}
    width = MARGIN + LANE * len(lanes)
    head = [" "] * width
    for lane, middle in middles.items():
        _write(head, middle - len(lane) // 2, lane)
    lines = ["".join(head)]
    lines += [_rung(step, middles, width) for step in steps]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _lanes(steps: list[Step]) -> list[str]:
    """Far addresses as they come up; we stand second, between the caller and all others."""
    far = dict.fromkeys(step.destination if step.source == CENTRALA else step.source for step in steps)
    first, *others = far
    return [first, CENTRALA, *others]


def _rung(step: Step, middles: dict[str, int], width: int) -> str:
    row = [" "] * width
    for middle in middles.values():
        row[middle] = "|"
    _write(row, 0, f"{step.offset_ms:>8.0f} ms")
    start, end = middles[step.source], middles[step.destination]
    left, right = min(start, end), max(start, end)
    for column in range(left + 1, right):
        row[column] = "-"
    row[right - 1 if end > start else left + 1] = ">" if end > start else "<"
    label = _label(step, right - left - 5)
    _write(row, (left + right - len(label)) // 2 + 1, label)
    return "".join(row)


def _label(step: Step, room: int) -> str:
    notes = " (SDP)" if step.has_sdp else ""
    notes += " again" if step.repeated else ""
    answered = f" ({step.method})" if step.status is not None and step.method != "INVITE" else ""
    words = f"{step.summary}{answered}"
    room -= len(notes) + 2
    if len(words) > room:
        words = words[: room - 3] + "..."
    return f" {words}{notes} "


def _write(row: list[str], at: int, text: str) -> None:
    for offset, char in enumerate(text):
        if 0 <= at + offset < len(row):
            row[at + offset] = char
