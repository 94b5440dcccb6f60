"""Where SIP is served and with which certificates, from the settings; and how new certificates are taken up."""

from __future__ import annotations

import asyncio
import signal
import socket
from ipaddress import ip_address

import structlog

from control.errors import StartError
from control.settings import Address, Settings
from pbx.io.listener import Listener, Network
from pbx.io.tls import Security, TlsError, TlsFiles
from pbx.plane.addresses import MediaAddress
from pbx.sdp.crypto import SrtpPolicy
from pbx.sip.text import is_address

log = structlog.get_logger()

LOOK_EVERY_S = 10.0
"""How often the certificate's files are looked at."""


def network(settings: Settings) -> Network:
    """What the switch's sockets are set up with. Raises StartError."""
    return Network(listeners(settings), security(settings), settings.dns_servers, settings.tls_only)


def listeners(settings: Settings) -> tuple[Listener, ...]:
    """All addresses at which SIP is served, the main one first. Raises StartError."""
    if settings.tls_cert is None and (settings.sip_tls or settings.sip_wss):
        raise StartError(f"bad setting {'sip_tls' if settings.sip_tls else 'sip_wss'}: it needs tls_cert")
    if settings.tls_only and not (settings.sip_tls or settings.sip_wss):
        raise StartError("bad setting tls_only: it needs sip_tls or sip_wss")
    if settings.tls_only and settings.demo:
        raise StartError("bad setting tls_only: the robots of the demo call by UDP")
    wanted = [("", settings.sip), ("tls", settings.sip_tls), ("ws", settings.sip_ws), ("wss", settings.sip_wss)]
    if settings.tls_only:
        wanted = [("tls", settings.sip_tls), ("wss", settings.sip_wss)]
    return tuple(
        Listener(
            address.host,
            address.port,
            transport,
            advertised_address(address, settings.advertise),
            settings.ws_origins if transport in ("ws", "wss") else (),
        )
        for transport, addresses in wanted
        for address in addresses
    )


def media_addresses(settings: Settings) -> tuple[MediaAddress, ...]:
    """Where audio is served: the addresses of SIP, each once, the main one first.

    Plain WebSocket is left out: it is for a proxy beside us, and where that is says nothing of the browser.
    """
    secured = (*settings.sip_tls, *settings.sip_wss)
    served = secured if settings.tls_only else (*settings.sip, *secured)
    hosts = {address.host for address in served}
    everywhere = {"::": "::" in hosts, "0.0.0.0": "0.0.0.0" in hosts}
    found: dict[str, MediaAddress] = {}
    for address in served:
        all_of_family = "::" if ":" in address.host else "0.0.0.0"
        told = advertised_address(address, settings.advertise)
        bound = all_of_family if everywhere[all_of_family] else address.host
        found.setdefault(told, MediaAddress(bound, told))
    return tuple(found.values())


def tells_keys(settings: Settings) -> tuple[Address, ...]:
    """Where the keys of audio that has to be secured can be read: plain signalling that leaves this machine."""
    if settings.srtp is not SrtpPolicy.REQUIRED or settings.tls_only:
        return ()
    return tuple(one for one in (*settings.sip, *settings.sip_ws) if not _is_loopback(one.host))


def _is_loopback(host: str) -> bool:
    return ip_address(host).is_loopback if is_address(host) else host == "localhost"


def advertised_address(address: Address, advertise: str | None) -> str:
    """What phones are told of an address; where all are bound, the one that leads out of this machine.

    ``advertise`` is an IP address and stands for all addresses of its family.
    """
    six = ":" in address.host
    if advertise is not None and (":" in advertise) is six:
        return advertise
    if address.host not in ("0.0.0.0", "::"):
        return address.host
    with socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Documentation addresses (RFC 5737, RFC 3849): a route is looked up, nothing is sent.
            probe.connect(("2001:db8::1", 9) if six else ("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "::1" if six else "127.0.0.1"


def tls_files(settings: Settings) -> TlsFiles:
    """Where the certificates are."""
    return TlsFiles(settings.tls_cert, settings.tls_key, settings.tls_ca, settings.tls_verify_clients)


def security(settings: Settings) -> Security:
    """TLS as set up. Raises StartError with one line that names the file."""
    try:
        return Security(tls_files(settings))
    except TlsError as error:
        raise StartError(str(error)) from error


async def renew_certificates(security: Security) -> None:
    """Take up certificates when their files change, or at once at SIGHUP; what cannot be used is told, and left."""
    hang_up = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, hang_up.set)
    try:
        while True:
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await hang_up.wait()
            except TimeoutError:
                pass
            hang_up.clear()
            try:
                if security.reload_if_changed():
                    log.info("tls.certificates_renewed")
            except TlsError as error:
                log.error("tls.certificates_not_renewed", reason=str(error))
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
