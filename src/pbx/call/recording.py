"""Recording a leg: what each command does, and what is told of it."""

from __future__ import annotations

from pbx.call.call import Leg
from pbx.call.host import CallHost
from pbx.recording import PauseRecording, RecordingEnded, RecordingPaused, RecordingStarted, StartRecording


def start(host: CallHost, leg: Leg, command: StartRecording) -> None:
    """Record a leg, unless it is recorded, or not answered."""
    if not leg.answered or leg.recording:
        return
    recording, path = command.recording, command.path

    def ended(seconds: float, now: float) -> None:
        if leg.recording == recording:
            leg.recording = ""
        host.publish(RecordingEnded(host.clock(), leg.call.id, leg.id, recording, path, seconds))

    leg.recording, leg.recording_paused = recording, False
    host.recordings[path] = ended
    host.plane.record_call(leg.id, path, note=command.note, key=command.key, beep_s=command.beep_s)
    host.publish(RecordingStarted(host.clock(), leg.call.id, leg.id, recording))


def pause(host: CallHost, leg: Leg, command: PauseRecording) -> None:
    """Pause a leg's recording, or let it go on."""
    if leg.recording and leg.recording_paused != command.paused:
        leg.recording_paused = command.paused
        host.plane.pause_call_recording(leg.id, command.paused)
        host.publish(RecordingPaused(host.clock(), leg.call.id, leg.id, leg.recording, command.paused))


def stop(host: CallHost, leg: Leg) -> None:
    """End a leg's recording; its end is told once the file is complete."""
    if leg.recording:
        leg.recording = ""
        host.plane.stop_call_recording(leg.id)
