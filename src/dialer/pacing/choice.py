"""Which pacing a campaign has, by its mode."""

from __future__ import annotations

from dialer.campaign import Campaign, Mode
from dialer.pacing.by_hand import Manual, Preview
from dialer.pacing.predictive import Predictive
from dialer.pacing.ratio import Progressive, Ratio
from dialer.pacing.view import Pacing


def pacing_for(campaign: Campaign) -> Pacing:
    """A pacing that has learnt nothing yet. Raises ValueError for a ratio below 1."""
    match campaign.mode:
        case Mode.PREVIEW:
            return Preview()
        case Mode.PROGRESSIVE:
            return Progressive()
        case Mode.PREDICTIVE:
            return Predictive()
        case Mode.RATIO:
            return Ratio(campaign.ratio)
        case _:
            return Manual()
