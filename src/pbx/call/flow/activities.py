"""Which activity belongs to which step."""

from __future__ import annotations

from pbx.call.flow.callback import AskingForCallback
from pbx.call.flow.collect import Collecting
from pbx.call.flow.decide import ChangingLanguage, LookingAtTheClock, Setting, Testing
from pbx.call.flow.dial import Dialling
from pbx.call.flow.leave import HangingUp, Jumping, LeavingMessage, Queueing
from pbx.call.flow.lookup import LookingUp
from pbx.call.flow.menu import Choosing
from pbx.call.flow.play import Playing
from pbx.call.flow.run import Activity
from pbx.routing.flow import steps


def activity_for(step: steps.AnyStep) -> Activity:
    """What to do at a step."""
    match step:
        case steps.Play():
            return Playing(step)
        case steps.Menu():
            return Choosing(step)
        case steps.Collect():
            return Collecting(step)
        case steps.Callback():
            return AskingForCallback(step)
        case steps.Hours():
            return LookingAtTheClock(step)
        case steps.Set():
            return Setting(step)
        case steps.Test():
            return Testing(step)
        case steps.Lookup():
            return LookingUp(step)
        case steps.SetLanguage():
            return ChangingLanguage(step)
        case steps.Queue():
            return Queueing(step)
        case steps.Voicemail():
            return LeavingMessage(step)
        case steps.Dial():
            return Dialling(step)
        case steps.Jump():
            return Jumping(step)
        case steps.Hangup():
            return HangingUp()
