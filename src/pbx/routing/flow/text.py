"""Texts with variables: ``{name}`` stands for a variable's value, nothing for one that is not set.

Names are lower-case. A brace that begins no name stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from msgspec import Meta, Struct

_NAME = re.compile(r"\{([a-z][a-z0-9_]{0,63})\}")
_LONG_NUMBER = re.compile(r"\+?[0-9]{5,}")

Words = Annotated[str, Meta(max_length=2000)]
CLIP_NAME = r"^(?:(?:[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?/)?[A-Za-z0-9][A-Za-z0-9_.-]{0,63})?$"
ClipName = Annotated[str, Meta(pattern=CLIP_NAME, max_length=129)]
"""A recording's name, with the client's before it where it is a client's own: ``acme/welcome``."""
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$", max_length=16)]


def fill(text: str, variables: Mapping[str, str]) -> str:
    """A text with its variables filled in as they are."""
    return _NAME.sub(lambda match: variables.get(match[1], ""), text)


def fill_url(text: str, variables: Mapping[str, str]) -> str:
    """A URL with its variables percent-encoded, so that none can become more than a value (RFC 3986 section 2.1)."""
    return _NAME.sub(lambda match: quote(variables.get(match[1], ""), safe=""), text)


def fill_speech(text: str, variables: Mapping[str, str]) -> str:
    """A text to be spoken: a long number is said digit by digit."""
    return _NAME.sub(lambda match: _spoken(variables.get(match[1], "")), text)


def _spoken(value: str) -> str:
    return " ".join(value.lstrip("+")) if _LONG_NUMBER.fullmatch(value) else value


def pick(document: object, path: str) -> str | None:
    """A plain value in a JSON document by its path (``customer.tier``, ``orders.0.id``); None where there is none."""
    for part in path.split("."):
        if isinstance(document, dict):
            document = document.get(part)
        elif isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        else:
            return None
    match document:
        case bool():
            return "true" if document else "false"
        case str() | int() | float():
            return str(document)
        case _:
            return None


class Prompt(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a caller hears: a recorded file of that name, where there is one for the language, else the text spoken."""

    text: Words | dict[Language, Words] = ""
    """What is said; by language where it is an object. Variables may stand in it."""
    clip: ClipName = ""
    """The name of a recorded file, without its ending."""

    def wording(self, language: str) -> str:
        """The text for a language; the first one there is where it has none."""
        if isinstance(self.text, str):
            return self.text
        return self.text.get(language) or next(iter(self.text.values()), "")

    def texts(self) -> tuple[str, ...]:
        """All its texts."""
        return (self.text,) if isinstance(self.text, str) else tuple(self.text.values())
