"""What an agent's status looks like on other people's phones."""

from __future__ import annotations

from acd.agent import AgentStatus
from pbx.commands import ShowStatus

_NOTES = {
    AgentStatus.AVAILABLE: "",
    AgentStatus.BREAK: "On a break",
    AgentStatus.MEETING: "In a meeting",
    AgentStatus.TRAINING: "In training",
    AgentStatus.OFFLINE: "",
}


def status_note(extension: str, status: AgentStatus, reason: str = "") -> ShowStatus:
    """The command that shows a status, with its reason, to those who watch the extension."""
    note = _NOTES[status]
    return ShowStatus(extension, f"{note}: {reason}" if note and reason else note)
