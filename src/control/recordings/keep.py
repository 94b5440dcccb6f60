"""How long recordings are kept: a queue's or an agent's word, else the client's, else the house's."""

from __future__ import annotations

from collections.abc import Mapping

DAY_S = 86_400.0


class Keep:
    """Days by client, and for all others; None is for good."""

    def __init__(self, days: int | None = None, client_days: Mapping[str, int] | None = None) -> None:
        self._days = days
        self._client_days = client_days or {}

    def expires_at(self, began: float, client: str | None, days: int | None) -> float | None:
        """When a recording that began then is deleted; ``days`` is what a rule says of it. None for never."""
        if days is None:
            days = self._client_days.get(client or "", self._days)
        return None if days is None else began + days * DAY_S
