"""`chairside dead-letters redrive`: asks each service to try its dead letters again, and waits for what comes of it.

The command leaves an order in the schema of the service and wakes it. The service has what this command has not: the
reactions, the key to the seals, its own role.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from operations.answering import Operator, Why, answering, note
from operations.place import AsJson, OneService, id_column, schema, services
from operations.progress import NOT_YET, Patience, until_done
from shared.messaging.redrive_orders import Outcome, Redriven, ask, redrives

WORDS: Mapping[Outcome | None, str] = {
    Outcome.HANDLED: "handled",
    Outcome.KNOWN: "had been handled meanwhile",
    Outcome.REDRIVEN_BEFORE: "had been redriven already",
    Outcome.WOULD_BE_HANDLED: "would be handled",
    Outcome.FAILED: "failed again",
    Outcome.UNREADABLE: "still unreadable",
    Outcome.NO_REACTION: "its reaction no longer exists",
    Outcome.HELD_BACK: "held back by an older one of its key",
    Outcome.SEALED: "the service's key does not open it",
    None: "waits for the service",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters, in words of the command line. `failure` is a class of error, or what stands before its colon."""

    ids: tuple[UUID, ...]
    failure: str


def redrive(
    ids: Annotated[list[UUID] | None, typer.Argument(metavar="[ID]...", help="As `list` prints them")] = None,
    *,
    why: Why,
    every: Annotated[bool, typer.Option("--all", help="All that wait, of one service or of all")] = False,
    service: OneService = "",
    failure: Annotated[str, typer.Option(help="Only those with this failure, such as unreadable or KeyError")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would happen to each letter. The service opens the seals")
    ] = False,
    operator: Operator = "",
    patience: Patience = 60,
    as_json: AsJson = False,
) -> None:
    """Let the reactions that could not handle these events try again, the oldest of each key first.

    Exit status: 0 all are handled, 1 some stay dead, 2 the words were wrong, 3 no service has taken the order up yet; it stays.
    """
    if bool(ids) == bool(every or failure):
        raise typer.BadParameter("name letters by their ids, or choose them by --all or --failure")
    asked_by, reason = answering(operator, why)
    wanted = Wanted(tuple(ids or ()), failure)
    redriven, ended = asyncio.run(
        _redriven(wanted, services(service), dry_run=dry_run, operator=asked_by, why=reason, patience=patience)
    )
    if as_json:
        typer.echo(json.dumps([{"service": name, **_plain(one)} for name, one in redriven], indent=2))
    elif not redriven:
        typer.echo("Nothing to redrive: no dead letter waits that fits.")
    else:
        Console().print(_table(redriven))
    if not ended:
        typer.echo("The order stays. It is done as soon as the service runs; `dead-letters show ID` tells.", err=True)
        raise typer.Exit(NOT_YET)
    if not all(one.outcome and one.outcome.well for _, one in redriven):
        raise typer.Exit(1)


async def _redriven(
    wanted: Wanted, names: Sequence[str], *, dry_run: bool, operator: str, why: str, patience: float
) -> tuple[list[tuple[str, Redriven]], bool]:
    orders: dict[str, UUID] = {}
    for service, letters in (await _chosen(wanted, names)).items():
        async with schema(service) as connection, connection.transaction():
            order = await ask(connection, service, letters, dry_run=dry_run, operator=operator, why=why)
        note("redrive_asked", service=service, repair_id=str(order), operator=operator, count=len(letters))
        orders[service] = order
    found: list[tuple[str, Redriven]] = []

    async def look() -> tuple[int, int]:
        nonlocal found
        found = [(service, one) for service, order in orders.items() for one in await _outcomes(service, order)]
        return sum(one.outcome is not None for _, one in found), len(found)

    ended = not orders or await until_done(look, "Looking at dead letters" if dry_run else "Redriving", patience)
    return found, ended


async def _chosen(wanted: Wanted, names: Iterable[str]) -> dict[str, list[UUID]]:
    """Those that wait, by service. Ends the command when one that was named does not exist."""
    chosen: dict[str, list[UUID]] = {}
    unknown = set(wanted.ids)
    for service in names:
        async with schema(service) as connection:
            rows = await connection.fetch(
                """
                select id, redriven_at is null as waits
                  from dead_letter
                 where ($1::uuid[] = '{}' or id = any ($1))
                   and ($2 = '' or failure = $2 or starts_with(failure, $2 || ':'))
                 order by recorded_at, id
                """,
                list(wanted.ids),
                wanted.failure,
            )
        unknown.difference_update(row["id"] for row in rows)
        if waiting := [row["id"] for row in rows if row["waits"]]:
            chosen[service] = waiting
    if unknown:
        raise SystemExit(f"There is no dead letter {', '.join(map(str, sorted(unknown)))}. Nothing was redriven.")
    return chosen


async def _outcomes(service: str, order: UUID) -> list[Redriven]:
    async with schema(service) as connection:
        return await redrives(connection, orders=[order])


def _plain(one: Redriven) -> dict[str, Any]:
    return {
        "id": str(one.letter_id),
        "handler": one.handler,
        "topic": one.topic,
        "outcome": one.outcome,
        "failure": one.failure,
        "redrive": str(one.repair_id),
    }


def _table(redriven: Iterable[tuple[str, Redriven]]) -> Table:
    table = Table(id_column(), "service", "reaction", "outcome")
    for service, one in redriven:
        outcome = WORDS[one.outcome] + (f": {one.failure}" if one.failure else "")
        table.add_row(str(one.letter_id), service, one.handler, outcome)
    return table
