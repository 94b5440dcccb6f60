"""Settings: where they come from, and what is said about bad ones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from control.errors import StartError
from control.settings import Address, PortRange, load_settings


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CENTRALA_")]:
        monkeypatch.delenv(name)


def test_the_defaults_are_those_of_the_contract() -> None:
    settings = load_settings()
    assert settings.sip == (Address("127.0.0.1", 5060),)
    assert settings.http == Address("127.0.0.1", 8080)
    assert settings.media_workers >= 1
    assert settings.resolved_database_url.endswith("/data/centrala.sqlite")


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "centrala.toml").write_text('sip = "127.0.0.1:1"\nhttp = "127.0.0.1:2"\nmedia_ports = "3000-3999"\n')
    monkeypatch.setenv("CENTRALA_SIP", "127.0.0.1:3")
    monkeypatch.setenv("CENTRALA_HTTP", "127.0.0.1:4")
    settings = load_settings(http="127.0.0.1:5")
    assert (settings.sip[0].port, settings.http.port) == (3, 5)
    assert settings.media_ports == PortRange(3000, 3999)


def test_codecs_are_named_in_any_case() -> None:
    assert load_settings().codecs == ("PCMU", "PCMA", "G722", "opus")
    assert load_settings(codecs="OPUS, pcma").codecs == ("opus", "PCMA")


def test_an_ipv6_address_has_brackets() -> None:
    assert load_settings(sip="[::1]:5060").sip == (Address("::1", 5060),)
    assert str(Address("::1", 5060)) == "[::1]:5060"


def test_sip_may_be_served_at_several_addresses() -> None:
    settings = load_settings(sip="192.0.2.1:5060, [2001:db8::1]:5070")
    assert settings.sip == (Address("192.0.2.1", 5060), Address("2001:db8::1", 5070))
    assert load_settings().sip_tls == ()


def test_the_admin_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTRALA_ADMIN_TOKEN", "very-secret")
    settings = load_settings()
    assert settings.admin_token is not None
    assert settings.admin_token.get_secret_value() == "very-secret"
    assert "very-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"sip": "5060"}, ["sip", "HOST:PORT", "5060"]),
        ({"sip": "127.0.0.1:99999"}, ["sip", "HOST:PORT"]),
        ({"sip": "127.0.0.1:5060,nowhere"}, ["sip", "HOST:PORT", "nowhere"]),
        ({"sip": ()}, ["sip", "at least 1"]),
        ({"sip_wss": "5061"}, ["sip_wss", "HOST:PORT"]),
        ({"http": "127.0.0.1:http"}, ["http", "HOST:PORT"]),
        ({"media_ports": "20000"}, ["media_ports", "LOW-HIGH"]),
        ({"media_ports": "30000-20000"}, ["media_ports", "rise"]),
        ({"emergency_numbers": "113,help"}, ["emergency_numbers", "113,1122"]),
        ({"codecs": "PCMA,GSM"}, ["codecs", "opus"]),
        ({"codecs": "opus,OPUS"}, ["codecs", "twice"]),
        ({"codecs": ""}, ["codecs", "at least 1"]),
        ({"media_ports": "10-20"}, ["media_ports", "1024"]),
    ],
)
def test_a_bad_setting_is_one_line_that_names_it(flags: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(StartError) as error:
        load_settings(**flags)
    assert all(word in str(error.value) for word in said)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"sip = ", b"\xff\xfe", b'spi = "127.0.0.1:5060"', b"[sip]\nport = 5060"])
def test_a_bad_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "centrala.toml").write_bytes(content)
    with pytest.raises(StartError) as error:
        load_settings()
    assert "\n" not in str(error.value)
    assert "centrala.toml" in str(error.value) or "setting s" in str(error.value)


def test_a_bad_variable_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTRALA_DRAIN_S", "soon")
    with pytest.raises(StartError, match="drain_s"):
        load_settings()
