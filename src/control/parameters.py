"""A query parameter that nothing reads is refused: ``?dryrun=true``, misspelt, must not write."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from control.errors import Invalid


async def refuse_unknown_parameters(request: Request) -> None:
    """A dependency of every route of the API. Raises Invalid, naming the parameter."""
    if not request.query_params:
        return
    route: APIRoute = request.scope["route"]
    known = set(_names(route.dependant))
    for name in request.query_params:
        if name not in known:
            expected = f"; known: {', '.join(sorted(known))}" if known else ""
            raise Invalid(f"there is no such parameter{expected}", field=name)
        if len(request.query_params.getlist(name)) > 1:
            raise Invalid("this parameter may be given once", field=name)


def _names(dependant: Dependant) -> Iterator[str]:
    for parameter in dependant.query_params:
        yield parameter.alias
    for inner in dependant.dependencies:
        yield from _names(inner)
