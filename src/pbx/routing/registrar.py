"""The registrar: which phones an extension can be reached at (RFC 3261 section 10.3, RFC 5626 section 6)."""

from __future__ import annotations

from msgspec import Struct

from pbx.routing.binding import Binding, binding_key, without_connection
from pbx.routing.seating import Seating
from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.headers.address import Address
from pbx.sip.message import Request
from pbx.sip.text import unquote

MIN_EXPIRES = 30
DEFAULT_EXPIRES = 3600
MAX_EXPIRES = 7200
MAX_CONTACTS = 10
"""Phones an extension may have."""
MAX_PATH = 8
"""Proxies between a phone and us."""
MAX_INSTANCE = 200


class Refusal(Struct, frozen=True):
    """A REGISTER that is not carried out; nothing of it is."""

    status: int
    reason: str
    fields: tuple[tuple[str, str], ...] = ()


class Registered(Struct, frozen=True):
    """A REGISTER carried out (or a mere query)."""

    bindings: tuple[Binding, ...]
    """All that stand now."""
    saved: tuple[Binding, ...]
    """Those new or refreshed; one with the key of an older one is in its place."""
    removed: tuple[Binding, ...]


class _Wanted(Struct, frozen=True):
    """One Contact of a REGISTER."""

    contact: str
    seconds: float
    q: float = 1.0
    instance: str = ""
    reg_id: int = 0

    @property
    def key(self) -> str:
        return binding_key(self.contact, self.instance, self.reg_id)


class Registrar:
    """The bindings of all extensions. Times are seconds since the epoch."""

    def __init__(self) -> None:
        self.seating = Seating()
        self._bindings: dict[str, dict[str, Binding]] = {}
        self._flows: dict[Flow, set[tuple[str, str]]] = {}
        """Extension and key of each phone that is reached over a connection."""

    def restore(self, extension: str, binding: Binding) -> None:
        """Put back what was kept over a restart."""
        self._keep(extension, {**self._bindings.get(extension, {}), binding.key: binding})

    def find(self, number: str, now: float) -> list[Binding]:
        """The phones that ring for a number now: those of the extension that it sits at."""
        return self.phones(self.seating.phone_of(number), now)

    def phones(self, extension: str, now: float) -> list[Binding]:
        """The phones of an extension that are reachable now, the latest registration first.

        A device with several flows (RFC 5626) is reached over the one that it registered last.
        """
        bindings = self._bindings.get(extension)
        if bindings is None:
            return []
        found = [one for one in bindings.values() if one.expires_at > now]
        if len(found) < 2:
            return found
        found.sort(key=lambda one: one.expires_at, reverse=True)
        devices: dict[str, Binding] = {}
        for one in found:
            devices.setdefault(one.instance or one.contact, one)
        return list(devices.values())

    def __len__(self) -> int:
        """How many extensions have a phone."""
        return len(self._bindings)

    def register(self, extension: str, request: Request, flow: Flow, now: float) -> Registered | Refusal:
        """Carry out an authenticated REGISTER. Raises ParseError for contacts or a Path that cannot be read."""
        contacts = request.values("contact")
        path = _path(request)
        stored = self._bindings.get(extension, {})
        current = {key: one for key, one in stored.items() if one.expires_at > now}
        if "*" in contacts:
            if contacts != ["*"]:
                return Refusal(400, "Contact * must stand alone")
            if request.number("expires") != 0:
                return Refusal(400, "Contact * needs Expires: 0")
            wanted = [_Wanted(one.contact, 0.0, one.q, one.instance, one.reg_id) for one in current.values()]
        else:
            managed = _manages_flows(request, path)
            if not managed and "outbound" in _tags(request, "require"):
                return Refusal(439, "First Hop Lacks Outbound Support")
            wanted = [_wanted(Address.parse(text), request.number("expires"), managed) for text in contacts]
            if any(0 < one.seconds < MIN_EXPIRES for one in wanted):
                return Refusal(423, "Interval Too Brief", (("min-expires", str(MIN_EXPIRES)),))
        cseq, call_id = request.cseq.number, request.call_id
        for one in wanted:
            known = current.get(one.key)
            if known is not None and known.call_id == call_id and cseq <= known.cseq:
                return Refusal(500, "CSeq goes backwards")  # section 10.3 step 7
        after = dict(current)
        saved: list[Binding] = []
        agent = (request.get("user-agent") or "")[:200]
        for one in wanted:
            if one.seconds == 0:
                after.pop(one.key, None)
            else:
                binding = Binding(
                    one.contact, call_id, cseq, now + one.seconds, flow, agent, path, one.instance, one.reg_id, one.q
                )
                after[one.key] = binding
                saved.append(binding)
        if len(after) > MAX_CONTACTS:
            return Refusal(403, f"More than {MAX_CONTACTS} phones")
        self._keep(extension, after)
        removed = tuple(one for key, one in stored.items() if key not in after)
        return Registered(tuple(after.values()), tuple(saved), removed)

    def remove(self, extension: str) -> list[Binding]:
        """Forget an extension; returns what it had."""
        had = list(self._bindings.get(extension, {}).values())
        self._keep(extension, {})
        return had

    def expire(self, now: float) -> list[tuple[str, Binding]]:
        """Drop what has run out; returns it."""
        gone: list[tuple[str, Binding]] = []
        for extension, phones in list(self._bindings.items()):
            over = [(extension, one) for one in phones.values() if one.expires_at <= now]
            if over:
                gone += over
                self._keep(extension, {key: one for key, one in phones.items() if one.expires_at > now})
        return gone

    # Connections

    def over(self, flow: Flow) -> list[tuple[str, Binding]]:
        """The phones, with their extensions, that are reached over a connection."""
        return [(extension, self._bindings[extension][key]) for extension, key in self._flows.get(flow, ())]

    def disconnect(self, flow: Flow) -> list[tuple[str, Binding, Binding | None]]:
        """A connection ended: each of its phones, and what stands in its place (``binding.without_connection``)."""
        changed: list[tuple[str, Binding, Binding | None]] = []
        for extension, before in self.over(flow):
            instead = without_connection(before)
            phones = {key: one for key, one in self._bindings[extension].items() if key != before.key}
            self._keep(extension, {**phones, before.key: instead} if instead is not None else phones)
            changed.append((extension, before, instead))
        return changed

    def _keep(self, extension: str, phones: dict[str, Binding]) -> None:
        before = self._bindings.get(extension, {})
        for key, one in before.items():
            if one.flow.reliable and phones.get(key) is not one:
                standing = self._flows[one.flow]
                standing.discard((extension, key))
                if not standing:
                    del self._flows[one.flow]
        for key, one in phones.items():
            if one.flow.reliable and before.get(key) is not one:
                self._flows.setdefault(one.flow, set()).add((extension, key))
        if phones:
            self._bindings[extension] = phones
        else:
            self._bindings.pop(extension, None)


def _tags(request: Request, key: str) -> set[str]:
    return {tag.lower() for tag in request.values(key)} if request.has(key) else set()


def _path(request: Request) -> tuple[str, ...]:
    """The Path values, each of them readable. Raises ParseError."""
    if not request.has("path"):
        return ()
    path = tuple(request.values("path"))
    if len(path) > MAX_PATH:
        raise ParseError(f"a Path of {len(path)} proxies is longer than {MAX_PATH}")
    for one in path:
        if not Address.parse(one).uri.host:
            raise ParseError(f"Path needs SIP URIs, found {one[:40]!r}")
    return path


def _manages_flows(request: Request, path: tuple[str, ...]) -> bool:
    """Whether RFC 5626 applies: the phone knows it, and so does the first proxy behind it, if there is one.

    That is the last of Path; it says so by ``ob`` (section 5.1).
    """
    if "outbound" not in _tags(request, "supported") and "outbound" not in _tags(request, "require"):
        return False
    if len(request.values("via")) < 2:
        return True
    return bool(path) and Address.parse(path[-1]).uri.param("ob") is not None


def _wanted(address: Address, default: int | None, managed: bool) -> _Wanted:
    seconds = min(_expires(address, default), MAX_EXPIRES)
    instance, reg_id = unquote(address.param("+sip.instance") or ""), address.param("reg-id")
    if not managed or not instance or reg_id is None:
        return _Wanted(str(address.uri), seconds, address.preference)
    if not (reg_id.isascii() and reg_id.isdigit()) or not 0 < int(reg_id[:11]) < 2**31 or len(instance) > MAX_INSTANCE:
        raise ParseError(f"reg-id needs a number from 1 to 2147483647, found {reg_id[:20]!r}")
    return _Wanted(str(address.uri), seconds, address.preference, instance, int(reg_id))


def _expires(address: Address, default: int | None) -> float:
    own = address.param("expires")
    if own is None:
        return float(DEFAULT_EXPIRES if default is None else default)
    if not (own.isascii() and own.isdigit()) or len(own) > 10:
        raise ParseError(f"expires needs a plain number, found {own[:20]!r}")
    return float(int(own))
