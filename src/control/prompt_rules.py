"""What uses a recording: it may not be deleted meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

from control.errors import InUse
from control.nouns import Flow
from control.prompt_files import Prompt
from control.store.store import Records
from pbx.routing.flow.steps import prompts


async def check_prompt_unused(records: Records, prompt: Prompt) -> None:
    """Raise InUse, naming the referrer, for a recording that something names."""
    for flow in await records.flows.all():
        if prompt.clip in _named_in_flow(flow):
            raise InUse(f"recording {prompt.clip} is used by flow {flow.id}")


def _named_in_flow(flow: Flow) -> Iterator[str]:
    return (prompt.clip for step in flow.steps for _, prompt in prompts(step))
