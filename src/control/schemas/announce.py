"""What a queue says to those who wait in it, on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from control.prompt_files import LANGUAGE
from control.schemas.common import Declared, Shown
from control.schemas.prompt import Language
from control.schemas.route import Target
from pbx.routing.flow.text import CLIP_NAME

Seconds = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]
Pause = Annotated[float, Field(ge=5, le=3600, allow_inf_nan=False)]
LONGEST_TEXT = 2000
Digit = Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")]


class PromptDeclared(Declared):
    """What is heard: a recording of that name, where there is one for the language, else the text, spoken."""

    text: str | dict[str, str] = Field(default="", description="By language where it is an object.")
    clip: Annotated[str, StringConstraints(pattern=CLIP_NAME, max_length=129)] = Field(
        default="", description="The name of a recording; `acme/welcome` is one of the client acme's own."
    )

    @model_validator(mode="after")
    def _says_something(self) -> PromptDeclared:
        texts = {"en": self.text} if isinstance(self.text, str) else self.text
        if any(len(text) > LONGEST_TEXT for text in texts.values()):
            raise PydanticCustomError("long", f"a text has {LONGEST_TEXT} characters at most")
        if unknown := [language for language in texts if not LANGUAGE.fullmatch(language)]:
            raise PydanticCustomError("language", f"expected languages such as en and sr, not {unknown[0]!r}")
        if not self.clip and not any(text.strip() for text in texts.values()):
            raise PydanticCustomError("silent", "expected a text, a clip or both")
        return self


class RecurringDeclared(Declared):
    """Something that is said again and again."""

    first_after_s: Seconds = 10.0
    every_s: Pause = 30.0
    when: Literal["changed", "always"] = Field(
        default="changed", description="`changed` leaves out what was said the last time."
    )


class ComfortDeclared(Declared):
    """Messages that are said in turn."""

    messages: Annotated[list[PromptDeclared], Field(min_length=1, max_length=50)]
    first_after_s: Seconds = 20.0
    every_s: Pause = 45.0


def _chime() -> PromptDeclared:
    return PromptDeclared(clip="greeting")


class AnnounceDeclared(Declared):
    """Everything that a queue says. A digit ends what is being said; music goes on where it was."""

    language: Language = Field(default="en", description="For callers whom no flow has spoken to in another one.")
    greeting: PromptDeclared | None = Field(
        default_factory=_chime, description="Said on entering the queue; null is nothing."
    )
    position: RecurringDeclared | None = Field(default=None, description="The place in the line.")
    expected_wait: RecurringDeclared | None = Field(
        default=None, description="How long it may yet take; left out while there is no estimate."
    )
    comfort: ComfortDeclared | None = None
    min_gap_s: Seconds = Field(default=5.0, description="Of music, at least, between two announcements.")
    interrupt: Annotated[dict[Digit, Target], Field(max_length=12)] = Field(
        default={},
        description="Where a digit leads, out of the queue.",
        examples=[{"0": "voicemail:support", "1": "callback:support"}],
    )
    to_agent: PromptDeclared | None = Field(default=None, description="What the agent hears before the caller.")


class PromptHeard(Shown):
    """What is heard."""

    text: str | dict[str, str]
    clip: str


class RecurringShown(Shown):
    """Something that is said again and again."""

    first_after_s: float
    every_s: float
    when: Literal["changed", "always"]


class ComfortShown(Shown):
    """Messages that are said in turn."""

    messages: list[PromptHeard]
    first_after_s: float
    every_s: float


class AnnounceShown(Shown):
    """Everything that a queue says."""

    language: str
    greeting: PromptHeard | None
    position: RecurringShown | None
    expected_wait: RecurringShown | None
    comfort: ComfortShown | None
    min_gap_s: float
    interrupt: dict[str, str]
    to_agent: PromptHeard | None
