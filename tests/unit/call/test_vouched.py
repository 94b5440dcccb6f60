"""How well a caller who leaves is known, and when nothing is said of him."""

from __future__ import annotations

import pytest
from tests.unit.stir.authority import NOW, make

from pbx.call.call import Call
from pbx.call.vouched import vouch
from pbx.routing.trunks.trunk import Trunk
from pbx.stir.chain import read_signing_key
from pbx.stir.identity import Signer

PROVIDER = make("SHAKEN 1234", make("A root"))
SIGNER = Signer(read_signing_key(PROVIDER.key, PROVIDER.chain), "https://x.example/c.pem", lambda: "a uuid")
OURS, ANOTHER, CALLED = "+381114000712", "+381112222222", "+381641234567"
TRUNK = Trunk(id="a", address="a.example", numbers=("+3811140007XX",), caller_id="+381113333333")


def call(account: str | None = "1001", *, private: bool = False) -> Call:
    made = Call("c", "inbound", "1001", "", CALLED, NOW)
    made.account, made.private = account, private
    return made


@pytest.mark.parametrize(
    ("account", "shown", "level"),
    [("1001", OURS, "A"), ("1001", "+381113333333", "A"), ("1001", ANOTHER, "B"), (None, OURS, "C")],
)
def test_the_level_says_whom_and_what_we_know(account: str | None, shown: str, level: str) -> None:
    made = call(account)
    fields = vouch(SIGNER, made, TRUNK, shown, CALLED, "RS", NOW)
    assert [key for key, _ in fields] == ["identity", "date"]
    assert made.attestation == level


@pytest.mark.parametrize(("shown", "called"), [("1001", CALLED), (OURS, "192"), ("anonymous", CALLED)])
def test_what_is_no_telephone_number_is_not_signed_for(shown: str, called: str) -> None:
    made = call()
    assert vouch(SIGNER, made, TRUNK, shown, called, "RS", NOW) == ()
    assert made.attestation is None


def test_a_hidden_caller_is_named_in_a_signature_only_to_a_carrier_that_keeps_it() -> None:
    assert vouch(SIGNER, call(private=True), TRUNK, OURS, CALLED, "RS", NOW) == ()
    trusted = Trunk(id="a", address="a.example", numbers=TRUNK.numbers, trusted=True)
    assert vouch(SIGNER, call(private=True), trusted, OURS, CALLED, "RS", NOW) != ()
