"""`chairside doctor`: is everything well, in words? What an operator would look at, asked of the running system."""

import asyncio
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from operations.doctoring.examine import examine
from operations.doctoring.system import System
from operations.place import AsJson, NothingRuns, operated_settings
from operations.stack.home import home_folder
from shared.database.roles import SERVICES
from shared.settings import Settings

COULD_NOT_LOOK = 2


def doctor(
    disk: Annotated[
        list[Path] | None, typer.Option(help="A folder on each disk to look at; by default the one that data is on")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look at services, schemas, topics, what waits, rules, clocks and disks. Changes nothing.

    Exit status: 0 all is well, 1 something is not, 2 nothing runs that could be asked.
    """
    try:
        system = _system(disk or [])
    except NothingRuns as why:
        typer.echo(f"Nothing to look at: {why}", err=True)
        raise typer.Exit(COULD_NOT_LOOK) from None
    findings = asyncio.run(examine(system))
    ill = [one for one in findings if not one.well]
    if as_json:
        typer.echo(json.dumps({"well": not ill, "findings": [asdict(one) for one in findings]}, indent=2))
    else:
        for one in findings:
            typer.echo(f"{'ok  ' if one.well else 'NOT '} {one.about}: {one.words}")
        typer.echo(f"\n{len(ill)} of {len(findings)} are not well." if ill else "\nAll is well.")
    raise typer.Exit(1 if ill else 0)


def _system(disks: list[Path]) -> System:
    """Raises NothingRuns."""
    settings = operated_settings()
    running = None if "DATABASE_URL" in os.environ else home_folder(None).running()
    home = home_folder(None).folder
    here = home if home.exists() else Path("/")
    return System(settings, running.services if running else _in_settings(settings), disks or [here])


def _in_settings(settings: Settings) -> dict[str, list[str]]:
    """Where the services are told to find each other."""
    told = (settings.intake_url, settings.scheduling_url, settings.notifications_url)
    return {
        service: urls.split(",") if isinstance(urls, str) else list(urls)
        for service, urls in zip(SERVICES, told, strict=True)
    }
