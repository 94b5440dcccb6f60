"""Which of a campaign's numbers is shown to the called party."""

from __future__ import annotations

from dialer.campaign import Campaign


def shown(campaign: Campaign, number: str) -> str:
    """With local presence the one that begins like ``number`` for longest, else the first; '' where there is none."""
    if not campaign.local_presence or not campaign.caller_ids:
        return next(iter(campaign.caller_ids), "")
    return max(campaign.caller_ids, key=lambda own: _alike(own, number))


def _alike(one: str, other: str) -> int:
    """How many characters two numbers begin with in common."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
