"""A certificate authority for tests: roots and the service providers that they vouch for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID, ObjectIdentifier

NOW = 1_760_000_000.0
TN_AUTH_LIST = ObjectIdentifier("1.3.6.1.5.5.7.1.26")


class Provider:
    """A key and its certificate, both in PEM form."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self.private_key = key
        self.certificate = certificate
        self.chain = certificate.public_bytes(Encoding.PEM)
        self.key = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def make(name: str, by: Provider | None = None, *, days: int = 30, curve: ec.EllipticCurve | None = None) -> Provider:
    """A root, or a provider vouched for ``by`` one; valid for ``days`` around NOW."""
    key = ec.generate_private_key(curve or ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    middle = datetime.fromtimestamp(NOW, UTC)
    root = by is None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if by is None else by.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(middle - timedelta(days=days))
        .not_valid_after(middle + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
    )
    if by is None:
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        return Provider(key, builder.sign(key, hashes.SHA256()))
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.private_key.public_key())
    provider_code = x509.UnrecognizedExtension(TN_AUTH_LIST, bytes.fromhex("3008a006160431323334"))
    builder = builder.add_extension(authority, critical=False).add_extension(provider_code, critical=False)
    return Provider(key, builder.sign(by.private_key, hashes.SHA256()))
