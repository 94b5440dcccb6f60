"""Finding a day of the routing journal: in its file, in Redis where it is not over yet, in a file of the user's."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from redis import exceptions
from redis.asyncio import Redis

from acd.journal import JournalUnavailable, decode_record
from control.errors import StartError
from control.live.days import JOURNAL_FOLDER, day_file, days_kept
from control.live.journal import RedisJournal
from control.settings import Settings
from lab.day import MAGIC, DayUnreadable, Stretch, encode_stretch, read_day, unknown, without_repeats

ANSWER_TIMEOUT_S = 5.0


def parse_day(text: str, today: date) -> date:
    """Read ``today``, ``yesterday`` or a date as ISO 8601 writes it. Raises StartError."""
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise StartError(f"{text!r} is no day: expected today, yesterday or a date such as 2026-11-25") from None


async def load_day(settings: Settings, day: date) -> list[Stretch]:
    """What is kept of a day, and what Redis still holds of it. Raises StartError."""
    # The journal first: what leaves it meanwhile is then found in the file.
    live = await _live(settings)
    folder = settings.data / JOURNAL_FOLDER
    path = day_file(folder, day)
    stretches = load_file(path) if path.exists() else []
    if live is not None and _began(live) == day:
        stretches = list(without_repeats([*stretches, live]))
    if not stretches:
        kept = ", ".join(map(str, days_kept(folder))) or "none"
        raise StartError(f"nothing is known of {day} in {folder}; the days kept are: {kept}")
    return stretches


def load_file(path: Path) -> list[Stretch]:
    """A day out of a file. Raises StartError."""
    try:
        return list(read_day(path.read_bytes()))
    except OSError as error:
        raise StartError(f"cannot read {path}: {error.strerror}") from error
    except DayUnreadable as error:
        raise StartError(f"cannot read {path}: {error}") from error


def save_file(path: Path, stretches: list[Stretch]) -> None:
    """Write a day into a file. Raises StartError."""
    try:
        path.write_bytes(MAGIC + b"".join(map(encode_stretch, stretches)))
    except OSError as error:
        raise StartError(f"cannot write {path}: {error.strerror}") from error


async def _live(settings: Settings) -> Stretch | None:
    """What no file has yet; None where there is nothing, or the private server does not run."""
    socket = settings.data.absolute() / "redis" / "redis.sock"
    if settings.redis_url is None and not socket.exists():
        return None
    client = Redis.from_url(settings.redis_url or f"unix://{socket}", socket_timeout=ANSWER_TIMEOUT_S)
    try:
        snapshot, records = await RedisJournal(client, "a reader, who never writes").load()
    except JournalUnavailable as error:
        if settings.redis_url is None:
            return None
        raise StartError(f"cannot read the journal in Redis: {error}") from error
    except exceptions.RedisError as error:
        raise StartError(f"cannot read the journal in Redis: {error}") from error
    finally:
        await client.aclose()
    return Stretch(snapshot, records, unknown(len(records))) if records else None


def _began(stretch: Stretch) -> date:
    return date.fromtimestamp(decode_record(stretch.records[0]).at)
