"""The documents that watchers get: dialog information, presence, message summary."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as xml

from pbx.presence.line import Line

DIALOG_INFO = "urn:ietf:params:xml:ns:dialog-info"
PIDF = "urn:ietf:params:xml:ns:pidf"
RPID = "urn:ietf:params:xml:ns:pidf:rpid"
PERSON = "urn:ietf:params:xml:ns:pidf:data-model"


def dialog_info(line: Line, entity: str, version: int) -> bytes:
    """All dialogs of a line, whole (RFC 4235 section 4.1)."""
    root = xml.Element("dialog-info", xmlns=DIALOG_INFO, version=str(version), state="full", entity=entity)
    if not line.calls:
        # Some phones put a lamp out only when they are told of a dialog that has ended.
        idle = xml.SubElement(root, "dialog", id="idle")
        xml.SubElement(idle, "state").text = "terminated"
    for call in line.calls.values():
        names = dict(zip(("call-id", "local-tag", "remote-tag"), call.dialog, strict=True)) if call.dialog else {}
        direction = "initiator" if call.initiator else "recipient"
        dialog = xml.SubElement(root, "dialog", {"id": call.id, **names, "direction": direction})
        xml.SubElement(dialog, "state").text = call.state
        remote = xml.SubElement(dialog, "remote")
        uri = f"sip:{call.remote}@{entity.rpartition('@')[2]}"
        identity = xml.SubElement(remote, "identity", {"display": call.remote_name} if call.remote_name else {})
        identity.text = uri
        xml.SubElement(remote, "target", uri=uri)
    return _text(root)


def presence(line: Line, entity: str, version: int) -> bytes:
    """Whether the extension can be reached, and what its person does (RFC 3863, RFC 4480)."""
    root = xml.Element("presence", {"xmlns": PIDF, "xmlns:dm": PERSON, "xmlns:rpid": RPID, "entity": entity})
    tuple_ = xml.SubElement(root, "tuple", id="phone")
    status = xml.SubElement(tuple_, "status")
    xml.SubElement(status, "basic").text = "open" if line.reachable else "closed"
    xml.SubElement(tuple_, "contact").text = entity
    note = "On the phone" if line.busy else line.note
    if note:
        xml.SubElement(tuple_, "note").text = note
        person = xml.SubElement(root, "dm:person", id="person")
        activities = xml.SubElement(person, "rpid:activities")
        xml.SubElement(activities, "rpid:on-the-phone" if line.busy else "rpid:away")
    return _text(root)


def message_summary(line: Line, entity: str, version: int) -> bytes:
    """How many voicemail messages wait (RFC 3842 section 5)."""
    waiting = "yes" if line.new else "no"
    lines = (f"Messages-Waiting: {waiting}", f"Message-Account: {entity}")
    return "\r\n".join((*lines, f"Voice-Message: {line.new}/{line.old} (0/0)", "")).encode()


def _text(root: xml.Element) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + xml.tostring(root, encoding="unicode").encode()


PACKAGES: dict[str, tuple[str, Callable[[Line, str, int], bytes]]] = {
    "dialog": ("application/dialog-info+xml", dialog_info),
    "presence": ("application/pidf+xml", presence),
    "message-summary": ("application/simple-message-summary", message_summary),
}
"""What can be subscribed to: the type of its document, and who writes it."""
