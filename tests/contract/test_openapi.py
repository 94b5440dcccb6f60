"""The API keeps the promises of its OpenAPI document, whatever is sent to it.

Schemathesis reads the document and sends what fits it and what does not. No answer may be a 500, have a status or a
shape that the document does not know, or accept what the document forbids.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.unit.control.fake_centre import KEY
from tests.unit.control.site import serve_fake_centre

HEADERS = {"Authorization": f"Bearer {KEY}"}

# A document may be well formed and still name a skill that does not exist: 422 is then the right answer.
NOT_PROMISED: list[schemathesis.CheckFunction] = [positive_data_acceptance]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[schemathesis.BaseSchema]:
    """The document of a centre that serves in a thread of its own."""
    folder: Path = tmp_path_factory.mktemp("centre")
    ready, done = threading.Event(), threading.Event()
    addresses: list[str] = []

    async def serve() -> None:
        async with serve_fake_centre(folder) as site:
            addresses.append(site.address)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(60)
    yield schemathesis.openapi.from_url(f"http://{addresses[0]}/api/v1/openapi.json")
    done.set()
    thread.join()


CASES = int(os.environ.get("CENTRALA_API_CASES", "5"))
"""Of each operation, with data that fits and with data that does not; the same ones each time."""

SEARCH = settings(
    max_examples=CASES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)


def modes_of(operation: schemathesis.APIOperation[Any, Any, Any, Any]) -> list[schemathesis.GenerationMode]:
    """Data that fits and data that does not, where the operation takes any."""
    takes_data = bool(operation.body) or any(operation.iter_parameters())
    return list(schemathesis.GenerationMode) if takes_data else [schemathesis.GenerationMode.POSITIVE]


def test_every_answer_is_one_the_document_promises(
    document: schemathesis.BaseSchema, subtests: pytest.Subtests
) -> None:
    checked = 0
    for result in document.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        for mode in modes_of(operation):

            @SEARCH
            @given(case=operation.as_strategy(generation_mode=mode))
            def keeps_its_promises(case: schemathesis.Case[Any]) -> None:
                case.call_and_validate(headers=HEADERS, excluded_checks=NOT_PROMISED)

            with subtests.test(operation=operation.label, data=mode.value):
                keeps_its_promises()
                checked += 1
    assert checked >= 48


def test_each_shape_has_a_name_of_its_own(document: schemathesis.BaseSchema) -> None:
    """Of two classes with one name, the document would tell the modules."""
    assert [name for name in document.raw_schema["components"]["schemas"] if "__" in name] == []
