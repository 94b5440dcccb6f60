"""First calls to countries: kept, logged, and told to those who listen."""

from __future__ import annotations

from typing import Protocol

import structlog

from control.live.countries import FirstCall
from control.realtime.hub import Hub
from control.schemas.country import NewCountry
from pbx.trunk_events import NewCountryDialled

log = structlog.get_logger()


class CountryStore(Protocol):
    """Where first calls outlive the process."""

    def save(self, first: FirstCall) -> None:
        """Keep the first call to a country."""


class CountryDesk:
    """Sees to it that a person learns when a country is called that never was."""

    def __init__(self, store: CountryStore, hub: Hub) -> None:
        self._store = store
        self._hub = hub

    def told(self, event: NewCountryDialled) -> None:
        """The first call to a country goes out."""
        first = FirstCall(event.country, event.at, event.call, event.account, event.number)
        self._store.save(first)
        log.warning("tolls.new_country", country=first.country, account=first.account, call=first.call)
        self._hub.publish("country", first.country, NewCountry.model_validate(first))
