"""Keeps a partition of sent events ready for each day to come.

Partitions are dropped by nobody but operators (`select drop_outbox_partitions(…)`, refused for rows younger than 400
days): what is gone from here can no longer fill a broker that lost it.
"""

from datetime import UTC, timedelta

from shared.database.database import Database
from shared.database.due import Timer

DAYS_AHEAD = 14
EVERY = timedelta(hours=6)


def outbox_days() -> Timer:
    """The timer; any number of replicas may run it."""

    async def make_ready(database: Database) -> int:
        async with database.transaction() as tx:
            await tx.execute("select add_outbox_partitions($1, $2)", tx.now.astimezone(UTC).date(), DAYS_AHEAD)
        return 0

    return Timer("outbox_days", EVERY.total_seconds(), make_ready)
