"""The command line: ``centrala serve``, ``centrala doctor``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from control.errors import StartError
from control.logs import configure_logs
from control.settings import load_settings

CANNOT_START = 2

app = typer.Typer(
    name="centrala",
    help="An open contact-centre switch. Settings come from flags, CENTRALA_* variables, or centrala.toml.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Sip = Annotated[str | None, typer.Option("--sip", metavar="HOST:PORT,...", help="Where phones are served.")]
Http = Annotated[str | None, typer.Option("--http", metavar="HOST:PORT", help="Where the API and pages are served.")]
Data = Annotated[Path | None, typer.Option("--data", metavar="DIR", help="Where everything is kept.")]
MediaPorts = Annotated[str | None, typer.Option("--media-ports", metavar="LO-HI", help="UDP ports for audio.")]


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def serve(
    sip: Sip = None,
    http: Http = None,
    data: Data = None,
    media_ports: MediaPorts = None,
    demo: Annotated[bool | None, typer.Option("--demo", help="Fill the centre with a living example.")] = None,
) -> None:
    """Run the centre until SIGTERM, which lets running calls finish."""
    with _one_line_errors():
        settings = load_settings(sip=sip, http=http, data=data, media_ports=media_ports, demo=demo)
        configure_logs(settings.log_level, as_json=settings.log_json)
        # Imported here: the other commands need not load the switch.
        from control.wiring import serve as run_centre

        raise typer.Exit(run_centre(settings))


@app.command()
def doctor(sip: Sip = None, http: Http = None, data: Data = None, media_ports: MediaPorts = None) -> None:
    """Check whether this machine is fit to run the centre; exit status 1 if it is not."""
    with _one_line_errors():
        settings = load_settings(sip=sip, http=http, data=data, media_ports=media_ports)
        from control.doctor import examine, show

        findings = asyncio.run(examine(settings))
        show(findings)
        raise typer.Exit(0 if all(finding.good for finding in findings) else 1)


@app.command("version")
def show_version() -> None:
    """Print the version."""
    typer.echo(version("centrala"))


@contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except StartError as error:
        print(f"centrala: {error}", file=sys.stderr)
        raise typer.Exit(CANNOT_START) from error
