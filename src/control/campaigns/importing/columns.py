"""Which column of a list is what: as the operator says, else as its name suggests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from control.errors import Invalid
from dialer.lead import NumberKind

ROLES = (
    *("number", "zone", "region", "country", "postcode", "language", "priority", "list", "owner", "call_at"),
    *("consent", "consent_at", "consent_mobile", "skip"),
)
"""What a column may be; any other word makes it a field of that name. ``number:mobile`` says what kind of number."""

_KINDS = {"mobile": NumberKind.MOBILE, "fixed": NumberKind.FIXED}
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SYNONYMS = {
    "zone": ("time_zone", "timezone", "tz"),
    "region": ("state", "province", "state_code", "state_province"),
    "country": ("country_code",),
    "postcode": ("zip", "zip_code", "zipcode", "postal_code", "plz"),
    "language": ("lang", "locale"),
    "priority": ("rank", "score"),
    "list": ("list_name", "list_id"),
    "call_at": ("callback_at", "call_back_at", "due_at"),
    "consent": ("consent_source", "opt_in_source"),
    "consent_at": ("opt_in_at", "consent_date", "opt_in_date"),
}
_ROLE_OF = {name: role for role, names in _SYNONYMS.items() for name in names} | {name: name for name in ROLES}
_NUMBERS = re.compile(
    r"(?:(?P<label>home|work|office|business|mobile|cell|cellular|day|evening|alt|alternate|main|primary|secondary)_?)?"
    r"(?P<word>phone|telephone|tel|number|mobile|cell|msisdn|telefon|broj|mobil)(?:_?(?:number|no|nr))?_?(?P<place>[0-9]*)"
)
_MOBILE_WORDS = frozenset({"mobile", "cell", "cellular", "mobil"})


class NumberColumn(Struct, frozen=True):
    """A column with numbers."""

    name: str
    label: str = ""
    kind: NumberKind = NumberKind.UNKNOWN
    """What numbers in it are, where their plan does not tell."""


class Columns(Struct, frozen=True):
    """What each column of a list is, by its name."""

    numbers: tuple[NumberColumn, ...]
    """In the order in which they are tried."""
    roles: dict[str, str]
    """The column of each role but numbers."""
    fields: dict[str, str]
    """The name of the field that each other column becomes."""


def columns_of(names: Sequence[str], wanted: Mapping[str, str]) -> Columns:
    """What columns are. Raises Invalid, naming ``map`` or the body, for what makes no sense."""
    for name in wanted:
        if name not in names:
            raise Invalid(f"the list has no column {name}; it has {', '.join(names)}", field="map")
    numbers: list[NumberColumn] = []
    roles: dict[str, str] = {}
    fields: dict[str, str] = {}
    for name in names:
        role = wanted.get(name) or _guess(name)
        if role == "number" or role.startswith("number:"):
            numbers.append(_number_column(name, role))
        elif role in ROLES:
            if role == "skip":
                continue
            if role in roles and name not in wanted:
                fields[name] = field_name(name)
            elif role in roles and roles[role] in wanted:
                raise Invalid(f"{roles[role]} and {name} cannot both be {role}", field="map")
            else:
                if role in roles:
                    fields[roles[role]] = field_name(roles[role])
                roles[role] = name
        elif role:
            fields[name] = role
    if not numbers:
        raise Invalid(f'no column has numbers: say which one does, as {{"{names[0]}": "number"}}', field="map")
    return Columns(tuple(numbers), roles, fields)


def check_map(wanted: Mapping[str, str]) -> None:
    """Raise Invalid, naming the column, for what no column can be."""
    for name, role in wanted.items():
        kind = role.partition(":")[2]
        known = role in ROLES or (role.startswith("number:") and kind in _KINDS)
        if not known and not _FIELD.fullmatch(role):
            expected = f"{', '.join(ROLES)}, number:mobile, number:fixed or the name of a field"
            raise Invalid(f"expected {expected}", field=f"map.{name}")


def field_name(name: str) -> str:
    """A column's name as scripts write it: ``First name`` is ``first_name``."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.strip().casefold()).strip("_")[:64]
    return plain if plain[:1].isalpha() else f"c_{plain}"


def _guess(name: str) -> str:
    plain = field_name(name)
    if _NUMBERS.fullmatch(plain):
        return "number"
    return _ROLE_OF.get(plain) or plain


def _number_column(name: str, role: str) -> NumberColumn:
    plain = field_name(name)
    kind = _KINDS.get(role.partition(":")[2], NumberKind.UNKNOWN)
    found = _NUMBERS.fullmatch(plain)
    label = (found["label"] or found["word"]) if found is not None else plain
    if role == "number" and label in _MOBILE_WORDS:
        kind = NumberKind.MOBILE
    return NumberColumn(name, label if label not in ("phone", "telephone", "tel", "number") else "", kind)
