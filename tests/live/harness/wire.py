"""SIP as it stands on the wire: literal requests over UDP, written and read by the tests' own few lines.

It shares no code with the program on purpose: a mistake made on both sides would prove nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.live.harness.ports import LOOPBACK, free_block

Address = tuple[str, int]


class Message:
    """One SIP message as text: its start line, headers by lower-case name (in order), and body."""

    def __init__(self, text: str) -> None:
        head, _, self.body = text.partition("\r\n\r\n")
        self.start, *lines = head.split("\r\n")
        self.headers: dict[str, list[str]] = {}
        for line in lines:
            name, _, value = line.partition(":")
            self.headers.setdefault(name.strip().lower(), []).append(value.strip())

    @property
    def status(self) -> int:
        """The status of a response; 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def method(self) -> str:
        """The method of a request; for a response the one it answers."""
        return self["cseq"].split()[1] if self.status else self.start.split()[0]

    def __getitem__(self, name: str) -> str:
        return self.headers[name][0]

    def get(self, name: str) -> str:
        """The first header of that name, or an empty string."""
        return self.headers.get(name, [""])[0]


class Wire(asyncio.DatagramProtocol):
    """A UDP socket that keeps every message until somebody asks for it. Used as ``async with``."""

    def __init__(self, switch: str) -> None:
        host, _, port = switch.rpartition(":")
        self.switch: Address = (host, int(port))
        self.address: Address = (LOOPBACK, free_block())
        self._messages: asyncio.Queue[Message] = asyncio.Queue()
        self._transport: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=self.address)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self.message_received(Message(data.decode(errors="replace")))

    def message_received(self, message: Message) -> None:
        """Keep it for ``expect``; a phone overrides this to answer what it understands."""
        self._messages.put_nowait(message)

    def send(self, text: str) -> None:
        """Send a message, written with plain line ends, to the switch."""
        assert self._transport is not None
        self._transport.sendto(text.replace("\r\n", "\n").replace("\n", "\r\n").encode(), self.switch)

    async def expect(self, wanted: Callable[[Message], bool], what: str, within_s: float = 5.0) -> Message:
        """The next message that is wanted; others are passed over."""
        passed: list[str] = []
        try:
            async with asyncio.timeout(within_s):
                while True:
                    message = await self._messages.get()
                    if wanted(message):
                        return message
                    passed.append(message.start)
        except TimeoutError:
            raise AssertionError(f"no {what} within {within_s:g} s, but: {passed}") from None

    async def final(self, method: str, cseq: int) -> Message:
        """The final response (200-699) to a request."""
        return await self.expect(
            lambda message: message.status >= 200 and message["cseq"] == f"{cseq} {method}", f"answer to {method}"
        )


def new_branch() -> str:
    """A transaction's branch, unique (RFC 3261 section 8.1.1.7)."""
    return f"z9hG4bK{uuid.uuid4().hex[:16]}"


def authorization(challenge: Message, method: str, uri: str, user: str, password: str) -> str:
    """The header line that answers a 401 or 407 by MD5 digest (RFC 2617 section 3.2.2), with or without ``qop``."""
    proxy = challenge.status == 407
    offered = challenge.headers["proxy-authenticate" if proxy else "www-authenticate"]
    line = next(each for each in offered if "sha" not in each.lower())
    fields = {name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', line)}
    realm, nonce = fields["realm"], fields["nonce"]
    secret = _md5(f"{user}:{realm}:{password}")
    request = _md5(f"{method}:{uri}")
    answer = [f'username="{user}"', f'realm="{realm}"', f'nonce="{nonce}"', f'uri="{uri}"', "algorithm=MD5"]
    if "qop" in fields:
        client_nonce = uuid.uuid4().hex[:8]
        answer += [
            f'response="{_md5(f"{secret}:{nonce}:00000001:{client_nonce}:auth:{request}")}"',
            f'qop=auth, nc=00000001, cnonce="{client_nonce}"',
        ]
    else:
        answer.append(f'response="{_md5(f"{secret}:{nonce}:{request}")}"')
    if "opaque" in fields:
        answer.append(f'opaque="{fields["opaque"]}"')
    return ("Proxy-Authorization" if proxy else "Authorization") + ": Digest " + ", ".join(answer)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
