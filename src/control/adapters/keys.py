"""Keys that an agent presses while she talks: codes of two keys, some of them with a number behind.

    *1, *2            start or stop the recording, pause it or let it go on
    *3 1002 #         ring 1002, and let all three talk once somebody answers
    *4 1002 #         ask 1002 first, while the customer hears music; hanging up then leaves the two to each other,
                      *3 lets all three talk, *4 comes back to the customer

What was pressed is not answered: what holds is shown on the agent's screen.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from control.adapters.handling import CallHandling
from control.adapters.recording import RecordingDesk
from control.adapters.visit import Visit
from control.errors import Problem
from pbx.events import DigitReceived, Event, LegEnded

CODE_S = 3.0
"""How soon the second key of a code follows the first."""
NUMBER_S = 5.0
"""How soon each key of a number follows the one before."""
LONGEST_NUMBER = 24
END = "#"


class CallKeys:
    """Reads codes and has them carried out."""

    def __init__(
        self,
        visits: dict[str, Visit],
        recording: RecordingDesk,
        handling: CallHandling,
        *,
        recording_codes: tuple[str, ...],
        party_codes: tuple[str, ...],
    ) -> None:
        """``recording_codes`` are two or none: start or stop, pause or go on; ``party_codes`` two or none: three talk,
        ask first."""
        self._visits = visits
        self._handling = handling
        self._verbs: dict[str, Callable[[str], None]] = dict(
            zip(recording_codes, (recording.start_or_stop, recording.pause_or_resume), strict=False)
        )
        self._party_verbs: dict[str, Callable[[Visit, str, str | None], None]] = dict(
            zip(party_codes, (self._three, self._ask), strict=False)
        )
        self._typed: dict[str, tuple[str, float]] = {}
        """The keys of a code so far, and when the last was pressed, by leg."""

    def switch_event(self, event: Event) -> None:
        """Take one event of the switch."""
        if isinstance(event, DigitReceived):
            self._pressed(event)
        elif isinstance(event, LegEnded):
            self._typed.pop(event.leg, None)

    def _pressed(self, event: DigitReceived) -> None:
        visit = self._visits.get(event.call)
        if visit is None or event.leg not in visit.agents:
            return
        consults = visit.move is not None and visit.move.leg == event.leg
        if event.leg not in visit.talking and not consults:
            return
        keys, at = self._typed.pop(event.leg, ("", 0.0))
        if event.at - at > (CODE_S if len(keys) == 1 else NUMBER_S):
            keys = ""
        keys += event.digit
        code, number = keys[:2], keys[2:]
        with suppress(Problem):
            if (verb := self._verbs.get(code)) is not None:
                verb(event.call)
            elif (party := self._party_verbs.get(code)) is None:
                self._typed[event.leg] = (event.digit, event.at)
            elif consults:
                party(visit, event.leg, None)
            elif event.digit == END:
                party(visit, event.leg, number[:-1])
            elif len(number) <= LONGEST_NUMBER:
                self._typed[event.leg] = (keys, event.at)

    def _three(self, visit: Visit, leg: str, number: str | None) -> None:
        if number is None:
            self._handling.join_transfer(visit.call)
        else:
            self._handling.add_party(visit.call, number, visit.agents[leg])

    def _ask(self, visit: Visit, leg: str, number: str | None) -> None:
        if number is None:
            self._handling.cancel_transfer(visit.call)
        else:
            self._handling.transfer(visit.call, number, attended=True, agent=visit.agents[leg])
