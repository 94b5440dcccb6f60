"""What the user wants to try, as typed (``--set``, ``--agents``) or as written in a YAML file (``--changes``).

set:
  queue.support.strategy: best_skill
  queue.support.service_level.threshold_s: 30
  agent.ana.skills.billing: 7
agents: ["+2:support", "-1:sales"]
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from control.errors import StartError
from lab.changes import Setting, Staffing

MOST_AGENTS = 1000
_STAFFING = re.compile(r"([+-]\d{1,4}):(\S+)")


class Wishes(Struct, frozen=True):
    """All that is to be changed."""

    settings: tuple[Setting, ...] = ()
    staffing: tuple[Staffing, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.settings or self.staffing)

    def __add__(self, other: Wishes) -> Wishes:
        return Wishes(self.settings + other.settings, self.staffing + other.staffing)


def parse_wishes(sets: Iterable[str], agents: Iterable[str]) -> Wishes:
    """Read ``NOUN.ID.FIELD=VALUE`` (the value as YAML writes it) and ``+N:QUEUE``. Raises StartError."""
    settings = []
    for text in sets:
        path, equals, value = text.partition("=")
        if not equals:
            raise StartError(f"--set {text}: expected NOUN.ID.FIELD=VALUE, e.g. queue.support.strategy=best_skill")
        settings.append(_setting(path, _value(path, value), f"--set {text}"))
    return Wishes(tuple(settings), tuple(_staffing(text, f"--agents {text}") for text in agents))


def load_wishes(path: Path) -> Wishes:
    """Read a file of changes. Raises StartError."""
    try:
        found = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"cannot read {path}: {error}") from error
    except yaml.YAMLError as error:
        raise StartError(f"{path} is not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(found, dict) or set(found) - {"set", "agents"}:
        raise StartError(f"{path}: expected 'set' (fields and values) and 'agents' (a list), and nothing else")
    sets, agents = found.get("set") or {}, found.get("agents") or []
    if not isinstance(sets, dict) or not isinstance(agents, list):
        raise StartError(
            f"{path}: expected 'set' to hold fields with values, and 'agents' a list such as ['+2:support']"
        )
    settings = tuple(_setting(str(name), value, f"{path}: {name}") for name, value in sets.items())
    return Wishes(settings, tuple(_staffing(str(text), f"{path}: {text}") for text in agents))


def _setting(path: str, value: Any, where: str) -> Setting:
    noun, *rest = path.strip().split(".")
    match noun, rest:
        case "queue", [id, *fields] if fields and all(fields):
            return Setting("queue", id, tuple(fields), value)
        case "agent", [id, *fields] if fields and all(fields):
            return Setting("agent", id, tuple(fields), value)
    raise StartError(f"{where}: expected queue.ID.FIELD or agent.ID.FIELD, e.g. queue.a.strategy")


def _value(path: str, text: str) -> Any:
    try:
        return yaml.safe_load(text) if text.strip() else ""
    except yaml.YAMLError as error:
        raise StartError(f"--set {path}: the value is not valid YAML: {' '.join(str(error).split())}") from error


def _staffing(text: str, where: str) -> Staffing:
    match = _STAFFING.fullmatch(text.strip())
    if match is None or not 0 < abs(int(match[1])) <= MOST_AGENTS:
        raise StartError(f"{where}: expected +N:QUEUE, -N:QUEUE or the same with an agent, e.g. +2:support")
    return Staffing(int(match[1]), match[2])
