"""How long has an event waited to be sent to Kafka, and is one of them stuck?"""

from collections.abc import AsyncIterator
from datetime import timedelta

from operations.doctoring.finding import Finding
from operations.doctoring.system import System
from shared.database.roles import SERVICES

LONGEST = timedelta(seconds=30)


async def relay_lag(system: System) -> AsyncIterator[Finding]:
    for service in SERVICES:
        async with system.schema(service) as connection:
            row = await connection.fetchrow(
                """
                select count(*) filter (where parked_at is null) as waiting,
                       now() - min(recorded_at) filter (where parked_at is null) as oldest,
                       count(parked_at) as parked
                  from outbox_waiting
                """
            )
        assert row is not None
        about = f"outbox of {service}"
        if row["parked"]:
            words = f"{row['parked']} events cannot be sent and hold back what follows: see `chairside outbox list`"
            yield Finding(about, False, words)
        if row["oldest"] and row["oldest"] > LONGEST:
            words = (
                f"{row['waiting']} events wait, the oldest for {row['oldest'].total_seconds():.0f} s: is Kafka there?"
            )
            yield Finding(about, False, words)
        elif not row["parked"]:
            yield Finding(about, True, f"{row['waiting']} events wait" if row["waiting"] else "nothing waits")
