"""Where hearing a journey ends: every row that a service holds of one clinic, with the story's own ids."""

import json
from typing import Any
from uuid import UUID

from shared.database import Database
from tests.integration.journeys.said import Translation

Row = dict[str, Any]
End = dict[str, list[Row]]
"""Table → its rows."""


async def end_of(database: Database, service: str, clinic_id: UUID, told: Translation) -> End:
    """All of its tables that know of clinics; what a service does for itself, such as its outbox, knows of none."""
    async with database.transaction(read_only=True) as tx:
        tables = await tx.fetch(
            """
            select table_name
              from information_schema.columns join information_schema.tables using (table_schema, table_name)
             where table_schema = $1 and column_name = 'clinic_id' and table_type = 'BASE TABLE'
            """,
            service,
        )
        found = {
            row["table_name"]: await tx.fetch(
                f"select to_jsonb(one)::text from {row['table_name']} as one where clinic_id = $1", clinic_id
            )
            for row in tables
        }
    ends = {table: [json.loads(told.back(text)) for (text,) in rows] for table, rows in found.items() if rows}
    return {
        table: sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))
        for table, of in ends.items()
        if (rows := list(filter(None, map(_MEANT.get((service, table), _all), of))))
    }


def _all(row: Row) -> Row | None:
    return row


def _inbox_item(row: Row) -> Row | None:
    """Whether it calls, not how often: news that is overtaken before it is heard calls nobody. What was called back
    before anybody took it is as if it had never called."""
    if row["state"] == "resolved":
        return None
    return row | {"attention": min(row["attention"], 1)}


def _consultation(row: Row) -> Row:
    """Scheduling decides, and says what it decided when: of a request that is heard late, less is said. When a deadline is
    looked at again says nothing of one that nobody is held to any more."""
    unsaid = (
        {"version", "late_look_at"} if row["withdrawn"] or row["state"] in ("cancelled", "completed") else {"version"}
    )
    return {name: value for name, value in row.items() if name not in unsaid}


def _appointment(row: Row) -> Row | None:
    """Its history, where a withdrawal was heard second, is nobody's state, nor when it was changed last; equal clinicians are
    chosen by a hash of ids."""
    if row["state"] == "cancelled":
        return None
    return {name: value for name, value in row.items() if name not in {"clinician_id", "changed_at"}}


def _booking(row: Row) -> Row | None:
    return {"during": row["during"]} if row["active"] else None


def _nothing(_row: Row) -> None:
    """When something is looked at again is not what is known."""


_MEANT = {
    ("notifications", "inbox_item"): _inbox_item,
    ("scheduling", "consultation"): _consultation,
    ("scheduling", "appointment"): _appointment,
    ("scheduling", "resource_booking"): _booking,
    ("scheduling", "waiting_list_review"): _nothing,
}
_TIMES = ("during", "starts_at", "ends_at", "local_start")


def without_times(end: End) -> End:
    """The same, whatever times were booked: how many appointments there are, and whose."""
    booked = {
        table: [{name: value for name, value in row.items() if name not in _TIMES} for row in end.get(table, ())]
        for table in ("appointment", "resource_booking")
    }
    return end | {table: sorted(rows, key=str) for table, rows in booked.items()}


def differences(one: End, other: End) -> dict[str, tuple[list[Row], list[Row]]]:
    """Table → rows that only one of the two has; empty where both are the same."""
    found = {}
    for table in one.keys() | other.keys():
        here, there = one.get(table, []), other.get(table, [])
        if here != there:
            found[table] = ([row for row in here if row not in there], [row for row in there if row not in here])
    return found
