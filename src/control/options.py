"""The settings, as the switch takes them."""

from __future__ import annotations

from pathlib import Path

from control.errors import StartError
from control.settings import Settings
from control.stir import read_anchors, read_signer
from pbx.call.audio_watch import AudioRules
from pbx.guard.rules import GuardRules
from pbx.guard.tolls import TollRules
from pbx.io.hep import HepExport
from pbx.io.listener import Network
from pbx.options import SwitchOptions


def switch_options(settings: Settings, network: Network, voicemail: Path) -> SwitchOptions:
    """All that the switch is told once. Raises StartError."""
    return SwitchOptions(
        network=network,
        realm=settings.realm,
        region=settings.region,
        voicemail=voicemail,
        guard=guard_rules(settings),
        digest_algorithms=settings.digest,
        srtp=settings.srtp,
        codecs=settings.codecs,
        emergency_numbers=settings.emergency_numbers,
        signer=read_signer(settings),
        anchors=read_anchors(settings),
        audio=AudioRules(
            timeout_s=settings.rtp_timeout_s,
            hold_timeout_s=settings.rtp_hold_timeout_s,
            one_way_s=settings.one_way_s,
            dead_air_s=settings.dead_air_s,
        ),
        hep=_hep_export(settings),
    )


def guard_rules(settings: Settings) -> GuardRules:
    """How strict the switch's guard is told to be."""
    return GuardRules(
        trusted=settings.guard_trusted,
        rate=settings.guard_rate,
        first_ban_s=settings.guard_ban_s,
        guest_calls=settings.guest_calls,
        account_calls=settings.account_calls,
        longest_call_s=settings.max_call_s,
        tolls=TollRules(settings.toll_account_calls, settings.toll_calls, settings.toll_hourly),
    )


def _hep_export(settings: Settings) -> HepExport | None:
    if settings.hep is None:
        return None
    password = settings.hep_password.get_secret_value() if settings.hep_password is not None else ""
    try:
        return HepExport(settings.hep, settings.hep_id, password)
    except OSError as error:
        raise StartError(f"cannot send to the HEP collector at {settings.hep}: {error.strerror or error}") from error
