"""A page that calls and is called with a browser's own audio: ICE, a handshake, one port (aiortc)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.live.harness.page import Page
from tests.live.harness.wire import Message
from tests.live.plane.browser import Browser


class BrowserPage(Page):
    """One page with one peer connection, for one call."""

    def __init__(self, switch: str, url: str, browser: Browser, *, user: str, password: str) -> None:
        super().__init__(switch, url, user=user, password=password)
        self.browser = browser
        self.described: list[str] = []
        """The descriptions that went either way."""
        self._answering: asyncio.Task[None] | None = None

    async def call(self, number: str, tamper: Callable[[str], str] = str) -> None:
        """Call a number; it must be answered. ``tamper`` changes our offer on its way."""
        offer = tamper((await self.browser.offer()).decode())
        self._target = f"sip:{number}@{self._domain}"
        self._to = f"<{self._target}>"
        answer = await self._offer(offer)
        assert answer.status == 200, answer.start
        self.described += [offer, answer.body]
        await self.browser.take_answer(answer.body.encode())

    def message_received(self, message: Message) -> None:
        if not message.status and message.method == "INVITE":
            self._answering = asyncio.create_task(self._answer(message))
        else:
            super().message_received(message)

    async def _answer(self, invite: Message) -> None:
        answer = (await self.browser.answer(invite.body.encode())).decode()
        self.described += [invite.body, answer]
        self._respond(invite, "200 OK", answer)
