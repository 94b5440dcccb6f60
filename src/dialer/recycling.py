"""What an attempt's outcome makes of a lead: called again, and when, and at which number; or done."""

from __future__ import annotations

from msgspec.structs import replace

from dialer.campaign import Campaign, Disposition
from dialer.lead import Lead, LeadNumber, LeadState, Tried
from dialer.outcome import FINAL, NUMBER_IS_DEAD, Outcome

NEXT_NUMBER_S = 60.0
"""Another number is tried so soon after one that turned out to be dead."""


def in_turn(lead: Lead) -> tuple[LeadNumber, ...]:
    """The numbers that may still be tried, the one whose turn it is first: they go round."""
    numbers = lead.numbers
    if lead.tried:
        last = lead.tried[-1].number
        at = next((index for index, one in enumerate(numbers) if one.number == last), -1)
        numbers = (*numbers[at + 1 :], *numbers[: at + 1])
    return tuple(one for one in numbers if not one.dead)


def after(lead: Lead, campaign: Campaign, number: str, outcome: Outcome, at: float, now: float) -> Lead:
    """The lead as an attempt at ``number``, dialled at ``at``, leaves it at ``now``."""
    lead = replace(lead, tried=(*lead.tried, Tried(number, at, outcome)))
    if outcome is Outcome.OPTED_OUT:
        return replace(lead, state=LeadState.REFUSED)
    if outcome in NUMBER_IS_DEAD:
        numbers = tuple(replace(one, dead=True) if one.number == number else one for one in lead.numbers)
        return _again(replace(lead, numbers=numbers), campaign, now + NEXT_NUMBER_S)
    rule = campaign.attempts.after(outcome)
    if rule is None:
        return replace(lead, state=LeadState.DONE if outcome in FINAL else LeadState.EXHAUSTED)
    if sum(one.outcome is outcome for one in lead.tried) > rule.times:
        return replace(lead, state=LeadState.EXHAUSTED)
    return _again(lead, campaign, now + rule.after_s)


def disposed(lead: Lead, disposition: Disposition, now: float) -> Lead:
    """The lead as an agent's word on the conversation leaves it."""
    lead = replace(lead, disposition=disposition.code)
    if disposition.do_not_call:
        return replace(lead, state=LeadState.REFUSED)
    if disposition.retry_after_s is not None:
        return replace(lead, state=LeadState.READY, due_at=now + disposition.retry_after_s)
    return replace(lead, state=LeadState.DONE)


def _again(lead: Lead, campaign: Campaign, due_at: float) -> Lead:
    if len(lead.tried) >= campaign.attempts.ever or all(one.dead for one in lead.numbers):
        return replace(lead, state=LeadState.EXHAUSTED)
    return replace(lead, state=LeadState.READY, due_at=due_at)
