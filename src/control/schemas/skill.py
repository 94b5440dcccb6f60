"""Skills on the wire."""

from __future__ import annotations

from control.schemas.common import Declared, DisplayName, Shown, Slug


class SkillDeclared(Declared):
    """Something an agent can be good at."""

    name: DisplayName


class SkillShown(Shown):
    """A skill."""

    id: Slug
    name: str
