"""What the demo centre is made of. Extensions 1001-1010, each with the password ``demo-`` and the extension."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from acd.model import OverflowRule, ServiceLevel
from control.announcing.terms import Announce, Comfort, Recurring
from control.configuration import Configuration
from control.credentials import ha1_md5, ha1_sha256, pin_hash
from control.errors import Invalid
from control.nouns import Agent, Flow, Noun, Queue, Route, Skill, Trunk
from control.store.store import Store
from pbx.routing.flow.steps import Menu, Voicemail
from pbx.routing.flow.steps import Queue as QueueStep
from pbx.routing.flow.text import Prompt

PEOPLE = {"1001": "Ana", "1002": "Bojan"}
"""Seats that are free for whoever tries the demo with a softphone."""
ROBOTS = {"1003": "Vesna", "1004": "Dragan", "1005": "Emilija", "1006": "Filip", "1007": "Gordana", "1008": "Hana",
          "1009": "Ivan", "1010": "Jelena"}  # fmt: skip
"""Seats that robots take."""

CUSTOMER_NAMES = ("Mila", "Luka", "Sara", "Nikola", "Tara", "Vuk", "Iva", "Petar", "Una", "Marko", "Nina", "Stefan")

SKILLS = {"billing": "Billing", "technical": "Technical help", "sales": "Sales", "en": "English", "sr": "Serbian"}
_LEVELS = ({"billing": 8, "en": 6, "sr": 9}, {"technical": 7, "sales": 4, "en": 8}, {"sales": 9, "sr": 7, "billing": 3})

QUEUES = (
    Queue(
        id="support",
        name="Support",
        extension="700",
        requires="billing >= 3 or technical >= 3",
        service_level=ServiceLevel(20, 0.8),
        ring_timeout_s=12,
        wrap_up_s=5,
        max_wait_s=180,
        overflow=OverflowRule("queue:sales"),
    ),
    Queue(id="sales", name="Sales", extension="701", requires="sales >= 3 and (en or sr)", wrap_up_s=5, max_wait_s=300),
)
WELCOME = Flow(
    id="welcome",
    name="Welcome",
    steps=(
        Menu(
            id="menu",
            prompt=Prompt(
                text="Welcome to Centrala. Press 1 for support, 2 for sales, or 3 to leave a message for Ana.",
            ),
            choices={"1": "support", "2": "sales", "3": "message"},
            invalid=Prompt(text="This is no choice."),
            failed="support",
        ),
        QueueStep(id="support", queue="support"),
        QueueStep(id="sales", queue="sales"),
        Voicemail(id="message", box="ana"),
    ),
)
"""Served where its prompts can be spoken, as ``ANNOUNCEMENTS`` are."""
WELCOME_ROUTE = Route("604", "flow:welcome")

ANNOUNCEMENTS = Announce(
    position=Recurring(first_after_s=5, every_s=20),
    expected_wait=Recurring(first_after_s=5, every_s=40),
    comfort=Comfort(
        messages=(Prompt(text="Thank you for waiting. To be called back, press 1."),), first_after_s=15, every_s=40
    ),
    interrupt={"1": "callback:support"},
    to_agent=Prompt(text="A call for support."),
)
"""What callers of support hear."""

CARRIER = Trunk(
    id="carrier",
    address="127.0.0.1:5070",
    numbers=("+3811140007XX",),
    countries=("RS", "SI", "DE", "FR"),
    rates={"381": 0.02, "": 0.1},
    spend_per_day=20.0,
    caller_id="+381114000700",
    emergency=True,
)
"""A robot on this machine plays the carrier: it brings customers, and answers whatever number is called."""

ROUTES = {
    "600": "echo",
    "601": "music",
    "602": "conference:demo",
    "603": "voicemail",
    "*70": "feature:login",
    "*71": "feature:break",
    "*72.": "feature:forward-on",
    "*73": "feature:forward-off",
    "*74.": "feature:login-here",
    "*75": "feature:logout",
    "*90.": "feature:listen",
    "*91.": "feature:whisper",
    "*92.": "feature:barge",
    "*93.": "feature:take-over",
    "*78": "feature:dnd-on",
    "*79": "feature:dnd-off",
    "0.": "trunk:carrier",
    "+.": "trunk:carrier",
    "*68": "park",
    "*8": "pickup",
    "*8.": "pickup",
    "+381114000700": "queue:support",
    "+381114000701": "queue:sales",
}


def password(extension: str) -> str:
    """The SIP password of a demo seat."""
    return f"demo-{extension}"


def values(realm: str) -> list[Noun]:
    """Everything that the demo declares."""
    found: list[Noun] = [Skill(id, name) for id, name in SKILLS.items()]
    for index, (extension, name) in enumerate((PEOPLE | ROBOTS).items()):
        secret = password(extension)
        md5, sha256 = ha1_md5(extension, realm, secret), ha1_sha256(extension, realm, secret)
        levels, supervises = _LEVELS[index % len(_LEVELS)], extension in PEOPLE
        id, pin = name.lower(), pin_hash(name.lower(), extension)
        found.append(Agent(id, name, extension, md5, sha256, levels, supervisor=supervises, pin=pin))
    # Sales first: support overflows into it.
    found += [*QUEUES[::-1], CARRIER]
    return found + [Route(number, target) for number, target in ROUTES.items()]


async def declare(configuration: Configuration, store: Store, realm: str) -> bool:
    """Declare the demo's nouns in an empty centre; False, and nothing done, in one that has agents or queues."""
    async with store.read() as records:
        if await records.agents.page(1) or await records.queues.page(1):
            return False
    async with configuration.edit() as edit:
        for value in values(realm):
            await edit.put(value)
    with suppress(Invalid):  # without espeak-ng nobody could say its prompts
        async with configuration.edit() as edit:
            await edit.put(msgspec.structs.replace(QUEUES[0], announce=ANNOUNCEMENTS))
            await edit.put(WELCOME)
            await edit.put(WELCOME_ROUTE)
    return True
