"""`chairside dead-letters`: events that a service could not handle, each with where it stands and why."""

import asyncio
import getpass
import json
import os
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import structlog
import typer
from rich.console import Console
from rich.table import Table

from operations.place import operator_dsn
from shared.database.roles import DATABASE, SERVICES
from shared.keyring.ciphers import ServiceCipher
from shared.keyring.errors import SealBroken
from shared.keyring.sealing import secret_bytes
from shared.messaging.dead_letters import (
    Contents,
    DeadLetter,
    DeadLetterNotFound,
    list_dead_letters,
    reveal_dead_letter,
    show_dead_letter,
)
from shared.observe.logs import only_allowed

app = typer.Typer(no_args_is_help=True)

Service = Annotated[str, typer.Option("--service", "-s", help="Only this service; otherwise all three")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of words")]


@app.command("list")
def list_(
    service: Service = "",
    limit: Annotated[int, typer.Option(help="At most so many of each service, the newest first", min=1)] = 100,
    as_json: AsJson = False,
) -> None:
    """List the events that could not be handled."""
    letters = asyncio.run(_listed(_services(service), limit))
    if as_json:
        typer.echo(json.dumps([{"service": name, **asdict(letter)} for name, letter in letters], default=str, indent=2))
    elif not letters:
        typer.echo("No dead letters: every event that was read has been handled.")
    else:
        Console().print(_table(letters))


@app.command()
def show(
    letter_id: Annotated[UUID, typer.Argument(metavar="ID", help="As `list` prints it")],
    service: Service = "",
    reveal: Annotated[
        bool,
        typer.Option(
            "--reveal", help="Open the seal: prints the record and the error, which may name a person. Logged."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show one of them. With --reveal also what is inside; that needs the service's SEALING_KEY, and goes on record."""
    try:
        found, letter, contents = asyncio.run(_shown(letter_id, _services(service), reveal=reveal))
    except DeadLetterNotFound:
        raise SystemExit(f"There is no dead letter {letter_id}.") from None
    except SealBroken:
        raise SystemExit("This SEALING_KEY does not open it. Set the key of the service that sealed it.") from None
    facts = {"service": found, **asdict(letter)} | ({"contents": _readable(contents)} if contents else {})
    if as_json:
        typer.echo(json.dumps(facts, default=str, indent=2))
        return
    for name, value in facts.items():
        if name != "contents":
            typer.echo(f"{name:>12}  {'' if value is None else value}")
    for name, value in facts.get("contents", {}).items():
        typer.echo(f"\n{name}:\n{value if isinstance(value, str) else json.dumps(value, indent=2)}")


async def _listed(services: Iterable[str], limit: int) -> list[tuple[str, DeadLetter]]:
    letters: list[tuple[str, DeadLetter]] = []
    for service in services:
        async with _schema(service) as connection:
            letters += [(service, letter) for letter in await list_dead_letters(connection, limit=limit)]
    return letters


async def _shown(letter_id: UUID, services: Iterable[str], *, reveal: bool) -> tuple[str, DeadLetter, Contents | None]:
    for service in services:
        async with _schema(service) as connection:
            try:
                letter = await show_dead_letter(connection, letter_id)
            except DeadLetterNotFound:
                continue
            if not reveal:
                return service, letter, None
            sealer = _sealer(service)
            _record_who_looks(service, letter_id)
            return service, letter, await reveal_dead_letter(connection, letter_id, sealer)
    raise DeadLetterNotFound(letter_id)


@asynccontextmanager
async def _schema(service: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(
        operator_dsn(), database=DATABASE, timeout=10, server_settings={"search_path": service}
    )
    try:
        yield connection
    finally:
        await connection.close()


def _services(asked: str) -> tuple[str, ...]:
    if asked and asked not in SERVICES:
        raise typer.BadParameter(f"{asked!r} is none of {', '.join(SERVICES)}")
    return (asked,) if asked else SERVICES


def _sealer(service: str) -> ServiceCipher:
    try:
        return ServiceCipher(secret_bytes(os.environ.get("SEALING_KEY", ""), "SEALING_KEY"), service)
    except ValueError as why:
        raise SystemExit(f"{why}. It is a setting of the service {service}.") from None


def _record_who_looks(service: str, letter_id: UUID) -> None:
    """Before the seal is opened, so that nobody can look without being seen. On stderr: stdout is the answer."""
    structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(),
        ],
    ).warning("dead_letter_revealed", service=service, dead_letter_id=str(letter_id), operator=getpass.getuser())


def _readable(contents: Contents) -> dict[str, Any]:
    def text(data: bytes | None) -> str | None:
        return None if data is None else data.decode(errors="backslashreplace")

    return {
        "key": text(contents.key),
        "headers": {name: text(value) for name, value in contents.headers},
        "value": text(contents.value),
        "error": contents.error,
    }


def _table(letters: Iterable[tuple[str, DeadLetter]]) -> Table:
    table = Table("recorded", "service", "reaction", "record", "why", "tries", "id")
    for service, letter in letters:
        table.add_row(
            f"{letter.recorded_at:%Y-%m-%d %H:%M:%S}",
            service,
            letter.handler,
            f"{letter.topic}[{letter.partition}] @ {letter.offset}",
            letter.failure + (" (redriven)" if letter.redriven_at else ""),
            str(letter.tries),
            str(letter.id),
        )
    return table
