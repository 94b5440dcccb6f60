"""A phone written out by hand on the wire, with ears of its own: it hears on where baresip stops recording.

It calls; it does not wait to be called. Requests within its call (re-INVITE, BYE, OPTIONS) it answers with 200.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from types import TracebackType
from typing import Self

from tests.live.harness.voice import Voice
from tests.live.harness.wire import Message, Wire, authorization, new_branch


class Handset(Wire):
    """One phone in at most one call, saying a tone of ``hz``. With a password it answers challenges."""

    def __init__(self, switch: str, *, user: str, password: str = "", hz: float = 440.0) -> None:
        super().__init__(switch)
        self.ended = asyncio.Event()
        """Set when the far side has hung up."""
        self.notified: list[str] = []
        """What NOTIFYs told: the first lines of a transfer (RFC 3420), or a lamp's documents."""
        self.voice = Voice(hz)
        self._user = user
        self._password = password
        self._voice_port = self.address[1] + 2
        self._domain = f"{self.switch[0]}:{self.switch[1]}"
        self._tag = uuid.uuid4().hex[:8]
        self._call_id = uuid.uuid4().hex
        self._cseq = 0
        self._target = ""
        self._to = ""
        self._sdp_version = 0
        self._routes: list[str] = []
        """The proxies that want to stay in the way of its call, the nearest first."""

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.voice.open((self.address[0], self._voice_port))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.voice.close()
        await super().__aexit__(kind, error, trace)

    def call_by(self, switch: str) -> None:
        """Call by another switch from now on."""
        host, _, port = switch.rpartition(":")
        self.switch, self._domain = (host, int(port)), switch

    async def register(self, expires_s: int = 60) -> list[int]:
        """Register, answering challenges; the statuses seen, the last of them final (at most three attempts)."""
        self._to = f"<sip:{self._user}@{self._domain}>"
        statuses: list[int] = []
        proof = ""
        while len(statuses) < 3:
            answer = await self._ask("REGISTER", f"sip:{self._domain}", proof + f"Expires: {expires_s}\n")
            statuses.append(answer.status)
            if answer.status != 401:
                break
            proof = authorization(answer, "REGISTER", f"sip:{self._domain}", self._user, self._password) + "\n"
        return statuses

    async def watch(self, number: str) -> int:
        """Watch a phone's lamp (RFC 4235); the status of the answer."""
        uri, wish = f"sip:{number}@{self._domain}", "Event: dialog\nExpires: 60\n"
        self._to = f"<{uri}>"
        answer = await self._ask("SUBSCRIBE", uri, wish)
        if answer.status == 401:
            proof = authorization(answer, "SUBSCRIBE", uri, self._user, self._password)
            answer = await self._ask("SUBSCRIBE", uri, f"{proof}\n{wish}")
        return answer.status

    async def pick_up(self, number: str) -> Message:
        """Take the call that rings at a phone whose lamp we watch, by the names told last (RFC 3891)."""
        call_id, to_tag, from_tag = re.findall(r'(?:call-id|local-tag|remote-tag)="([^"]+)"', self.notified[-1])
        return await self.invite(number, extra=f"Replaces: {call_id};to-tag={to_tag};from-tag={from_tag};early-only\n")

    async def invite(self, number: str, *, sdp: str | None = None, extra: str = "") -> Message:
        """Call a number, with ``extra`` header lines; the final response, acknowledged.

        From a 200 on, the tone is being said.
        """
        uri = f"sip:{number}@{self._domain}"
        self._target, self._to = uri, f"<{uri}>"
        body = self._sdp("sendrecv") if sdp is None else sdp
        answer = await self._offer(body, extra)
        if answer.status == 200:
            self.voice.speak(audio_address(answer.body))
        return answer

    async def hold(self) -> None:
        """Put the far side on hold (RFC 3264 section 8.4) and fall silent."""
        answer = await self._offer(self._sdp("sendonly"))
        assert answer.status == 200, answer.start
        await self.voice.quiet()

    async def resume(self) -> None:
        """Take the far side back."""
        answer = await self._offer(self._sdp("sendrecv"))
        assert answer.status == 200, answer.start
        self.voice.speak(audio_address(answer.body))

    @property
    def dialog(self) -> str:
        """Its call's dialog as the far end names it, escaped for a URI's Replaces (RFC 3891)."""
        far_tag = self._to.partition("tag=")[2]
        return f"{self._call_id}%3Bto-tag%3D{far_tag}%3Bfrom-tag%3D{self._tag}"

    async def refer(self, number: str, *, replaces: str = "") -> int:
        """Give the far side to a number, or to the far side of another call of ours; the status of the answer."""
        header = f"?Replaces={replaces}" if replaces else ""
        answer = await self._ask("REFER", self._target, f"Refer-To: <sip:{number}@{self._domain}{header}>\n")
        return answer.status

    async def bye(self) -> None:
        """Hang up."""
        await self.voice.quiet()
        answer = await self._ask("BYE", self._target)
        assert answer.status == 200, answer.start

    async def _offer(self, sdp: str, extra: str = "") -> Message:
        """An INVITE, within or without a call; a challenge is answered once."""
        answer = await self._invite(sdp, extra)
        if answer.status in (401, 407) and self._password:
            proof = authorization(answer, "INVITE", self._target, self._user, self._password)
            answer = await self._invite(sdp, f"{proof}\n{extra}")
        return answer

    async def _invite(self, sdp: str, extra: str = "") -> Message:
        """One INVITE and its ACK (RFC 3261 sections 13.2.2.4 and 17.1.1.3)."""
        branch = new_branch()
        answer = await self._ask("INVITE", self._target, extra, sdp, branch)
        if answer.status < 300:
            self._to, self._target, branch = answer["to"], uri_of(answer["contact"]), new_branch()
            self._routes = self._routes or answer.headers.get("record-route", [])[::-1]  # section 12.1.2
        self._send("ACK", self._target, to=answer["to"], branch=branch)
        return answer

    async def _ask(self, method: str, uri: str, extra: str = "", body: str = "", branch: str = "") -> Message:
        self._cseq += 1
        self._send(method, uri, extra=extra, body=body, branch=branch or new_branch())
        return await self.final(method, self._cseq)

    def _send(self, method: str, uri: str, *, branch: str, extra: str = "", body: str = "", to: str = "") -> None:
        host, port = self.address
        kind = "Content-Type: application/sdp\n" if body else ""
        routes = "".join(f"Route: {route}\n" for route in self._routes)
        self.send(
            f"{method} {uri} SIP/2.0\n"
            f"Via: SIP/2.0/UDP {host}:{port};rport;branch={branch}\n"
            f"Max-Forwards: 70\n"
            f"From: <sip:{self._user}@{self._domain}>;tag={self._tag}\n"
            f"To: {to or self._to}\n"
            f"Call-ID: {self._call_id}\n"
            f"CSeq: {self._cseq} {method}\n"
            f"Contact: <sip:{self._user}@{host}:{port}>\n"
            f"{routes}{extra}{kind}"
            f"Content-Length: {len(body)}\n\n{body}"
        )

    def message_received(self, message: Message) -> None:
        if message.status or message.method == "ACK":
            super().message_received(message)
            return
        body, status = "", "200 OK"
        if message.method == "INVITE" and "RTP/SAVP" in message.body:
            status = "488 Not Acceptable Here"  # it has no SRTP
        elif message.method == "INVITE":
            # The answer mirrors the direction that is offered (RFC 3264 section 6.1).
            offered = re.search(r"a=(sendonly|recvonly|inactive)", message.body)
            mirror = {"sendonly": "recvonly", "recvonly": "sendonly"}
            body = self._sdp(mirror.get(offered[1], offered[1]) if offered else "sendrecv")
        elif message.method == "BYE":
            self.ended.set()
        elif message.method == "NOTIFY":
            self.notified.append(message.body.strip())
        self._respond(message, status, body)

    def _respond(self, request: Message, status: str, body: str = "") -> None:
        copied = "".join(
            f"{name}: {value}\n"
            for name in ("Via", "From", "To", "Call-ID", "CSeq")
            for value in request.headers[name.lower()]
        )
        host, port = self.address
        kind = "Content-Type: application/sdp\n" if body else ""
        self.send(
            f"SIP/2.0 {status}\n{copied}Contact: <sip:{self._user}@{host}:{port}>\n{kind}"
            f"Content-Length: {len(body)}\n\n{body}"
        )

    def _sdp(self, direction: str) -> str:
        self._sdp_version += 1
        host = self.address[0]
        return (
            f"v=0\r\no=- 1 {self._sdp_version} IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
            f"m=audio {self._voice_port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na={direction}\r\n"
        )


def uri_of(contact: str) -> str:
    """The URI in a Contact header."""
    quoted = re.search(r"<([^>]+)>", contact)
    return quoted[1] if quoted else contact.split(";")[0].strip()


def audio_address(sdp: str) -> tuple[str, int]:
    """Where an SDP wants its audio."""
    host = re.search(r"^c=IN IP4 (\S+)", sdp, re.MULTILINE)
    port = re.search(r"^m=audio (\d+)", sdp, re.MULTILINE)
    assert host, f"no address in {sdp!r}"
    assert port, f"no audio in {sdp!r}"
    return host[1], int(port[1])
