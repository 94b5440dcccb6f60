"""Flows on the wire. The shape of their steps is that of ``pbx.routing.flow.steps``, told once and checked there."""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
from pydantic import BeforeValidator, Field, WithJsonSchema

from control.errors import Invalid
from control.schemas.common import Declared, DisplayName, Shown, Slug
from pbx.routing.flow.steps import Steps
from pbx.routing.flow.text import Language

_PLACE = re.compile(r"(?P<detail>.*?)(?: - at (?:`key` in )?`\$(?P<place>[^`]*)`)?", re.DOTALL)
_UNKNOWN = re.compile(r"unknown field `(?P<field>[^`]*)`")
_MISSING = re.compile(r"missing required field `(?P<field>[^`]*)`")


def _json_schema() -> dict[str, Any]:
    """The JSON schema of the steps, in one piece: OpenAPI keeps its references elsewhere."""
    (schema,), parts = msgspec.json.schema_components((Steps,), ref_template="{name}")

    def whole(node: Any) -> Any:
        if isinstance(node, list):
            return [whole(item) for item in node]
        if not isinstance(node, dict):
            return node
        if isinstance(reference := node.get("$ref"), str):
            return whole(parts[reference])
        return {name: whole(value) for name, value in node.items() if name != "discriminator"}

    found: dict[str, Any] = whole(schema)
    return found


STEPS_SCHEMA = _json_schema()

StepsDeclared = Annotated[list[Any], WithJsonSchema(STEPS_SCHEMA)]
StepsShown = Annotated[
    list[dict[str, Any]],
    BeforeValidator(msgspec.to_builtins),
    WithJsonSchema({"type": "array", "items": {"type": "object"}}),
]


class FlowDeclared(Declared):
    """What a caller hears, presses and lands in: it begins with the first step."""

    name: DisplayName | None = Field(default=None, description="The id, where none is given.")
    language: Annotated[str, WithJsonSchema(msgspec.json.schema(Language))] = Field(
        default="en", description="What prompts are spoken in."
    )
    steps: StepsDeclared

    def read_steps(self) -> Steps:
        """The steps as values. Raises Invalid, naming the place (``steps[3].next``)."""
        steps: Steps = _read(self.steps, Steps, "steps")
        return steps

    def read_language(self) -> Language:
        """The language. Raises Invalid."""
        language: Language = _read(self.language, Language, "language")
        return language


class FlowShown(Shown):
    """A flow."""

    id: Slug
    name: str
    language: str
    steps: StepsShown


def _read(value: object, kind: Any, field: str) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _fault(str(error), field) from error


def _fault(message: str, field: str) -> Invalid:
    """What msgspec said, with the place in the terms of the document."""
    match = _PLACE.fullmatch(message)
    assert match is not None, "the pattern takes any text"
    detail, place = match["detail"], field + (match["place"] or "")
    if (unknown := _UNKNOWN.search(detail)) is not None:
        return Invalid("there is no such field", field=f"{place}.{unknown['field']}")
    if (missing := _MISSING.search(detail)) is not None:
        return Invalid("this field is required", field=f"{place}.{missing['field']}")
    return Invalid(detail.replace("`", ""), field=place)
