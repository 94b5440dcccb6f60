"""What must hold between a campaign and all else that is configured."""

from __future__ import annotations

import re

from control.errors import Invalid
from control.nouns import Campaign
from control.store.store import Records
from dialer.answering import rules_of
from dialer.campaign import Mode
from dialer.detecting.rules import AmdRules
from pbx.routing.flow.text import CLIP_NAME, Prompt

THRESHOLDS = tuple(name for name, kind in AmdRules.__annotations__.items() if kind == "int")
"""What ``amd`` may set."""

_CLIP = re.compile(CLIP_NAME)


def said(text: str) -> Prompt | None:
    """What a campaign says: a recording by its name, or else a text; None for nothing."""
    if not text.strip():
        return None
    return Prompt(clip=text) if _CLIP.fullmatch(text) else Prompt(text=text)


def prompts_of(campaign: Campaign) -> dict[str, Prompt]:
    """What it says, by the field that each stands in."""
    texts = {name: said(getattr(campaign, name)) for name in ("message", "announcement", "drop_message")}
    return {field: prompt for field, prompt in texts.items() if prompt is not None}


def amd_rules(campaign: Campaign) -> AmdRules:
    """How it tells people from machines. Raises Invalid, naming the field, for thresholds without sense."""
    for name, value in campaign.detection.items():
        if name not in THRESHOLDS:
            raise Invalid(f"there is no such threshold; known: {', '.join(THRESHOLDS)}", field=f"amd.{name}")
        if not value.is_integer():
            raise Invalid("expected an integer", field=f"amd.{name}")
    try:
        return rules_of(campaign)
    except ValueError as error:
        name, _, reason = str(error).partition(": ")
        raise Invalid(reason, field=f"amd.{name}") from None


async def check_campaign(records: Records, campaign: Campaign) -> None:
    """Raise Invalid, naming the field, when the campaign may not be declared."""
    if await records.queues.get(campaign.queue) is None:
        raise Invalid(f"there is no queue {campaign.queue}", field="queue")
    amd_rules(campaign)
    if campaign.max_ring_s < campaign.min_ring_s:
        raise Invalid(f"expected no less than min_ring_s, {campaign.min_ring_s:g}", field="max_ring_s")
    if campaign.starts_at is not None and campaign.ends_at is not None and campaign.ends_at <= campaign.starts_at:
        raise Invalid("expected a time after starts_at", field="ends_at")
    codes: set[str] = set()
    for place, disposition in enumerate(campaign.dispositions):
        if disposition.code in codes:
            raise Invalid(f"{disposition.code} stands there already", field=f"dispositions[{place}].code")
        codes.add(disposition.code)
    if campaign.mode is Mode.AGENTLESS and said(campaign.announcement) is None:
        raise Invalid("an agentless campaign needs an announcement", field="announcement")
    if campaign.on_machine == "message" and said(campaign.message) is None:
        raise Invalid("there is no message to be left on machines", field="message")
    if campaign.on_machine != "hang_up" and not campaign.amd:
        raise Invalid("machines are not told from people unless `amd` is set", field="on_machine")
    if campaign.local_presence and not campaign.caller_ids:
        raise Invalid("local presence needs numbers to choose from", field="caller_id")
