"""Certificates: our own to sign with, and others' that must lead to a root we trust (RFC 8226)."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

# Signing certificates name a service provider (TNAuthList), not a host, so the web's rules for leaves do not apply.
_LEAF_POLICY = ExtensionPolicy.permit_all()
_CA_POLICY = ExtensionPolicy.webpki_defaults_ca()


class CertificateError(ValueError):
    """A certificate or key that cannot be read, or is not trusted."""


class Anchors:
    """The roots that we trust."""

    def __init__(self, pem: bytes) -> None:
        """Raises CertificateError."""
        self._store = Store(_read_chain(pem))

    def trusted_key(self, pem: bytes, now: float) -> ECKey:
        """The key of a signer whose chain, leaf first, leads to a root of ours at ``now``. Raises CertificateError."""
        leaf, *others = _read_chain(pem)
        verifier = (
            PolicyBuilder()
            .store(self._store)
            .time(datetime.fromtimestamp(now, UTC).replace(tzinfo=None))
            .extension_policies(ca_policy=_CA_POLICY, ee_policy=_LEAF_POLICY)
            .build_client_verifier()
        )
        try:
            verifier.verify(leaf, others)
        except VerificationError as error:
            raise CertificateError("the certificate does not lead to a trusted root") from error
        return _key_of(leaf)


def read_signing_key(pem: bytes, chain: bytes) -> ECKey:
    """A private key that belongs to the leaf of a certificate chain. Raises CertificateError."""
    leaf = _read_chain(chain)[0]
    try:
        key = ECKey.import_key(pem)
    except (JoseError, ValueError, TypeError) as error:
        raise CertificateError("not a private key on the curve P-256") from error
    if not key.is_private or key.thumbprint() != _key_of(leaf).thumbprint():
        raise CertificateError("the private key is not that of the certificate")
    return key


def _read_chain(pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise CertificateError("no certificates in PEM form") from error


def _key_of(certificate: x509.Certificate) -> ECKey:
    key = certificate.public_key()
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise CertificateError("the certificate's key is not on the curve P-256")
    return ECKey.import_key(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
