"""One leg in a flow: where it is, what it knows, and the verbs with which its steps act.

Steps decide, the run acts. It does one thing at a time: it says something, waits, or has asked a question; digits that
come before they are asked for are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pbx.asking import Answering, PromptsAsked, PromptsReady, Question, Wording
from pbx.call import cause as causes
from pbx.call.call import Leg
from pbx.call.flow.activity import Activity
from pbx.call.host import CallHost
from pbx.events import FlowStepped
from pbx.routing.flow.steps import AnyStep, CallFlow
from pbx.routing.flow.text import Prompt, fill_speech
from pbx.routing.numbering import Target

PROMPT_S = 5.0
"""How long the making of a prompt may take; then the flow goes on without it."""
MAX_UNATTENDED = 200
"""Steps without a key being pressed, over all flows; whoever jumps in circles from flow to flow is hung up on."""
MAX_TYPED = 64


class FlowRun:
    """An ``Attendant`` that follows the steps of a flow."""

    def __init__(
        self,
        host: CallHost,
        leg: Leg,
        flow: CallFlow,
        *,
        flows: Mapping[str, CallFlow],
        activity_for: Callable[[AnyStep], Activity],
    ) -> None:
        """``flows`` are those that it may jump to, ``activity_for`` says what is done at a step."""
        call = leg.call
        self.host = host
        self.leg = leg
        self.flows = flows
        self.language = flow.language
        self.variables = {"caller": call.caller, "caller_name": call.caller_name, "number": call.number}
        self._flow = flow
        self._activity_for = activity_for
        self._step: AnyStep | None = None
        self._activity = Activity()
        self._typed = ""
        self._asks = 0
        self._asked = 0
        """The number of the question that is open; 0 for none."""
        self._alarm = 0
        """The number of the alarm that is set; those with lower ones no longer matter."""
        self._playing = False
        self._unattended = 0

    # What steps do

    def start(self, flow: CallFlow, now: float) -> None:
        """Begin a flow, or go on in another one."""
        self._flow = flow
        self._enter(flow.steps[0], now)

    def go(self, step_id: str, now: float, outcome: str = "") -> None:
        """Go on at another step; ``outcome`` is what decided so."""
        self.note(outcome)
        self._enter(next(step for step in self._flow.steps if step.id == step_id), now)

    def jump(self, flow: CallFlow, now: float) -> None:
        """Go on in another flow."""
        self.note(flow.id)
        self.start(flow, now)

    def leave(self, target: Target, now: float) -> None:
        """Take the leg to another target; the run is over."""
        self.note(str(target))
        self.host.direct(self.leg, target, now)

    def end(self, now: float, outcome: str = "") -> None:
        """Hang up; the run is over."""
        self.note(outcome)
        self.host.hang_up(self.leg, causes.NORMAL, now)

    def note(self, outcome: str) -> None:
        """Tell how the present step went."""
        if self._step is not None:
            self.host.publish(
                FlowStepped(self.host.clock(), self.leg.call.id, self._flow.id, self._step.id, outcome[:100])
            )

    def say(self, prompts: Iterable[Prompt], now: float) -> None:
        """Say prompts one after another; the step hears when that is done."""
        variables = self.variables | {"language": self.language}
        wordings = tuple(
            Wording(fill_speech(prompt.wording(self.language), variables), prompt.clip) for prompt in prompts
        )
        self.ask(lambda at, call, leg, ask: PromptsAsked(at, call, leg, ask, self.language, wordings), PROMPT_S, now)

    def hush(self) -> None:
        """Stop what is being said, or about to be."""
        self._asked = 0
        if self._playing:
            self._playing = False
            self.host.plane.silence(self.leg.id)

    def wait(self, seconds: float, now: float) -> None:
        """Set the one alarm anew."""
        self._alarm += 1
        self.host.endpoint.timers.at(now + seconds, alarm_rang, self.host, self.leg.id, self._alarm)

    def ask(self, question: Callable[[float, str, str, int], Question], timeout_s: float, now: float) -> None:
        """Ask a question made of ``(at, call, leg, ask)``; the answer may come at once."""
        self._asks += 1
        self._asked = self._asks
        self.wait(timeout_s, now)
        self.host.publish(question(self.host.clock(), self.leg.call.id, self.leg.id, self._asked))

    def keep(self, digit: str) -> None:
        """Keep a digit for the step that asks for one."""
        self._typed = (self._typed + digit)[:MAX_TYPED]

    def take_typed(self) -> str:
        """The digits that were kept; they are forgotten."""
        typed, self._typed = self._typed, ""
        return typed

    @property
    def has_typed(self) -> bool:
        """Whether digits wait."""
        return bool(self._typed)

    def _enter(self, step: AnyStep, now: float) -> None:
        self._step = step
        self._asked = 0
        self._alarm += 1
        self._unattended += 1
        if self._unattended > MAX_UNATTENDED:
            self.end(now, "went in circles")
            return
        self._activity = self._activity_for(step)
        self._activity.begin(self, now)

    # What the leg does (call.attendant.Attendant)

    def digit_pressed(self, digit: str, now: float) -> None:
        """A key, whether it is asked for now or not."""
        self._unattended = 0
        self._activity.digit(self, digit, now)

    def clips_ended(self, now: float) -> None:
        """What was said has been heard."""
        if self._playing:
            self._playing = False
            self._activity.heard(self, now)

    def answered(self, answer: Answering, now: float) -> None:
        """The open question was answered; any other answer comes too late."""
        if answer.ask != self._asked:
            return
        self._asked = 0
        self._alarm += 1
        if not isinstance(answer, PromptsReady):
            self._activity.answered(self, answer, now)
        elif answer.clips:
            self._playing = True
            self.host.plane.play(self.leg.id, answer.clips, loop=False)
        else:
            self._activity.heard(self, now)

    def alarm(self, number: int, now: float) -> None:
        """An alarm rings; only the last one set matters."""
        if number != self._alarm:
            return
        if self._asked:
            self._asked = 0
            self._activity.answered(self, None, now)
        else:
            self._activity.waited(self, now)

    def partner_failed(self, cause: str, now: float) -> None:
        """The phone that was rung did not answer."""
        self._activity.partner_failed(self, cause, now)

    def dismissed(self, now: float) -> None:
        """The leg is over or goes elsewhere."""
        self._asked = 0
        self._alarm += 1
        self._activity = Activity()


def alarm_rang(host: CallHost, leg_id: str, number: int, now: float) -> None:
    """A time that a run had set has come, if the leg is still in that run."""
    leg = host.legs.get(leg_id)
    if leg is not None and isinstance(leg.attendant, FlowRun):
        leg.attendant.alarm(number, now)
