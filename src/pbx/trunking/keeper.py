"""All trunks, kept: looked up, registered, asked after; who calls by one; and who is told when one comes or goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from msgspec import Struct

from pbx.events import Event
from pbx.routing.trunks.board import Arrival, TrunkBoard
from pbx.routing.trunks.trunk import Trunk
from pbx.sip.authentication import Keychain
from pbx.sip.endpoint import Endpoint
from pbx.sip.flow import Flow
from pbx.sip.message import Request
from pbx.trunk_events import TrunkDown, TrunkUp
from pbx.trunking.line import TrunkLine

LOOK_AGAIN_S = 60.0
"""How often a name is looked up again; the resolver caches what its records allow."""
LOOK_SOON_S = 10.0
"""The same for one that was not found."""

Found: TypeAlias = Callable[[tuple[Flow, ...], float], None]
"""Takes the ways to an address, the preferred one first (none where it leads nowhere), and ``now``."""


class Resolve(Protocol):
    """Looks up what a flow to a name stands for, port 0 by SRV (RFC 3263); tells what it found at once or later."""

    def __call__(self, wanted: Flow, found: Found, /) -> None: ...


class TrunkState(Struct, frozen=True):
    """A trunk as it stands."""

    down: str
    """Why no call can go out; empty while it is up."""
    since: float
    registered: bool | None
    last_error: str
    ways: tuple[Flow, ...]
    calls: int
    spent_today: float


class TrunkKeeper:
    """The keeper of one switch's trunks; the board is what it writes its findings on."""

    def __init__(
        self,
        endpoint: Endpoint,
        board: TrunkBoard,
        resolve: Resolve,
        publish: Callable[[Event], None],
        clock: Callable[[], float],
        token: Callable[[], str],
        vouch: Callable[[str, float], None] = lambda host, until: None,
    ) -> None:
        """``vouch`` for a carrier's hosts at the guard, until a time (seconds since the epoch)."""
        self._endpoint = endpoint
        self._board = board
        self._resolve = resolve
        self._publish = publish
        self._clock = clock
        self._token = token
        self._vouch = vouch
        self.lines: dict[str, TrunkLine] = {}
        self._by_mark: dict[str, str] = {}
        self._since: dict[str, float] = {}

    def declare(self, trunks: dict[str, Trunk], now: float) -> None:
        """Replace all trunks; one whose address and secrets stay is not disturbed."""
        before = {id: line.trunk for id, line in self.lines.items()}
        if before == trunks:
            return
        for id, line in list(self.lines.items()):
            if id not in trunks or _connection(trunks[id]) != _connection(line.trunk):
                self._forget(id, now)
        self._board.declare(trunks.values())
        for id, trunk in trunks.items():
            if id in self.lines:
                self.lines[id].trunk = trunk
            else:
                self._begin(trunk, now)

    def _begin(self, trunk: Trunk, now: float) -> None:
        line = TrunkLine(self._endpoint, trunk, self._token, self._changed)
        self.lines[trunk.id] = line
        self._by_mark[line.mark] = trunk.id
        self._since[trunk.id] = self._clock()
        self._board.lines[trunk.id].down = line.down
        self._look_up(line, now)

    def _forget(self, id: str, now: float) -> None:
        line = self.lines.pop(id)
        line.close(now)
        self._by_mark.pop(line.mark)
        self._since.pop(id)
        self._board.found_at(id, ())

    def close(self, now: float) -> None:
        """Take all registrations back."""
        for id in list(self.lines):
            self._forget(id, now)

    # Addresses

    def _look_up(self, line: TrunkLine, now: float) -> None:
        """Look a trunk's address up, now and again, for as long as the line is the trunk's."""
        if self.lines.get(line.trunk.id) is line:
            trunk = line.trunk
            wanted = Flow(trunk.transport, trunk.host, trunk.port or 0)
            self._resolve(wanted, lambda ways, now: self._found(line, ways, now))

    def _found(self, line: TrunkLine, ways: tuple[Flow, ...], now: float) -> None:
        if self.lines.get(line.trunk.id) is line:
            line.found_at(ways, now)
            for way in line.ways:
                self._vouch(way.host, self._clock() + 2 * LOOK_AGAIN_S)
            self._endpoint.timers.at(now + (LOOK_AGAIN_S if ways else LOOK_SOON_S), self._look_up, line)

    # States

    def _changed(self, line: TrunkLine, now: float) -> None:
        id, down = line.trunk.id, line.down
        if self.lines.get(id) is not line:
            return
        noted = self._board.lines[id]
        self._board.found_at(id, line.ways)
        before, noted.down = noted.down, down
        if bool(before) != bool(down):
            self._since[id] = at = self._clock()
            self._publish(TrunkDown(at, id, down) if down else TrunkUp(at, id))

    def suspect(self, trunk: str, way: Flow, now: float) -> None:
        """A call to a trunk failed as if nobody were there."""
        if (line := self.lines.get(trunk)) is not None:
            line.suspect(way, now)

    def keychain_of(self, trunk: str) -> Keychain | None:
        """What proves us to a trunk."""
        line = self.lines.get(trunk)
        return None if line is None else line.keychain

    def state(self, trunk: str) -> TrunkState | None:
        """How a trunk stands, None where there is none."""
        line, noted = self.lines.get(trunk), self._board.lines.get(trunk)
        if line is None or noted is None:
            return None
        spent = noted.ledger.spent(noted.trunk, self._clock())
        ways = line.ways
        return TrunkState(
            noted.down, self._since[trunk], line.registered, line.last_error, ways, noted.ledger.calls, spent
        )

    # Who calls

    def arrival(self, request: Request, flow: Flow) -> Arrival | None:
        """The trunk that an INVITE came by, None where it came by none. Raises ParseError."""
        uri = request.uri
        mark = uri.param("line")
        trunk = self.lines[self._by_mark[mark]].trunk if mark is not None and mark in self._by_mark else None
        if trunk is None:
            trunk = self._board.calling_from(flow, uri.number)
        if trunk is None:
            return None
        called = uri
        if trunk.registers and uri.username == trunk.username:
            called = request.to.uri  # called at our contact: the number dialled stands in To
        return Arrival(self._board.lines[trunk.id], self._board.arriving(trunk, called.number))


def _connection(trunk: Trunk) -> tuple[object, ...]:
    """What a line cannot learn in passing."""
    return (
        trunk.address, trunk.transport, trunk.username, trunk.password, trunk.registers, trunk.options_interval_s
    )  # fmt: skip
