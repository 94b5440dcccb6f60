"""The steps of a flow, as they are declared: each has an id, a type, and the ids of the steps that may follow.

A flow begins with its first step. Durations are seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct
from msgspec.structs import asdict

from pbx.routing.flow.text import Language, Prompt
from pbx.routing.hours import Clock, Day, Holiday, Window

StepId = Annotated[str, Meta(pattern=r"^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$", max_length=64)]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$", max_length=64)]
Variable = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$", max_length=64)]
Digit = Annotated[str, Meta(pattern=r"^[0-9*#]$", max_length=1)]
NumberPattern = Annotated[str, Meta(pattern=r"^[0-9*#X]+\.?$", max_length=64)]
Text = Annotated[str, Meta(max_length=1000)]
Patience = Annotated[float, Meta(gt=0, le=60)]
HeaderName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,64}$")]
HeaderValue = Annotated[str, Meta(pattern=r"^[\x20-\x7e]{0,500}$")]
Dialled = Annotated[
    str,
    Meta(
        pattern=r"^(?:agent:[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?|(?:\+?[0-9*#]|\{[a-z][a-z0-9_]{0,63}\})+)$",
        max_length=128,
    ),
]
Person = Annotated[
    str, Meta(pattern=r"^(?:[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?|\{[a-z][a-z0-9_]{0,63}\})$", max_length=66)
]
"""An agent, or the variable that says which."""
Retries = Annotated[int, Meta(ge=0, le=10)]


class Step(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag=str.lower, kw_only=True):
    """The root of all steps."""

    id: StepId

    def exits(self) -> Iterator[tuple[str, str]]:
        """Each follow-up: the field that names it, and the step it names."""
        for name, value in asdict(self).items():
            if name in FOLLOW_UPS and value is not None:
                yield name, value


FOLLOW_UPS = frozenset(
    (
        *("next", "failed", "open", "closed", "holiday", "then", "otherwise"),
        *("on_error", "on_busy", "on_no_answer", "declined"),
    )
)
"""Fields that name another step."""


class Play(Step, frozen=True, kw_only=True):
    """Say something; a digit skips it, and counts for the step that asks for one."""

    prompt: Prompt
    interruptible: bool = True
    next: StepId


class Menu(Step, frozen=True, kw_only=True):
    """Let the caller choose with one digit."""

    prompt: Prompt
    choices: Annotated[dict[Digit, StepId], Meta(min_length=1, max_length=12)]
    invalid: Prompt | None = None
    """What is said before the prompt after a digit that is no choice."""
    timeout_s: Patience = 5.0
    retries: Retries = 2
    """How often the menu is repeated after no digit, or a wrong one."""
    failed: StepId

    def exits(self) -> Iterator[tuple[str, str]]:
        for digit, step in self.choices.items():
            yield f"choices.{digit}", step
        yield "failed", self.failed


class Collect(Step, frozen=True, kw_only=True):
    """Ask for digits and keep them in a variable."""

    prompt: Prompt
    variable: Variable
    min: Annotated[int, Meta(ge=1, le=64)] = 1
    max: Annotated[int, Meta(ge=1, le=64)] = 32
    terminator: Literal["#", "*", ""] = "#"
    patterns: Annotated[tuple[NumberPattern, ...], Meta(max_length=50)] = ()
    """What is accepted, as in the numbering plan (``X`` any digit, ``.`` at the end one or more); empty takes any."""
    invalid: Prompt | None = None
    timeout_s: Patience = 5.0
    """How long the first digit may take."""
    digit_timeout_s: Patience = 3.0
    """How long each further one may take."""
    retries: Retries = 2
    next: StepId
    failed: StepId


class StepWindow(Window, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """Hours on some days of the week, as a step writes them."""

    # Named once more: what is inherited keeps the names it had.
    days: Annotated[tuple[Day, ...], Meta(min_length=1, max_length=7)]
    start: Clock
    end: Clock


class Hours(Step, frozen=True, kw_only=True):
    """Look at the clock."""

    zone: Annotated[str, Meta(max_length=64)]
    """An IANA time zone, e.g. ``Europe/Belgrade``."""
    windows: Annotated[tuple[StepWindow, ...], Meta(max_length=50)]
    holidays: Annotated[tuple[Holiday, ...], Meta(max_length=400)] = ()
    open: StepId
    closed: StepId
    holiday: StepId | None = None
    """Where a call goes on a holiday; ``closed`` where none is given."""


class Set(Step, frozen=True, kw_only=True):
    """Give a variable a value, in which other variables may stand."""

    variable: Variable
    value: Text
    next: StepId


class Test(Step, frozen=True, kw_only=True):
    """Compare variables."""

    condition: Text
    then: StepId
    otherwise: StepId


class Lookup(Step, frozen=True, kw_only=True):
    """Ask another system over HTTP, and keep fields of its JSON answer in variables."""

    url: Annotated[str, Meta(pattern=r"^https?://[^/{}@\s]+(?:/\S*)?$", max_length=2000)]
    """Variables in it are percent-encoded; none may stand in the host."""
    method: Literal["GET", "POST"] = "GET"
    body: Annotated[dict[str, Text], Meta(max_length=50)] = {}
    """The members of the JSON object that a POST sends."""
    headers: Annotated[dict[HeaderName, HeaderValue], Meta(max_length=20)] = {}
    results: Annotated[dict[Variable, Annotated[str, Meta(max_length=200)]], Meta(max_length=50)] = {}
    """The path of a field, e.g. ``customer.tier``, by variable."""
    timeout_s: Annotated[float, Meta(gt=0, le=20)] = 3.0
    next: StepId
    on_error: StepId


class Queue(Step, frozen=True, kw_only=True):
    """Hand the call to a queue, which asks the ``preferred`` agents first; the flow ends."""

    queue: Slug
    preferred: Annotated[tuple[Person, ...], Meta(max_length=20)] = ()
    preferred_s: Annotated[float, Meta(ge=0, le=86_400)] | None = None
    """How long the call waits for them alone; None: as long as the queue's ``preferred_wait_s`` says."""


class Voicemail(Step, frozen=True, kw_only=True):
    """Take a message for a box; the flow ends."""

    box: Slug


class Dial(Step, frozen=True, kw_only=True):
    """Ring somebody; the flow ends when the phone is answered."""

    to: Dialled
    """``agent:ana``, or a number as if it were dialled, in which variables may stand."""
    timeout_s: Annotated[float, Meta(gt=0, le=600)] = 20.0
    on_busy: StepId | None = None
    on_no_answer: StepId | None = None
    otherwise: StepId
    """Where the call goes on when nobody answered, for whatever other reason."""


class Callback(Step, frozen=True, kw_only=True):
    """Leave a request to be called back: ``1`` confirms the number, ``2`` declines."""

    queue: Slug
    prompt: Prompt
    number: Text = "{caller}"
    timeout_s: Patience = 5.0
    retries: Retries = 2
    next: StepId
    declined: StepId


class SetLanguage(Step, frozen=True, kw_only=True, tag="language"):
    """Speak another language from here on."""

    language: Language
    next: StepId


class Jump(Step, frozen=True, kw_only=True, tag="flow"):
    """Go on in another flow, keeping the variables."""

    flow: Slug


class Hangup(Step, frozen=True, kw_only=True):
    """End the call."""


Talking: TypeAlias = Play | Menu | Collect | Callback
Deciding: TypeAlias = Hours | Set | Test | Lookup | SetLanguage
Leaving: TypeAlias = Queue | Voicemail | Dial | Jump | Hangup
AnyStep: TypeAlias = Talking | Deciding | Leaving
Steps = Annotated[tuple[AnyStep, ...], Meta(min_length=1, max_length=500)]


class CallFlow(Struct, frozen=True):
    """A flow as it was configured."""

    id: str
    steps: Steps
    language: Language = "en"
    """What its prompts are spoken in unless a step says otherwise."""


def leads_to(step: AnyStep) -> tuple[str, str] | None:
    """What a step names outside of its flow: the field, and the target as routes name it (``queue:support``)."""
    match step:
        case Queue() | Callback():
            return "queue", f"queue:{step.queue}"
        case Voicemail():
            return "box", f"voicemail:{step.box}"
        case Jump():
            return "flow", f"flow:{step.flow}"
        case Dial() if step.to.startswith("agent:"):
            return "to", step.to
        case _:
            return None


def prefers(step: AnyStep) -> Iterator[tuple[str, str]]:
    """The agents whom a step names as preferred, each with the field it stands in."""
    if isinstance(step, Queue):
        for place, person in enumerate(step.preferred):
            if not person.startswith("{"):
                yield f"preferred[{place}]", person


def prompts(step: Step) -> Iterator[tuple[str, Prompt]]:
    """The prompts of a step, each with the field it stands in."""
    for name, value in asdict(step).items():
        if isinstance(value, Prompt):
            yield name, value
