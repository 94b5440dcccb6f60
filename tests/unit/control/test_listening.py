"""Where SIP is served, from the settings, and what is said of certificates that do not do."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from tests.pki import Authority

from control.doctor import examine
from control.errors import StartError
from control.listening import advertised_address, listeners, media_addresses, network, renew_certificates, tells_keys
from control.settings import Address, load_settings
from pbx.io.listener import Listener
from pbx.plane.addresses import MediaAddress


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CENTRALA_")]:
        monkeypatch.delenv(name)


def test_every_address_is_served_by_its_transport(tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path).issue("centre", "127.0.0.1")
    settings = load_settings(
        sip="127.0.0.1:5060,[::1]:5060",
        sip_tls="127.0.0.1:5061",
        sip_ws="127.0.0.1:5062",
        sip_wss="127.0.0.1:5063",
        ws_origins="https://centre.example, https://other.example",
        tls_cert=certificate,
        tls_key=key,
        advertise="192.0.2.1",
    )
    pages = ("https://centre.example", "https://other.example")
    assert network(settings).listeners == (
        Listener("127.0.0.1", 5060, advertised="192.0.2.1"),
        Listener("::1", 5060, advertised="::1"),
        Listener("127.0.0.1", 5061, "tls", "192.0.2.1"),
        Listener("127.0.0.1", 5062, "ws", "192.0.2.1", pages),
        Listener("127.0.0.1", 5063, "wss", "192.0.2.1", pages),
    )


def test_audio_is_where_sip_is_each_address_once(tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path).issue("centre", "127.0.0.1")
    settings = load_settings(
        sip="192.0.2.1:5060,[2001:db8::1]:5060,192.0.2.1:5070",
        sip_tls="192.0.2.2:5061",
        sip_ws="127.0.0.1:5062",
        tls_cert=certificate,
        tls_key=key,
        advertise="2001:db8::9",
    )
    assert media_addresses(settings) == (
        MediaAddress("192.0.2.1", "192.0.2.1"),
        MediaAddress("2001:db8::1", "2001:db8::9"),
        MediaAddress("192.0.2.2", "192.0.2.2"),
    )


def test_an_address_beside_all_of_its_family_needs_no_socket_of_its_own() -> None:
    settings = load_settings(sip="192.0.2.1:5060,0.0.0.0:5070,[::1]:5060", advertise="192.0.2.9")
    assert media_addresses(settings) == (MediaAddress("0.0.0.0", "192.0.2.9"), MediaAddress("::1", "::1"))


@pytest.mark.parametrize(
    ("srtp", "sip", "found"),
    [
        ("required", "127.0.0.1:5060,192.0.2.1:5060,[::1]:5060", "192.0.2.1:5060"),
        ("required", "0.0.0.0:5060", "0.0.0.0:5060"),
        ("required", "127.0.0.1:5060,localhost:5070", ""),
        ("offer", "192.0.2.1:5060", ""),
    ],
)
async def test_keys_in_plain_signalling_are_found(srtp: str, sip: str, found: str) -> None:
    settings = load_settings(srtp=srtp, sip=sip)
    assert ",".join(map(str, tells_keys(settings))) == found
    findings = [one for one in await examine(settings) if one.subject == "SRTP keys"]
    assert [one.good for one in findings] == ([] if srtp == "offer" else [not found])


def test_where_signalling_is_secured_no_key_can_be_read(tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path).issue("centre", "127.0.0.1")
    settings = load_settings(
        srtp="required",
        sip="192.0.2.1:5060",
        sip_tls="192.0.2.1:5061",
        tls_only=True,
        tls_cert=certificate,
        tls_key=key,
    )
    assert tells_keys(settings) == ()


def test_where_all_addresses_are_bound_one_of_them_is_told() -> None:
    assert advertised_address(Address("0.0.0.0", 5060), None) not in ("0.0.0.0", "")
    assert advertised_address(Address("::", 5060), "192.0.2.1") not in ("::", "192.0.2.1")


def test_with_tls_alone_nothing_plain_is_listened_on(tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path).issue("centre", "127.0.0.1")
    secure = {"sip_tls": "127.0.0.1:5061", "sip_wss": "127.0.0.1:5063", "tls_cert": certificate, "tls_key": key}
    served = network(load_settings(tls_only=True, sip_ws="127.0.0.1:5062", **secure))
    assert [listener.transport for listener in served.listeners] == ["tls", "wss"]
    assert served.secure_only
    with pytest.raises(StartError, match="tls_only: it needs sip_tls or sip_wss"):
        listeners(load_settings(tls_only=True))
    with pytest.raises(StartError, match="tls_only: the robots"):
        listeners(load_settings(tls_only=True, demo=True, **secure))


@pytest.mark.parametrize("setting", ["sip_tls", "sip_wss"])
def test_tls_without_a_certificate_does_not_start(setting: str) -> None:
    with pytest.raises(StartError, match=f"{setting}: it needs tls_cert"):
        listeners(load_settings(**{setting: "127.0.0.1:5061"}))


def test_an_expired_certificate_does_not_start(tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path).issue("centre", "127.0.0.1", days=-1)
    with pytest.raises(StartError, match=r"centre\.pem expired on"):
        network(load_settings(sip_tls="127.0.0.1:5061", tls_cert=certificate, tls_key=key))


@pytest.mark.parametrize(
    ("days", "good", "said"), [(30, True, "for 30 more days"), (3, False, "for 3 more days"), (-1, False, "expired on")]
)
async def test_the_doctor_looks_at_the_certificate(tmp_path: Path, days: int, good: bool, said: str) -> None:
    certificate, key = Authority(tmp_path).issue("centre", "127.0.0.1", days=days)
    settings = load_settings(tls_cert=certificate, tls_key=key, media_ports="30000-30001")
    [finding] = [one for one in await examine(settings) if one.subject == "TLS certificate"]
    assert finding.good is good
    assert said in finding.detail


async def test_a_hang_up_signal_takes_up_a_new_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate, key = authority.issue("centre", "127.0.0.1")
    security = network(load_settings(tls_cert=certificate, tls_key=key)).security
    before = security.server("tls")
    renewing = asyncio.create_task(renew_certificates(security))
    await asyncio.sleep(0)
    authority.issue("centre", "127.0.0.1")
    os.kill(os.getpid(), signal.SIGHUP)
    for _ in range(500):
        if security.server("tls") is not before:
            break
        await asyncio.wait([renewing], timeout=0.01)
    assert security.server("tls") is not before
    renewing.cancel()
    await asyncio.wait([renewing])
