"""The certificates with which callers are vouched for, read as the settings say (STIR/SHAKEN)."""

from __future__ import annotations

import uuid
from pathlib import Path

from control.errors import StartError
from control.settings import Settings
from pbx.stir.chain import Anchors, CertificateError, read_signing_key
from pbx.stir.identity import Signer


def read_signer(settings: Settings) -> Signer | None:
    """Our own certificate, None without one. Raises StartError with one line that names the setting."""
    certificate, key, url = settings.stir_certificate, settings.stir_key, settings.stir_url
    if certificate is None and key is None and url is None:
        return None
    if certificate is None or key is None or url is None:
        raise StartError("stir_certificate, stir_key and stir_url go together: set all three or none")
    try:
        read = read_signing_key(_content("stir_key", key), _content("stir_certificate", certificate))
    except CertificateError as error:
        raise StartError(f"bad setting stir_key: {error}") from error
    return Signer(read, url, lambda: str(uuid.uuid4()))


def read_anchors(settings: Settings) -> Anchors | None:
    """The roots that we trust, None without any. Raises StartError with one line that names the setting."""
    if settings.stir_anchors is None:
        return None
    try:
        return Anchors(_content("stir_anchors", settings.stir_anchors))
    except CertificateError as error:
        raise StartError(f"bad setting stir_anchors: {error}") from error


def _content(setting: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StartError(f"bad setting {setting}: cannot read {path}: {error.strerror}") from error
