"""``centrala ledger verify``: does the chain hold, in a file or in the database?"""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import typer
from sqlalchemy.exc import SQLAlchemyError

from control.compliance.export import verify_lines
from control.compliance.seal import FILE, Seal, SignedHead, is_genuine
from control.errors import StartError
from control.schemas.common import to_iso
from control.settings import Settings
from control.store.attempts import Attempts
from control.store.database import create_engine
from dialer.ledger import Broken, Head, Record, Verifier

RECORDS_A_TIME = 2000


def verify(settings: Settings, file: Path | None, head: Path | None) -> bool:
    """Print whether the chain holds; whether it does. ``head`` is a signed end, kept from earlier.

    Raises StartError for what cannot be read.
    """
    earlier = _read_head(head) if head is not None else None
    if earlier is not None and not is_genuine(earlier):
        raise StartError(f"{head} is not signed by the key that it names")
    found = _verify_file(file, earlier) if file is not None else asyncio.run(_verify_database(settings, earlier))
    return _tell(found)


def _tell(found: Head | Broken) -> bool:
    if isinstance(found, Broken):
        named = f"record {found.seq}" if found.seq is not None else f"line {found.place}"
        typer.echo(f"The ledger does not hold: {named}: {found.why}.")
        return False
    typer.echo(f"The ledger holds: {found.seq} records, the last one's hash is {found.hash}.")
    return True


def _read_head(path: Path) -> SignedHead:
    try:
        return msgspec.json.decode(path.read_bytes(), type=SignedHead)
    except OSError as error:
        raise StartError(f"cannot read {path}: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise StartError(f"{path} is no signed end, as GET /ledger/head gives it: {error}") from error


def _verify_file(path: Path, earlier: SignedHead | None) -> Head | Broken:
    try:
        with path.open("rb") as lines:
            found = verify_lines(lines, earlier)
    except OSError as error:
        raise StartError(f"cannot read {path}: {error.strerror}") from error
    if isinstance(found, Broken):
        return found
    typer.echo(f"It was signed at {to_iso(found.at)} with the key {found.key}.")
    return found.head


async def _verify_database(settings: Settings, earlier: SignedHead | None) -> Head | Broken:
    seal = Seal.open(settings.data, make=False) if (settings.data / FILE).exists() else None
    engine = create_engine(settings.resolved_database_url)
    verifier = Verifier(earlier.head if earlier is not None else None)
    try:
        async with engine.connect() as connection:
            attempts = Attempts(connection)
            head = await attempts.head()
            while found := await attempts.records(verifier.head.seq, RECORDS_A_TIME):
                broken = verifier.records(found) or _numbers_differ(found, seal)
                if broken is not None:
                    return broken
    except (SQLAlchemyError, OSError) as error:
        raise StartError(f"cannot read the ledger: {str(error).splitlines()[0]}") from error
    finally:
        await engine.dispose()
    return verifier.ends_at(head) or verifier.head


def _numbers_differ(records: list[Record], seal: Seal | None) -> Broken | None:
    """A number beside the chain is the one that the chain means; only whoever has the key can tell."""
    if seal is None:
        return None
    for record in records:
        if record.number and seal.hide(record.number) != record.number_key:
            return Broken(record.seq, record.seq, "the number beside it is not the one that was called")
    return None
