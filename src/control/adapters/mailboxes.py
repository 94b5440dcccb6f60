"""Voicemail boxes: what callers leave in them, who hears it, and whose lamp shines.

A message is a row and a file. The switch writes the file; from then on everything about it is decided here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from control.adapters.attending import Switchboard
from control.adapters.directory import Directory
from control.errors import NotFound
from control.leftovers import Voicemail
from control.realtime.hub import Hub
from control.schemas.voicemail import MailboxShown, VoicemailShown
from control.store.behind import WriteBehind
from control.store.store import Records, Store
from pbx.asking import MailboxAsked, MailboxOpened, Message
from pbx.commands import Command, ShowMailbox
from pbx.events import VoicemailDeleted, VoicemailHeard, VoicemailRecorded

SHORTEST_S = 2.0
"""What is shorter is no message: somebody who hung up at the tone."""
MOST_KEPT = 500
"""Messages in a box; further ones are dropped."""
MOST_TOLD = 100
"""Messages that are told by phone; further ones wait for the next visit."""

log = structlog.get_logger(__name__)


class Mailboxes:
    """All boxes of a centre."""

    def __init__(
        self, store: Store, hub: Hub, directory: Directory, folder: Path, execute: Callable[[Command], None]
    ) -> None:
        """``folder`` holds the sound of the messages."""
        self._store = store
        self._hub = hub
        self._directory = directory
        self._folder = folder
        self._execute = execute
        self._kept = WriteBehind(store)
        self._opening: set[asyncio.Task[None]] = set()

    def listen(self, switch: Switchboard) -> None:
        """Hear what callers and owners do."""
        switch.also_hear(VoicemailRecorded, self._recorded)
        switch.also_hear(VoicemailHeard, lambda event: self._by_phone(event.message, heard=True))
        switch.also_hear(VoicemailDeleted, lambda event: self._by_phone(event.message, heard=None))
        switch.also_hear(MailboxAsked, self._asked)

    async def start(self) -> None:
        """Light the lamps of those who have messages."""
        async with self._store.read() as records:
            found = await records.voicemails.all_counts()
        for box, counts in found.items():
            self._show(box, counts)

    async def stop(self) -> None:
        """Write what is to be kept."""
        await asyncio.gather(*self._opening, return_exceptions=True)
        await self._kept.stop()

    def sound(self, id: str) -> Path:
        """The file of a message that exists."""
        return self._folder / f"{id}.wav"

    async def mark(self, id: str, *, heard: bool, dry_run: bool = False) -> Voicemail:
        """Note that a message was heard, or take that back. Raises NotFound."""
        async with self._store.write(dry_run=dry_run) as records:
            message, counts = await _marked(records, id, heard)
        if message is None:
            raise NotFound(f"there is no voicemail {id}")
        if not dry_run:
            self._tell(message.id, message, message.box, counts)
        return message

    async def delete(self, id: str, *, dry_run: bool = False) -> None:
        """Delete a message and its sound. Raises NotFound."""
        async with self._store.write(dry_run=dry_run) as records:
            message, counts = await _deleted(records, id)
        if message is None:
            raise NotFound(f"there is no voicemail {id}")
        if not dry_run:
            self._forget(message, counts)

    # From the switch

    def _recorded(self, event: VoicemailRecorded) -> None:
        if event.seconds < SHORTEST_S:
            Path(event.path).unlink(missing_ok=True)
            return
        message = Voicemail(event.message, event.box, event.caller, event.caller_name, event.at, event.seconds)
        counts: list[tuple[int, int]] = []
        """What the box holds with this message; empty where it is full."""

        async def keep(records: Records) -> None:
            counts.clear()
            if sum(await records.voicemails.counts(message.box)) < MOST_KEPT:
                await records.voicemails.put(message)
                counts.append(await records.voicemails.counts(message.box))

        def kept() -> None:
            if counts:
                self._tell(message.id, message, message.box, counts[0])
            else:
                log.warning("a voicemail box is full", box=message.box, most=MOST_KEPT)
                self.sound(message.id).unlink(missing_ok=True)

        self._kept.add(keep, kept)

    def _by_phone(self, id: str, *, heard: bool | None) -> None:
        """Her phone marked a message as heard, or (None) deleted it."""
        found: list[tuple[Voicemail | None, tuple[int, int]]] = []

        async def change(records: Records) -> None:
            found[:] = [await _deleted(records, id) if heard is None else await _marked(records, id, heard)]

        def changed() -> None:
            [(message, counts)] = found
            if message is not None and heard is None:
                self._forget(message, counts)
            elif message is not None:
                self._tell(message.id, message, message.box, counts)

        self._kept.add(change, changed)

    def _asked(self, event: MailboxAsked) -> None:
        task = asyncio.create_task(self._open(event))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _open(self, event: MailboxAsked) -> None:
        box = self._directory.agent_by_extension.get(event.account, event.account)
        async with self._store.read() as records:
            messages = await records.voicemails.newest(box, MOST_TOLD)
        # New ones first, and among each the oldest first, as one reads letters.
        messages.sort(key=lambda message: (message.heard, message.left_at))
        told = tuple(Message(one.id, str(self.sound(one.id)), one.caller, one.left_at, one.heard) for one in messages)
        self._execute(MailboxOpened(event.leg, event.ask, box, told))

    # To those who watch

    def _forget(self, message: Voicemail, counts: tuple[int, int]) -> None:
        try:
            self.sound(message.id).unlink(missing_ok=True)
        except OSError as error:
            log.error("a voicemail's sound stays behind", file=str(self.sound(message.id)), reason=error.strerror)
        self._tell(message.id, None, message.box, counts)

    def _tell(self, id: str, message: Voicemail | None, box: str, counts: tuple[int, int]) -> None:
        self._show(box, counts)
        if self._hub.awake:
            self._hub.publish("voicemail", id, VoicemailShown.model_validate(message) if message is not None else None)
            self._hub.publish("mailbox", box, MailboxShown(box=box, new=counts[0], old=counts[1]))

    def _show(self, box: str, counts: tuple[int, int]) -> None:
        agent = self._directory.agents.get(box)
        if agent is not None:
            self._execute(ShowMailbox(agent.extension, *counts))


async def _marked(records: Records, id: str, heard: bool) -> tuple[Voicemail | None, tuple[int, int]]:
    message = await records.voicemails.get(id)
    if message is None:
        return None, (0, 0)
    message = msgspec.structs.replace(message, heard=heard)
    await records.voicemails.put(message)
    return message, await records.voicemails.counts(message.box)


async def _deleted(records: Records, id: str) -> tuple[Voicemail | None, tuple[int, int]]:
    message = await records.voicemails.get(id)
    if message is None:
        return None, (0, 0)
    await records.voicemails.delete(id)
    return message, await records.voicemails.counts(message.box)
