"""One snapshot, then numbered deltas.

Changes are gathered for a tick and told once, the latest value of each thing; every change told has the next number
(``seq``), and the last ones are kept, encoded once for all listeners, so that one who comes back may resume. A
listener holds nothing but its place in that backlog: one too slow falls off its end, and is told so.

While nobody listens (and nobody has for a while) a change costs one comparison.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any, Literal, TypeAlias

import msgspec
from pydantic import BaseModel

from control.schemas.common import to_iso
from control.schemas.live import Snapshot

Kind: TypeAlias = Literal[
    "queue", "agent", "call", "cdr", "ban", "voicemail", "mailbox", "trunk", "country", "quality", "recording",
    "conference", "callback", "overdue", "work", "campaign", "preview", "import",
]  # fmt: skip

TICK_S = 0.2
BACKLOG = 8192
LINGER_S = 60.0
PATIENCE_S = 10.0


class TooSlow(Exception):
    """The listener did not take its messages before the backlog had moved past them."""


class Hub:
    """Tells live changes to any number of listeners."""

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        *,
        collect: Callable[[], None] = lambda: None,
        tick_s: float = TICK_S,
        backlog: int = BACKLOG,
        linger_s: float = LINGER_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """``snapshot`` gives everything live now. ``collect`` is called before each tick while somebody listens:
        whoever rather keeps a list of what changed than publishes each change may publish it there.
        """
        self._snapshot = snapshot
        self._collect = collect
        self._tick_s = tick_s
        self._linger_s = linger_s
        self.patience_s = patience_s
        """How long a listener may take over one message before it counts as gone."""
        self._pending: dict[tuple[Kind, str], BaseModel | None] = {}
        self._backlog: list[str] = [""] * backlog
        # Numbers begin at the present microsecond, so that one from before a restart is never taken for ours.
        self._seq = time.time_ns() // 1000
        self._oldest = self._seq + 1
        self._listeners = 0
        self._asleep_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._news = asyncio.Event()

    @property
    def awake(self) -> bool:
        """Whether a change is told at all: somebody listens, or may come back and resume."""
        return self._timer is not None

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return self._listeners

    def publish(self, kind: Kind, id: str, value: BaseModel | None) -> None:
        """Something became ``value``; None when it is gone."""
        if self._timer is not None:
            self._pending[kind, id] = value

    async def listen(self, since: int | None = None) -> AsyncGenerator[str, None]:
        """JSON texts: a ``snapshot`` or, where the changes after ``since`` are still known, ``resumed``; then each
        change as a ``delta``, for ever.

        Raises TooSlow when the backlog moved past this listener.
        """
        self._listeners += 1
        self._wake()
        try:
            if since is not None and self._oldest - 1 <= since <= self._seq:
                seen = since
                yield _encode({"type": "resumed", "seq": since, "at": to_iso(time.time())})
            else:
                seen = self._seq
                yield self._encode_snapshot()
            while True:
                if seen == self._seq:
                    await self._news.wait()
                elif seen < self._oldest - 1:
                    raise TooSlow
                else:
                    seen += 1
                    yield self._backlog[seen % len(self._backlog)]
        finally:
            self._listeners -= 1
            self._asleep_at = asyncio.get_running_loop().time() + self._linger_s

    def close(self) -> None:
        """Stop the tick."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake(self) -> None:
        if self._timer is None:
            self._collect()
            # What changed while nobody listened was not told: numbers from before that cannot be resumed.
            self._seq += 1
            self._oldest = self._seq + 1
            self._timer = asyncio.get_running_loop().call_later(self._tick_s, self._tick)

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._collect()
            if self._pending:
                self._tell()
        finally:
            if self._listeners or loop.time() < self._asleep_at:
                self._timer = loop.call_later(self._tick_s, self._tick)
            else:
                self._timer = None

    def _tell(self) -> None:
        at = to_iso(time.time())
        for (kind, id), value in self._pending.items():
            self._seq += 1
            self._backlog[self._seq % len(self._backlog)] = _encode(
                {"type": "delta", "seq": self._seq, "at": at, "kind": kind, "id": id, "value": value}
            )
        self._pending.clear()
        self._oldest = max(self._oldest, self._seq - len(self._backlog) + 1)
        self._news.set()
        self._news = asyncio.Event()

    def _encode_snapshot(self) -> str:
        everything = self._snapshot().model_dump(mode="json")
        return _encode({"type": "snapshot", "seq": self._seq, "at": to_iso(time.time()), **everything})


def _encode(message: dict[str, Any]) -> str:
    return msgspec.json.encode(message, enc_hook=_dump).decode()


def _dump(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} cannot be told")
