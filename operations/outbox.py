"""`chairside outbox`: events that cannot be sent to Kafka. Each holds back whatever its key says after it.

Released, it is tried again: right when the broker has been set right. Set aside, it becomes a dead letter of its service
and its key flows on; `dead-letters redrive` brings it back.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import asyncpg
import typer
from rich.console import Console
from rich.table import Table

from operations.answering import Operator, Why, answering, note
from operations.place import AsJson, OneService, schema, services
from operations.progress import NOT_YET, Patience, until_done
from shared.messaging.parked import Parked, ask_to_set_aside, letters_of, parked_rows, release, still_waiting
from shared.messaging.repair_record import Act, record

app = typer.Typer(no_args_is_help=True)

Numbers = Annotated[list[int] | None, typer.Argument(metavar="NUMBER...", help="As `list` prints them")]
Whose = Annotated[str, typer.Option("--service", "-s", help="Whose outbox")]


@app.command("list")
def list_(service: OneService = "", as_json: AsJson = False) -> None:
    """List the events that cannot be sent, with the reason and how many wait behind each."""
    found = asyncio.run(_parked(services(service)))
    if as_json:
        typer.echo(json.dumps([{"service": name, **asdict(row)} for name, row in found], default=str, indent=2))
    elif not found:
        typer.echo("Nothing is parked: every event can be sent.")
    else:
        Console().print(_table(found))


@app.command("release")
def release_(
    numbers: Numbers = None,
    *,
    service: Whose,
    why: Why,
    every: Annotated[bool, typer.Option("--all", help="All that are parked there")] = False,
    operator: Operator = "",
    patience: Patience = 60,
) -> None:
    """Try them again. Exit status: 0 all are sent, 1 some are parked again, 3 they wait for the relay or for Kafka."""
    if bool(numbers) == every:
        raise typer.BadParameter("name events by their numbers, or choose --all")
    (name,) = services(service or "?")
    asked_by, reason = answering(operator, why)
    asyncio.run(_released(name, numbers, asked_by, reason, patience))


@app.command("set-aside")
def set_aside(
    numbers: Annotated[list[int], typer.Argument(metavar="NUMBER...", help="As `list` prints them")],
    *,
    service: Whose,
    why: Why,
    operator: Operator = "",
    patience: Patience = 60,
) -> None:
    """Never send them: each becomes a dead letter, and what waits behind it goes. Exit status: 0 done, 3 not yet."""
    (name,) = services(service or "?")
    asked_by, reason = answering(operator, why)
    asyncio.run(_set_aside(name, numbers, asked_by, reason, patience))


async def _parked(names: Sequence[str]) -> list[tuple[str, Parked]]:
    found: list[tuple[str, Parked]] = []
    for service in names:
        async with schema(service) as connection:
            found += [(service, row) for row in await parked_rows(connection)]
    return found


async def _released(service: str, numbers: Sequence[int] | None, operator: str, why: str, patience: float) -> None:
    async def free(connection: asyncpg.Connection, seqs: Sequence[int], _repair_id: UUID) -> list[int]:
        return await release(connection, seqs)

    seqs = await _ask(service, Act.RELEASE, numbers, operator, why, free)

    async def look() -> tuple[int, int]:
        async with schema(service) as connection:
            return len(seqs) - await still_waiting(connection, seqs), len(seqs)

    if not await until_done(look, "Sending", patience):
        typer.echo("They wait for the relay or for Kafka; see /health/messaging of the service.", err=True)
        raise typer.Exit(NOT_YET)
    async with schema(service) as connection:
        again = await parked_rows(connection, seqs)
    for row in again:
        typer.echo(f"{row.seq} cannot be sent: {row.why}. It is parked again.")
    typer.echo(f"{len(seqs) - len(again)} of {len(seqs)} sent.")
    if again:
        raise typer.Exit(1)


async def _set_aside(service: str, numbers: Sequence[int], operator: str, why: str, patience: float) -> None:
    seqs = await _ask(service, Act.SET_ASIDE, numbers, operator, why, ask_to_set_aside)

    async def look() -> tuple[int, int]:
        async with schema(service) as connection:
            return len(seqs) - len(await parked_rows(connection, seqs)), len(seqs)

    if not await until_done(look, "Setting aside", patience):
        typer.echo("They are set aside as soon as the service runs.", err=True)
        raise typer.Exit(NOT_YET)
    async with schema(service) as connection:
        letters = await letters_of(connection, service, seqs)
    for seq in seqs:
        typer.echo(f"{seq} is dead letter {letters[seq]}")


async def _ask(
    service: str,
    act: Act,
    numbers: Sequence[int] | None,
    operator: str,
    why: str,
    change: Callable[[asyncpg.Connection, Sequence[int], UUID], Awaitable[list[int]]],
) -> list[int]:
    """Changes all of these parked rows and keeps who and why, or ends the command having changed nothing."""
    async with schema(service) as connection, connection.transaction():
        parked = [row.seq for row in await parked_rows(connection, numbers)]
        missing = sorted(set(numbers or ()) - set(parked))
        if missing or not parked:
            named = ", ".join(map(str, missing))
            raise SystemExit(f"Not parked in {service}: {named}." if missing else f"Nothing is parked in {service}.")
        repair_id = await record(connection, service, act, operator=operator, why=why, facts={"events": parked})
        changed = await change(connection, parked, repair_id)
        if changed != parked:
            raise SystemExit("Somebody else is just now deciding about some of them. Nothing was changed.")
    note("outbox_repair_asked", service=service, repair_id=str(repair_id), kind=str(act), operator=operator)
    return changed


def _table(found: Sequence[tuple[str, Parked]]) -> Table:
    table = Table("service", "number", "topic", "said", "parked", "why", "behind it")
    for service, row in found:
        table.add_row(
            service,
            str(row.seq),
            row.topic,
            f"{row.recorded_at:%Y-%m-%d %H:%M:%S}",
            f"{row.parked_at:%Y-%m-%d %H:%M:%S}",
            row.why + (" (being set aside)" if row.leaves else ""),
            str(row.behind),
        )
    return table
