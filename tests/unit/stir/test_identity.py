"""What is signed is believed by who trusts the root, for that call, that minute, and nothing else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.unit.stir.authority import NOW, Provider, make

from pbx.stir.chain import Anchors, CertificateError, read_signing_key
from pbx.stir.identity import INVALID, STALE, UNSUPPORTED, Signer, Verdict, certificate_url, judge
from pbx.stir.passport import PassportError

CALLER, CALLED = "+381114000700", "+381641234567"
URL = "https://certificates.example/ours.pem"

ROOT = make("A root")
PROVIDER = make("SHAKEN 1234", ROOT)
ANCHORS = Anchors(ROOT.chain)


def signer(provider: Provider = PROVIDER) -> Signer:
    return Signer(read_signing_key(provider.key, provider.chain), URL, lambda: "6ba7b810-9dad-11d1-80b4-00c04fd430c8")


HEADER = signer().header("A", CALLER, CALLED, NOW)


def verdict(
    header: str = HEADER,
    chain: bytes = PROVIDER.chain,
    caller: str = CALLER,
    called: str = CALLED,
    now: float = NOW,
) -> Verdict:
    return judge(header, chain, ANCHORS, caller, called, now)


@pytest.mark.parametrize("attestation", ["A", "B", "C"])
def test_the_attestation_of_a_trusted_signer_is_believed(attestation: str) -> None:
    header = signer().header(attestation, CALLER, CALLED, NOW)  # type: ignore[arg-type]
    assert verdict(header, now=NOW + 59) == Verdict(attestation)  # type: ignore[arg-type]


def test_numbers_are_compared_without_their_spelling() -> None:
    assert verdict(caller="+381 (11) 4000-700", called="381641234567").attestation == "A"


def test_the_header_names_the_certificate_twice_and_both_must_agree() -> None:
    assert certificate_url(HEADER) == URL
    with pytest.raises(PassportError, match="two certificates"):
        certificate_url(HEADER.replace(f"info=<{URL}>", "info=<https://elsewhere.example/x.pem>"))


def test_an_old_signature_and_one_of_the_future_are_stale() -> None:
    assert verdict(now=NOW + 61).status == STALE
    assert verdict(now=NOW - 61).status == STALE


def test_a_signature_for_another_call_proves_nothing() -> None:
    assert verdict(caller="+381600000000").status == INVALID
    assert verdict(called="+381600000000").status == INVALID


def test_a_changed_token_is_no_proof() -> None:
    head, claims, signature = HEADER.split(";")[0].split(".")
    forged = f"{head}.{claims[:-4]}AAAA.{signature}"
    assert verdict(forged).status == INVALID
    assert verdict(f"{head}.{claims}").status == INVALID
    assert verdict("").status == INVALID


def test_anothers_key_is_no_proof() -> None:
    other = make("SHAKEN 9999", ROOT)
    assert verdict(chain=other.chain).status == INVALID


def test_a_root_that_nobody_trusts_and_a_certificate_that_ran_out_are_unsupported() -> None:
    stranger = make("SHAKEN 1234", make("Another root"))
    assert verdict(signer(stranger).header("A", CALLER, CALLED, NOW), stranger.chain).status == UNSUPPORTED
    past = NOW + 40 * 86_400
    assert verdict(signer().header("A", CALLER, CALLED, past), now=past).status == UNSUPPORTED
    assert verdict(chain=b"no certificate").status == UNSUPPORTED


def test_a_key_of_another_curve_or_of_another_certificate_cannot_sign() -> None:
    other = make("SHAKEN 9999", ROOT, curve=ec.SECP384R1())
    with pytest.raises(CertificateError, match="P-256"):
        read_signing_key(other.key, other.chain)
    with pytest.raises(CertificateError, match="not that of the certificate"):
        read_signing_key(make("x", ROOT).key, PROVIDER.chain)
    with pytest.raises(CertificateError, match="private key"):
        read_signing_key(b"nonsense", PROVIDER.chain)


@pytest.mark.parametrize("header", ["", "x", "a.b.c", "e30.e30.e30", "..", '"', "e30..AAAA;info=<x>"])
def test_what_is_no_passport_names_no_certificate(header: str) -> None:
    with pytest.raises(ValueError):
        certificate_url(header)
