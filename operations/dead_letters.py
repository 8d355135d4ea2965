"""`chairside dead-letters`: events that a service could not handle, each with where it stands and why."""

import asyncio
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from operations.answering import account, note
from operations.place import AsJson, OneService, id_column, schema, services
from operations.redrive import WORDS, redrive
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
from shared.messaging.redrive_orders import Redriven, redrives, reveal_errors

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_(
    service: OneService = "",
    limit: Annotated[int, typer.Option(help="At most so many of each service, the newest first", min=1)] = 100,
    as_json: AsJson = False,
) -> None:
    """List the events that could not be handled."""
    letters = asyncio.run(_listed(services(service), limit))
    if as_json:
        typer.echo(json.dumps([{"service": name, **asdict(letter)} for name, letter in letters], default=str, indent=2))
    elif not letters:
        typer.echo("No dead letters: every event that was read has been handled.")
    else:
        Console().print(_table(letters))


@app.command()
def show(
    letter_id: Annotated[UUID, typer.Argument(metavar="ID", help="As `list` prints it")],
    service: OneService = "",
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
        shown = asyncio.run(_shown(letter_id, services(service), reveal=reveal))
    except DeadLetterNotFound:
        raise SystemExit(f"There is no dead letter {letter_id}.") from None
    except SealBroken:
        raise SystemExit("This SEALING_KEY does not open it. Set the key of the service that sealed it.") from None
    if as_json:
        typer.echo(json.dumps(shown.plain(), default=str, indent=2))
        return
    for name, value in {"service": shown.service, **asdict(shown.letter)}.items():
        typer.echo(f"{name:>12}  {'' if value is None else value}")
    for one in shown.redrives:
        outcome = WORDS[one.outcome] + (f": {one.failure}" if one.failure else "")
        asked = "dry run" if one.dry_run else "redrive"
        typer.echo(f"\n{asked} of {one.asked_at:%Y-%m-%d %H:%M:%S} by {one.operator}: {outcome}\n  why: {one.why}")
    for name, value in (shown.contents or {}).items():
        typer.echo(f"\n{name}:\n{value if isinstance(value, str) else json.dumps(value, indent=2)}")


app.command()(redrive)


@dataclass(frozen=True, slots=True)
class Shown:
    """One letter with its history; `contents` only where somebody asked to look inside."""

    service: str
    letter: DeadLetter
    redrives: list[Redriven]
    contents: dict[str, Any] | None

    def plain(self) -> dict[str, Any]:
        history = [asdict(one) for one in self.redrives]
        inside = {"contents": self.contents} if self.contents else {}
        return {"service": self.service, **asdict(self.letter), "redrives": history, **inside}


async def _listed(services: Iterable[str], limit: int) -> list[tuple[str, DeadLetter]]:
    letters: list[tuple[str, DeadLetter]] = []
    for service in services:
        async with schema(service) as connection:
            letters += [(service, letter) for letter in await list_dead_letters(connection, limit=limit)]
    return letters


async def _shown(letter_id: UUID, services: Iterable[str], *, reveal: bool) -> Shown:
    for service in services:
        async with schema(service) as connection:
            try:
                letter = await show_dead_letter(connection, letter_id)
            except DeadLetterNotFound:
                continue
            history = await redrives(connection, letters=[letter_id])
            if not reveal:
                return Shown(service, letter, history, None)
            sealer = _sealer(service)
            # Before the seal is opened, so that nobody can look without being seen.
            note("dead_letter_revealed", service=service, dead_letter_id=str(letter_id), operator=account())
            inside = _readable(await reveal_dead_letter(connection, letter_id, sealer))
            errors = await reveal_errors(connection, letter_id, sealer)
            return Shown(service, letter, history, inside | {f"error of {name}": text for name, text in errors.items()})
    raise DeadLetterNotFound(letter_id)


def _sealer(service: str) -> ServiceCipher:
    try:
        return ServiceCipher(secret_bytes(os.environ.get("SEALING_KEY", ""), "SEALING_KEY"), service)
    except ValueError as why:
        raise SystemExit(f"{why}. It is a setting of the service {service}.") from None


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
    table = Table(id_column(), "recorded", "reaction", "record", "why", "tries")
    for _, letter in letters:
        table.add_row(
            str(letter.id),
            f"{letter.recorded_at:%Y-%m-%d %H:%M:%S}",
            letter.handler,
            f"{letter.topic}[{letter.partition}] @ {letter.offset}",
            letter.failure + (" (redriven)" if letter.redriven_at else ""),
            str(letter.tries),
        )
    return table
