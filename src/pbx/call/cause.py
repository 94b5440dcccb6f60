"""Why a leg ended, in words, and the SIP status that says the same."""

from __future__ import annotations

NORMAL, BUSY, DECLINED, NO_ANSWER = "normal", "busy", "declined", "no_answer"
CANCELLED, UNREACHABLE, FAILED, DRAINED = "cancelled", "unreachable", "failed", "drained"
TOO_LONG = "too_long"
"""The call had lasted for as long as any may."""
TRANSFERRED = "transferred"
"""The leg gave its part in the call away; the call goes on."""
LEFT = "left"
"""The leg left a call in which the others go on talking."""
GONE_ON = (TRANSFERRED, LEFT)
"""The causes of a leg after which its call goes on."""
FORWARDED = "forwarded"
"""Its phone sent whoever waits for it elsewhere."""
PICKED_UP = "picked_up"
"""Another phone took the call that rang here."""
NO_AUDIO = "no_audio"
"""Nothing came from its phone any more, neither audio nor reports on it."""
NOT_IN_SERVICE = "not_in_service"
"""The network says that nobody has the number."""
CONGESTION = "congestion"
"""No trunk would carry it at that time, or the network could not."""

_BY_STATUS = {
    404: UNREACHABLE, 408: NO_ANSWER, 410: UNREACHABLE, 480: UNREACHABLE, 486: BUSY, 487: CANCELLED, 503: UNREACHABLE,
    600: BUSY, 603: DECLINED, 604: UNREACHABLE,
}  # fmt: skip
_BY_NETWORK_STATUS = {
    401: CONGESTION, 402: CONGESTION, 403: CONGESTION, 404: NOT_IN_SERVICE, 407: CONGESTION, 408: NO_ANSWER,
    410: NOT_IN_SERVICE, 480: NO_ANSWER, 484: NOT_IN_SERVICE, 485: NOT_IN_SERVICE, 486: BUSY, 487: NO_ANSWER,
    600: BUSY, 603: DECLINED, 604: NOT_IN_SERVICE, 607: DECLINED, 608: DECLINED,
}  # fmt: skip
_STATUS_FOR = {
    BUSY: 486, DECLINED: 603, NO_ANSWER: 480, CANCELLED: 480, UNREACHABLE: 480, DRAINED: 503, CONGESTION: 503,
}  # fmt: skip

_Q850 = {
    NORMAL: 16, CANCELLED: 16, TRANSFERRED: 16, LEFT: 16, PICKED_UP: 26, BUSY: 17, NO_ANSWER: 19, DECLINED: 21,
    UNREACHABLE: 20, NOT_IN_SERVICE: 1, CONGESTION: 34, DRAINED: 41, TOO_LONG: 102, NO_AUDIO: 41,
}  # fmt: skip


def of_status(status: int) -> str:
    """The cause that a final status of an unanswered leg means."""
    return _BY_STATUS.get(status, FAILED)


def of_network(status: int, *, heard: bool = True) -> str:
    """The cause that a final status means where a network was asked for a number, ``heard``: by its own word.

    Networks write the causes of ISUP so (RFC 3398 section 7.2.4.1): 404, 410 and 484 for numbers that nobody has, 480
    for who does not answer, 486 for the busy, and 5xx for trouble of their own. 607 is the called party's refusal
    (RFC 8197), 608 that of who screens its calls (RFC 8688). 401 to 403 and 407 are the carrier's dislike of us.
    """
    if 500 <= status < 600 or not heard:
        return CONGESTION
    return _BY_NETWORK_STATUS.get(status, FAILED)


def status_for(cause: str, status: int = 0) -> int:
    """The status with which a caller is refused when the called leg ended so; its own where it had one."""
    if status >= 400 and status not in (401, 407, 408, 481, 487):
        return status
    return _STATUS_FOR.get(cause, 480)


def q850(cause: str) -> str:
    """A Reason header's value for BYE and CANCEL (RFC 3326, Q.850 cause values)."""
    text = ';text="no audio"' if cause == NO_AUDIO else ""
    return f"Q.850;cause={_Q850.get(cause, 31)}{text}"
