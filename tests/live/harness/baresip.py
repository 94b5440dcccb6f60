"""A real softphone, baresip, steered over its control port (netstrings of JSON).

Traps of baresip 1.0: it listens for TCP on its SIP port + 1; it refuses a call's audio when the played file is
not 16-bit; it cuts the paths of what it records at 128 characters; the end of the played file hangs up; and after
a re-INVITE it goes on talking but records nothing any more, so what is heard after a hold must be heard by another
kind of phone.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import numpy as np

from tests.live.harness.audio import RATE, Samples, read_wav
from tests.live.harness.filling import filled
from tests.live.harness.ports import LOOPBACK, free_block
from tests.live.harness.program import Program
from tests.live.harness.waiting import eventually

_TEMPLATES = Path(__file__).parent.parent / "phones"
_MODULES = ("/usr/lib/baresip/modules", "/usr/lib/x86_64-linux-gnu/baresip/modules", "/usr/local/lib/baresip/modules")

GOODBYE_S = 3.0

Event = dict[str, Any]


class Baresip:
    """One phone with one account. Used as ``async with``: it is up (not yet registered) inside."""

    def __init__(
        self,
        folder: Path,
        *,
        user: str,
        tone: Path,
        switch: str,
        password: str = "none",
        register: bool = True,
        transport: str = "udp",
        srtp: bool = False,
        codec: str = "PCMU/8000/1",
        dtls: bool = False,
        authorities: Path | None = None,
        outbound: str = "",
    ) -> None:
        """``srtp``: it offers and takes secured audio and no other (keys by RFC 4568); ``dtls``: by a handshake.

        ``authorities``: a file of those whom it trusts by TLS.
        """
        self.user = user
        self.switch = switch
        ports = free_block()
        self.address = f"{LOOPBACK}:{ports}"
        self._control_port = ports + 4
        self._sounds = TemporaryDirectory(prefix="heard-")
        self._recordings = Path(self._sounds.name)
        self._program = Program(f"baresip {user}", folder / "log")
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._answers: dict[str, asyncio.Future[Event]] = {}
        self._tokens = itertools.count(1)
        self._reader: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        values = {
            "MODULES": next((path for path in _MODULES if Path(path).is_dir()), _MODULES[0]),
            "SIP_PORT": str(ports),
            "CTRL_PORT": str(self._control_port),
            "RTP_LO": str(ports + 6),
            "RTP_HI": str(ports + 18),
            "TONE": str(tone),
            "RECORDINGS": str(self._recordings),
            "USER": user,
            "PASSWORD": password,
            "SWITCH": switch,
            "TRANSPORT": transport,
            "REGISTER_EVERY_S": "60" if register else "0",
            "ANSWER": "manual",
            "CODEC": codec,
            "OUTBOUND": f';outbound="sip:{outbound}"' if outbound else "",
        }
        secured = "dtls_srtp" if dtls else "srtp-mand" if srtp else ""
        extra = f"module {secured.removesuffix('-mand')}.so\n" if secured else ""
        extra += "" if codec.startswith("PCM") else f"module {codec.partition('/')[0].lower()}.so\n"
        extra += f"sip_cafile {authorities}\n" if authorities else ""
        (folder / "config").write_text(_filled("baresip.config", values) + extra)
        (folder / "accounts").write_text("# The account is made over the control port, to miss none of its events.\n")
        self._account = _filled("baresip.account", values).strip() + (f";mediaenc={secured}" if secured else "")

    async def __aenter__(self) -> Self:
        await self._program.start("baresip", "-f", str(self._folder))
        streams = await eventually(self._connect, lambda found: found is not None, within_s=10, what="control port")
        assert streams is not None
        reader, self._writer = streams
        self._reader = asyncio.create_task(self._read(reader))
        await self.command("uanew", self._account)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            print(self._program.output())
        self._program.send_signal(signal.SIGTERM)
        try:
            await self._program.wait(GOODBYE_S)
        except AssertionError:
            # Its switch has gone before it, and it would wait for the answer to its last REGISTER.
            await self._program.end(signal.SIGKILL)
        if self._reader is not None:
            await self._reader
        if self._writer is not None:
            self._writer.close()
        self._sounds.cleanup()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        assert self._program.running, self._program.output()
        try:
            return await asyncio.open_connection(LOOPBACK, self._control_port)
        except ConnectionRefusedError:
            return None

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                length = int((await reader.readuntil(b":"))[:-1])
                message: Event = json.loads((await reader.readexactly(length + 1))[:-1])
                if message.get("response"):
                    self._answers.pop(message["token"]).set_result(message)
                else:
                    self._events.put_nowait(message)
        except (asyncio.IncompleteReadError, ConnectionError):
            self._events.put_nowait(None)

    async def command(self, name: str, params: str = "") -> str:
        """Give a command of baresip's menu; returns its text. Raises AssertionError when it is refused."""
        assert self._writer is not None
        token = str(next(self._tokens))
        answer = self._answers[token] = asyncio.get_running_loop().create_future()
        text = json.dumps({"command": name, "params": params, "token": token})
        self._writer.write(f"{len(text)}:{text},".encode())
        reply = await asyncio.wait_for(answer, 5)
        assert reply["ok"], f"baresip {self.user} refused {name} {params}: {reply['data']}"
        return str(reply["data"])

    async def dial(self, number: str) -> None:
        """Call a number at the switch, or a whole SIP URI."""
        await self.command("dial", number if ":" in number else f"sip:{number}@{self.switch}")

    async def accept(self) -> None:
        """Answer the call that rings, and wait until it stands."""
        await self.command("accept")
        await self.wait_for("CALL_ESTABLISHED")

    async def hangup(self) -> None:
        """End the call; while it still rings here, refuse it (486)."""
        await self.command("hangup")

    async def hold(self) -> None:
        """Put the far side on hold (a re-INVITE with ``sendonly``)."""
        await self.command("hold")

    async def resume(self) -> None:
        """Take the far side back (a re-INVITE with ``sendrecv``)."""
        await self.command("resume")

    def freeze(self, frozen: bool = True) -> None:
        """Let it neither speak nor answer, as a phone whose network is gone; or let it go on."""
        self._program.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)

    async def registered(self) -> Self:
        """Wait until the switch has accepted the registration; returns the phone."""
        await self.wait_for("REGISTER_OK")
        return self

    async def wait_for(self, kind: str, within_s: float = 10.0) -> Event:
        """The next event of a kind (``CALL_INCOMING``, ``CALL_CLOSED`` ...); those before it are passed over."""
        passed: list[str] = []
        try:
            async with asyncio.timeout(within_s):
                while True:
                    event = await self._events.get()
                    if event is None:
                        raise AssertionError(f"baresip {self.user} ended before {kind}\n{self._program.output()}")
                    if event["type"] == kind:
                        return event
                    passed.append(f"{event['type']} {event.get('param', '')}".strip())
        except TimeoutError:
            raise AssertionError(f"baresip {self.user}: no {kind} within {within_s:g} s, but: {passed}") from None

    async def hear(self, seconds: float, *, settle_s: float = 0.4) -> Samples:
        """The next ``seconds`` of what this phone hears, after ``settle_s`` that are not listened to."""
        start = len(self.recording()) + int(settle_s * RATE)
        end = start + int(seconds * RATE)

        async def recorded() -> int:
            return len(self.recording())

        await eventually(
            recorded, lambda count: count >= end, within_s=10 + seconds, what=f"samples heard by {self.user} ({end})"
        )
        return self.recording()[start:end]

    def recording(self) -> Samples:
        """All that was heard in the newest call so far."""
        files = sorted(self._recordings.glob("dump-*-dec.wav"))
        return read_wav(files[-1]) if files else np.zeros(0)  # at the rate of the codec


def _filled(template: str, values: dict[str, str]) -> str:
    return filled((_TEMPLATES / template).read_text(), values)
