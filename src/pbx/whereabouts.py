"""Where the phones are: REGISTER carried out, kept over restarts, and ended with the connection that it came on.

Times of registrations are seconds since the epoch (``clock``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from pbx.events import Event, PhoneRegistered, PhoneUnregistered
from pbx.routing.binding import Binding, without_connection
from pbx.routing.registrar import Refusal, Registered, Registrar
from pbx.sip.endpoint import Endpoint
from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.message import Request

FLOW_TIMER_S = 120
"""How often a phone that manages its flows must be heard, as we ask of it (RFC 5626 section 5.2)."""

Fields = tuple[tuple[str, str], ...]


class LocationStore(Protocol):
    """Where registrations outlive the process."""

    def save(self, extension: str, binding: Binding) -> None:
        """Keep a binding until it expires, in place of one with the same key."""

    def remove(self, extension: str, binding: Binding) -> None:
        """Forget one."""


class Whereabouts:
    """The registrar, its store, and what others are told of it. It is the tenant of the connections too."""

    def __init__(
        self,
        endpoint: Endpoint,
        registrar: Registrar,
        locations: LocationStore,
        publish: Callable[[Event], None],
        clock: Callable[[], float],
    ) -> None:
        self._endpoint = endpoint
        self._registrar = registrar
        self._locations = locations
        self._publish = publish
        self._clock = clock

    def register(self, extension: str, request: Request, flow: Flow) -> tuple[int, str, Fields]:
        """Carry out an authenticated REGISTER; the answer's status, reason and headers. Raises nothing."""
        now = self._clock()
        was_reachable = self._rings(extension)
        try:
            result = self._registrar.register(extension, request, flow, now)
        except ParseError as error:
            return 400, f"Bad Request: {error.message[:80]}", ()
        if isinstance(result, Refusal):
            return result.status, result.reason, result.fields
        for binding in result.saved:
            self._locations.save(extension, binding)
        for binding in result.removed:
            self._locations.remove(extension, binding)
        self._tell_change(extension, was_reachable)
        return 200, "", _answer(request, result, now)

    def restore(self, bindings: Iterable[tuple[str, Binding]]) -> None:
        """Put back what was kept over a restart; the connections have not outlived it."""
        for extension, binding in bindings:
            standing = without_connection(binding) if binding.flow.reliable else binding
            if standing is None or standing.expires_at <= self._clock():
                self._locations.remove(extension, binding)
                continue
            was_reachable = self._rings(extension)
            self._registrar.restore(extension, standing)
            self._tell_change(extension, was_reachable)

    def reachable(self, number: str) -> bool:
        """Whether a phone is registered where a number sits."""
        return self._rings(self._registrar.seating.phone_of(number))

    def seat(self, phones: Mapping[str, str]) -> None:
        """Replace who sits where (``seating.Seating.declare``)."""
        seating = self._registrar.seating
        moved = sorted(seating.phones.items() ^ phones.items())
        before = {number: self.reachable(number) for number, _ in moved}
        seating.declare(phones)
        for number, was_reachable in before.items():
            self._tell(number, was_reachable, self.reachable(number))

    def person_at(self, phone: str) -> str:
        """The number of who sits at a phone."""
        return self._registrar.seating.number_at(phone)

    def forget(self, extension: str) -> None:
        """An extension is no more."""
        was_reachable = self._rings(extension)
        for binding in self._registrar.remove(extension):
            self._locations.remove(extension, binding)
        self._tell_change(extension, was_reachable)

    def expire(self) -> None:
        """Drop registrations that have run out; to be called every few seconds."""
        for extension, binding in self._registrar.expire(self._clock()):
            self._locations.remove(extension, binding)
            self._tell_change(extension, was_reachable=True)

    # The connections' tenant (io.streams.Tenant)

    def closed(self, flow: Flow) -> None:
        """A connection ended, or could not be opened: its phones are reached another way or not at all."""
        for extension, before, instead in self._registrar.disconnect(flow):
            if instead is not None:
                self._locations.save(extension, instead)
            else:
                self._locations.remove(extension, before)
                self._tell_change(extension, was_reachable=True)

    def needs(self, flow: Flow) -> bool:
        """Whether a silent connection must stay: a phone is reached over it, or a call goes on."""
        return bool(self._registrar.over(flow)) or self._endpoint.uses(flow)

    def promised(self, flow: Flow) -> bool:
        """Whether a phone on a connection was asked for keep-alives."""
        return any(binding.reg_id and not binding.path for _, binding in self._registrar.over(flow))

    def _rings(self, phone: str) -> bool:
        return bool(self._registrar.phones(phone, self._clock()))

    def _tell_change(self, phone: str, was_reachable: bool) -> None:
        for number in self._registrar.seating.numbers_at(phone):
            self._tell(number, was_reachable, self._rings(phone))

    def _tell(self, number: str, was_reachable: bool, reachable: bool) -> None:
        if reachable and not was_reachable:
            self._publish(PhoneRegistered(self._clock(), number))
        elif was_reachable and not reachable:
            self._publish(PhoneUnregistered(self._clock(), number))


def _answer(request: Request, result: Registered, now: float) -> Fields:
    """The headers of a 200 to REGISTER (RFC 3261 section 10.3 step 8, RFC 3327 section 5.3, RFC 5626 section 6)."""
    fields = [("contact", _contact(binding, now)) for binding in result.bindings]
    fields.append(("supported", "path, outbound"))
    if request.has("path") and "path" in {tag.lower() for tag in request.values("supported")}:
        fields += [("path", one) for one in request.values("path")]
    if any(binding.reg_id for binding in result.saved):
        fields += [("require", "outbound"), ("flow-timer", str(FLOW_TIMER_S))]
    return tuple(fields)


def _contact(binding: Binding, now: float) -> str:
    managed = f';reg-id={binding.reg_id};+sip.instance="{binding.instance}"' if binding.reg_id else ""
    preferred = f";q={binding.q:.3g}" if binding.q < 1 else ""
    return f"<{binding.contact}>;expires={round(binding.expires_at - now)}{preferred}{managed}"
