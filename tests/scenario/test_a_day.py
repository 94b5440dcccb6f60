"""A day of idle phones: registrations and subscriptions are renewed for 24 hours, and nothing grows."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from tests.scenario.exchange import Exchange
from tests.scenario.front import Front
from tests.scenario.network import Network
from tests.scenario.watcher import Watcher, desks

from pbx.guard.rules import GuardRules

HOUR = 3600.0
PHONES = 10
EVERY_S = 1500.0
"""A phone renews what it was granted for 3600 s well before its end."""


@pytest.mark.parametrize("loss", [0.0, 0.1])
def test_nothing_grows_in_a_day_of_idle_phones(loss: float) -> None:
    exchange = Exchange(Network(loss=loss))
    passwords = {f"n{1001 + number}": f"secret-{number}" for number in range(PHONES)}
    front = Front(exchange, GuardRules(trusted=(ip_network("192.0.2.0/24"),)), **passwords)
    desk = desks(front)
    phones = [Watcher(front, name.lstrip("n"), password) for name, password in passwords.items()]
    endpoint = exchange.switch.endpoint

    def what_is_held() -> tuple[int, ...]:
        return (
            len(exchange.registrar),
            len(desk),
            endpoint.dialogs,
            endpoint.transactions,
            len(endpoint.timers),
            *(len(phone.party.endpoint.timers) for phone in phones),
        )

    def renew() -> None:
        for number, phone in enumerate(phones):
            phone.register(int(HOUR))
            if phone.dialog is None:
                phone.watch(f"{1001 + (number + 1) % PHONES}", expires=int(HOUR))
            else:
                phone.renew(int(HOUR))
        exchange.network.after(EVERY_S, renew)

    renew()
    exchange.run_until(2 * HOUR)
    early = what_is_held()
    exchange.run_until(24 * HOUR)
    late = what_is_held()
    assert late[:2] == (PHONES, PHONES)
    assert all(now <= before for before, now in zip(early, late, strict=True)), (early, late)
    told = [len(phone.told) for phone in phones]
    assert min(told) >= 24 * HOUR / EVERY_S * (1 - 3 * loss)
