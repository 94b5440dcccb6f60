"""Whatever happens, in whatever order: a lead is in one place, and every attempt is closed once."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.unit.dialer.desk import Desk, lead

from dialer import decisions, events
from dialer.attempt import Attempt
from dialer.campaign import Mode, Run
from dialer.compliance.verdict import Refusal
from dialer.detecting.sounds import SpeechBegan, SpeechEnded, Tone, ToneHeard
from dialer.events import Activity
from dialer.outcome import Outcome

AGENTS = st.sampled_from(["ana", "boris", "cica"])
SOUNDS = st.sampled_from(
    [SpeechBegan(200), SpeechEnded(900), ToneHeard(Tone.SIT_VACANT, -10, 5), ToneHeard(Tone.BEEP, 4000, 200)]
)


class AnyOrder(RuleBasedStateMachine):
    """A campaign in any mode, with agents and a network that do anything."""

    def __init__(self) -> None:
        super().__init__()
        leads = [lead(id, owner="ana" if id % 9 == 0 else "") for id in range(1, 60)]
        self.desk = Desk(leads, amd=True, on_machine="message", message="we-called", announcement="news", max_lines=9)
        self.desk.forbidden = {f"+3816400{id:05}": Refusal("dnc_own", "listed") for id in range(5, 60, 7)}

    @property
    def _open(self) -> list[Attempt]:
        closed = {close.attempt.id for close in self.desk.of(decisions.Close)}
        return [attempt for attempt in self.desk.dialled() if attempt.id not in closed]

    def _any(self, data: st.DataObject) -> Attempt | None:
        dialled = self.desk.dialled()[-12:]
        return data.draw(st.sampled_from(dialled)) if dialled else None

    @rule(mode=st.sampled_from(list(Mode)), run=st.sampled_from(list(Run)))
    def configure(self, mode: Mode, run: Run) -> None:
        self.desk.reconfigure(run, mode=mode)

    @rule(agent=AGENTS, activity=st.sampled_from(list(Activity)))
    def see(self, agent: str, activity: Activity) -> None:
        self.desk.agents(agent, activity=activity)

    @rule(agent=AGENTS, dials=st.booleans())
    def preview(self, agent: str, dials: bool) -> None:
        self.desk.tell(events.PreviewAnswered(agent, dials))

    @rule(seconds=st.sampled_from([0.1, 1.0, 3.0, 30.0]))
    def pass_time(self, seconds: float) -> None:
        self.desk.run(seconds)

    @rule(data=st.data(), offered=st.booleans(), sound=SOUNDS, what=st.integers(0, 6))
    def happen(self, data: st.DataObject, offered: bool, sound: SpeechBegan, what: int) -> None:
        attempt = self._any(data)
        if attempt is not None:
            id = attempt.id
            self.desk.tell(
                [
                    events.AttemptRang(id),
                    events.AttemptAnswered(id),
                    events.AttemptHeard(id, sound),
                    events.AttemptOffered(id, offered),
                    events.AttemptConnected(id, "ana"),
                    events.AttemptPlayed(id),
                    events.DigitPressed(id, "19"[offered]),
                ][what]
            )

    @rule(data=st.data(), outcome=st.sampled_from([Outcome.BUSY, Outcome.NO_ANSWER, Outcome.CONGESTION]))
    def end(self, data: st.DataObject, outcome: Outcome) -> None:
        attempt = self._any(data)
        if attempt is not None:
            self.desk.tell(events.AttemptEnded(attempt.id, outcome))

    @rule()
    def remove(self) -> None:
        self.desk.tell(events.CampaignRemoved("sales"))

    @invariant()
    def a_lead_is_in_one_attempt_at_a_time(self) -> None:
        under_way = [attempt.lead.id for attempt in self._open]
        assert len(under_way) == len(set(under_way))
        assert len(under_way) == self.desk.dialer.attempts()

    @invariant()
    def each_attempt_is_closed_once_with_an_outcome(self) -> None:
        closed = [close.attempt.id for close in self.desk.of(decisions.Close)]
        assert len(closed) == len(set(closed))
        assert all(close.attempt.outcome is not None for close in self.desk.of(decisions.Close))

    @invariant()
    def nobody_is_dialled_whom_the_rules_forbid(self) -> None:
        assert not {attempt.number for attempt in self.desk.dialled()} & set(self.desk.forbidden)

    @invariant()
    def no_lead_is_lost(self) -> None:
        """Each one is on the list still, or has come to an end."""
        kept = {one.id for one in self.desk.list}
        for attempt in self._open:
            assert attempt.lead.id in kept

    @invariant()
    def its_lines_are_a_limit(self) -> None:
        assert self.desk.dialer.attempts() <= 9 + 3  # agents who are on the line first come besides


AnyOrder.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestAnyOrder = AnyOrder.TestCase
