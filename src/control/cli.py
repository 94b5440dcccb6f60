"""The command line: ``centrala serve``, ``doctor``, ``replay``, ``simulate``, ``ledger verify``."""

from __future__ import annotations

import asyncio
import gc
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
ledger = typer.Typer(help="The ledger of attempts.", no_args_is_help=True)
app.add_typer(ledger, name="ledger")

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
        # Programs grow while they start, and are looked through for garbage each time they have: a sixth of the start.
        gc.disable()
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


@app.command()
def replay(
    day: Annotated[str, typer.Argument(metavar="DAY", help="today, yesterday, or a date: 2026-11-25.")] = "today",
    data: Data = None,
    from_file: Annotated[Path | None, typer.Option("--from", metavar="FILE", help="Read a file, saved before.")] = None,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FILE", help="Save the day into a file as well.")
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NOUN.ID.FIELD=VALUE", help="Try a setting: queue.support.strategy=best_skill."),
    ] = None,
    agents: Annotated[
        list[str] | None,
        typer.Option("--agents", metavar="+N:QUEUE", help="Try more agents like those of a queue, or fewer: -1:sales."),
    ] = None,
    changes: Annotated[
        Path | None, typer.Option("--changes", metavar="FILE", help="A YAML file with 'set' and 'agents'.")
    ] = None,
    runs: Annotated[int, typer.Option("--runs", min=2, max=1000, help="How often what is not known is drawn.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Replay a day of the routing journal: are its decisions taken again, and what would changes have done?

    Prints each queue's figures. With --set, --agents or --changes the day is simulated anew, and the differences are
    shown with 95 % confidence intervals. Exit status 1 if decisions are not the same.
    """
    with _one_line_errors():
        settings = load_settings(data=data)
        from control.trying.replaying import replay as replay_one
        from control.trying.wishes import Wishes, load_wishes, parse_wishes

        wishes = (load_wishes(changes) if changes is not None else Wishes()) + parse_wishes(sets or (), agents or ())
        raise typer.Exit(replay_one(settings, day, from_file, save, wishes, runs, as_json))


@app.command()
def simulate(
    file: Annotated[
        Path | None,
        typer.Option("-f", "--file", metavar="FILE", help="YAML: queues, agents, a Day (docs/lab.md)."),
    ] = None,
    runs: Annotated[int, typer.Option("--runs", min=1, max=1000, help="How many such days.")] = 10,
) -> None:
    """Simulate days of a centre: service level, ASA, abandonment, occupancy, and Erlang's figures where they apply."""
    with _one_line_errors():
        from control.trying.simulating import run_simulation

        raise typer.Exit(run_simulation(file, runs))


@ledger.command()
def verify(
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="An export; without it the database is read.")
    ] = None,
    head: Annotated[
        Path | None, typer.Option("--head", metavar="FILE", help="A signed end, kept from earlier (GET /ledger/head).")
    ] = None,
    data: Data = None,
) -> None:
    """Recompute the chain of attempts and name the first record that was changed, moved or removed.

    Exit status 1 if the chain does not hold.
    """
    with _one_line_errors():
        settings = load_settings(data=data)
        from control.compliance.verifying import verify as verify_ledger

        raise typer.Exit(0 if verify_ledger(settings, file, head) else 1)


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
