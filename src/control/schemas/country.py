"""A country that was called for the first time, as told."""

from __future__ import annotations

from pydantic import Field

from control.schemas.common import Instant, Shown


class NewCountry(Shown):
    """The centre's first call to a country: worth a look, since toll fraud begins so."""

    country: str = Field(description="ISO 3166; `001` where no country is meant, `ZZ` where it cannot be told.")
    number: str = Field(description="As it was dialled.")
    account: str = Field(description="The extension (or flow) on whose behalf the call went out.")
    call: str
    at: Instant
