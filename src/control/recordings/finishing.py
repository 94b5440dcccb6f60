"""From the spool of a call to the file that is kept: compressed, hashed, sealed.

What cannot be compressed is kept as it is, a WAV file of G.711. The finished file takes its name in one step; the
spool is for whoever asked to remove, once the record of it is kept too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from control.recordings.opus import encode_opus
from control.recordings.output import Output
from pbx.media import wav
from pbx.plane.spool import CHANNELS, SpoolReader, read_spool


class Job(Struct, frozen=True):
    """One spool to be finished."""

    spool: str
    spool_key: bytes | None
    """What the spool is sealed with."""
    target: str
    """The path of the file to be made, without its ending."""
    format: str
    """``opus``, or ``wav``."""
    head: bytes = b""
    """What the sealed file begins with; empty for one in the clear."""
    key: bytes | None = None
    """What seals it."""


class Finished(Struct, frozen=True):
    """What has become of it."""

    path: str = ""
    format: str = ""
    seconds: float = 0.0
    octets: int = 0
    sha256: str = ""
    trouble: str = ""
    """Why it is not as was asked for; with no ``path``, why there is no file."""


def finish(job: Job) -> Finished:
    """Make the file. Raises OSError, and SpoolError for a spool that cannot be read."""
    spool = read_spool(job.spool)
    target = Path(job.target)
    target.parent.mkdir(parents=True, exist_ok=True)
    for draft in target.parent.glob(f"{target.name}.*.part"):
        draft.unlink(missing_ok=True)  # of one who died over it, or is about to: its draft never gets its name
    trouble = ""
    if job.format == "opus":
        try:
            return _made(job, spool, "opus")
        except OSError:
            raise
        except Exception as error:  # whatever an encoder does, the call is kept
            trouble = f"not compressed: {error}"
    return _made(job, spool, "wav", trouble)


def _made(job: Job, spool: SpoolReader, kind: str, trouble: str = "") -> Finished:
    path = Path(f"{job.target}.{kind}{'.sealed' if job.key is not None else ''}")
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    pieces = spool.pieces(job.spool_key)
    with open(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        output = Output(file, job.key, job.head)
        if kind == "opus":
            encode_opus(pieces, spool.law, output)
        else:
            _write_wav(pieces, spool, output)
        digest = output.finish()
    draft.replace(path)
    return Finished(str(path), kind, spool.seconds, output.octets, digest, trouble)


def _write_wav(pieces: Iterator[bytes], spool: SpoolReader, output: Output) -> None:
    output.write(wav.header(spool.law, CHANNELS, spool.octets))
    left = spool.octets
    for piece in pieces:
        output.write(piece[:left])
        left -= len(piece[:left])
