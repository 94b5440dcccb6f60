"""Problem documents (RFC 9457)."""

from __future__ import annotations

from pydantic import BaseModel, Field


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: str = Field(description="The dotted path of the field, e.g. `service_level.target`.")
    detail: str


class ProblemDocument(BaseModel):
    """Why a request was not met."""

    type: str = Field(description="A stable slug, e.g. `not-found`; the same fault always has the same one.")
    title: str
    status: int
    detail: str
    errors: list[FieldError] = Field(default_factory=list, description="The fields to blame, where some are.")
