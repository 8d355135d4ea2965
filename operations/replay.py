"""`chairside replay`: lets a service hear its topics again, after a bug in a projection or for a schema that was lost.

Positions go back in one transaction, with who and why. The service needs no restart. What it has handled has no second
effect; `--forget` lets the effects of projections happen again, and of nothing else.
"""

import asyncio
import importlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from operations.answering import Operator, Why, answering, note
from operations.place import AsJson, schema, services
from operations.progress import NOT_YET, Patience, until_done
from shared.database.connection import Connection
from shared.events.catalogue import TOPICS
from shared.messaging.reactions import Reaction
from shared.messaging.repair_record import Act, record
from shared.messaging.replay import MovedBack, Place, forget_handled, move_back, offsets_since, said_since, standing

BEGINNING = "beginning"


@dataclass(frozen=True, slots=True)
class Start:
    """From where on: an offset of each partition, 0 being the beginning, or an instant."""

    offset: int | None = None
    instant: datetime | None = None

    @classmethod
    def of(cls, typed: str) -> "Start":
        """Raises BadParameter for what is none of the three."""
        if typed == BEGINNING:
            return cls(offset=0)
        if typed.isascii() and typed.isdecimal():
            return cls(offset=int(typed))
        try:
            instant = datetime.fromisoformat(typed)
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None:
            raise typer.BadParameter(
                f"{typed!r} is neither `beginning`, nor an offset, nor an instant such as 2026-06-15T18:00Z",
                param_hint="--from",
            )
        return cls(instant=instant.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was moved back, and how many events of which reactions were forgotten."""

    repair_id: UUID | None
    moved: list[MovedBack]
    forgot: int
    ended: bool = True

    @property
    def records(self) -> int:
        return sum(one.stood_at - one.begins_at for one in self.moved)


def replay(
    *,
    service: Annotated[str, typer.Option("--service", "-s", help="Which service is to hear again")],
    start: Annotated[
        str, typer.Option("--from", help="`beginning`, an instant (2026-06-15T18:00Z), or an offset with --topic")
    ],
    why: Why,
    topic: Annotated[str, typer.Option(help="Only this topic; otherwise all that the service hears")] = "",
    forget: Annotated[
        list[str] | None,
        typer.Option(
            help="A projection whose effects are to happen again, such as intake.note_follow_ups; several times"
        ),
    ] = None,
    operator: Operator = "",
    patience: Patience = 60,
    as_json: AsJson = False,
) -> None:
    """Let a service hear its topics again from there on. What it has handled has no second effect.

    Exit status: 0 all is heard again, 2 the words were wrong, 3 positions are moved back but nothing moved while we waited.
    """
    (service,) = services(service or "?")
    begin = Start.of(start)
    if begin.offset and not topic:
        raise typer.BadParameter("an offset says something about one topic only: name it", param_hint="--topic")
    heard = _heard(service, topic)
    projections = _projections(heard, forget or [])
    asked_by, reason = answering(operator, why)
    replayed = asyncio.run(_replayed(service, begin, heard, projections, asked_by, reason, patience))
    if as_json:
        typer.echo(json.dumps({**asdict(replayed), "records": replayed.records}, default=str, indent=2))
    elif not replayed.moved:
        typer.echo("Nothing is moved back: the service has heard nothing since.")
    else:
        for one in replayed.moved:
            typer.echo(f"{one.topic}[{one.partition}]  {one.begins_at} to {one.stood_at}")
        typer.echo(f"{replayed.records} records heard again." if replayed.ended else f"{replayed.records} records.")
    if not replayed.ended:
        typer.echo("Positions are moved back. Hearing goes on as soon as the service runs.", err=True)
        raise typer.Exit(NOT_YET)


def reactions_of(service: str) -> list[Reaction]:
    """By the service's own declaration."""
    declared = importlib.import_module(f"services.{service}.app").SERVICE.reactions
    return [reaction for part in declared for reaction in part]


def _heard(service: str, topic: str) -> list[Reaction]:
    heard = reactions_of(service)
    if not topic:
        return heard
    chosen = [reaction for reaction in heard if reaction.model.topic == topic]
    if not chosen:
        topics = ", ".join(sorted(reaction.model.topic for reaction in heard))
        raise typer.BadParameter(f"{service} hears {topics}", param_hint="--topic")
    return chosen


def _projections(heard: Sequence[Reaction], named: Sequence[str]) -> list[Reaction]:
    """Raises BadParameter for a reaction whose effects must not happen again."""
    repeatable = {reaction.handler: reaction for reaction in heard if reaction.repeatable}
    for name in named:
        if name not in repeatable:
            raise typer.BadParameter(
                f"the effects of {name} must not happen again, or it does not hear these topics. "
                f"Projections among them: {', '.join(sorted(repeatable)) or 'none'}",
                param_hint="--forget",
            )
    return [repeatable[name] for name in named]


async def _replayed(
    service: str,
    begin: Start,
    heard: Sequence[Reaction],
    projections: Sequence[Reaction],
    operator: str,
    why: str,
    patience: float,
) -> Replayed:
    topics = [reaction.model.topic for reaction in heard]
    begins = await _begins(service, begin, topics)
    async with schema(service) as connection, connection.transaction():
        forgot = sum([await _forgotten(connection, projection, begin, begins) for projection in projections])
        moved = await move_back(connection, begins)
        if not moved and not forgot:
            return Replayed(None, [], 0)
        facts = {
            "from": begin.instant or begin.offset,
            "moved": [asdict(one) for one in moved],
            "forgot": [projection.handler for projection in projections],
        }
        repair_id = await record(connection, service, Act.REPLAY, operator=operator, why=why, facts=facts)
    note("replay_asked", service=service, repair_id=str(repair_id), operator=operator, count=len(moved))

    async def look() -> tuple[int, int]:
        async with schema(service) as connection:
            now = await standing(connection, topics)
        done = sum(
            min(max(now[one.topic, one.partition] - one.begins_at, 0), one.stood_at - one.begins_at) for one in moved
        )
        return done, sum(one.stood_at - one.begins_at for one in moved)

    return Replayed(repair_id, moved, forgot, ended=await until_done(look, "Hearing again", patience))


async def _forgotten(connection: Connection, projection: Reaction, begin: Start, begins: Mapping[Place, int]) -> int:
    """It forgets what it is to hear again, and nothing else: that would happen again when next a log is cut."""
    if begin.offset == 0:
        return await forget_handled(connection, projection.handler)
    topic = projection.model.topic
    async with schema(TOPICS[topic].said_by) as saying:
        return sum(
            [
                await forget_handled(connection, projection.handler, events)
                async for events in said_since(saying, topic, begins)
            ]
        )


async def _begins(service: str, begin: Start, topics: Sequence[str]) -> dict[Place, int]:
    if begin.instant is None:
        async with schema(service) as connection:
            return dict.fromkeys(await standing(connection, topics), begin.offset or 0)
    begins: dict[Place, int] = {}
    for topic in topics:
        async with schema(TOPICS[topic].said_by) as connection:
            begins |= await offsets_since(connection, topic, begin.instant)
    return begins
