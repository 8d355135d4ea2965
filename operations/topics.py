"""`chairside topics`: every topic of the catalogue, as stated, on the broker."""

import asyncio

import typer

from shared.messaging.topics import BrokerAway, WrongPartitions, wait_and_ensure_topics
from shared.settings import Settings


def topics() -> None:
    """Create the topics that are missing and verify the others. Safe to repeat, and to run beside itself."""
    try:
        done = asyncio.run(wait_and_ensure_topics(Settings()))  # type: ignore[call-arg]  # the environment fills it
    except (BrokerAway, WrongPartitions) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem
    for name in done.created:
        typer.echo(f"created   {name}")
    typer.echo(f"{len(done.created)} topics created, {len(done.verified)} found as stated.")
