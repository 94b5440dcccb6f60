"""Challenges and credentials as text: RFC 3261 sections 20.7 and 20.44."""

from __future__ import annotations

import pytest

from pbx.sip.errors import ParseError
from pbx.sip.headers.auth import Challenge, Credentials


def test_a_challenge_is_read() -> None:
    challenge = Challenge.parse(
        r'Digest realm="a \"good\", realm", domain="sip:x", nonce="n=1", opaque="", stale=TRUE, '
        'algorithm=SHA-256, qop="auth,auth-int"'
    )
    assert challenge == Challenge('a "good", realm', "n=1", "SHA-256", True, "auth,auth-int")


def test_an_old_challenge_means_md5_and_no_qop() -> None:
    assert Challenge.parse('digest realm="r",nonce="n"') == Challenge("r", "n", "MD5", False, "")


def test_credentials_are_read() -> None:
    credentials = Credentials.parse(
        'Digest username="10\\"01", realm="r", nonce="n", uri="sip:r", response="0f", algorithm=MD5, '
        'cnonce="c", qop=auth, nc=00000001'
    )
    assert credentials.username == '10"01'
    assert (credentials.qop, credentials.nc, credentials.cnonce) == ("auth", "00000001", "c")


@pytest.mark.parametrize(
    "value",
    [
        Challenge('a "realm", with all', "n", "SHA-256", True, "auth", "o"),
        Credentials('ana\\"', "r, s", "n", "sip:r", "0f", "MD5", "auth", "00000001", "c", "o"),
        Credentials("ana", "r", "n", "sip:r", "0f"),
    ],
)
def test_they_read_back_as_they_were_written(value: Challenge | Credentials) -> None:
    assert type(value).parse(str(value)) == value


def test_what_credentials_lack_is_named() -> None:
    with pytest.raises(ParseError, match="lack nonce, response"):
        Credentials.parse('Digest username="a", realm="r", uri="sip:r"')


@pytest.mark.parametrize("text", ["", "Basic YTpi", 'Digest realm="r', 'Digest "realm"=r, nonce=n', "Digest realm=r"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        Challenge.parse(text)
