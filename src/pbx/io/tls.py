"""TLS, as server and as client: contexts made from files, and made anew when those change.

A new certificate serves new connections; those that stand keep theirs.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from msgspec import Struct

OLDEST = ssl.TLSVersion.TLSv1_2
DAY_S = 86_400.0


class TlsError(Exception):
    """A certificate, key or list of authorities that cannot be used; one line that names the file."""


class TlsFiles(Struct, frozen=True):
    """Where certificates are kept, all of them PEM."""

    certificate: Path | None = None
    """Ours, with those between it and the authority; None: we only connect, and nobody connects to us."""
    key: Path | None = None
    """Its private key, without a passphrase; None: it is in the certificate's file."""
    ca: Path | None = None
    """The authorities that others are trusted by; None: the system's."""
    verify_clients: bool = False
    """Whether who connects to us must prove itself by a certificate. Browsers on ``wss`` need not."""


class Security:
    """The TLS contexts of one driver."""

    def __init__(self, files: TlsFiles | None = None, *, clock: Callable[[], float] = time.time) -> None:
        """Read the files. ``clock``: seconds since the epoch. Raises TlsError."""
        self._files = files or TlsFiles()
        self._clock = clock
        self._servers: dict[bool, ssl.SSLContext] = {}
        self._client: ssl.SSLContext | None = None
        self._seen: tuple[object, ...] = ()
        self.reload()

    def reload(self) -> None:
        """Read the files anew. Raises TlsError, and then all stays as it was."""
        files, seen = self._files, self._state()
        if files.certificate is not None:
            valid_until(files.certificate, self._clock())
            self._servers = {verify: _server(files, verify=verify) for verify in {False, files.verify_clients}}
        elif files.verify_clients or files.key is not None:
            raise TlsError("a TLS key, or the verification of clients, needs a certificate beside it")
        if files.ca is not None:
            self._client = _client(files)
        else:
            self._client = None  # made when first needed: to read the system's authorities takes a while
        self._seen = seen

    def reload_if_changed(self) -> bool:
        """Read the files anew if one of them changed; whether one did. Raises TlsError, once for each change."""
        seen = self._state()
        if seen == self._seen:
            return False
        self._seen = seen
        self.reload()
        return True

    def server(self, transport: str) -> ssl.SSLContext:
        """The context for those who connect to us now over ``tls`` or ``wss``. Raises TlsError without certificate."""
        if not self._servers:
            raise TlsError(f"{transport} needs a certificate")
        return self._servers[self._files.verify_clients and transport == "tls"]

    @property
    def client(self) -> ssl.SSLContext:
        """The context for those to whom we connect; they must be who they should be."""
        if self._client is None:
            self._client = _client(self._files)
        return self._client

    def _state(self) -> tuple[object, ...]:
        """What tells a changed file from one that is not."""
        paths = [path for path in (self._files.certificate, self._files.key, self._files.ca) if path is not None]
        return tuple(_fingerprint(path) for path in paths)


def valid_until(path: Path, now: float) -> float:
    """When the first certificate in a file ends, seconds since the epoch. Raises TlsError unless it is valid now."""
    try:
        certificate = x509.load_pem_x509_certificates(path.read_bytes())[0]
    except OSError as error:
        raise TlsError(f"cannot read the certificate {path}: {error.strerror}") from error
    except (ValueError, IndexError) as error:
        raise TlsError(f"{path} holds no PEM certificate") from error
    begin, end = certificate.not_valid_before_utc.timestamp(), certificate.not_valid_after_utc.timestamp()
    if not begin <= now < end:
        word = "expired on" if now >= end else "is not valid before"
        moment = datetime.fromtimestamp(end if now >= end else begin, UTC)
        raise TlsError(f"the certificate {path} {word} {moment:%Y-%m-%d %H:%M} UTC")
    return end


def _server(files: TlsFiles, *, verify: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = OLDEST
    _load_own(context, files)
    if verify:
        if files.ca is None:
            raise TlsError("to verify clients needs the authorities (tls_ca) that their certificates are from")
        _load_authorities(context, files.ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _client(files: TlsFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = OLDEST
    if files.ca is not None:
        _load_authorities(context, files.ca)
    else:
        context.load_default_certs()
    if files.certificate is not None:
        _load_own(context, files)  # shown where the far side asks who we are
    return context


def _load_own(context: ssl.SSLContext, files: TlsFiles) -> None:
    assert files.certificate is not None
    key = files.key or files.certificate
    try:
        context.load_cert_chain(files.certificate, files.key, password="")
    except FileNotFoundError as error:
        raise TlsError(f"cannot read the key {key}: {error.strerror}") from error
    except ssl.SSLError as error:
        raise TlsError(f"the key {key} does not fit the certificate {files.certificate}, or is not PEM") from error
    except OSError as error:
        raise TlsError(f"cannot read the key {key}: {error.strerror or 'it has a passphrase'}") from error


def _load_authorities(context: ssl.SSLContext, ca: Path) -> None:
    try:
        context.load_verify_locations(ca)
    except ssl.SSLError as error:
        raise TlsError(f"{ca} holds no PEM certificates of authorities") from error
    except OSError as error:
        raise TlsError(f"cannot read the authorities {ca}: {error.strerror}") from error


def _fingerprint(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
