"""One centre for many tests, one after the other: each finds it as the first one did."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.live.harness.centre import Centre
from tests.live.harness.waiting import eventually

NOUNS = {
    "routes": "number", "queues": "id", "flows": "id", "trunks": "id", "agents": "id", "music": "id", "sites": "id",
    "calendars": "id", "skills": "id", "voicemails": "id",
}  # fmt: skip
"""What tests declare, or calls leave behind; and by which field each is named."""


async def clear(centre: Centre) -> None:
    """Let its calls end, forget all that was declared, and have no eye for records of calls until now."""
    try:
        await centre.quiet()
    finally:  # where calls do not end, the test after this one need not suffer from it
        await eventually(lambda: _forget(centre), lambda left: not left, within_s=10, what="nothing declared")
        centre.records_since = datetime.now(UTC).isoformat()


async def _forget(centre: Centre) -> list[str]:
    """Delete what nothing else needs; returns what is left."""
    left = []
    for noun, name in NOUNS.items():
        for declared in (await centre.get(f"/{noun}", limit="500"))["items"]:
            path = f"/{noun}/{declared[name]}"
            answer = await centre.api.delete(path)
            assert answer.status_code in (204, 404, 409), f"DELETE {path}: {answer.status_code} {answer.text}"
            if answer.status_code == 409:
                left.append(path)
    return left
