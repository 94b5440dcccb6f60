"""The ledger: one record for each attempt, and for each number that was refused, chained by hashes.

A record's hash is the SHA-256 of its canonical bytes, which name the hash of the record before it: whoever changes,
removes or moves a record changes every hash after it. Canonical bytes are the record as one line of JSON, its fields
in the order in which they stand here, ``hash`` and ``number`` empty.

What the chain says of a called number is a keyed hash and its last digits. The number itself stands beside the chain
(``number``), so that it can be forgotten and the chain still holds.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from dialer.outcome import Outcome

FORMAT = 1
"""Which fields a record has. A new one makes a new format; records of the old one keep theirs."""
GENESIS = "0" * 64
"""What the first record names as the hash before it."""
PERMITTED = "permitted"
"""The verdict of a number that was dialled; other verdicts are slugs of rules."""
OTHER_CHAIN = "the chain is another one than was signed"
KEY_OCTETS = 16
END_DIGITS = 4

_encode = msgspec.json.Encoder().encode


class Entry(Struct, frozen=True):
    """What one record says. Instants are seconds since the epoch; what did not happen is None."""

    id: str
    """The attempt's, which is the call's as well; of a refusal one of its own."""
    campaign: str
    lead: int
    number: str
    """E.164; empty once it is forgotten. It is no part of the chain."""
    verdict: str
    """``PERMITTED``, or the slug of the rule that refused."""
    decided_at: float
    """When the verdict was given; an attempt is dialled right after."""
    client: str = ""
    trigger: str = ""
    """What asked for the call: a mode and its decision, or an agent."""
    caller_id: str = ""
    """The number that the called party was shown."""
    zone: str = ""
    """The called party's, as an IANA name."""
    local_time: str = ""
    """Its clock at the verdict: ISO 8601 with its offset from UTC."""
    rules: str = ""
    """The version of the rule set."""
    lists: str = ""
    """The version of the do-not-call lists."""
    detail: str = ""
    """What the rule found; never the number."""
    number_key: str = ""
    """The number under a key of the centre's (``pseudonym``), hexadecimal."""
    number_end: str = ""
    """Its last four digits."""
    dialled_at: float | None = None
    rang_at: float | None = None
    answered_at: float | None = None
    greeting_ended_at: float | None = None
    connected_at: float | None = None
    """When an agent was there, or the announcement began."""
    dropped_at: float | None = None
    """When it was told that nobody was there."""
    ended_at: float | None = None
    seconds_to_connect: float | None = None
    """From the end of the greeting until an agent was there."""
    abandoned: bool = False
    """Whether it counts as abandoned (``dialer.abandon``)."""
    outcome: Outcome | None = None
    """None of a refusal, and while an attempt is under way."""
    detected: str = ""
    """What the detector took the called party for, and why; empty where it was not asked."""
    agent: str = ""


class Record(Entry, frozen=True, kw_only=True):
    """An entry in its place in the chain."""

    closed_at: float
    """When it was written."""
    seq: int
    """1, 2, 3 ..."""
    format: int = FORMAT
    previous: str
    """The hash of the record before it; ``GENESIS`` of the first one."""
    hash: str = ""


class Head(Struct, frozen=True):
    """Where a chain ends."""

    seq: int = 0
    hash: str = GENESIS


class Broken(Struct, frozen=True):
    """A chain does not hold."""

    place: int
    """Of the first record that is wrong, counted from 1 in what was read."""
    seq: int | None
    """What that record says it is, where it says so."""
    why: str


_decode = msgspec.json.Decoder(Record).decode


def pseudonym(key: bytes, number: str) -> tuple[str, str]:
    """What stands in the chain for a number: a hash under a key, and its last digits."""
    digest = hmac.digest(key, b"centrala called number\0" + number.encode(), "sha256")
    return digest[:KEY_OCTETS].hex(), number[-END_DIGITS:]


def chain(entries: Iterable[Entry], head: Head, now: float) -> list[Record]:
    """The records that follow ``head``, one for each entry, in their order."""
    records = []
    for entry in entries:
        fields = {name: getattr(entry, name) for name in Entry.__struct_fields__}
        record = Record(**fields, closed_at=now, seq=head.seq + 1, previous=head.hash)
        record = replace(record, hash=hash_of(record))
        records.append(record)
        head = head_of(record)
    return records


def head_of(record: Record) -> Head:
    """Where a chain ends whose last record is this one."""
    return Head(record.seq, record.hash)


def hash_of(record: Record) -> str:
    """What a record's hash has to be, whatever it says itself."""
    return hashlib.sha256(_encode(replace(record, number="", hash=""))).hexdigest()


def line_of(record: Record) -> bytes:
    """A record as one line of an export, without the line's end; the number is left out."""
    return _encode(replace(record, number=""))


class Verifier:
    """Reads a chain from its beginning and stops at the first record that is wrong."""

    def __init__(self, through: Head | None = None) -> None:
        """``through`` is where the chain ended once, as somebody has it in writing: it has to pass there."""
        self.head = Head()
        """Where the chain ends so far: that much of it holds."""
        self._through = through
        self._place = 0

    def lines(self, lines: Iterable[bytes]) -> Broken | None:
        """Read lines of an export. Each has to be the very bytes that ``line_of`` gives."""
        for line in lines:
            self._place += 1
            try:
                record = _decode(line)
                exact = line_of(record) == line
            except (msgspec.DecodeError, UnicodeError, ValueError):
                return Broken(self._place, None, "it is no record of the ledger")
            if not exact:
                return Broken(self._place, record.seq, "it is not written as the ledger writes it")
            if broken := self._next(record):
                return broken
        return None

    def records(self, records: Sequence[Record]) -> Broken | None:
        """Read records."""
        for record in records:
            self._place += 1
            if broken := self._next(record):
                return broken
        return None

    def ends_at(self, head: Head) -> Broken | None:
        """Whether what was read ends where somebody says that it ends: records missing at the end show here only."""
        last = max(head.seq, self._through.seq if self._through is not None else 0)
        if self.head.seq < last:
            return Broken(self._place + 1, None, f"records {self.head.seq + 1} to {last} are missing at the end")
        return None if self.head == head else Broken(head.seq, head.seq, OTHER_CHAIN)

    def _next(self, record: Record) -> Broken | None:
        why = None
        if record.format != FORMAT:
            why = f"its format {record.format} is not known here"
        elif record.seq != self.head.seq + 1:
            why = f"record {self.head.seq + 1} is expected here: one is missing, or was moved"
        elif record.previous != self.head.hash:
            why = "it does not name the hash of the record before it"
        elif record.hash != hash_of(record):
            why = "its hash is not that of its content"
        elif self._through is not None and self._through.seq == record.seq and self._through.hash != record.hash:
            why = OTHER_CHAIN
        if why is not None:
            return Broken(self._place, record.seq, why)
        self.head = head_of(record)
        return None
