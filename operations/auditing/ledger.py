"""What clients know of their commands: a file that a load generator writes, one JSON object a line.

    {"key": "0193…", "command": "request", "outcome": "unknown"}
    {"key": "0193…", "command": "request", "outcome": "ok", "reference": "TSC-4K7Q2M"}

The last line of a key counts. `ok`: it must be there, once. `failed`: it was refused, and must not be there. `unknown`:
either, but whole. `request` goes by its Idempotency-Key and reference, `session` by the key of its form and session_id,
`withdrawal` by reference, `record` by session_id.
"""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from operations.auditing.system import CannotLook

COMMANDS = ("request", "withdrawal", "session", "record")
OUTCOMES = ("ok", "failed", "unknown")
AT_ONCE = 2000

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
    if line["command"] not in COMMANDS or line["outcome"] not in OUTCOMES:
        raise ValueError(f"line {number}: command is one of {COMMANDS}, outcome one of {OUTCOMES}")
    session = line.get("session_id")
    return (
        number,
        line["key"],
        line["command"],
        line["outcome"],
        line.get("reference"),
        UUID(session) if session else None,
    )
