"""`chairside trace REFERENCE`: what happened to one patient's request, across services, as a tree of causes.

Below each event stand who handled it, after how long and at which try; who could not, and what was done about that; who
has not yet; and the events that it led to. Messages to the patient follow with every step of theirs.
"""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import typer
from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from operations.place import AsJson, operator_dsn
from operations.redrive import WORDS
from services.notifications.store.message_views import MessageView, of_patient
from shared.clock import SystemClock
from shared.database.roles import DATABASE, SERVICES
from shared.database.transaction import Transaction
from shared.events.catalogue import TOPICS
from shared.messaging.redrive_orders import Redriven
from shared.messaging.story import SLACK, Buried, Heard, Said, buried, heard_of, said_about, topics_heard


class NothingFound(Exception):
    """No request goes by that reference."""


@dataclass(slots=True)
class Happening:
    """One event as it was said, sent and heard; `unheard` names the services that react to it and have not yet."""

    said_by: str
    said: Said
    heard: list[Heard] = field(default_factory=list)
    buried: list[Buried] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Story:
    events: list[Happening]
    messages: Sequence[MessageView]


async def trace_reference(dsn: str, reference: str, database: str = DATABASE) -> Story:
    """Everything about the patient since the request of this reference, oldest first. Raises NothingFound."""
    connection = await asyncpg.connect(dsn, database=database, timeout=10)
    try:
        request = await connection.fetchrow(
            "select clinic_id, patient_id, requested_at from intake.consultation_request where reference = $1",
            reference.strip().upper(),
        )
        if request is None:
            raise NothingFound(reference)
        clinic_id, patient_id, since = request
        events: list[Happening] = []
        for service in SERVICES:
            await _look_into(connection, service)
            said = await said_about(connection, f"{clinic_id}/{patient_id}", since)
            events += [Happening(service, one) for one in said]
        for service in SERVICES:
            await _look_into(connection, service)
            await _add_what_was_heard(connection, service, events)
        await _look_into(connection, "notifications")
        tx = Transaction(connection, "notifications", SystemClock().now())
        messages = await of_patient(tx, clinic_id, patient_id, since - SLACK)
    finally:
        await connection.close()
    return Story(sorted(events, key=lambda one: one.said.at), messages)


async def _look_into(connection: asyncpg.Connection, service: str) -> None:
    await connection.execute("select set_config('search_path', $1, false)", service)


async def _add_what_was_heard(connection: asyncpg.Connection, service: str, events: Sequence[Happening]) -> None:
    by_id = {one.said.event_id: one for one in events}
    for hearing in await heard_of(connection, by_id):
        by_id[hearing.event_id].heard.append(hearing)
    for letter in await buried(connection, by_id):
        by_id[letter.event_id].buried.append(letter)
    reacts_to = await topics_heard(connection)
    for one in events:
        answered = (*one.heard, *one.buried)
        heard = any(answer.handler.startswith(f"{service}.") for answer in answered)
        topic = TOPICS.get(one.said.topic)
        if topic and service in topic.heard_by and topic.name in reacts_to and not heard:
            one.unheard.append(service)


def draw(reference: str, story: Story) -> Tree:
    """The story as a tree: below each event what became of it and what it led to."""
    tree = Tree(f"[bold]{reference}[/bold]")
    branches: dict[UUID, Tree] = {}
    for one in story.events:
        parent = branches.get(one.said.caused_by, tree) if one.said.caused_by else tree
        branch = branches[one.said.event_id] = parent.add(_said(one))
        for line in _answers(one):
            branch.add(line)
    if story.messages:
        messages = tree.add("[bold]messages to the patient[/bold]")
        for message in story.messages:
            branch = messages.add(_message(message))
            for step in message.steps:
                branch.add(f"[dim]{_instant(step.at)}  {step.state}{f', {step.reason}' if step.reason else ''}[/dim]")
    return tree


def _said(one: Happening) -> str:
    said = one.said
    if said.published_at:
        sent = f"in Kafka after {_took(said.at, said.published_at)}"
    else:
        sent = f"[red]not sent yet: {said.waits}[/red]"
    return f"{_instant(said.at)}  [bold]{said.topic}[/bold]  {one.said_by}, version {said.version}, {sent}"


def _answers(one: Happening) -> Iterator[str]:
    for hearing in one.heard:
        tries = f" at try {hearing.tries}" if hearing.tries > 1 else ""
        yield f"[dim]{hearing.handler} after {_took(one.said.at, hearing.at)}{tries}[/dim]"
    for letter in one.buried:
        colour, state = ("yellow", "redriven") if letter.redriven_at else ("red", "dead letter")
        failed = f"could not: {letter.failure}, {letter.tries} tries; {state} {letter.letter_id}"
        yield f"[{colour}]{letter.handler} {failed}[/{colour}]"
        for redrive in letter.redrives:
            yield f"  {_redrive(redrive)}"
    for service in one.unheard:
        yield (
            f"[yellow]waits for {service}[/yellow]"
            if one.said.published_at
            else f"[dim]{service} has not heard it[/dim]"
        )


def _redrive(redrive: Redriven) -> str:
    asked = "dry run" if redrive.dry_run else "redrive"
    outcome = WORDS[redrive.outcome] + (f": {redrive.failure}" if redrive.failure else "")
    return f"{_instant(redrive.asked_at)}  {asked} by {escape(redrive.operator)} ({escape(redrive.why)}): {outcome}"


def _message(message: MessageView) -> str:
    waits = message.state in ("planned", "retrying")
    due = f", due {_instant(message.due_at)}" if waits else ""
    why = f", {message.reason}" if message.reason else ""
    tries = f", {message.attempts} tries" if message.attempts > 1 else ""
    return f"{_instant(message.planned_at)}  [bold]{message.kind}[/bold]  {message.state}{why}{due}{tries}"


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"[:-3]


def _took(start: datetime, end: datetime) -> str:
    return f"{(end - start).total_seconds() * 1000:,.0f} ms"


def trace(
    reference: Annotated[str, typer.Argument(help="Such as TSC-4K7Q2M")],
    as_json: AsJson = False,
) -> None:
    """Show what happened to one request, across services."""
    try:
        story = asyncio.run(trace_reference(operator_dsn(), reference))
    except NothingFound:
        raise SystemExit(f"No request goes by {reference}. References look like TSC-4K7Q2M.") from None
    if as_json:
        typer.echo(json.dumps(asdict(story), default=str, indent=2))
    else:
        Console().print(draw(reference.upper(), story))
