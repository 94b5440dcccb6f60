"""Dialogs (RFC 3261 section 12): who talks to whom, under which numbers, over which route."""

from __future__ import annotations

from pbx.sip.authentication import Keychain
from pbx.sip.flow import Flow, flow_to, way_to
from pbx.sip.headers.address import Address
from pbx.sip.message import Message, Request, Response
from pbx.sip.uri import Uri

DialogId = tuple[str, str, str]
"""Call-ID, local tag, remote tag."""


class Dialog:
    """One dialog, seen from our side."""

    __slots__ = ("call_id", "flow", "keychain", "local", "local_seq", "local_tag", "remote", "remote_seq", "remote_tag",
                 "remote_target", "route_set")  # fmt: skip

    def __init__(self, call_id: str, local: str, local_tag: str, remote: str, remote_tag: str, flow: Flow) -> None:
        self.call_id = call_id
        self.local = local
        """Our From or To, tag and all, as it stands on the wire."""
        self.local_tag = local_tag
        self.remote = remote
        self.remote_tag = remote_tag
        self.local_seq = 0
        self.remote_seq: int | None = None
        self.remote_target = ""
        self.route_set: list[str] = []
        self.flow = flow
        """Where the far side was last seen; the way to it when its Contact cannot be reached from here."""
        self.keychain: Keychain | None = None
        """What proves us in this dialog alone."""

    @property
    def id(self) -> DialogId:
        """The dialog's id on our side (section 12)."""
        return self.call_id, self.local_tag, self.remote_tag

    @staticmethod
    def of_callee(request: Request, local_tag: str, flow: Flow) -> Dialog:
        """The dialog that our response to a request creates (section 12.1.1). Raises ParseError."""
        to = request.get("to") or ""
        remote_tag = request.from_.tag or ""
        dialog = Dialog(
            request.call_id, f"{to};tag={local_tag}", local_tag, request.get("from") or "", remote_tag, flow
        )
        dialog.remote_seq = request.cseq.number
        dialog.route_set = _recorded_routes(request)
        dialog.aim(request)
        return dialog

    @staticmethod
    def of_caller(request: Request, response: Response, flow: Flow) -> Dialog:
        """The dialog that a response to our request creates (section 12.1.2). Raises ParseError."""
        remote_tag = response.to.tag or ""
        local = request.get("from") or ""
        remote = response.get("to") or ""
        dialog = Dialog(request.call_id, local, request.from_.tag or "", remote, remote_tag, flow)
        dialog.local_seq = request.cseq.number
        dialog.route_set = _recorded_routes(response)[::-1]
        dialog.aim(response)
        return dialog

    def confirm(self, response: Response) -> None:
        """The 2xx to our INVITE confirms an early dialog; its routes are what counts (section 13.2.2.4).

        Raises ParseError.
        """
        self.route_set = _recorded_routes(response)[::-1]
        self.aim(response)

    def aim(self, message: Message) -> None:
        """Take the far side's Contact as the target from now on (target refresh, section 12.2)."""
        contact = message.contact
        if contact is not None:
            self.remote_target = str(contact.uri)

    def accepts(self, request: Request) -> bool:
        """Whether a request's CSeq goes up, as it must (section 12.2.2); it is noted if so."""
        number = request.cseq.number
        if self.remote_seq is not None and number <= self.remote_seq:
            return False
        self.remote_seq = number
        return True

    def next_number(self) -> int:
        """Our next CSeq number."""
        self.local_seq += 1
        return self.local_seq

    def request(self, method: str, via: str, number: int | None = None) -> Request:
        """A request within the dialog (section 12.2.1.1); ``number`` is given for ACK alone."""
        if number is None:
            number = self.next_number()
        target, routes = self.remote_target or self._fallback_target(), self.route_set
        if routes and Address.parse(routes[0]).uri.param("lr") is None:
            # A strict router in front: it goes into the Request-URI, our target to the end (section 12.2.1.1).
            routes, target = [*routes[1:], f"<{target}>"], str(Address.parse(routes[0]).uri)
        fields = [("via", via), ("max-forwards", "70"), ("from", self.local), ("to", self.remote)]
        fields += [("call-id", self.call_id), ("cseq", f"{number} {method}")]
        fields += [("route", route) for route in routes]
        return Request(method, target, fields)

    def next_hop(self) -> Flow:
        """Where requests go: the first route, else the target, else back where the far side was seen.

        A route over another transport than the far side's own is not taken: we may not have it, and it may be one in
        the clear; but a sips one is taken from there (RFC 3261 section 12.2.1.1).
        """
        if self.route_set:
            uri = Address.parse(self.route_set[0]).uri
            way = flow_to(uri)
            if uri.kind == "sips" and not self.flow.secure:
                return way
            connected = self.flow.reliable and way.host == self.flow.host
            if connected or not way.host or way.transport != self.flow.transport:
                return self.flow
            return way._replace(local=self.flow.local)
        return way_to(Uri.parse(self.remote_target), self.flow) if self.remote_target else self.flow

    def _fallback_target(self) -> str:
        return str(Address.parse(self.remote).uri)


def _recorded_routes(message: Message) -> list[str]:
    """The Record-Route values as they stand, each of them readable. Raises ParseError."""
    if not message.has("record-route"):
        return []
    routes = message.values("record-route")
    for route in routes:
        Address.parse(route)
    return routes
