"""One row of a list becomes a lead, or it is said what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from control.campaigns.importing.columns import Columns
from control.campaigns.importing.reading import Row
from control.lead_import import ImportOptions
from dialer.addresses.regions import BadRegion, regions
from dialer.lead import Consent, Lead, LeadNumber, LeadState, NumberKind
from dialer.numbers.reader import BadNumber, Fault, NumberReader

LONGEST_VALUE = 2000
MOST_NUMBERS = 10
CONSENT = ("consent", "consent_at", "consent_mobile")
MOST_PRIORITY = 1_000_000
YES = frozenset({"1", "true", "yes", "y", "da", "ja", "x"})
NO = frozenset({"", "0", "false", "no", "n", "ne", "nein"})


class Complaint(Struct, frozen=True):
    """What is wrong with a value."""

    column: str
    value: str
    reason: str
    """A slug."""
    detail: str


class Refused(Exception):
    """A row cannot be taken."""

    def __init__(self, column: str, value: str, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.complaint = Complaint(column, value, reason, detail)


class RowReader:
    """Makes leads of the rows of one list."""

    def __init__(self, campaign: str, options: ImportOptions, columns: Columns, now: float) -> None:
        self._campaign = campaign
        self._options = options
        self._columns = columns
        self._now = now
        self._numbers = NumberReader(options.region)
        self._fields = [(name, column) for column, name in columns.fields.items()]
        self._roles = list(columns.roles.items())

    def read(self, row: Row) -> tuple[Lead, list[Complaint]]:
        """A lead, and what is wrong with those of its numbers that were left out. Raises Refused."""
        if "" in row:
            raise Refused("", "", "too_many_cells", "there are more cells than columns")
        complaints: list[Complaint] = []
        numbers = self._read_numbers(row, complaints)
        if not numbers:
            first = complaints[0] if complaints else self._without_number()
            raise Refused(first.column, first.value, first.reason, first.detail)
        return self._lead(numbers, _said(row, self._fields), _said(row, self._roles)), complaints

    def _read_numbers(self, row: Row, complaints: list[Complaint]) -> tuple[LeadNumber, ...]:
        found: dict[str, LeadNumber] = {}
        for column in self._columns.numbers:
            for text in _texts(row.get(column.name)):
                if not text:
                    continue
                try:
                    read = self._numbers.read(text)
                except BadNumber as error:
                    complaints.append(Complaint(column.name, text[:LONGEST_VALUE], error.fault, error.fault.detail))
                    continue
                if read.number not in found:
                    kind = read.kind if read.kind is not NumberKind.UNKNOWN else column.kind
                    found[read.number] = LeadNumber(read.number, kind, read.zone, column.label)
        return tuple(found.values())[:MOST_NUMBERS]

    def _without_number(self) -> Complaint:
        return Complaint(self._columns.numbers[0].name, "", Fault.EMPTY, Fault.EMPTY.detail)

    def _lead(self, numbers: tuple[LeadNumber, ...], fields: dict[str, str], said: dict[str, str]) -> Lead:
        """A lead of its numbers, its fields, and what is said of it by role."""
        options = self._options
        if not said:
            return Lead(
                0, self._campaign, numbers, options.list, options.priority, fields=fields, created_at=self._now
            )  # fmt: skip
        region = self._region(said)
        zone = self._zone(said) or regions().zone_of(region)
        call_at = self._moment(said, "call_at", zone or numbers[0].zone)
        return Lead(
            0,
            self._campaign,
            numbers,
            list=said.get("list", options.list)[:64],
            priority=self._priority(said),
            zone=zone,
            region=region,
            language=said.get("language", "").lower()[:16],
            fields=fields,
            consent=self._consent(said) if not said.keys().isdisjoint(CONSENT) else None,
            owner=said.get("owner", "")[:64] if call_at is not None else "",
            state=LeadState.READY if call_at is None else LeadState.CALLBACK,
            due_at=call_at or 0.0,
            created_at=self._now,
        )

    def _region(self, said: dict[str, str]) -> str:
        """By the most exact word that the row has."""
        country = of_country = ""
        for role in ("country", "region", "postcode"):
            if (text := said.get(role)) is None:
                continue
            try:
                if role == "postcode":
                    return regions().of_postcode(text, country or self._options.region) or of_country
                found = regions().region_of(text, country or self._options.region)
            except BadRegion as error:
                raise self._refusal(role, text, f"bad_{role}", str(error)) from None
            if role == "region":
                return found
            country = of_country = found.partition("-")[0]
        return of_country

    def _zone(self, said: dict[str, str]) -> str:
        text = said.get("zone", "")
        if text and not _is_zone(text):
            raise self._refusal("zone", text, "bad_zone", "expected an IANA time zone such as America/New_York")
        return text

    def _priority(self, said: dict[str, str]) -> int:
        if (text := said.get("priority")) is None:
            return self._options.priority
        try:
            value = int(float(text))
        except (ValueError, OverflowError):
            value = MOST_PRIORITY + 1
        if abs(value) > MOST_PRIORITY:
            raise self._refusal("priority", text, "bad_priority", f"expected an integer of at most {MOST_PRIORITY}")
        return value

    def _consent(self, said: dict[str, str]) -> Consent | None:
        mobile = said.get("consent_mobile", "").casefold()
        if mobile not in YES | NO:
            raise self._refusal("consent_mobile", mobile, "bad_consent", "expected yes or no")
        at = self._moment(said, "consent_at", "UTC")
        source = said.get("consent", "")
        return None if source.casefold() in NO else Consent(source, at, mobile in YES)

    def _moment(self, said: dict[str, str], role: str, zone: str) -> float | None:
        if (text := said.get(role)) is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise self._refusal(role, text, "bad_time", "expected a time such as 2027-03-01T09:30") from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone) if zone else UTC)
        return moment.timestamp()

    def _refusal(self, role: str, value: str, reason: str, detail: str) -> Refused:
        return Refused(self._columns.roles[role], value, reason, detail)


def _said(row: Row, columns: list[tuple[str, str]]) -> dict[str, str]:
    """What stands in columns, each after the name for what is in it; without those that are empty. Raises Refused."""
    found: dict[str, str] = {}
    for name, column in columns:
        value = row.get(column)
        if text := value.strip() if isinstance(value, str) else _as_text(value):
            if len(text) > LONGEST_VALUE:
                raise Refused(column, text[:100], "too_long_value", f"more than {LONGEST_VALUE} characters")
            if "\x00" in text:
                raise Refused(column, text[:100].replace("\x00", ""), "bad_text", "a character that is no text")
            found[name] = text
    return found


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return False
    return True


def _texts(value: Any) -> Iterable[str]:
    """The numbers in a cell, several where JSON has an array."""
    if isinstance(value, str):
        return (value.strip(),)
    return [_as_text(one).strip() for one in value] if isinstance(value, list) else (_as_text(value),)


def _as_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dict() | list():
            return ", ".join(map(_as_text, value if isinstance(value, list) else value.values()))
        case _:
            return str(value).strip()
