"""`chairside trace REFERENCE`: what happened to one patient's request, across services, as a tree of causes."""

import asyncio
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import typer
from rich.console import Console
from rich.tree import Tree

from operations.place import operator_dsn
from shared.database.roles import DATABASE, SERVICES
from shared.messaging.story import Heard, Said, heard_of, said_about


class NothingFound(Exception):
    """No request goes by that reference."""


@dataclass(slots=True)
class Happening:
    """One event as it was said, sent and heard."""

    said_by: str
    said: Said
    heard: list[Heard] = field(default_factory=list)


async def trace_reference(dsn: str, reference: str, database: str = DATABASE) -> list[Happening]:
    """Everything said about the patient since the request of this reference, oldest first. Raises NothingFound."""
    connection = await asyncpg.connect(dsn, database=database, timeout=10)
    try:
        request = await connection.fetchrow(
            "select clinic_id, patient_id, requested_at from intake.consultation_request where reference = $1",
            reference.strip().upper(),
        )
        if request is None:
            raise NothingFound(reference)
        key = f"{request['clinic_id']}/{request['patient_id']}"
        happenings: list[Happening] = []
        for service in SERVICES:
            await connection.execute("select set_config('search_path', $1, false)", service)
            happenings += [
                Happening(service, said) for said in await said_about(connection, key, request["requested_at"])
            ]
        by_id: dict[UUID, Happening] = {one.said.event_id: one for one in happenings}
        for service in SERVICES:
            await connection.execute("select set_config('search_path', $1, false)", service)
            for hearing in await heard_of(connection, by_id):
                by_id[hearing.event_id].heard.append(hearing)
    finally:
        await connection.close()
    return sorted(happenings, key=lambda one: one.said.at)


def draw(reference: str, happenings: list[Happening]) -> Tree:
    """The happenings as a tree: below each event what it led to, and who heard it after how long."""
    tree = Tree(f"[bold]{reference}[/bold]")
    branches: dict[UUID, Tree] = {}
    for one in happenings:
        said = one.said
        sent = f"in Kafka after {_took(said.at, said.published_at)}" if said.published_at else "[red]not sent yet[/red]"
        parent = branches.get(said.caused_by, tree) if said.caused_by else tree
        branch = parent.add(
            f"{said.at:%Y-%m-%d %H:%M:%S.%f}  [bold]{said.topic}[/bold]  {one.said_by}, version {said.version}, {sent}"
        )
        for hearing in one.heard:
            branch.add(f"[dim]{hearing.handler} after {_took(said.at, hearing.at)}[/dim]")
        branches[said.event_id] = branch
    return tree


def _took(start: datetime, end: datetime) -> str:
    return f"{(end - start).total_seconds() * 1000:,.0f} ms"


def trace(
    reference: Annotated[str, typer.Argument(help="Such as TSC-4K7Q2M")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a tree")] = False,
) -> None:
    """Show what happened to one request, across services."""
    try:
        happenings = asyncio.run(trace_reference(operator_dsn(), reference))
    except NothingFound:
        raise SystemExit(f"No request goes by {reference}. References look like TSC-4K7Q2M.") from None
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in happenings], default=str, indent=2))
    else:
        Console().print(draw(reference.upper(), happenings))
