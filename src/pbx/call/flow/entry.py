"""Digits that are asked for: a prompt that a key stops, a wait, and further tries.

SAYING --digit--> TYPING --enough, terminator, or silence--> judged: goes on, or SAYING again
SAYING --heard--> WAITING --digit--> TYPING ; --silence--> SAYING again, until the tries are used up
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from pbx.asking import Answering
from pbx.call.flow.run import Activity, FlowRun
from pbx.routing.flow.text import Prompt

TIMEOUT, INVALID = "timeout", "invalid"


class Entry(Activity, ABC):
    """Asks for at most ``most`` digits."""

    def __init__(
        self,
        prompt: Prompt,
        *,
        invalid: Prompt | None,
        most: int,
        terminator: str,
        timeout_s: float,
        digit_timeout_s: float,
        retries: int,
    ) -> None:
        self._prompt = prompt
        self._invalid = invalid
        self._most = most
        self._terminator = terminator
        self._timeout_s = timeout_s
        self._digit_timeout_s = digit_timeout_s
        self._tries_left = retries
        self._digits = ""

    @abstractmethod
    def take(self, run: FlowRun, digits: str, now: float) -> bool:
        """Go on with an entry; False, and nothing done, where it is not accepted."""

    @abstractmethod
    def give_up(self, run: FlowRun, outcome: str, now: float) -> None:
        """Go on without one."""

    def begin(self, run: FlowRun, now: float) -> None:
        if not run.has_typed:
            run.prompt((self._prompt,), now)
            return
        typed = run.take_typed()
        for place, digit in enumerate(typed):
            self._digits += "" if digit == self._terminator else digit
            if digit == self._terminator or len(self._digits) == self._most:
                for later in typed[place + 1 :]:
                    run.keep(later)
                self._judge(run, now)
                return
        run.wait(self._digit_timeout_s, now)

    def digit(self, run: FlowRun, digit: str, now: float) -> None:
        run.hush()
        if digit == self._terminator:
            self._judge(run, now)
            return
        self._digits += digit
        if len(self._digits) == self._most:
            self._judge(run, now)
        else:
            run.wait(self._digit_timeout_s, now)

    def heard(self, run: FlowRun, now: float) -> None:
        run.wait(self._timeout_s, now)

    def answered(self, run: FlowRun, answer: Answering | None, now: float) -> None:
        self.heard(run, now)

    def waited(self, run: FlowRun, now: float) -> None:
        if self._digits:
            self._judge(run, now)
        else:
            self._try_again(run, TIMEOUT, now)

    def _judge(self, run: FlowRun, now: float) -> None:
        digits, self._digits = self._digits, ""
        if not self.take(run, digits, now):
            run.take_typed()  # what was typed after a mistake was meant for another step
            self._try_again(run, INVALID, now)

    def _try_again(self, run: FlowRun, outcome: str, now: float) -> None:
        if self._tries_left == 0:
            self.give_up(run, outcome, now)
            return
        self._tries_left -= 1
        run.note(outcome)
        told = (self._invalid,) if outcome == INVALID and self._invalid is not None else ()
        run.prompt((*told, self._prompt), now)
