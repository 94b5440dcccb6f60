"""Who supervises which call: asked over HTTP or dialled, told by the switch, and shown."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from control.adapters.directory import Directory
from control.adapters.supervising import Supervision
from control.adapters.visit import Visit
from control.errors import Invalid, NotFound, Refused
from control.nouns import Agent, Route
from pbx.commands import ChangeSupervision, Command, Hangup, Reject, RingSupervisor, Supervise
from pbx.conference_events import SupervisionChanged, SupervisionEnded, SupervisionStarted
from pbx.events import CallOffered
from pbx.supervision import Mode

CALLER, ANA, ZORA = "c1.1", "c1.ana.1", "c1.zora.1"
CODES = {"*90.": "feature:listen", "*91.": "feature:whisper", "*92.": "feature:barge", "*93.": "feature:take-over"}


class Scene:
    """Ana talks with a caller; Zora is a supervisor, Boris is none."""

    def __init__(self) -> None:
        directory = Directory()
        directory.load(
            Agent(name, name.title(), extension, "", "", supervisor=name == "zora")
            for name, extension in (("ana", "1001"), ("boris", "1002"), ("zora", "1009"))
        )
        directory.load(Route(number, target) for number, target in CODES.items())
        self.visit = Visit("c1", "inbound", "+381641234567", "", "700", 0.0)
        self.visit.talking, self.visit.agents, self.visit.agent = (CALLER, ANA), {ANA: "ana"}, "ana"
        self.visit.become("talking", 0.0)
        self.commands: list[Command] = []
        self.told = 0
        self.busy = False
        self.supervision = Supervision(
            directory, {"c1": self.visit}, self._execute, self._changed, self._phone_of, tone=True
        )

    def _execute(self, many: Iterable[Command]) -> None:
        self.commands += many

    def _changed(self, visit: Visit) -> None:
        self.told += 1

    def _phone_of(self, agent: str) -> str:
        if self.busy:
            raise Refused(f"{agent} is talking")
        return "1009"

    def dial(self, number: str, feature: str, by: str) -> None:
        event = CallOffered(0, "c2", "c2.1", "1009", "", number, "feature", feature, "1009")
        self.supervision.dialled(event, by)

    def zora_comes_in(self, mode: Mode = "listen") -> None:
        self.visit.agents[ZORA] = "zora"
        self.supervision.started(SupervisionStarted(5.0, "c1", ZORA, "1009", mode))


@pytest.mark.parametrize("name", ["zora", "1009"])
def test_a_supervisors_phone_rings_and_she_is_shown_once_she_is_in(name: str) -> None:
    scene = Scene()
    scene.supervision.supervise("c1", "whisper", name)
    assert scene.commands == [RingSupervisor(ZORA, "1009", ANA, "whisper", True)]
    assert scene.visit.shown().supervisors == []
    scene.zora_comes_in("whisper")
    [shown] = scene.visit.shown().supervisors
    assert (shown.agent, shown.mode, shown.since) == ("zora", "whisper", 5.0)


def test_a_supervisor_who_is_in_does_something_else_and_leaves() -> None:
    scene = Scene()
    scene.zora_comes_in()
    scene.supervision.supervise("c1", "barge", "zora")
    scene.supervision.changed(SupervisionChanged(6.0, "c1", ZORA, "barge"))
    assert [one.mode for one in scene.visit.shown().supervisors] == ["barge"]
    scene.supervision.dismiss("c1", "1009")
    assert scene.commands == [ChangeSupervision(ZORA, "barge"), Hangup(ZORA)]
    scene.supervision.ended(SupervisionEnded(7.0, "c1", ZORA, False))
    assert scene.visit.shown().supervisors == []
    assert scene.told == 3
    with pytest.raises(NotFound, match="does not supervise"):
        scene.supervision.dismiss("c1", "zora")


def test_a_call_that_cannot_be_taken_over_now_says_so() -> None:
    scene = Scene()
    scene.zora_comes_in()
    with pytest.raises(Refused, match="cannot take call c1 over"):
        scene.supervision.supervise("c1", "take_over", "zora")


def test_what_cannot_be_is_refused_and_says_why() -> None:
    scene = Scene()
    supervise = scene.supervision.supervise
    with pytest.raises(NotFound, match="no call c2"):
        supervise("c2", "listen", "zora")
    with pytest.raises(Invalid, match="no agent vera") as unknown:
        supervise("c1", "listen", "vera")
    assert unknown.value.field == "supervisor"
    with pytest.raises(Refused, match="boris does not talk"):
        supervise("c1", "listen", "zora", "boris")
    with pytest.raises(Refused, match="ana takes part"):
        supervise("c1", "listen", "ana")
    scene.busy = True
    with pytest.raises(Refused, match="zora is talking"):
        supervise("c1", "listen", "zora")
    scene.visit.talking = ()
    with pytest.raises(Refused, match="nobody talks"):
        supervise("c1", "listen", "zora")
    assert scene.commands == []


@pytest.mark.parametrize(
    ("code", "feature", "mode"),
    [
        ("*90", "listen", "listen"),
        ("*91", "whisper", "whisper"),
        ("*92", "barge", "barge"),
        ("*93", "take-over", "take_over"),
    ],
)
def test_a_supervisor_dials_a_code_and_the_agents_extension(code: str, feature: str, mode: Mode) -> None:
    scene = Scene()
    scene.dial(f"{code}1001", feature, "zora")
    assert scene.commands == [Supervise("c2.1", ANA, mode, True)]


@pytest.mark.parametrize(
    ("number", "by", "status"),
    [("*901001", "boris", 403), ("*90", "zora", 484), ("*901007", "zora", 404), ("*901002", "zora", 480)],
)
def test_a_code_that_leads_to_nothing_is_refused(number: str, by: str, status: int) -> None:
    scene = Scene()
    scene.dial(number, "listen", by)
    assert scene.commands == [Reject("c2.1", status)]
