"""A centre and its day out of a YAML file: documents of kind ``Queue`` and ``Agent`` as elsewhere, and one ``Day``.

kind: Day
id: monday
spec:
  hours: 8
  calls: {support: 120, sales: [40, 90, 60]}   # an hour; several: equal parts of the day
  talk_s: {mean: 240, deviation: 120}          # or a mean alone: exponential
  patience_s: 180                              # left out: nobody gives up
  answer_s: 4
  agents: [{count: 12, skills: {billing: 5}}]  # beside those that are documents
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct, ValidationError, convert

from acd.model import AgentProfile, Queue
from control.errors import StartError
from control.schemas.agent import AgentDeclared
from control.schemas.queue import QueueDeclared
from lab.chance import Spread
from lab.synthetic import Demand, Scenario


class Duration(Struct, frozen=True, forbid_unknown_fields=True):
    """A distribution as written."""

    mean: float
    deviation: float | None = None


class Team(Struct, frozen=True, forbid_unknown_fields=True):
    """So many agents alike."""

    count: int
    skills: dict[str, int] = {}


class Day(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day as written."""

    calls: dict[str, float | list[float]]
    hours: float = 8.0
    talk_s: float | Duration = 240.0
    patience_s: float | Duration | None = None
    answer_s: float = 4.0
    agents: list[Team] = []


def load_scenario(path: Path) -> Scenario:
    """Read a file. Raises StartError that names document and field."""
    try:
        documents = [one for one in yaml.safe_load_all(path.read_text()) if one is not None]
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"cannot read {path}: {error}") from error
    except yaml.YAMLError as error:
        raise StartError(f"{path} is not valid YAML: {' '.join(str(error).split())}") from error
    queues, agents, days = [], [], []
    for number, document in enumerate(documents, start=1):
        where = f"{path}, document {number}"
        if not isinstance(document, dict) or not isinstance(document.get("spec"), dict):
            raise StartError(f"{where}: expected kind, id and spec")
        id, spec = str(document.get("id", "")), document["spec"]
        match document.get("kind"):
            case "Queue":
                queues.append(_value(Queue, id, spec, set(QueueDeclared.model_fields), where))
            case "Agent":
                agents.append(_value(AgentProfile, id, spec, set(AgentDeclared.model_fields), where))
            case "Day":
                days.append(_day(spec, where))
            case _:
                pass  # a route or a flow has no part in it
    if len(days) != 1:
        raise StartError(f"{path}: expected one document of kind Day, found {len(days)}")
    return scenario(queues, agents, days[0], str(path))


def scenario(queues: list[Queue], agents: list[AgentProfile], day: Day, where: str) -> Scenario:
    """A centre with a day. Raises StartError."""
    known = {queue.id for queue in queues}
    if unknown := sorted(set(day.calls) - known):
        raise StartError(f"{where}: calls: there is no queue {unknown[0]!r}: there are {', '.join(sorted(known))}")
    if not 0 < day.hours <= 24 * 31:
        raise StartError(f"{where}: hours: expected more than 0 and at most a month, not {day.hours:g}")
    teams = [
        AgentProfile(f"agent-{place}-{number}", skills=team.skills)
        for place, team in enumerate(day.agents, start=1)
        for number in range(1, team.count + 1)
    ]
    demands = []
    for queue, calls in day.calls.items():
        per_hour = tuple(calls) if isinstance(calls, list) else (calls,)
        if not per_hour or min(per_hour) < 0:
            raise StartError(f"{where}: calls.{queue}: expected calls an hour, of which none is below 0")
        patience = None if day.patience_s is None else _spread(day.patience_s)
        demands.append(Demand(queue=queue, per_hour=per_hour, talk=_spread(day.talk_s), patience=patience))
    return Scenario(
        queues=tuple(queues),
        agents=(*agents, *teams),
        demands=tuple(demands),
        length_s=day.hours * 3600,
        answer=Spread(day.answer_s, 0.0),
    )


def _spread(written: float | Duration) -> Spread:
    return Spread(written.mean, written.deviation) if isinstance(written, Duration) else Spread(written)


def _day(spec: dict[str, Any], where: str) -> Day:
    try:
        return convert(spec, Day)
    except ValidationError as error:
        raise StartError(f"{where}: {error}") from error


def _value(kind: type[Any], id: str, spec: dict[str, Any], others: set[str], where: str) -> Any:
    known = set(kind.__struct_fields__)
    if unknown := sorted(set(spec) - known - others):
        raise StartError(f"{where}: spec.{unknown[0]}: there is no such field")
    try:
        return convert({name: value for name, value in spec.items() if name in known} | {"id": id}, kind)
    except ValidationError as error:
        raise StartError(f"{where}: {error}") from error
