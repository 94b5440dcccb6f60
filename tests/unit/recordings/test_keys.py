from __future__ import annotations

import base64

import pytest

from control.recordings.keys import KeyMissing, KeyRing, fingerprint

OLD, NEW = bytes(32), bytes(range(32))


def text(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


def test_the_first_key_seals_and_all_of_them_open() -> None:
    before, after = KeyRing([OLD]), KeyRing([NEW, OLD])
    key, wrapped = before.new_key()

    assert (before.current, after.current) == (fingerprint(OLD), fingerprint(NEW))
    assert after.unwrap(fingerprint(OLD), wrapped) == key
    assert key not in wrapped


def test_a_key_that_is_not_at_hand_is_named() -> None:
    _, wrapped = KeyRing([OLD]).new_key()
    with pytest.raises(KeyMissing, match=fingerprint(OLD)):
        KeyRing([NEW]).unwrap(fingerprint(OLD), wrapped)
    with pytest.raises(KeyMissing, match="changed"):
        KeyRing([OLD]).unwrap(fingerprint(OLD), wrapped[:-1] + b"x")


def test_keys_are_read_with_commas_or_lines_between_them() -> None:
    written = f"# this year's\n{text(NEW)}\n{text(OLD)} # last year's\n"
    for words in (text(NEW, OLD), written):
        ring = KeyRing.parse(words)
        assert ring.current == fingerprint(NEW)
        assert ring.unwrap(fingerprint(OLD), KeyRing([OLD]).new_key()[1])
    assert KeyRing.parse("").current is None


@pytest.mark.parametrize("words", ["secret", text(b"short"), f"{text(NEW)},hush!"])
def test_what_is_no_key_is_refused_without_being_shown(words: str) -> None:
    with pytest.raises(ValueError, match="32 octets in base64") as refused:
        KeyRing.parse(words)
    assert words not in str(refused.value)
