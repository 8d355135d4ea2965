"""A sentence that must hold, as a query over the evidence."""

from collections.abc import Iterable
from dataclasses import dataclass

import asyncpg

from operations.auditing.findings import Finding

EXAMPLES = 5
REMEMBERED = "interval '399 days'"
"""Outboxes and topics are kept 400 days: what is older is not asked for."""


@dataclass(frozen=True, slots=True)
class Check:
    """`query` answers one row for each thing looked at: `thing`, its id for people, and `holds`.

    `holds` is true, false, or null for what is still on its way. With a `remark` there is a third column, `remarked`,
    and how often it is true is told in those words.
    """

    invariant: str
    words: str
    query: str
    remark: str = ""

    async def find(self, connection: asyncpg.Connection) -> Finding:
        row = await connection.fetchrow(
            f"""
            select count(holds) as checked,
                   count(*) filter (where not holds) as violated,
                   count(*) filter (where holds is null) as not_yet,
                   (array_agg(thing) filter (where not holds))[:{EXAMPLES}] as examples,
                   {"count(*) filter (where remarked)" if self.remark else "0"} as remarked
              from ({self.query}) as looked_at
            """
        )
        assert row is not None
        return Finding(
            self.invariant,
            self.words,
            checked=row["checked"],
            violated=row["violated"],
            not_yet=row["not_yet"],
            examples=tuple(row["examples"] or ()),
            remark=f"{row['remarked']} {self.remark}" if row["remarked"] else "",
        )


def names(things: Iterable[str]) -> str:
    """Names of ours as a list of SQL literals."""
    return ", ".join(f"'{thing}'" for thing in things)
