"""Rows that could not be handled: kept whole and sealed, told to operators, out of the others' way."""

import json
import traceback
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from shared.database.connection import Connection
from shared.database.transaction import Transaction
from shared.events.dead_letter import BY_SERVICE
from shared.ids import uuid7
from shared.messaging.reactions import Reaction
from shared.messaging.rows import Row


class Sealer(Protocol):
    """Seals bytes of one service; what is sealed opens only under the same context, and otherwise raises SealBroken."""

    def seal(self, data: bytes, context: str) -> bytes: ...

    def open(self, sealed: bytes, context: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a row is given up. `kind` is a class of error, safe to show; `error` may quote a person and is sealed."""

    kind: str
    tries: int
    error: BaseException | None = None

    @property
    def text(self) -> bytes | None:
        """The error's own words and traceback, to be sealed."""
        return "".join(traceback.format_exception(self.error)).encode(errors="replace") if self.error else None


@dataclass(frozen=True, slots=True)
class Unhandled:
    """What is given up: by whom, where it stood, which event it was if that can be read, and its raw bytes."""

    group: str
    handler: str
    topic: str
    partition: int
    offset: int
    log_epoch: int
    event_id: UUID | None
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True)
class _Letter:
    """A dead letter as the subject of its own event: it never changes, so its version stays 1."""

    id: UUID
    version: int = 1


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What operators may see without opening the seal."""

    id: UUID
    group: str
    handler: str
    topic: str
    partition: int
    offset: int
    log_epoch: int
    failure: str
    tries: int
    recorded_at: datetime
    redriven_at: datetime | None


@dataclass(frozen=True, slots=True)
class Contents:
    """The raw record and the error's own words. They may name a person."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]
    error: str | None


class DeadLetterNotFound(Exception):
    """No dead letter of that id in this service."""


async def bury(
    tx: Transaction, reaction: Reaction, row: Row, failure: Failure, *, sealer: Sealer, clinic_id: UUID, log_epoch: int
) -> None:
    """Makes a dead letter of a row, in the transaction that moves past it. The same record is never buried twice."""
    record = row.record
    await keep(
        tx,
        Unhandled(
            group=reaction.group,
            handler=reaction.handler,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            log_epoch=row.log_epoch if row.message else log_epoch,
            event_id=row.event_id,
            key=record.key,
            value=record.value,
            headers=record.headers,
        ),
        failure,
        sealer=sealer,
        clinic_id=clinic_id,
    )


async def keep(tx: Transaction, unhandled: Unhandled, failure: Failure, *, sealer: Sealer, clinic_id: UUID) -> None:
    """Stores a dead letter and tells operators, unless the same record was stored before."""
    letter = _Letter(uuid7())
    headers = json.dumps(
        [[name, None if value is None else b64encode(value).decode()] for name, value in unhandled.headers]
    )

    def sealed(part: str, data: bytes | None) -> bytes | None:
        return None if data is None else sealer.seal(data, f"dead-letter:{letter.id}:{part}")

    inserted = await tx.fetchval(
        """
        insert into dead_letter (id, consumer_group, handler, topic, "partition", "offset", log_epoch, event_id,
                                 sealed_key, sealed_value, sealed_headers, failure, sealed_error, tries)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            on conflict (consumer_group, topic, "partition", "offset", log_epoch) do nothing
        returning id
        """,
        letter.id,
        unhandled.group,
        unhandled.handler,
        unhandled.topic,
        unhandled.partition,
        unhandled.offset,
        unhandled.log_epoch,
        unhandled.event_id,
        sealed("key", unhandled.key),
        sealed("value", unhandled.value),
        sealed("headers", headers.encode()),
        failure.kind,
        sealed("error", failure.text),
        failure.tries,
    )
    if inserted is None:
        return
    tx.emit(
        BY_SERVICE[tx.service](
            clinic_id=clinic_id,
            dead_letter_id=letter.id,
            handler=unhandled.handler,
            source_topic=unhandled.topic,
            source_partition=unhandled.partition,
            source_offset=unhandled.offset,
            failure=failure.kind,
        ),
        of=letter,
    )


_COLUMNS = """
       id, consumer_group, handler, topic, "partition", "offset", log_epoch, failure, tries, recorded_at, redriven_at
"""


def _letter(row: Any) -> DeadLetter:
    return DeadLetter(
        id=row["id"],
        group=row["consumer_group"],
        handler=row["handler"],
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        log_epoch=row["log_epoch"],
        failure=row["failure"],
        tries=row["tries"],
        recorded_at=row["recorded_at"],
        redriven_at=row["redriven_at"],
    )


async def list_dead_letters(connection: Connection, *, limit: int = 100) -> list[DeadLetter]:
    """The newest first."""
    rows = await connection.fetch(
        f"select {_COLUMNS} from dead_letter order by recorded_at desc, id desc limit $1",  # noqa: S608 - constant text
        limit,
    )
    return [_letter(row) for row in rows]


async def show_dead_letter(connection: Connection, letter_id: UUID) -> DeadLetter:
    """One of them, sealed. Raises DeadLetterNotFound."""
    row = await connection.fetchrow(f"select {_COLUMNS} from dead_letter where id = $1", letter_id)  # noqa: S608 - constant text
    if row is None:
        raise DeadLetterNotFound(letter_id)
    return _letter(row)


async def reveal_dead_letter(connection: Connection, letter_id: UUID, sealer: Sealer) -> Contents:
    """What is inside. Whoever calls this writes down who looked. Raises DeadLetterNotFound, SealBroken."""
    row = await connection.fetchrow(
        "select sealed_key, sealed_value, sealed_headers, sealed_error from dead_letter where id = $1", letter_id
    )
    if row is None:
        raise DeadLetterNotFound(letter_id)

    def opened(part: str) -> bytes | None:
        data = row[f"sealed_{part}"]
        return None if data is None else sealer.open(data, f"dead-letter:{letter_id}:{part}")

    headers = [
        (name, None if value is None else b64decode(value)) for name, value in json.loads(opened("headers") or b"[]")
    ]
    error = opened("error")
    return Contents(opened("key"), opened("value"), headers, error.decode(errors="replace") if error else None)
