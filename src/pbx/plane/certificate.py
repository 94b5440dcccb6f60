"""The certificate that this process shows in handshakes: made at its start, known to nobody, gone with it.

What proves it is its fingerprint in the descriptions (RFC 5763 section 5), so it says nothing about us, and a new one
at each start keeps calls from being linked (RFC 8827 section 9.3 asks for no more than one a context).
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from msgspec import Struct

from pbx.sdp.dtls import Fingerprint

DAYS = 3650
"""It has to outlive the process; nobody looks at its dates."""


class Certificate(Struct, frozen=True):
    """A certificate and its private key. The text shows neither."""

    certificate: bytes
    """X.509, DER."""
    key: bytes
    """PKCS #8, DER."""
    fingerprint: Fingerprint

    def __repr__(self) -> str:
        return f"Certificate({self.fingerprint})"


def make_certificate() -> Certificate:
    """One that signs itself, on the curve P-256 (RFC 8827 section 6.5)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, secrets.token_hex(8))])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(DAYS)).sign(key, SHA256())
    return Certificate(
        made.public_bytes(Encoding.DER),
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        Fingerprint("sha-256", made.fingerprint(SHA256())),
    )
