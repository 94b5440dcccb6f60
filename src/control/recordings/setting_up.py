"""The recordings of a centre as its settings want them."""

from __future__ import annotations

from control.errors import StartError
from control.recordings.keep import Keep
from control.recordings.keys import KeyRing
from control.recordings.library import Library
from control.settings import Settings
from control.store.store import Store


def open_library(settings: Settings, store: Store) -> Library:
    """The files and their keys. Raises StartError for a key that cannot be used."""
    folder = (settings.recordings or settings.data / "recordings").resolve()
    return Library(store, folder, read_keys(settings), compress=settings.recording_format == "opus")


def keep_of(settings: Settings) -> Keep:
    """How long they are kept."""
    return Keep(settings.recording_keep_days, dict(settings.recording_client_days))


def read_keys(settings: Settings) -> KeyRing:
    """The keys of the setting, else those of the file; none where neither is set. Raises StartError."""
    if settings.recording_key is not None:
        name, text = "recording_key", settings.recording_key.get_secret_value()
    elif settings.recording_key_file is not None:
        name = "recording_key_file"
        try:
            text = settings.recording_key_file.read_text()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise StartError(f"cannot read the recording keys in {settings.recording_key_file}: {reason}") from error
    else:
        return KeyRing()
    try:
        keys = KeyRing.parse(text)
    except ValueError as error:
        raise StartError(f"bad setting {name}: {error}") from error
    if keys.current is None:
        raise StartError(f"bad setting {name}: there is no key in it")
    return keys
