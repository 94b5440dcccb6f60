"""Templates of what other programs are given to read."""

from __future__ import annotations

from collections.abc import Mapping


def filled(template: str, values: Mapping[str, str]) -> str:
    """A template with ``@name@`` replaced by the values."""
    for name, value in values.items():
        template = template.replace(f"@{name}@", value)
    return template
