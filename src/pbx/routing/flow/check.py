"""Whether a flow as a whole makes sense: every step is reached, every way leads on, and no caller goes in circles.

What a flow names outside of itself (queues, agents, prompts) is not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from msgspec import Struct

from pbx.routing.flow import condition
from pbx.routing.flow.steps import AnyStep, Collect, Hours, Menu, Test, prompts


class Fault(Struct, frozen=True):
    """What is wrong, and where."""

    field: str
    """For instance ``steps[3].next``."""
    detail: str


def faults(steps: tuple[AnyStep, ...]) -> list[Fault]:
    """Everything that is wrong with the steps of a flow, in their order; a flow without faults can be served."""
    found = [fault for place, step in enumerate(steps) for fault in _within(place, step)]
    places: dict[str, int] = {}
    for place, step in enumerate(steps):
        if step.id in places:
            found.append(Fault(f"steps[{place}].id", f"steps[{places[step.id]}] is called {step.id} already"))
        places.setdefault(step.id, place)
    for place, step in enumerate(steps):
        for field, target in step.exits():
            if target not in places:
                found.append(Fault(f"steps[{place}].{field}", f"there is no step {target}"))
    # What follows would only repeat what is said already.
    return found or [*_unreached(steps, places), *_circles(steps, places)]


def _within(place: int, step: AnyStep) -> Iterator[Fault]:
    """Faults that a step has by itself."""
    at = f"steps[{place}]"
    for field, prompt in prompts(step):
        if not prompt.clip and not any(prompt.texts()):
            yield Fault(f"{at}.{field}", "expected a text or a clip")
    match step:
        case Hours():
            try:
                ZoneInfo(step.zone)
            except (ValueError, OSError, LookupError):
                yield Fault(f"{at}.zone", f"there is no time zone {step.zone}")
        case Test():
            try:
                condition.parse(step.condition)
            except condition.ConditionError as error:
                yield Fault(f"{at}.condition", str(error))
        case Collect() if step.min > step.max:
            yield Fault(f"{at}.min", f"expected at most {step.max}, which is max")
        case _:
            pass


def _unreached(steps: tuple[AnyStep, ...], places: dict[str, int]) -> Iterator[Fault]:
    reached, waiting = {0}, [0]
    while waiting:
        for _, target in steps[waiting.pop()].exits():
            if places[target] not in reached:
                reached.add(places[target])
                waiting.append(places[target])
    for place, step in enumerate(steps):
        if place not in reached:
            yield Fault(f"steps[{place}]", f"nothing leads to the step {step.id}")


def _circles(steps: tuple[AnyStep, ...], places: dict[str, int]) -> Iterator[Fault]:
    """Circles that a caller who presses nothing would go round for ever."""
    done: set[int] = set()
    for start in range(len(steps)):
        path: list[tuple[int, Iterator[tuple[str, str]]]] = [(start, _unattended(steps[start]))]
        on_path = {start}
        while path and start not in done:
            place, exits = path[-1]
            for field, target in exits:
                follower = places[target]
                if follower in on_path:
                    yield Fault(f"steps[{place}].{field}", f"a caller who presses nothing comes back to {target}")
                elif follower not in done:
                    path.append((follower, _unattended(steps[follower])))
                    on_path.add(follower)
                    break
            else:
                path.pop()
                on_path.discard(place)
                done.add(place)


def _unattended(step: AnyStep) -> Iterator[tuple[str, str]]:
    """The exits that need no key to be pressed."""
    match step:
        case Menu() | Collect():
            return iter((("failed", step.failed),))
        case _:
            return step.exits()
