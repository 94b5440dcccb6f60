"""The presence desk: takes subscriptions, follows the phones, and tells the watchers what changes."""

from __future__ import annotations

from collections.abc import Mapping

from pbx import events
from pbx.call.call import Leg
from pbx.call.replace import show_dialog
from pbx.presence.documents import PACKAGES
from pbx.presence.line import Line, LineCall
from pbx.routing.accounts import Account
from pbx.sip.endpoint import Endpoint
from pbx.sip.message import Request
from pbx.sip.subscription import Subscription
from pbx.sip.transaction.non_invite_server import NonInviteServer

MAX_A_WATCHER = 500
"""Subscriptions that one account may have: a large busy-lamp field, twice."""
MAX_IN_ALL = 100_000

Watched = tuple[str, str]
"""A package and a number."""


class PresenceDesk:
    """All lines and all watchers of one switch; costs nothing for those whom nobody watches but a few fields."""

    def __init__(self, endpoint: Endpoint, legs: Mapping[str, Leg]) -> None:
        self._endpoint = endpoint
        self._legs = legs
        self._lines: dict[str, Line] = {}
        self._line_of: dict[str, str] = {}
        """Which extension a leg belongs to."""
        self._watchers: dict[Watched, set[Subscription]] = {}
        self._held: dict[str, int] = {}
        """How many subscriptions each account has."""
        self._subscriptions = 0

    def __len__(self) -> int:
        """Subscriptions."""
        return self._subscriptions

    # Watching

    def subscribe(
        self,
        transaction: NonInviteServer,
        request: Request,
        account: Account,
        ours: Mapping[str, Account],
        now: float,
    ) -> None:
        """Take the SUBSCRIBE of an account that proved itself, for one of ``ours``. Raises ParseError."""
        resource = request.uri.number
        package = (request.get("event") or "").partition(";")[0].strip().lower()
        refusal = self._refusal(package, resource, account, ours)
        if refusal is not None:
            status, fields = refusal
            self._endpoint.respond(transaction, request, status, now, fields=fields)
            return
        subscription = Subscription(self._endpoint, self, transaction, self._endpoint.new_tag())
        subscription.resource, subscription.watcher = resource, account.extension
        subscription.entity = f"sip:{resource}@{request.uri.host}"
        self._watchers.setdefault((package, resource), set()).add(subscription)
        self._held[account.extension] = self._held.get(account.extension, 0) + 1
        self._subscriptions += 1
        subscription.begin(transaction, now)

    def _refusal(
        self, package: str, resource: str, account: Account, ours: Mapping[str, Account]
    ) -> tuple[int, tuple[tuple[str, str], ...]] | None:
        if package not in PACKAGES:
            return 489, (("allow-events", ", ".join(PACKAGES)),)  # RFC 6665 section 4.2.1.1
        if resource not in ours:
            return 404, ()
        if package == "message-summary" and resource != account.extension:
            return 403, ()  # a mailbox is its owner's
        if self._held.get(account.extension, 0) >= MAX_A_WATCHER or self._subscriptions >= MAX_IN_ALL:
            return 503, (("retry-after", "60"),)
        return None

    def tell_all(self, subscription: Subscription, now: float) -> None:
        """Answer a new or renewed subscription (sip.subscription.Notifier)."""
        self._notify(subscription, now)

    def ended(self, subscription: Subscription) -> None:
        """A watcher is gone (sip.subscription.Notifier)."""
        watched = (subscription.package, subscription.resource)
        watchers = self._watchers.get(watched, set())
        if subscription not in watchers:
            return
        watchers.discard(subscription)
        if not watchers:
            del self._watchers[watched]
        self._subscriptions -= 1
        held = self._held.pop(subscription.watcher) - 1
        if held:
            self._held[subscription.watcher] = held

    def forget(self, extension: str, now: float) -> None:
        """An account is gone, and with it what it watches and who watches it."""
        for (_, resource), watchers in list(self._watchers.items()):
            for one in list(watchers):
                if resource == extension or one.watcher == extension:
                    one.terminate("noresource", now)

    # What happens

    def happened(self, event: events.Event, now: float) -> None:
        """Take one event of the switch."""
        match event:
            case events.LegStarted(leg=leg, extension=extension):
                self._leg_started(leg, extension, now)
            case events.LegRinging(leg=leg):
                self._leg_became(leg, "early", now)
            case events.LegAnswered(leg=leg):
                self._leg_became(leg, "confirmed", now)
            case events.LegEnded(leg=leg):
                self._leg_ended(leg, now)
            case events.PhoneRegistered(extension=extension):
                self._line(extension).reachable = True
                self._changed(extension, "presence", now)
            case events.PhoneUnregistered(extension=extension):
                self._line(extension).reachable = False
                self._changed(extension, "presence", now)
            case _:
                pass

    def status_shown(self, extension: str, note: str, now: float) -> None:
        """What the person at a phone wants to be seen as; '' is nothing in particular."""
        self._line(extension).note = note
        self._changed(extension, "presence", now)

    def mailbox_changed(self, extension: str, new: int, old: int, now: float) -> None:
        """So many messages wait, so many were heard."""
        line = self._line(extension)
        line.new, line.old = new, old
        self._changed(extension, "message-summary", now)

    def _leg_started(self, leg_id: str, extension: str, now: float) -> None:
        leg = self._legs[leg_id]
        call = leg.call
        remote, name = (call.number, "") if leg.incoming else call.party(call.first)
        self._line(extension).calls[leg_id] = LineCall(leg_id, leg.incoming, "trying", remote, name)
        self._line_of[leg_id] = extension
        self._changed(extension, "dialog", now)

    def _leg_became(self, leg: str, state: str, now: float) -> None:
        extension = self._line_of.get(leg)
        if extension is None:
            return
        call = self._lines[extension].calls[leg]
        call.state = "confirmed" if state == "confirmed" else "early"
        self._changed(extension, "dialog", now)
        if call.state == "confirmed":
            self._changed(extension, "presence", now)

    def _leg_ended(self, leg: str, now: float) -> None:
        extension = self._line_of.pop(leg, None)
        if extension is None:
            return
        line = self._lines[extension]
        call = line.calls.pop(leg)
        if call.state == "confirmed":
            self._tell(extension, "presence", now)
        self._changed(extension, "dialog", now)

    def _line(self, extension: str) -> Line:
        line = self._lines.get(extension)
        if line is None:
            line = self._lines[extension] = Line()
        return line

    def _changed(self, extension: str, package: str, now: float) -> None:
        self._tell(extension, package, now)
        if self._lines[extension].idle:
            del self._lines[extension]

    def _tell(self, extension: str, package: str, now: float) -> None:
        for subscription in tuple(self._watchers.get((package, extension), ())):
            self._notify(subscription, now)

    def _notify(self, subscription: Subscription, now: float) -> None:
        content_type, write = PACKAGES[subscription.package]
        line = self._lines.get(subscription.resource) or Line()
        if subscription.package == "dialog":
            self._name_dialogs(line)
        subscription.notify(content_type, write(line, subscription.entity, subscription.version), now)
        subscription.version += 1

    def _name_dialogs(self, line: Line) -> None:
        """Who watches a phone may take a call that rings there, and is told by which names."""
        for leg_id, call in line.calls.items():
            leg = self._legs.get(leg_id)
            rings = call.state == "early" and not call.initiator
            known = show_dialog(leg) if leg is not None and rings else None
            call.dialog = (known[0], known[2], known[1]) if known is not None else None
