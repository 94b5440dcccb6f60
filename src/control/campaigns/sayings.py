"""What campaigns let the called party hear, in the lead's language: a recording, a text that is spoken, or our own word
for those for whom nobody was there, which says who called, at which number, and how to be called no more (47 CFR
64.1200(a)(7)(i))."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from control.adapters.directory import Directory
from control.announcing.words import Saying
from control.campaign_rules import said
from control.nouns import Campaign
from control.voice import Voice
from dialer.answering import DROP
from dialer.attempt import Attempt
from dialer.lead import Lead

_OWN = {
    "en": "This was a call from {name}. We are sorry, nobody is free to talk to you. {number}"
    "If you do not want to be called again, press {digit}.",
    "sr": "Zvali smo vas iz {name}. Žao nam je, niko trenutno nije slobodan. {number}"
    "Ako ne želite da vas više zovemo, pritisnite {digit}.",
}
_NUMBER = {"en": "Our number is {number}. ", "sr": "Naš broj je {number}. "}
LANGUAGE = "en"
_NOBODY = Lead(0, "", ())


class Sayings:
    """Finds the clips."""

    def __init__(self, directory: Directory, voice: Voice) -> None:
        self._directory = directory
        self._voice = voice
        self._making: set[asyncio.Task[None]] = set()

    def say(self, attempt: Attempt, prompt: str, ready: Callable[[tuple[str, ...]], None]) -> None:
        """Find what says ``prompt`` to the party of an attempt; ``ready`` has the clips, at once where they are there.

        None at all are there for a campaign that is gone, and where no voice speaks.
        """
        campaign = self._directory.campaigns.get(attempt.campaign)
        if campaign is None:
            ready(())
            return
        language = attempt.lead.language or campaign.language
        saying = self._saying(campaign, attempt, prompt, language)
        clips = self._voice.at_once((saying,), language, campaign.client)
        if clips is not None:
            ready(clips)
            return
        task = asyncio.get_running_loop().create_task(self._make(saying, language, campaign.client, ready))
        self._making.add(task)
        task.add_done_callback(self._making.discard)

    def warm(self, campaign: Campaign) -> None:
        """Have its own words spoken before the first party has to hear them."""
        attempt = Attempt("", campaign.id, _NOBODY, "", next(iter(campaign.caller_ids), ""), "", 0.0)
        for prompt in (campaign.message, campaign.announcement, campaign.drop_message or DROP):
            if prompt:
                self.say(attempt, prompt, lambda clips: None)

    async def stop(self) -> None:
        """Leave off what is being spoken."""
        for task in self._making:
            task.cancel()
        await asyncio.gather(*self._making, return_exceptions=True)

    def _saying(self, campaign: Campaign, attempt: Attempt, prompt: str, language: str) -> Saying:
        if prompt != DROP:
            given = said(prompt)
            assert given is not None
            return Saying(given.wording(language), (given.clip,) if given.clip else ())
        language = language if language in _OWN else LANGUAGE
        number = " ".join(attempt.caller_id.lstrip("+"))
        told = _NUMBER[language].format(number=number) if number else ""
        text = _OWN[language].format(name=campaign.name or campaign.id, number=told, digit=campaign.opt_out_digit)
        return Saying(text)

    async def _make(self, saying: Saying, language: str, client: str, ready: Callable[[tuple[str, ...]], None]) -> None:
        ready(await self._voice.clips((saying,), language, client))
