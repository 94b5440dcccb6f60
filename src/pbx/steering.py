"""What each command does: one short method a command, found by the command's type.

A command that names a call or a leg that is gone does nothing: the event that ended it is on its way.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from pbx import asking, commands
from pbx import recording as taping
from pbx.call import cause as causes
from pbx.call import consult, digits, hold, listening, placing, recording, supervision, transfer
from pbx.call.call import Leg
from pbx.call.conference import ConferenceRooms
from pbx.call.control import CallControl
from pbx.call.park import ParkingLot
from pbx.call.placing import Outside
from pbx.call.ring import ring_phone
from pbx.presence.desk import PresenceDesk
from pbx.routing.numbering import Target

Steered = Callable[[Leg, Any, float], object]


class Steering:
    """Carries out commands upon calls and lamps."""

    def __init__(
        self,
        control: CallControl,
        presence: PresenceDesk,
        parking: ParkingLot,
        conferences: ConferenceRooms,
        outside: Outside,
    ) -> None:
        self._control = control
        self._presence = presence
        self._of_leg: dict[type, Steered] = {
            commands.Answer: lambda leg, command, now: control.answer(leg, now),
            commands.Reject: lambda leg, command, now: control.reject(leg, command.status, command.reason, now),
            commands.Play: self._play,
            commands.SendDigits: self._send_digits,
            commands.ListenFor: lambda leg, command, now: listening.ask(control, leg),
            commands.StopListening: lambda leg, command, now: listening.leave(control, leg),
            commands.Bridge: self._bridge,
            commands.Hold: lambda leg, command, now: hold.ask(control, leg, True),
            commands.Resume: lambda leg, command, now: hold.ask(control, leg, False),
            commands.Transfer: lambda leg, command, now: transfer.blind(control, leg, command.number, now),
            commands.Consult: lambda leg, command, now: consult.consult(control, leg, command.number, now),
            commands.CompleteTransfer: lambda leg, command, now: consult.complete(control, leg, now),
            commands.CancelTransfer: lambda leg, command, now: consult.cancel(control, leg, now),
            commands.JoinConsulted: lambda leg, command, now: consult.join(control, leg),
            commands.AddParty: lambda leg, command, now: consult.consult(control, leg, command.number, now, joins=True),
            commands.Supervise: self._supervise,
            commands.ChangeSupervision: lambda leg, command, now: supervision.change(control, leg, command.mode, now),
            commands.MuteMember: lambda leg, command, now: conferences.mute(leg, command.muted),
            commands.Park: lambda leg, command, now: parking.park(control, leg, command.slot, now),
            taping.StartRecording: lambda leg, command, now: recording.start(control, leg, command),
            taping.PauseRecording: lambda leg, command, now: recording.pause(control, leg, command),
            taping.StopRecording: lambda leg, command, now: recording.stop(control, leg),
            commands.Redirect: self._redirect,
            commands.Dial: self._dial,
            commands.Hangup: lambda leg, command, now: control.hang_up(leg, command.cause, now),
        }
        self._of_all: dict[type, Callable[[Any, float], None]] = {
            commands.Originate: self._originate,
            commands.PlaceCall: lambda command, now: placing.place(control, command, now),
            commands.CallOut: lambda command, now: placing.call_out(control, outside, command, now),
            commands.RingSupervisor: self._ring_supervisor,
            commands.HangupCall: self._hang_up_call,
            commands.LockConference: lambda command, now: conferences.lock(control, command.room, command.locked),
            commands.Treat: self._treat,
            commands.ShowStatus: self._show_status,
            commands.ShowMailbox: self._show_mailbox,
        }

    def carry_out(self, command: commands.Command, now: float) -> None:
        """Carry out one command; ``now`` is the endpoint's clock."""
        steer = self._of_all.get(type(command))
        if steer is not None:
            steer(command, now)
            return
        leg = self._control.legs.get(getattr(command, "leg", ""))
        if leg is None:
            return
        if isinstance(command, asking.Answering):
            if leg.attendant is not None:
                leg.attendant.answered(command, now)
            return
        with suppress(transfer.Immovable):  # what changed a moment ago is told by its own event
            self._of_leg[type(command)](leg, command, now)

    def _originate(self, command: commands.Originate, now: float) -> None:
        call = self._control.calls.get(command.call)
        if call is None or not (live := call.live_legs):
            return
        ring_phone(
            self._control, call, command.leg, command.to, caller=command.caller, caller_name=command.caller_name,
            timeout_s=command.ring_timeout_s, near=live[0], now=now, auto_answer=command.auto_answer,
        )  # fmt: skip

    def _dial(self, leg: Leg, command: commands.Dial, now: float) -> None:
        if leg.answered:
            leg.call.caller_id = command.caller_id or leg.call.caller_id
            placing.lead(self._control, leg, command.number, now, by=command.by)

    def _supervise(self, leg: Leg, command: commands.Supervise, now: float) -> None:
        agent = self._control.legs.get(command.agent)
        if agent is None:
            self._control.turn_away(leg, causes.UNREACHABLE, 480, now)
        else:
            supervision.supervise(self._control, leg, agent, command.mode, now, tone=command.tone)

    def _ring_supervisor(self, command: commands.RingSupervisor, now: float) -> None:
        agent = self._control.legs.get(command.agent)
        if agent is not None and not agent.over:
            supervision.ring_supervisor(
                self._control, command.leg, command.to, agent, command.mode, now, tone=command.tone
            )

    def _hang_up_call(self, command: commands.HangupCall, now: float) -> None:
        if (call := self._control.calls.get(command.call)) is not None:
            for leg in call.live_legs:
                self._control.hang_up(leg, command.cause, now)

    def _treat(self, command: commands.Treat, now: float) -> None:
        if (call := self._control.calls.get(command.call)) is not None:
            call.spoken, call.music = command.language, command.music

    def _play(self, leg: Leg, command: commands.Play, now: float) -> None:
        if leg.answered:
            self._control.plane.play(leg.id, command.clips, loop=command.loop, from_s=command.from_s)

    def _send_digits(self, leg: Leg, command: commands.SendDigits, now: float) -> None:
        digits.send(self._control, leg, command.digits, command.duration_ms, now)

    def _bridge(self, leg: Leg, command: commands.Bridge, now: float) -> None:
        other = self._control.legs.get(command.other)
        if other is not None and leg.answered and other.answered:
            self._control.connect(leg, other)

    def _redirect(self, leg: Leg, command: commands.Redirect, now: float) -> None:
        if not leg.over:
            self._control.direct(leg, Target(command.target_kind, command.target, command.wish), now)

    def _show_status(self, command: commands.ShowStatus, now: float) -> None:
        self._presence.status_shown(command.extension, command.status, now)

    def _show_mailbox(self, command: commands.ShowMailbox, now: float) -> None:
        self._presence.mailbox_changed(command.extension, command.new, command.old, now)
