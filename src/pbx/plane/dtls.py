"""Handshakes of DTLS-SRTP (RFC 5764), by OpenSSL on memory: datagrams go in, datagrams and keys come out.

What is exchanged is DTLS 1.2, which everybody has to know (RFC 8827 section 6.5). The far side's certificate signs
itself; what counts is that its fingerprint is in the description (RFC 5763 section 5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from msgspec import Struct
from OpenSSL import SSL

from pbx.plane.certificate import Certificate
from pbx.plane.failures import NO_HANDSHAKE, NO_SUITE, WRONG_CERTIFICATE
from pbx.plane.protocol import Handshake, MediaKeys
from pbx.sdp.crypto import AES_CM, AES_GCM

DTLS_1_2 = 0xFEFD
CIPHERS = b"ECDHE+AESGCM:ECDHE+CHACHA20"
MTU = 1200
"""Octets of the largest datagram of ours: less than any path's."""
LABEL = b"EXTRACTOR-dtls_srtp"

KEY_SALT = {b"SRTP_AEAD_AES_128_GCM": (AES_GCM, 16, 12), b"SRTP_AES128_CM_SHA1_80": (AES_CM, 16, 14)}
"""The profiles that we offer and take, the better first (RFC 7714 section 14.2, RFC 5764 section 4.1.2): our name for
the suite, octets of key and salt."""

RECORD_HEADER = 13
"""Octets before a record's content, the last two of which are its length (RFC 6347 section 4.1)."""

HANDSHAKE_RECORD, CLIENT_HELLO = 22, 1


def make_context(own: Certificate) -> SSL.Context:
    """What all handshakes of a process have in common."""
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_min_proto_version(DTLS_1_2)
    context.set_max_proto_version(DTLS_1_2)
    context.set_options(SSL.OP_NO_QUERY_MTU | SSL.OP_NO_TICKET | SSL.OP_NO_RENEGOTIATION)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)  # the fingerprint decides
    context.use_certificate(x509.load_der_x509_certificate(own.certificate))
    context.use_privatekey(load_der_private_key(own.key, None))  # type: ignore[arg-type]
    context.set_cipher_list(CIPHERS)
    context.set_tlsext_use_srtp(b":".join(KEY_SALT))
    return context


def begins_handshake(data: bytes) -> bool:
    """Whether a datagram is a client's first words (RFC 6347 sections 4.1 and 4.2.2)."""
    return len(data) > RECORD_HEADER and (data[0], data[RECORD_HEADER]) == (HANDSHAKE_RECORD, CLIENT_HELLO)


class Outcome(Struct, frozen=True):
    """How a handshake ended: with keys, or for a reason."""

    keys: MediaKeys | None
    failure: str = ""


class Association:
    """One handshake, and what is left of it: whoever lost our last words may ask for them again."""

    __slots__ = ("_connection", "_handshake", "_send", "over", "since")

    def __init__(
        self, context: SSL.Context, handshake: Handshake, send: Callable[[bytes], None], now: float = 0.0
    ) -> None:
        """``send`` takes each datagram for the far side."""
        self._handshake = handshake
        self._send = send
        self._connection = SSL.Connection(context)
        self._connection.set_ciphertext_mtu(MTU)
        if handshake.begins:
            self._connection.set_connect_state()
        else:
            self._connection.set_accept_state()
        self.over = False
        self.since = now
        """When it began; once it is over, when it ended."""

    def begin(self) -> Outcome | None:
        """Say our first words, if we begin."""
        return self._go_on()

    def take(self, data: bytes) -> Outcome | None:
        """Read one datagram; the outcome, once, when it was the last that was needed."""
        try:
            self._connection.bio_write(data)
        except SSL.Error:
            return None
        return self._go_on()

    @property
    def patience_s(self) -> float | None:
        """How long to wait for the far side before ``repeat``; None while nothing is waited for."""
        return None if self.over else self._connection.DTLSv1_get_timeout()

    def repeat(self) -> Outcome | None:
        """Say our last words again; the far side did not answer (section 4.2.4 of RFC 6347)."""
        try:
            self._connection.DTLSv1_handle_timeout()
        except SSL.Error:
            return self._end(Outcome(None, NO_HANDSHAKE))
        self._flush()
        return None

    def _go_on(self) -> Outcome | None:
        try:
            if self.over:
                self._connection.recv(MTU)  # nothing is said here; repetitions are answered
            else:
                self._connection.do_handshake()
        except SSL.WantReadError:
            self._flush()
            return None
        except SSL.Error:
            self._flush()
            return None if self.over else self._end(Outcome(None, NO_HANDSHAKE))
        self._flush()
        return None if self.over else self._end(self._judge())

    def _end(self, outcome: Outcome) -> Outcome:
        self.over = True
        return outcome

    def _judge(self) -> Outcome:
        """The keys that were found, unless the far side is not who it should be."""
        shown = self._connection.get_peer_certificate(as_cryptography=True)
        octets = b"" if shown is None else shown.public_bytes(Encoding.DER)
        if not any(
            hashlib.new(one.algorithm.replace("-", ""), octets).digest() == one.digest
            for one in self._handshake.fingerprints
        ):
            return Outcome(None, WRONG_CERTIFICATE)
        profile = KEY_SALT.get(self._connection.get_selected_srtp_profile())
        if profile is None:
            return Outcome(None, NO_SUITE)
        suite, key, salt = profile
        found = self._connection.export_keying_material(LABEL, 2 * (key + salt))
        client, server = (
            found[side * key : (side + 1) * key] + found[2 * key + side * salt :][:salt] for side in (0, 1)
        )
        return Outcome(MediaKeys(suite, *((client, server) if self._handshake.begins else (server, client))))

    def _flush(self) -> None:
        """Send what was said, as many records a datagram as fit."""
        said = b""
        while True:
            try:
                said += self._connection.bio_read(1 << 14)
            except SSL.Error:
                break
        for datagram in datagrams(said):
            self._send(datagram)


def datagrams(records: bytes) -> list[bytes]:
    """Cut what was said into datagrams: no record is torn apart (RFC 6347 section 4.1.1)."""
    parcels: list[bytes] = []
    at = 0
    while at < len(records):
        size = RECORD_HEADER + int.from_bytes(records[at + RECORD_HEADER - 2 : at + RECORD_HEADER], "big")
        record = records[at : at + size]
        if parcels and len(parcels[-1]) + size <= MTU:
            parcels[-1] += record
        else:
            parcels.append(record)
        at += size
    return parcels
