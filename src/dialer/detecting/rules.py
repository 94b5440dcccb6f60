"""By what measures a campaign tells people from machines."""

from __future__ import annotations

from msgspec import Struct

from dialer.detecting.verdict import Kind


class AmdRules(Struct, frozen=True, forbid_unknown_fields=True):
    """The thresholds of one campaign, in milliseconds of the line's time. Raises ValueError for those without sense.

    The defaults were found by ``benchmarks/amd.py``; ``docs/amd.md`` has what they came to.
    """

    initial_silence_ms: int = 3500
    """Without a word for so long after the answer, the verdict is ``silence``."""
    shortest_word_ms: int = 100
    """What is shorter is a click or a breath."""
    between_words_ms: int = 200
    """A pause of so much parts two words (rather phrases: ears know of no shorter pause)."""
    most_words: int = 6
    """More make a machine."""
    short_greeting_ms: int = 1500
    """A greeting not longer than this is a person's, once it is followed by ``after_short_ms`` of silence."""
    after_short_ms: int = 1000
    long_greeting_ms: int = 4700
    """A greeting that lasts so long, pauses included, is a machine's."""
    after_greeting_ms: int = 1250
    """The silence after a greeting of a length between the two that makes it a person's."""
    total_ms: int = 8500
    """By then there is a verdict, ``unsure`` if need be."""
    when_unsure: Kind = Kind.HUMAN
    """As what an unsure call is treated: ``human`` sends it to an agent."""
    when_silent: Kind = Kind.HUMAN
    """The same for one on which nothing is said: there may be somebody who waits."""
    wait_for_beep: bool = True
    """Whether a message is left on a machine after its beep; else as soon as it is known for one."""
    after_beep_ms: int = 400
    """The silence after a beep that lets the message begin: some machines beep more than once."""
    no_beep_ms: int = 3000
    """A silence that lets the message begin where no beep comes."""
    most_beep_wait_ms: int = 40_000
    """How long after the verdict the beep is waited for."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, int) and not isinstance(value, bool) and value <= 0:
                raise ValueError(f"{name}: {value}; expected more than 0")
        for lesser, greater in ORDER:
            if getattr(self, lesser) >= getattr(self, greater):
                raise ValueError(f"{lesser}: expected less than {greater}, which is {getattr(self, greater)}")
        for name in ("when_unsure", "when_silent"):
            if getattr(self, name) not in TREATMENTS:
                raise ValueError(f"{name}: {getattr(self, name)}; expected human or machine")

    def treated(self, kind: Kind) -> Kind:
        """What a call with such a verdict is treated as."""
        if kind is Kind.UNSURE:
            return self.when_unsure
        return self.when_silent if kind is Kind.SILENCE else kind


ORDER = (
    ("shortest_word_ms", "short_greeting_ms"),
    ("short_greeting_ms", "long_greeting_ms"),
    ("initial_silence_ms", "total_ms"),
    ("long_greeting_ms", "total_ms"),
)
"""What has to be less than what."""

TREATMENTS = (Kind.HUMAN, Kind.MACHINE)
