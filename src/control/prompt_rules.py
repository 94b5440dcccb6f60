"""What uses a recording: it may not be deleted meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

from control.campaign_rules import prompts_of
from control.errors import InUse
from control.nouns import Campaign, Flow, Music, Queue
from control.prompt_files import NO_LANGUAGE, Prompt
from control.store.store import Records
from pbx.routing.flow.steps import prompts


async def check_prompt_unused(records: Records, prompt: Prompt) -> None:
    """Raise InUse, naming the referrer, for a recording that something names."""
    users: list[Flow | Queue | Music | Campaign] = [*await records.flows.all(), *await records.queues.all()]
    users += await records.campaigns.all()
    if prompt.language == NO_LANGUAGE:
        users += await records.music.all()
    for user in users:
        client = getattr(user, "client", None)
        # What a client's queue names is the client's own, or the house's: either may be the one that is heard.
        meant = {prompt.clip, prompt.id} if prompt.client and prompt.client == client else {prompt.clip}
        if not meant.isdisjoint(_named(user)):
            raise InUse(f"recording {prompt.clip} is used by {type(user).__name__.lower()} {user.id}")


def _named(user: Flow | Queue | Music | Campaign) -> Iterator[str]:
    match user:
        case Flow():
            yield from (prompt.clip for step in user.steps for _, prompt in prompts(step))
        case Queue():
            yield from (prompt.clip for prompt in user.announce.prompts().values())
        case Music():
            yield from user.tracks
        case Campaign():
            yield from (prompt.clip for prompt in prompts_of(user).values())
