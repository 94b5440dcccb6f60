"""A phone that registers, by MD5 digest (RFC 7616): what it sends, and what it makes of a challenge."""

from __future__ import annotations

import hashlib
import socket

from msgspec import Struct

from _messages import Address

REALM = "centrala"
LARGEST = 65_535
PATIENCE_S = 5.0

_REGISTER = """\
REGISTER sip:{switch} SIP/2.0
Via: SIP/2.0/UDP {own};branch=z9hG4bKr{extension}.{cseq}
Max-Forwards: 70
From: <sip:{extension}@{switch}>;tag=r{extension}
To: <sip:{extension}@{switch}>
Call-ID: r{extension}@{own}
CSeq: {cseq} REGISTER
Contact: <sip:{extension}@{phones}>;expires={expires}
{proof}Content-Length: 0

"""


def password(extension: int) -> str:
    """What the benchmarks' phones prove themselves with."""
    return f"secret-{extension}"


class Registrant:
    """One extension's phone, on a socket that it may share with others."""

    def __init__(self, line: Line, extension: int, phones: Address, expires: int) -> None:
        self._line = line
        self._extension = extension
        self._cseq = 0
        self._uses = 0
        self._secret = _md5(f"{extension}:{REALM}:{password(extension)}")
        self._nonce = ""
        self._words = {"switch": _text(line.switch), "own": _text(line.address), "extension": extension}
        self._words |= {"phones": _text(phones), "expires": expires}

    def register(self) -> None:
        """Register with a new challenge. Raises RuntimeError where that is refused."""
        challenge = self._ask("")
        offer = next(one for one in challenge.splitlines() if one.startswith("WWW-Authenticate") and "SHA" not in one)
        self._nonce = offer.partition('nonce="')[2].partition('"')[0]
        self._uses = 0
        self.renew()

    def renew(self) -> None:
        """Register once more under the last challenge. Raises RuntimeError where that is refused."""
        self._uses += 1
        uri = f"sip:{_text(self._line.switch)}"
        counted = f"{self._nonce}:{self._uses:08x}:bench:auth"
        proof = _md5(f"{self._secret}:{counted}:{_md5(f'REGISTER:{uri}')}")
        answer = self._ask(
            f'Authorization: Digest username="{self._extension}", realm="{REALM}", nonce="{self._nonce}", uri="{uri}", '
            f'algorithm=MD5, qop=auth, nc={self._uses:08x}, cnonce="bench", response="{proof}"\n'
        )
        if not answer.startswith("SIP/2.0 200"):
            raise RuntimeError(f"the phone of {self._extension} was not registered: {answer.splitlines()[0]}")

    def _ask(self, proof: str) -> str:
        self._cseq += 1
        return self._line.ask(_REGISTER.format(**self._words, cseq=self._cseq, proof=proof))


class Line(Struct):
    """A socket to the switch, for one question at a time, and the sizes of all that passed."""

    socket: socket.socket
    switch: Address
    sizes: list[int]

    @staticmethod
    def to(switch: Address) -> Line:
        """A new one."""
        own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        own.settimeout(PATIENCE_S)
        own.connect(switch)
        return Line(own, switch, [])

    @property
    def address(self) -> Address:
        """Where it is bound."""
        host, port = self.socket.getsockname()
        return host, port

    def ask(self, request: str) -> str:
        """Send a request written with plain line ends; the answer. Raises TimeoutError."""
        data = request.replace("\n", "\r\n").encode()
        self.socket.send(data)
        answer = self.socket.recv(LARGEST)
        self.sizes += (len(data), len(answer))
        return answer.decode()


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def _text(address: Address) -> str:
    return f"{address[0]}:{address[1]}"
