"""What must hold of trunks, and of targets that name them."""

from __future__ import annotations

from control.errors import Invalid
from control.nouns import Trunk
from control.store.store import Records
from pbx.routing.trunks.choice import LEAST_COST
from pbx.sip.flow import SECURE


def check_trunk(trunk: Trunk) -> None:
    """Raise Invalid, naming the field, for a trunk that could not work as declared."""
    if trunk.registers and not (trunk.username and trunk.password):
        raise Invalid("a trunk that registers needs a username and a password", field="register")
    if trunk.password and not trunk.username:
        raise Invalid("a password needs a username", field="username")
    if trunk.spend_per_day is not None and not trunk.rates:
        raise Invalid("a daily limit needs rates", field="rates")


def check_transport(trunk: Trunk) -> None:
    """Raise Invalid, naming the trunk, for one that would be called in the clear; asked where ``tls_only`` is set."""
    if trunk.transport not in SECURE:
        raise Invalid(f"trunk {trunk.id} uses {trunk.transport}, and tls_only is set", field="transport")


async def check_trunks_named(records: Records, names: str, field: str) -> None:
    """Raise Invalid where a target ``trunk:names`` names one that does not exist."""
    if names == LEAST_COST:
        return
    for name in names.split(","):
        if await records.trunks.get(name) is None:
            raise Invalid(f"there is no trunk {name}", field=field)
