"""What is to be said becomes clips: recordings where they are, else words that are spoken, once for all time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import structlog

from control.announcing.words import Saying
from control.errors import Invalid
from control.prompts import PromptError, Prompts

log = structlog.get_logger(__name__)


class Voice:
    """Says things. A recording of the client's goes before one of the house."""

    def __init__(self, prompts: Prompts) -> None:
        self._prompts = prompts

    def at_once(self, sayings: Iterable[Saying], language: str, client: str = "") -> tuple[str, ...] | None:
        """The clips that say all this; None where something has to be spoken first."""
        found: list[str] = []
        for saying in sayings:
            clips = self._recorded(saying, language, client)
            if clips is None:
                spoken = self._prompts.kept(saying.text, language)
                if spoken is None:
                    return None
                clips = (str(spoken),)
            found += clips
        return tuple(found)

    async def clips(self, sayings: Iterable[Saying], language: str, client: str = "") -> tuple[str, ...]:
        """The clips that say this, spoken now where they have to be; what nothing can say is left out."""
        found: list[str] = []
        for saying in sayings:
            try:
                recorded = self._recorded(saying, language, client)
                found += recorded or (str(await self._prompts.path(saying.text, language)),)
            except PromptError as error:
                log.warning("a prompt is left out", clips=saying.clips, language=language, reason=str(error))
        return tuple(found)

    async def check(self, saying: Saying, language: str, field: str, client: str = "") -> None:
        """Raise Invalid, naming the field, for what cannot be said here."""
        missing = [clip for clip in saying.clips if self._prompts.recorded(clip, language, client) is None]
        if saying.clips and not missing:
            return
        if not saying.text:
            raise Invalid(
                f"there is no recording {', '.join(missing)} for the language {language}, and no text", field=field
            )
        try:
            await self._prompts.check(language)
        except PromptError as error:
            raise Invalid(str(error), field=field) from error

    def recording(self, name: str, language: str, client: str = "") -> Path | None:
        """One recording, where it is there."""
        return self._prompts.recorded(name, language, client)

    def _recorded(self, saying: Saying, language: str, client: str) -> tuple[str, ...] | None:
        """The recordings, where all are there; where there is no text, whatever the plane knows by these names."""
        paths = [self._prompts.recorded(clip, language, client) for clip in saying.clips]
        if paths and all(paths):
            return tuple(map(str, paths))
        if not saying.text:
            return tuple(str(path or clip) for path, clip in zip(paths, saying.clips, strict=True))
        return None
