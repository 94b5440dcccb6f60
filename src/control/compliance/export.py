"""The ledger as a file: one record a line, and last the signed end; and how such a file is read again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator

import msgspec
from msgspec import Struct

from control.compliance.seal import SignedHead, is_genuine
from control.store.store import Store
from dialer.ledger import Broken, Verifier, line_of

RECORDS_A_TIME = 1000


class End(Struct, frozen=True, forbid_unknown_fields=True):
    """The last line of an export."""

    head: SignedHead


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(End).decode
_END = b'{"head":'
"""How the last line begins; records begin with their id."""


async def export(store: Store, signed: SignedHead) -> AsyncIterator[bytes]:
    """The chain up to a signed end, in pieces; records are read as the client takes them."""
    after = 0
    while after < signed.seq:
        async with store.read() as records:
            found = await records.attempts.records(after, min(RECORDS_A_TIME, signed.seq - after))
        if not found:
            break
        after = found[-1].seq
        yield b"".join(line_of(record) + b"\n" for record in found)
    yield _encode(End(signed)) + b"\n"


def verify_lines(lines: Iterable[bytes], earlier: SignedHead | None = None) -> SignedHead | Broken:
    """Read an export: its signed end where all of it holds, else the first thing that does not.

    ``earlier`` is a signed end from elsewhere: the chain has to pass there, and its end be signed by the same key.
    """
    verifier = Verifier(earlier.head if earlier is not None else None)
    rest = iter(lines)
    end: list[bytes] = []
    broken = verifier.lines(_until_end(rest, end))
    if broken is not None:
        return broken
    place = verifier.head.seq + 1
    if not end:
        return Broken(place, None, "the file ends without a signed end: something is missing")
    try:
        signed = _decode(end[0]).head
        exact = _encode(End(signed)) == end[0]
    except (msgspec.DecodeError, UnicodeError, ValueError):
        return Broken(place, None, "it is no signed end of a ledger")
    if not exact or not is_genuine(signed, earlier.key if earlier is not None else None):
        return Broken(place, None, "the signature is not that of the key")
    if next(rest, None) is not None:
        return Broken(place + 1, None, "something follows the signed end")
    return verifier.ends_at(signed.head) or signed


def _until_end(lines: Iterator[bytes], end: list[bytes]) -> Iterator[bytes]:
    for line in lines:
        line = line.removesuffix(b"\n")
        if line.startswith(_END):
            end.append(line)
            return
        yield line
