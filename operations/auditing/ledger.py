"""What clients know of their commands: a file that a load generator writes, one JSON object a line.

    {"key": "0193…", "command": "request", "outcome": "unknown"}
    {"key": "0193…", "command": "request", "outcome": "ok", "reference": "TSC-4K7Q2M"}

The last line of a key counts. Whatever else a line says is for people.

| command | key | what `ok` adds |
| --- | --- | --- |
| request | Idempotency-Key | reference |
| withdrawal | one of the ledger's own; a repeat changes nothing | reference |
| session | key of the form | reference, session_id |
| record | one of the ledger's own; a session has one record | session_id |
"""

import json
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from operations.auditing.system import CannotLook

COMMANDS = ("request", "withdrawal", "session", "record")
AT_ONCE = 2000


class Outcome(StrEnum):
    """What a client knows of a command."""

    OK = "ok"
    """It must be there, once."""
    FAILED = "failed"
    """It was refused before anything was kept, and must not be there."""
    UNKNOWN = "unknown"
    """Nobody answered, or nobody who knew: either, but whole."""


TABLES = """
create temporary table ledger_line (
    line bigint, key text, command text, outcome text, reference text, session_id uuid
);
-- One row a command: its last line.
create temporary view command as
select distinct on (key) key, command, outcome, reference, session_id from ledger_line order by key, line desc;
"""


async def load(connection: asyncpg.Connection, file: Path | None) -> None:
    """Makes the table, and fills it when there is a file. Raises CannotLook."""
    await connection.execute(TABLES)
    if file is None:
        return
    rows = _rows(file)
    while batch := list(islice(rows, AT_ONCE)):
        await connection.copy_records_to_table("ledger_line", records=batch)
    await connection.execute("analyze ledger_line")


def _rows(file: Path) -> Iterator[tuple[Any, ...]]:
    """A last line without its end was being written when its writer died: nobody was told of it."""
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.endswith("\n") and line.strip():
                    yield _row(number, json.loads(line))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise CannotLook(f"the ledger {file} cannot be read: {type(error).__name__}: {error}") from error


def _row(number: int, line: dict[str, Any]) -> tuple[Any, ...]:
    if line["command"] not in COMMANDS:
        raise ValueError(f"line {number}: command is one of {COMMANDS}")
    session = line.get("session_id")
    return (
        number,
        line["key"],
        line["command"],
        Outcome(line["outcome"]),
        line.get("reference"),
        UUID(session) if session else None,
    )
