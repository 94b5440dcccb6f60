"""``centrala simulate``, as a user runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.control.test_cli import centrala

from control.errors import StartError
from control.trying.scenario_file import load_scenario

CENTRE = """
kind: Queue
id: support
spec: {name: Support, requires: billing}
---
kind: Day
id: monday
spec:
  {hours: 4, calls: {support: 144}, talk_s: 200, patience_s: 90, answer_s: 0,
   agents: [{count: 10, skills: {billing: 5}}]}
"""


async def test_a_centre_of_one_queue_is_shown_beside_erlang_a(tmp_path: Path) -> None:
    (tmp_path / "centre.yaml").write_text(CENTRE)
    status, out, err = await centrala(tmp_path, "simulate", "-f", "centre.yaml", "--runs", "3")
    assert (status, err) == (0, "")
    assert "10 agents, 4 hours, 3 runs" in out
    assert "6.4 s" in out, "the mean wait of Erlang A"
    assert "7.1 %" in out, "its abandonment"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("requires: billing", "require: billing", "document 1: spec.require: there is no such field"),
        ("{support: 144}", "{sales: 1}", "calls: there is no queue 'sales': there are support"),
        ("talk_s: 200", "talk_s: long", r"document 2: Expected .*talk_s"),
        ("kind: Day", "kind: Night", "expected one document of kind Day, found 0"),
    ],
)
def test_a_file_that_cannot_be_names_the_field(tmp_path: Path, before: str, after: str, said: str) -> None:
    path = tmp_path / "centre.yaml"
    path.write_text(CENTRE.replace(before, after))
    with pytest.raises(StartError, match=said):
        load_scenario(path)
