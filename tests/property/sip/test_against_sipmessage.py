"""Header values as another parser reads them: sipmessage, wherever it can read the same text."""

from __future__ import annotations

import sipmessage
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.property.sip.wire_forms import budget, methods, parameters, printable, sip_uris, vias, words

from pbx.sip.headers.address import Address
from pbx.sip.headers.auth import Challenge
from pbx.sip.headers.cseq import CSeq
from pbx.sip.headers.via import Via
from pbx.sip.text import unquote
from pbx.sip.uri import Uri

lower_case_uris = sip_uris.filter(lambda uri: uri.scheme != "SIP")


def agree_on_uri(ours: Uri, theirs: sipmessage.URI) -> None:
    assert (ours.kind, ours.host, ours.port) == (theirs.scheme.lower(), theirs.host, theirs.port)
    if "%" not in ours.user:  # escapes that are no UTF-8 it replaces, we keep them
        assert ours.username == (theirs.user or "")


@budget
@given(lower_case_uris)
def test_both_read_the_same_uri(uri: Uri) -> None:
    try:
        theirs = sipmessage.URI.parse(str(uri))
    except ValueError:
        assume(False)
    agree_on_uri(Uri.parse(str(uri)), theirs)


@budget
@given(st.builds(Address, lower_case_uris, printable, parameters))
def test_both_read_the_same_address(address: Address) -> None:
    try:
        theirs = sipmessage.Address.parse(str(address))
    except ValueError:
        assume(False)
    agree_on_uri(Address.parse(str(address)).uri, theirs.uri)
    if "\\" not in address.display and address.display.isascii():  # it joins escapes, and spaces of other scripts
        assert Address.parse(str(address)).display == theirs.name


@budget
@given(vias)
def test_both_read_the_same_via(via: Via) -> None:
    try:
        theirs = sipmessage.Via.parse(str(via))
    except ValueError:
        assume(False)
    ours = Via.parse(str(via))
    assert (ours.transport, ours.host, ours.port) == (theirs.transport, theirs.host, theirs.port)
    if "%" not in ours.branch:  # a branch is a token, it undoes escapes all the same
        assert ours.branch == theirs.parameters["branch"]


@budget
@given(st.integers(0, 2**31 - 1), methods)
def test_both_read_the_same_cseq(number: int, method: str) -> None:
    theirs = sipmessage.CSeq.parse(f"{number} {method}")
    assert CSeq.parse(f"{number} {method}") == CSeq(theirs.sequence, theirs.method)


@budget
@given(words, printable, words)
def test_both_read_the_same_challenge(realm: str, nonce: str, opaque: str) -> None:
    assume(not set(nonce) & set('",\\='))
    written = Challenge(realm, nonce, opaque=opaque)
    theirs = sipmessage.AuthChallenge.parse(str(written))
    assert Challenge.parse(str(written)) == written
    assert (theirs.parameters["realm"], unquote(theirs.parameters["nonce"])) == (realm, nonce)
