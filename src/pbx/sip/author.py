"""What every request of ours begins with: the Via with its branch, the Contact, the headers of section 8.1.1."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

from pbx.sip.flow import Flow, Places, own_place
from pbx.sip.headers.address import Address
from pbx.sip.headers.via import MAGIC_COOKIE
from pbx.sip.loops import Loops
from pbx.sip.message import Fields, Request
from pbx.sip.text import wire_host


class Author:
    """One endpoint's hand."""

    def __init__(self, sent_by: Places, token: Callable[[], str], boot: str, agent: str) -> None:
        """``boot``: what all our branches begin with after the cookie; ``agent``: our User-Agent."""
        self._sent_by = sent_by
        self._token = token
        self._boot = boot
        self._agent = agent
        self._branches = count()
        self.loops = Loops(boot)

    def via(self, flow: Flow, target: str = "") -> str:
        """A Via of ours with a fresh branch, asking for rport (RFC 3581).

        ``target``: the Request-URI of an INVITE that begins a call, to know it again should it come back.
        """
        host, port = own_place(self._sent_by, flow)
        mark = self.loops.mark(target) if target else ""
        branch = f"{MAGIC_COOKIE}{self._boot}{next(self._branches):x}{mark}"
        reuse = ";alias" if flow.transport == "tls" else ""  # RFC 5923 section 5
        return f"SIP/2.0/{flow.transport.upper()} {wire_host(host)}:{port};rport;branch={branch}{reuse}"

    def contact(self, flow: Flow) -> str:
        """Where we want to be reached."""
        host, port = own_place(self._sent_by, flow)
        transport = "" if flow.transport == "udp" else f";transport={flow.transport}"
        return f"<sip:{wire_host(host)}:{port}{transport}>"

    def request(
        self,
        method: str,
        target: str,
        flow: Flow,
        caller: Address,
        callee: Address,
        max_forwards: int,
        call_id: str = "",
        number: int = 1,
    ) -> Request:
        """A request outside any dialog."""
        return Request(
            method,
            target,
            (
                ("via", self.via(flow, target)),
                ("max-forwards", str(max_forwards)),
                ("from", str(caller)),
                ("to", str(callee)),
                ("call-id", call_id or f"{self._token()}{self._token()}"),
                ("cseq", f"{number} {method}"),
                ("user-agent", self._agent),
            ),
        )


def complete(request: Request, routes: Iterable[str], fields: Fields, content_type: str, body: bytes) -> None:
    """Add what the user gave: routes, headers, a body."""
    for route in routes:
        request.add("route", route)
    for key, value in fields:
        request.add(key, value)
    if body:
        request.add("content-type", content_type)
        request.body = body
