"""TLS: who is let in, whom we believe, and certificates that change while we serve."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest
import uvloop
from tests.pki import Authority
from tests.unit.io.ear import MESSAGE, is_cut, listening

from pbx.io.limits import Limits
from pbx.io.tls import Security, TlsError, TlsFiles, valid_until
from pbx.sip.flow import Flow

WITH_ALIAS = (
    b"OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/TLS 10.0.0.1:5071;alias;branch=z9hG4bK1\r\nContent-Length: 0\r\n\r\n"
)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def secured(authority: Authority, *names: str, verify_clients: bool = False) -> Security:
    """A server's side, known by these names."""
    certificate, key = authority.issue("server", *(names or ("127.0.0.1",)))
    return Security(TlsFiles(certificate, key, authority.path, verify_clients))


def trusting(authority: Authority, *, own: str = "") -> Security:
    """A client's side; ``own`` is the name that it can prove."""
    certificate, key = authority.issue("client", own) if own else (None, None)
    return Security(TlsFiles(certificate, key, authority.path))


async def shown_certificate(authority: Authority, address: tuple[str, int]) -> tuple[asyncio.StreamWriter, Any]:
    """Connect as a phone does; the serial number of what the server shows."""
    context = ssl.create_default_context(cafile=str(authority.path))
    _, writer = await asyncio.open_connection(*address, ssl=context)
    return writer, writer.get_extra_info("peercert")["serialNumber"]


async def a_message_comes_and_is_answered(authority: Authority) -> None:
    server, client = secured(authority, "sip.example.com"), trusting(authority)
    async with listening("tls", security=server) as (ear, address), listening(security=client) as (phone, _):
        flow = Flow("tls", *address, name="sip.example.com")
        phone.streams.send(MESSAGE, flow)
        message, back = await ear.heard.get()
        assert (message, back.transport) == (MESSAGE, "tls")
        ear.streams.send(MESSAGE, back)
        assert await phone.heard.get() == (MESSAGE, flow._replace(name=""))


async def test_a_message_comes_and_is_answered(authority: Authority) -> None:
    await a_message_comes_and_is_answered(authority)


def test_a_message_comes_and_is_answered_on_uvloop_too(authority: Authority) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(a_message_comes_and_is_answered(authority))


@pytest.mark.parametrize("name", ["sip.example.org", "", "127.0.0.2"])
async def test_a_server_that_is_not_who_it_should_be_is_not_spoken_to(authority: Authority, name: str) -> None:
    server, client = secured(authority, "sip.example.com"), trusting(authority)
    async with listening("tls", security=server) as (_, address), listening(security=client) as (phone, _):
        flow = Flow("tls", *address, name=name)
        phone.streams.send(MESSAGE, flow)
        assert await phone.lost.get() == flow


async def test_a_server_of_an_unknown_authority_is_not_spoken_to(authority: Authority, tmp_path: Path) -> None:
    client = trusting(Authority(tmp_path / "other"))
    async with listening("tls", security=secured(authority)) as (_, address), listening(security=client) as (phone, _):
        phone.streams.send(MESSAGE, Flow("tls", *address))
        assert await phone.lost.get() == Flow("tls", *address)


async def test_who_speaks_no_tls_or_an_old_one_is_cut(authority: Authority) -> None:
    async with listening("tls", security=secured(authority)) as (ear, address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(MESSAGE)
        await is_cut(reader)
        writer.close()
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.load_verify_locations(authority.path)
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection(*address, ssl=old)
        assert ear.heard.empty()


async def test_a_handshake_that_takes_too_long_is_cut(authority: Authority) -> None:
    limits = Limits(handshake_s=0.1)
    async with listening("tls", security=secured(authority), limits=limits) as (_, address):
        reader, writer = await asyncio.open_connection(*address)
        assert await is_cut(reader)
        writer.close()


async def test_a_client_must_prove_itself_where_that_is_asked(authority: Authority) -> None:
    server = secured(authority, verify_clients=True)
    async with (
        listening("tls", security=server) as (ear, address),
        listening(security=trusting(authority)) as (nobody, _),
        listening(security=trusting(authority, own="carrier.example.com")) as (carrier, _),
    ):
        nobody.streams.send(MESSAGE, Flow("tls", *address))
        carrier.streams.send(MESSAGE, Flow("tls", *address))
        assert (await ear.heard.get())[0] == MESSAGE
        assert ear.heard.empty()


async def test_who_proved_himself_and_asks_for_it_is_called_over_his_own_connection(authority: Authority) -> None:
    server = secured(authority, verify_clients=True)
    carrier_side = trusting(authority, own="carrier.example.com")
    async with (
        listening("tls", security=server) as (ear, address),
        listening(security=carrier_side) as (carrier, _),
    ):
        carrier.streams.send(WITH_ALIAS, Flow("tls", *address))
        await ear.heard.get()
        for name in ("", "carrier.example.com"):
            ear.streams.send(MESSAGE, Flow("tls", "127.0.0.1", 5071, name=name))
            assert (await carrier.heard.get())[0] == MESSAGE
        other = Flow("tls", "127.0.0.1", 5071, name="other.example.com")
        ear.streams.send(MESSAGE, other)
        assert await ear.lost.get() == other, "the certificate is another's, and nobody listens there"


async def test_who_proved_nothing_is_not_called_back(authority: Authority) -> None:
    async with (
        listening("tls", security=secured(authority)) as (ear, address),
        listening(security=trusting(authority)) as (phone, _),
    ):
        phone.streams.send(WITH_ALIAS, Flow("tls", *address))
        await ear.heard.get()
        ear.streams.send(MESSAGE, Flow("tls", "127.0.0.1", 5071))
        assert await ear.lost.get() == Flow("tls", "127.0.0.1", 5071)


async def test_a_new_certificate_serves_new_connections_and_old_ones_stay(authority: Authority) -> None:
    security = secured(authority)
    async with listening("tls", security=security) as (ear, address):
        before, first = await shown_certificate(authority, address)
        assert not security.reload_if_changed()
        authority.issue("server", "127.0.0.1")
        assert security.reload_if_changed()
        after, second = await shown_certificate(authority, address)
        assert first != second
        for writer in (before, after):
            writer.write(MESSAGE)
            assert (await ear.heard.get())[0] == MESSAGE
            writer.close()


async def test_a_bad_new_certificate_is_told_once_and_the_old_one_goes_on(authority: Authority) -> None:
    security = secured(authority)
    async with listening("tls", security=security) as (_, address):
        authority.issue("server", "127.0.0.1", days=-1)
        with pytest.raises(TlsError, match="expired on"):
            security.reload_if_changed()
        assert not security.reload_if_changed()
        writer, _ = await shown_certificate(authority, address)
        writer.close()


def test_what_cannot_be_used_is_one_line_that_names_the_file(authority: Authority, tmp_path: Path) -> None:
    certificate, key = authority.issue("good", "sip.example.com")
    _, other_key = authority.issue("other", "sip.example.com")
    expired, expired_key = authority.issue("expired", "sip.example.com", days=-2)
    rubbish = tmp_path / "rubbish"
    rubbish.write_text("rubbish")
    for files, said in (
        (TlsFiles(tmp_path / "absent", key), "absent"),
        (TlsFiles(rubbish, key), "rubbish"),
        (TlsFiles(certificate, tmp_path / "absent"), "absent"),
        (TlsFiles(certificate, rubbish), "rubbish"),
        (TlsFiles(certificate, other_key), "other"),
        (TlsFiles(certificate), "good"),
        (TlsFiles(expired, expired_key), "expired"),
        (TlsFiles(certificate, key, tmp_path / "absent"), "absent"),
        (TlsFiles(certificate, key, rubbish), "rubbish"),
        (TlsFiles(certificate, key, None, verify_clients=True), "tls_ca"),
        (TlsFiles(None, key), "certificate"),
    ):
        with pytest.raises(TlsError) as error:
            Security(files)
        assert said in str(error.value)
        assert "\n" not in str(error.value)


def test_a_certificate_tells_until_when_it_is_good(authority: Authority) -> None:
    certificate, _ = authority.issue("server", "sip.example.com", days=10)
    now = certificate.stat().st_mtime
    assert valid_until(certificate, now) - now == pytest.approx(10 * 86_400, abs=60)
    with pytest.raises(TlsError, match="not valid before"):
        valid_until(certificate, now - 30 * 86_400)


async def test_tls_without_a_certificate_is_refused_at_once() -> None:
    with pytest.raises(TlsError, match="needs a certificate"):
        async with listening("tls"):
            pass
