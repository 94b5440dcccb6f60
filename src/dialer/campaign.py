"""Campaigns as configured: whom to call in which way, how often, and for which queue.

Everything here is a frozen value; what changes while a campaign runs lives elsewhere.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from dialer.outcome import Outcome

DAY_S = 86_400.0
HOUR_S = 3_600.0


class Mode(StrEnum):
    """How a campaign dials."""

    __hash__ = str.__hash__

    MANUAL = "manual"
    """Agents dial, from the list or by hand; nothing is dialled by itself."""
    PREVIEW = "preview"
    """An agent sees the lead first, and dials or skips it."""
    PROGRESSIVE = "progressive"
    """One call for each agent who is free."""
    RATIO = "ratio"
    """``ratio`` calls for each agent who is free."""
    PREDICTIVE = "predictive"
    """As many calls as keep agents busy within the limit of abandonment."""
    AGENTLESS = "agentless"
    """An announcement; whoever presses 1 comes to the queue."""


class Run(StrEnum):
    """Whether a campaign dials."""

    __hash__ = str.__hash__

    STOPPED = "stopped"
    RUNNING = "running"
    PAUSED = "paused"
    """No new calls; those under way go on, and what is reserved stays reserved."""


class RetryRule(Struct, frozen=True):
    """What follows an outcome: the lead is called again, or not."""

    outcome: Outcome
    after_s: float
    times: int
    """So often at most after this outcome; 0 is never."""


RETRIES = (
    RetryRule(Outcome.BUSY, 15 * 60.0, 5),
    RetryRule(Outcome.NO_ANSWER, 4 * HOUR_S, 4),
    RetryRule(Outcome.MACHINE, 4 * HOUR_S, 3),
    RetryRule(Outcome.CONGESTION, 5 * 60.0, 10),
    RetryRule(Outcome.FAILED, 15 * 60.0, 3),
    RetryRule(Outcome.INTERRUPTED, HOUR_S, 2),
    RetryRule(Outcome.ABANDONED, 3 * DAY_S, 1),
    RetryRule(Outcome.DECLINED, DAY_S, 1),
)
"""As most call centres have them; a campaign's own come before these."""


class AttemptRules(Struct, frozen=True):
    """How often a lead is called."""

    per_day: int = 3
    """In any 24 hours, all numbers together."""
    per_week: int = 7
    """In any seven days (12 CFR 1006.14(b)(2) presumes harassment beyond seven)."""
    ever: int = 10
    number_per_day: int | None = None
    """In any 24 hours, the calls of one number on behalf of the campaign's client, whichever lead it belongs to."""
    number_per_week: int | None = None
    number_ever: int | None = None
    """Calls of one number of a lead."""
    min_gap_s: float = 60.0
    """Between two calls of a lead, or of a number."""
    retries: tuple[RetryRule, ...] = ()
    """Where an outcome is not named, ``RETRIES`` says what follows."""

    def after(self, outcome: Outcome) -> RetryRule | None:
        """The rule for an outcome; None where the lead is not called again."""
        return next((rule for rule in (*self.retries, *RETRIES) if rule.outcome is outcome), None)


class CallingWindow(Struct, frozen=True):
    """When the called party's clock must stand for it to be called."""

    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    """0 is Monday."""
    start_minute: int = 8 * 60
    """Minutes after local midnight, included."""
    end_minute: int = 21 * 60
    """Excluded."""


class Disposition(Struct, frozen=True):
    """What an agent may say of a conversation, and what follows."""

    code: str
    label: str = ""
    right_party: bool = False
    """Whether the person asked for was reached."""
    conversion: bool = False
    retry_after_s: float | None = None
    """The lead is called again after this time; None is not."""
    do_not_call: bool = False
    """Its numbers go to the campaign's client's own list."""


class Campaign(Struct, frozen=True):
    """A campaign."""

    id: str
    queue: str
    """Where answered calls go, whose agents are waited for."""
    mode: Mode = Mode.PROGRESSIVE
    name: str = ""
    client: str = ""
    """The client business on whose behalf it calls."""
    language: str = "en"
    """Of its prompts, for leads of whom no language is known."""
    caller_ids: tuple[str, ...] = ()
    """E.164; with ``local_presence`` the one that is nearest to the called number, else the first."""
    local_presence: bool = False
    abandon_limit: float = 0.03
    """The share (0-1) of answered live calls that may be abandoned, over ``abandon_days`` (47 CFR 64.1200(a)(7))."""
    abandon_days: int = 30
    abandon_daily: bool = False
    """Whether each day has to keep to the limit for itself as well."""
    abandon_group: str = ""
    """Campaigns of one group are measured together; empty: for itself."""
    ratio: float = 1.5
    min_ring_s: float = 15.0
    """No call is cancelled before (16 CFR 310.4(b)(4)(ii): 15 seconds or four rings)."""
    max_ring_s: float = 25.0
    max_lines: int | None = None
    """So many calls at a time, at most."""
    weight: int = 1
    """Its share of the lines, and of the agents it has in common with others."""
    preview_s: float = 60.0
    """How long an agent may look at a lead before it is dialled."""
    windows: tuple[CallingWindow, ...] = (CallingWindow(),)
    """The union of these; compliance rules of the called party's region may narrow it."""
    holidays: tuple[str, ...] = ()
    """ISO dates on which nobody is called, by the called party's calendar."""
    attempts: AttemptRules = AttemptRules()
    amd: bool = False
    """Whether machines are told from people."""
    detection: dict[str, float] = {}
    """Thresholds of the detector, by name, where they differ from its own."""
    on_machine: str = "hang_up"
    """``hang_up``, ``message`` (after the beep), ``queue``."""
    on_unsure: str = "queue"
    message: str = ""
    """What machines hear: a recording's name, or a text that is spoken."""
    announcement: str = ""
    """What an agentless campaign says; likewise."""
    drop_message: str = ""
    """What people hear for whom no agent was there; likewise. Empty: a sentence of our own."""
    opt_out_digit: str = "9"
    """Pressed during the announcement or the drop message it forbids further calls."""
    dispositions: tuple[Disposition, ...] = ()
    script: str = ""
    """What agents say, with ``{field}`` in it."""
    quota: int | None = None
    """So many conversions, then it stops."""
    list_mix: dict[str, int] = {}
    """How many leads of each list are taken in a round; lists not named: one."""
    order: str = "priority"
    """``priority`` (then the order of import), ``newest``, ``random``."""
    needs_consent: bool = False
    solicitation: bool = True
    """Whether it sells. National do-not-call lists, and consent that a region asks for, bind only calls that do."""
    starts_at: float | None = None
    """Dials from then on; None: once it is started."""
    ends_at: float | None = None
    reserve: float = 0.0
    """Blending: this share (0-1) of its agents is left to inbound work."""
    yields_below: float | None = None
    """Blending: it dials nothing while the service level of a queue that shares its agents is below this."""
