"""The demo's campaign: a quality programme calls customers, wherever it is day, and asks how they were served."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

from control.demo.configuration import CUSTOMER_NAMES
from control.nouns import Campaign
from dialer.campaign import CallingWindow, Disposition, Mode
from dialer.lead import Lead, LeadNumber, NumberKind

CUSTOMERS = 2000
"""Enough for some hours."""

ZONES = ("Europe/Belgrade", "America/Chicago", "Australia/Sydney")
"""Where customers live: somewhere it is between nine and eight at every hour."""

CALLER_ID = "+381114000702"
"""By which the carrier's robot knows these calls."""

QUALITY = Campaign(
    id="quality",
    name="Quality programme",
    queue="sales",
    mode=Mode.PREDICTIVE,
    caller_ids=(CALLER_ID,),
    max_lines=4,
    windows=(CallingWindow(start_minute=9 * 60, end_minute=20 * 60),),
    dispositions=(Disposition("content", conversion=True), Disposition("displeased")),
    script="Good day {first_name}, this is Centrala. How did you like our service?",
    solicitation=False,
    reserve=0.2,
)


def customers() -> Iterator[Lead]:
    """Whom it calls."""
    people = zip(cycle(CUSTOMER_NAMES), cycle(ZONES), strict=False)
    for serial, (name, zone) in enumerate(islice(people, CUSTOMERS), 5_000_000):
        number = LeadNumber(f"+38160{serial}", NumberKind.MOBILE)
        yield Lead(0, QUALITY.id, (number,), zone=zone, fields={"first_name": name})
