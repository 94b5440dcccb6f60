"""The registrar: which phones an extension can be reached at (RFC 3261 section 10.3)."""

from __future__ import annotations

from msgspec import Struct

from pbx.routing.binding import Binding
from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.headers.address import Address
from pbx.sip.message import Request

MIN_EXPIRES = 30
DEFAULT_EXPIRES = 3600
MAX_EXPIRES = 7200
MAX_CONTACTS = 10
"""Phones an extension may have."""


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
    """Those new or refreshed."""
    removed: tuple[Binding, ...]


class Registrar:
    """The bindings of all extensions. Times are seconds since the epoch."""

    def __init__(self) -> None:
        self._bindings: dict[str, dict[str, Binding]] = {}

    def restore(self, extension: str, binding: Binding) -> None:
        """Put back what was kept over a restart."""
        self._bindings.setdefault(extension, {})[binding.contact] = binding

    def find(self, extension: str, now: float) -> list[Binding]:
        """The phones of an extension that are reachable now, the latest registration first."""
        found = [one for one in self._bindings.get(extension, {}).values() if one.expires_at > now]
        return sorted(found, key=lambda one: one.expires_at, reverse=True) if len(found) > 1 else found

    def __len__(self) -> int:
        """How many extensions have a phone."""
        return len(self._bindings)

    def register(self, extension: str, request: Request, flow: Flow, now: float) -> Registered | Refusal:
        """Carry out an authenticated REGISTER. Raises ParseError for contacts that cannot be read."""
        contacts = request.values("contact")
        default = request.number("expires")
        stored = self._bindings.get(extension, {})
        current = {contact: one for contact, one in stored.items() if one.expires_at > now}
        if contacts == ["*"]:
            if default != 0:
                return Refusal(400, "Contact * needs Expires: 0")
            wanted = [(one.contact, 0.0) for one in current.values()]
        elif "*" in contacts:
            return Refusal(400, "Contact * must stand alone")
        else:
            wanted = []
            for text in contacts:
                address = Address.parse(text)
                seconds = _expires(address, default)
                if 0 < seconds < MIN_EXPIRES:
                    return Refusal(423, "Interval Too Brief", (("min-expires", str(MIN_EXPIRES)),))
                wanted.append((str(address.uri), min(seconds, MAX_EXPIRES)))
        cseq, call_id = request.cseq.number, request.call_id
        for contact, _ in wanted:
            known = current.get(contact)
            if known is not None and known.call_id == call_id and cseq <= known.cseq:
                return Refusal(500, "CSeq goes backwards")  # section 10.3 step 7
        after = dict(current)
        saved: list[Binding] = []
        for contact, seconds in wanted:
            if seconds == 0:
                after.pop(contact, None)
            else:
                agent = request.get("user-agent") or ""
                binding = Binding(contact, call_id, cseq, now + seconds, flow, agent[:200])
                after[contact] = binding
                saved.append(binding)
        if len(after) > MAX_CONTACTS:
            return Refusal(403, f"More than {MAX_CONTACTS} phones")
        self._keep(extension, after)
        removed = tuple(one for contact, one in stored.items() if contact not in after)
        return Registered(tuple(after.values()), tuple(saved), removed)

    def remove(self, extension: str) -> list[Binding]:
        """Forget an extension; returns what it had."""
        return list(self._bindings.pop(extension, {}).values())

    def expire(self, now: float) -> list[tuple[str, Binding]]:
        """Drop what has run out; returns it."""
        gone: list[tuple[str, Binding]] = []
        for extension, phones in list(self._bindings.items()):
            for contact, binding in list(phones.items()):
                if binding.expires_at <= now:
                    del phones[contact]
                    gone.append((extension, binding))
            self._keep(extension, phones)
        return gone

    def _keep(self, extension: str, phones: dict[str, Binding]) -> None:
        if phones:
            self._bindings[extension] = phones
        else:
            self._bindings.pop(extension, None)


def _expires(address: Address, default: int | None) -> float:
    own = address.param("expires")
    if own is None:
        return float(DEFAULT_EXPIRES if default is None else default)
    if not (own.isascii() and own.isdigit()) or len(own) > 10:
        raise ParseError(f"expires needs a plain number, found {own[:20]!r}")
    return float(int(own))
