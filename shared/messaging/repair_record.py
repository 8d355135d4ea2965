"""Who put something right, and why: one row an act, in the transaction of the act or of the order for it.

The row keeps the operator's own words. Logs name the act and its id only: what people type never stands in a log.
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.database.announcements import CHANGED
from shared.database.connection import Connection
from shared.ids import uuid7

SCOPE = "repair"
"""What a service listens to: an operator has asked for something."""


class Act(StrEnum):
    REDRIVE = "redrive"
    REPLAY = "replay"
    RELEASE = "release"
    SET_ASIDE = "set-aside"


async def record(
    connection: Connection, service: str, act: Act, *, operator: str, why: str, facts: Mapping[str, Any]
) -> UUID:
    """Inside the caller's transaction, whose commit also wakes the service. `facts` hold places, ids and counts only."""
    repair_id = uuid7()
    await connection.execute(
        "insert into repair (id, act, operator, why, facts) values ($1, $2, $3, $4, $5::text::jsonb)",
        repair_id,
        str(act),
        operator,
        why,
        json.dumps(facts, default=str),
    )
    await connection.execute("select pg_notify($1, $2)", CHANGED, f"{service}:{SCOPE}")
    return repair_id
