"""Digest: RFC 7616 as RFC 8760 uses it, with the vectors of RFC 7616 section 3.9.1."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pbx.sip.digest import (
    NOBODY,
    NONCE_LIFE,
    Authenticator,
    Secrets,
    Verdict,
    answer,
    response_hash,
    secret_hash,
)
from pbx.sip.errors import ParseError
from pbx.sip.headers.auth import Challenge, Credentials

REALM = "centrala"
SECRETS = Secrets(secret_hash("1001", REALM, "demo", "MD5"), secret_hash("1001", REALM, "demo", "SHA-256"))
BOTH = ("SHA-256", "MD5")
NOW = 1_800_000_000.0


def proof(guard: Authenticator, *, password: str = "demo", algorithm: str = "MD5", now: float = NOW) -> Credentials:
    """A phone's credentials for a fresh challenge."""
    [challenge] = [one for one in guard.challenges(now) if one.algorithm == algorithm]
    return answer(challenge, "REGISTER", "sip:centrala", "1001", password, "cnonce")


def counted(credentials: Credentials, count: int) -> Credentials:
    """The same nonce used again, under another count."""
    again = replace(credentials, nc=f"{count:08x}")
    ha1 = SECRETS.of(again.algorithm)
    return replace(again, response=response_hash(again, "REGISTER", ha1))


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_vectors_of_rfc_7616(algorithm: str, response: str) -> None:
    challenge = Challenge(
        "http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", algorithm, qop="auth, auth-int"
    )
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    assert answer(challenge, "GET", "/dir/index.html", "Mufasa", "Circle of Life", cnonce).response == response


def test_the_vector_of_rfc_2069_without_qop() -> None:
    challenge = Challenge("testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", qop="")
    credentials = answer(challenge, "GET", "/dir/index.html", "Mufasa", "CircleOfLife", "unused")
    assert credentials.response == "1949323746fe6a43ef61f9606e7febea"
    assert (credentials.nc, credentials.cnonce) == ("", "")


@pytest.mark.parametrize("algorithm", BOTH)
def test_the_right_password_is_good(algorithm: str) -> None:
    guard = Authenticator(REALM, b"key", BOTH)
    assert guard.check(proof(guard, algorithm=algorithm), "REGISTER", SECRETS, NOW) is Verdict.GOOD


def test_the_preferred_algorithm_is_asked_for_first() -> None:
    assert [one.algorithm for one in Authenticator(REALM, b"key", BOTH).challenges(NOW)] == ["SHA-256", "MD5"]


def test_a_wrong_password_is_bad() -> None:
    guard = Authenticator(REALM, b"key")
    assert guard.check(proof(guard, password="other"), "REGISTER", SECRETS, NOW) is Verdict.BAD


def test_a_proof_for_one_method_is_none_for_another() -> None:
    guard = Authenticator(REALM, b"key")
    assert guard.check(proof(guard), "INVITE", SECRETS, NOW) is Verdict.BAD


def test_nobody_has_no_password() -> None:
    guard = Authenticator(REALM, b"key")
    credentials = replace(proof(guard), response="")
    forged = replace(credentials, response=response_hash(credentials, "REGISTER", NOBODY.md5))
    assert guard.check(forged, "REGISTER", NOBODY, NOW) is Verdict.BAD


def test_a_nonce_grows_stale() -> None:
    guard = Authenticator(REALM, b"key")
    credentials = proof(guard)
    assert guard.check(credentials, "REGISTER", SECRETS, NOW + NONCE_LIFE) is Verdict.GOOD
    assert guard.check(counted(credentials, 2), "REGISTER", SECRETS, NOW + NONCE_LIFE + 1) is Verdict.STALE


def test_a_wrong_password_on_a_stale_nonce_is_bad_not_stale() -> None:
    guard = Authenticator(REALM, b"key")
    late = NOW + NONCE_LIFE + 1
    assert guard.check(proof(guard, password="other"), "REGISTER", SECRETS, late) is Verdict.BAD


def test_a_stale_challenge_says_so() -> None:
    [challenge] = Authenticator(REALM, b"key").challenges(NOW, stale=True)
    assert "stale=true" in str(challenge)


def test_a_replayed_count_is_stale_and_a_higher_one_is_good() -> None:
    guard = Authenticator(REALM, b"key")
    first = proof(guard)
    verdicts = [guard.check(counted(first, count), "REGISTER", SECRETS, NOW) for count in (1, 1, 2, 16, 15, 17)]
    good, stale = Verdict.GOOD, Verdict.STALE
    assert verdicts == [good, stale, good, good, stale, good]


@pytest.mark.parametrize("count", ["", "zz", "-1", "0"])
def test_a_count_that_is_none_is_stale(count: str) -> None:
    guard = Authenticator(REALM, b"key")
    credentials = replace(proof(guard), nc=count)
    credentials = replace(credentials, response=response_hash(credentials, "REGISTER", SECRETS.md5))
    assert guard.check(credentials, "REGISTER", SECRETS, NOW) is Verdict.STALE


def test_without_qop_a_nonce_is_good_once() -> None:
    guard = Authenticator(REALM, b"key")
    [challenge] = guard.challenges(NOW)
    credentials = answer(replace(challenge, qop=""), "REGISTER", "sip:centrala", "1001", "demo", "")
    verdicts = [guard.check(credentials, "REGISTER", SECRETS, NOW) for _ in range(2)]
    assert verdicts == [Verdict.GOOD, Verdict.STALE]


@pytest.mark.parametrize(
    "change",
    [{"nonce": "made-up"}, {"nonce": ""}, {"nonce": "\udcff" * 50}, {"realm": "elsewhere"}, {"algorithm": "SHA-1"}],
)
def test_a_nonce_realm_or_algorithm_that_is_not_ours_is_unknown(change: dict[str, str]) -> None:
    guard = Authenticator(REALM, b"key")
    assert guard.check(replace(proof(guard), **change), "REGISTER", SECRETS, NOW) is Verdict.UNKNOWN


def test_a_nonce_of_another_start_is_unknown() -> None:
    credentials = proof(Authenticator(REALM, b"yesterday's key"))
    assert Authenticator(REALM, b"key").check(credentials, "REGISTER", SECRETS, NOW) is Verdict.UNKNOWN


def test_a_nonce_made_for_one_algorithm_is_unknown_for_another() -> None:
    guard = Authenticator(REALM, b"key", BOTH)
    credentials = replace(proof(guard, algorithm="SHA-256"), algorithm="MD5")
    assert guard.check(credentials, "REGISTER", SECRETS, NOW) is Verdict.UNKNOWN


@pytest.mark.parametrize("response", ["\udcff", "é", ""])
def test_a_response_that_is_no_hash_is_bad(response: str) -> None:
    guard = Authenticator(REALM, b"key")
    assert guard.check(replace(proof(guard), response=response), "REGISTER", SECRETS, NOW) is Verdict.BAD


def test_no_two_nonces_are_the_same() -> None:
    guard = Authenticator(REALM, b"key")
    assert len({guard.challenges(NOW)[0].nonce for _ in range(1000)}) == 1000


def test_an_algorithm_that_we_lack_cannot_be_answered() -> None:
    with pytest.raises(ParseError, match="unknown digest algorithm"):
        answer(Challenge("r", "n", "SHA-512-256"), "INVITE", "sip:b", "u", "p", "c")
