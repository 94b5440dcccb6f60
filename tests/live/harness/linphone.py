"""A real softphone, linphone, steered through its daemon's command socket.

Traps of linphone 5.1: it has no ear without a sound card, so what it hears must be heard by another phone; its
daemon takes one command at a time and pushes nothing, so states are asked for; the socket always lies in ``/tmp``;
its TLS library does not match addresses in certificates, so the name is left unchecked there.
"""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.live.harness.ports import free_block
from tests.live.harness.program import Program
from tests.live.harness.waiting import eventually

_SOCKETS = Path("/tmp")
_QUIET_S = 0.05

RUNNING, PAUSED, INCOMING = "LinphoneCallStreamsRunning", "LinphoneCallPaused", "LinphoneCallIncomingReceived"


class Linphone:
    """One phone with one account. Used as ``async with``: it runs (not yet registered) inside."""

    def __init__(
        self,
        folder: Path,
        *,
        user: str,
        password: str,
        switch: str,
        transport: str = "udp",
        authorities: Path | None = None,
    ) -> None:
        """``authorities``: a file of those whom it trusts by TLS; over TLS its audio is secured, too."""
        self.user = user
        self.switch = switch
        self._password = password
        self._transport = transport
        self._trust = f"root_ca={authorities}\nverify_server_cn=0\n" if authorities is not None else ""
        self._folder = folder
        self._port = free_block()
        self._socket = _SOCKETS / f"centrala-linphone-{self._port}"
        self._program = Program(f"linphone {user}", folder / "log")
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        home = self._folder / "home"
        (home / ".local" / "share" / "linphone").mkdir(parents=True)
        config = self._folder / "linphonerc"
        config.write_text(f"[sip]\nguess_hostname=0\nuse_ipv6=0\n{self._trust}[rtp]\naudio_rtp_port={self._port + 6}\n")
        await self._program.start(
            *("linphone-daemon", "--config", str(config), "--disable-stats-events", "--pipe", self._socket.name),
            env={"HOME": str(home)},
            cwd=self._folder,
        )
        self._streams = await eventually(self._connect, lambda found: found is not None, within_s=10, what="linphone")
        await self.command("ipv6 disable")
        await self.command(f"port sip {self._port} {self._transport}")
        if self._transport == "tls":
            await self.command("media-encryption srtp")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            print(self._program.output())
        if self._streams is not None:
            self._streams[1].close()
        if self._program.running:
            await self._program.end(signal.SIGKILL)
        self._socket.unlink(missing_ok=True)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        assert self._program.running, self._program.output()
        try:
            return await asyncio.open_unix_connection(str(self._socket))
        except (FileNotFoundError, ConnectionRefusedError):
            return None

    async def command(self, text: str) -> dict[str, str]:
        """Give a command; its answer by field. Raises AssertionError when it is refused."""
        answer = await self._ask(text)
        assert answer.get("Status") == "Ok", f"linphone {self.user} refused {text!r}: {answer}"
        return answer

    async def _ask(self, text: str) -> dict[str, str]:
        assert self._streams is not None
        reader, writer = self._streams
        writer.write(f"{text}\n".encode())
        heard = await asyncio.wait_for(reader.read(65536), 5)
        while True:  # an answer has no end of its own
            try:
                heard += await asyncio.wait_for(reader.read(65536), _QUIET_S)
            except TimeoutError:
                break
        lines = (line.partition(": ") for line in heard.decode().splitlines())
        return {name: value for name, _, value in lines if name}

    async def registered(self) -> Self:
        """Register, and wait until the switch has accepted it; returns the phone."""
        proxy = f"sip:{self.switch};transport={self._transport}"
        await self.command(f"register sip:{self.user}@{self.switch} {proxy} {self._password} {self.user} centrala")
        await self._field("register-status ALL", "State", "LinphoneRegistrationOk")
        return self

    async def dial(self, number: str) -> str:
        """Call a number at the switch; the call's own id once it is answered."""
        call = (await self.command(f"call sip:{number}@{self.switch};transport={self._transport}"))["Id"]
        await self._field(f"call-status {call}", "State", RUNNING)
        return call

    async def answer(self, call: str = "1") -> None:
        """Wait for a call, and answer it."""
        await self._field(f"call-status {call}", "State", INCOMING)
        await self.command(f"answer {call}")
        await self._field(f"call-status {call}", "State", RUNNING)

    async def speak(self, wav: Path, call: str = "1") -> None:
        """Play a file into a call."""
        await self.command(f"incall-player-start {wav} {call}")

    async def hold(self, call: str = "1") -> None:
        """Put the far side on hold."""
        await self.command(f"call-pause {call}")
        await self._field(f"call-status {call}", "State", PAUSED)

    async def resume(self, call: str = "1") -> None:
        """Take the far side back."""
        await self.command(f"call-resume {call}")
        await self._field(f"call-status {call}", "State", RUNNING)

    async def transfer(self, to: str, call: str = "1") -> None:
        """Give a call away: blind to a number, attended to another call's id (``#2``)."""
        target = to[1:] if to.startswith("#") else f"sip:{to}@{self.switch}"
        await self.command(f"call-transfer {call} {target}")

    async def hangup(self, call: str = "1") -> None:
        """End a call."""
        await self.command(f"terminate {call}")

    async def gone(self, call: str = "1") -> None:
        """Wait until a call is over."""
        await eventually(
            lambda: self._ask(f"call-status {call}"),
            lambda answer: answer.get("Status") == "Error",
            within_s=10,
            what=f"the end of call {call} of linphone {self.user}",
        )

    async def _field(self, command: str, name: str, value: str) -> None:
        await eventually(
            lambda: self._ask(command),
            lambda answer: answer.get(name) == value,
            within_s=10,
            what=f"linphone {self.user}: {name} {value}",
        )
