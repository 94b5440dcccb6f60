"""The alert at the first call to a country."""

from __future__ import annotations

from control.adapters.countries import CountryDesk
from control.live.countries import FirstCall
from control.realtime.hub import Hub
from control.schemas.live import Snapshot
from pbx.trunk_events import NewCountryDialled


class Shelf:
    """Keeps first calls."""

    def __init__(self) -> None:
        self.kept: list[FirstCall] = []

    def save(self, first: FirstCall) -> None:
        self.kept.append(first)


async def test_a_new_country_is_kept_and_told() -> None:
    shelf, hub = Shelf(), Hub(lambda: Snapshot(queues=[], agents=[], calls=[]), tick_s=0.01)
    listener = hub.listen(None)
    await anext(listener)
    CountryDesk(shelf, hub).told(NewCountryDialled(0.25, "c1", "1001", "GB", "0044207"))
    assert shelf.kept == [FirstCall("GB", 0.25, "c1", "1001", "0044207")]
    told = await anext(listener)
    assert '"kind":"country","id":"GB"' in told
    assert '"at":"1970-01-01T00:00:00.250Z"' in told
    hub.close()
