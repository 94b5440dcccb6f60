"""What the routers of configured nouns share."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from fastapi import APIRouter, Depends, Response, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel

from control.configuration import Configuration
from control.errors import NotFound
from control.nouns import Noun
from control.paging import cut, read_cursor
from control.parameters import refuse_unknown_parameters
from control.schemas.common import Page, Shown
from control.schemas.problem import ProblemDocument
from control.store.repository import Repository

Value = TypeVar("Value", bound=msgspec.Struct)
Document = TypeVar("Document", bound=Shown)

API = "/api/v1"
"""Where the API is served; a change that clients must follow begins another one."""
PROBLEM: dict[str, Any] = {
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
}
"""A problem document, for a route's ``responses``. It only refers to the document's schema, which ``DESCRIBED`` brings
along once: a model for each response of each operation would take a sixth of the program's start.
"""
STRANGER = PROBLEM | {"description": "No API key, or an unknown one"}
DESCRIBED: dict[int | str, dict[str, Any]] = {401: STRANGER | {"model": ProblemDocument}}
BODY: dict[int | str, dict[str, Any]] = {
    400: PROBLEM | {"description": "The body is not JSON"},
    413: PROBLEM | {"description": "The body is too large"},
}


def api_router(prefix: str, tag: str) -> APIRouter:
    """A router of the API, whose operations are what they will be: to include it in another one would build each anew,
    which takes the program longer to start than anything else it does.
    """
    return APIRouter(
        prefix=API + prefix,
        tags=[tag],
        # The key was checked by RequireKey; here it is only told to readers of the OpenAPI document.
        dependencies=[
            Security(HTTPBearer(auto_error=False, scheme_name="API key")),
            Depends(refuse_unknown_parameters),
        ],
        responses={
            401: STRANGER,
            422: PROBLEM | {"description": "A field is unknown or cannot be accepted"},
        },
    )


def written(shown: type[Shown]) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a PUT."""
    return BODY | {
        200: {"description": "Replaced, or there already"},
        201: {"model": shown, "description": "Created"},
        409: PROBLEM | {"description": "A number is taken"},
    }


DELETED: dict[int | str, dict[str, Any]] = {
    404: PROBLEM | {"description": "Not found"},
    409: PROBLEM | {"description": "Still in use"},
}
FOUND: dict[int | str, dict[str, Any]] = {404: PROBLEM | {"description": "Not found"}}


def to_value(kind: type[Value], body: BaseModel, **more: object) -> Value:
    """The value that a document declares."""
    return msgspec.convert(body.model_dump() | more, kind)


async def get_one(repository: Repository[Value], id: str, shown: type[Document], noun: str) -> Document:
    """One value as a document. Raises NotFound."""
    value = await repository.get(id)
    if value is None:
        raise NotFound(f"there is no {noun} {id}")
    return shown.model_validate(value)


async def get_page(
    repository: Repository[Value], limit: int, cursor: str | None, shown: type[Document], key: str = "id"
) -> Page[Document]:
    """A page of values in the order of their ids. Raises Invalid for a bad cursor."""
    after = read_cursor(cursor, str) if cursor else ""
    found = await repository.page(limit + 1, after)
    values, next_cursor = cut(found, limit, lambda value: getattr(value, key))
    return Page(items=[shown.model_validate(value) for value in values], next_cursor=next_cursor)


async def declare(configuration: Configuration, value: Noun, response: Response, *, dry_run: bool) -> None:
    """Put a value: 201 when it is new, 200 when not."""
    async with configuration.edit(dry_run=dry_run) as edit:
        if await edit.put(value):
            response.status_code = 201
