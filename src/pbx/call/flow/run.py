"""One leg in a flow: where it is, what it knows, and the verbs with which its steps act.

Steps decide, the run acts. Digits that come before they are asked for are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pbx.asking import Answering, Wording
from pbx.call import cause as causes
from pbx.call.call import Leg
from pbx.call.conversation import Conversation
from pbx.call.host import CallHost
from pbx.events import FlowStepped
from pbx.routing.flow.steps import AnyStep, CallFlow
from pbx.routing.flow.text import Prompt, fill_speech
from pbx.routing.numbering import Target

MAX_UNATTENDED = 200
"""Steps without a key being pressed, over all flows; whoever jumps in circles from flow to flow is hung up on."""
MAX_TYPED = 64


class FlowRun(Conversation):
    """A conversation that follows the steps of a flow."""

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
        super().__init__(host, leg)
        call = leg.call
        call.spoken = flow.language
        self.flows = flows
        caller, name = call.party(leg)
        self.variables = {"caller": caller, "caller_name": name, "number": call.number}
        self._flow = flow
        self._activity_for = activity_for
        self._step: AnyStep | None = None
        self._activity = Activity()
        self._typed = ""
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

    def prompt(self, prompts: Iterable[Prompt], now: float) -> None:
        """Say prompts one after another; the step hears when that is done."""
        language = self.leg.call.language
        variables = self.variables | {"language": language}
        self.say(
            language,
            tuple(Wording(fill_speech(prompt.wording(language), variables), prompt.clip) for prompt in prompts),
            now,
        )

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
        self.forget()
        self._unattended += 1
        if self._unattended > MAX_UNATTENDED:
            self.end(now, "went in circles")
            return
        self._activity = self._activity_for(step)
        self._activity.begin(self, now)

    # What the leg does (call.conversation.Conversation)

    def digit_pressed(self, digit: str, now: float) -> None:
        """A key, whether it is asked for now or not."""
        self._unattended = 0
        self._activity.digit(self, digit, now)

    def heard(self, now: float) -> None:
        """What was said has been heard."""
        self._activity.heard(self, now)

    def waited(self, now: float) -> None:
        """The time that the step set has passed."""
        self._activity.waited(self, now)

    def told(self, answer: Answering | None, now: float) -> None:
        """A question of the step was answered, or not in time."""
        self._activity.answered(self, answer, now)

    def partner_failed(self, cause: str, now: float) -> None:
        """The phone that was rung did not answer."""
        self._activity.partner_failed(self, cause, now)

    def dismissed(self, now: float) -> None:
        """The leg is over or goes elsewhere."""
        super().dismissed(now)
        self._activity = Activity()


class Activity:
    """The root of all activities: keeps digits for the steps to come and ignores all else.

    Whoever lets the run go on (``FlowRun.go``, ``leave``, ``end``) does so as its last act.
    """

    def begin(self, run: FlowRun, now: float) -> None:
        """The run has come to the step."""

    def digit(self, run: FlowRun, digit: str, now: float) -> None:
        """The caller pressed a key."""
        run.keep(digit)

    def heard(self, run: FlowRun, now: float) -> None:
        """What was said has been heard to its end, or could not be said."""

    def waited(self, run: FlowRun, now: float) -> None:
        """The time that was set has passed."""

    def answered(self, run: FlowRun, answer: Answering | None, now: float) -> None:
        """A question was answered; None where nobody did in time."""

    def partner_failed(self, run: FlowRun, cause: str, now: float) -> None:
        """A phone that was rung did not answer."""
