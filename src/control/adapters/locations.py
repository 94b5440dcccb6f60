"""The switch's registrations in the form in which Redis keeps them."""

from __future__ import annotations

from control.live.registrations import Registrations, StoredBinding
from pbx.routing.binding import Binding
from pbx.sip.flow import Flow


class StoredLocations:
    """A ``pbx.whereabouts.LocationStore`` over Redis."""

    def __init__(self, registrations: Registrations) -> None:
        self._registrations = registrations

    def save(self, extension: str, binding: Binding) -> None:
        """Keep a binding until it expires."""
        stored = StoredBinding(
            contact=binding.contact,
            call_id=binding.call_id,
            cseq=binding.cseq,
            expires_at=binding.expires_at,
            transport=binding.flow.transport,
            host=binding.flow.host,
            port=binding.flow.port,
            user_agent=binding.user_agent,
            path=binding.path,
            local=binding.flow.local,
            instance=binding.instance,
            reg_id=binding.reg_id,
            q=binding.q,
        )
        self._registrations.save(extension, stored)

    def remove(self, extension: str, binding: Binding) -> None:
        """Forget one."""
        self._registrations.remove(extension, binding.key)

    async def load(self) -> list[tuple[str, Binding]]:
        """All that stand. Raises redis.RedisError."""
        kept = await self._registrations.load_all()
        return [(extension, _binding(stored)) for extension, bindings in kept.items() for stored in bindings]


def _binding(stored: StoredBinding) -> Binding:
    return Binding(
        contact=stored.contact,
        call_id=stored.call_id,
        cseq=stored.cseq,
        expires_at=stored.expires_at,
        flow=Flow(stored.transport, stored.host, stored.port, stored.local),
        user_agent=stored.user_agent,
        path=stored.path,
        instance=stored.instance,
        reg_id=stored.reg_id,
        q=stored.q,
    )
