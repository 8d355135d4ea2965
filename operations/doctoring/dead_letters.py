"""Is there an event that a service could not handle, and that nobody has brought back?"""

from collections.abc import AsyncIterator

from operations.doctoring.finding import Finding
from operations.doctoring.system import System
from shared.database.roles import SERVICES


async def dead_letters(system: System) -> AsyncIterator[Finding]:
    for service in SERVICES:
        async with system.schema(service) as connection:
            row = await connection.fetchrow(
                "select count(*) as count, max(recorded_at) as newest from dead_letter where redriven_at is null"
            )
        assert row is not None
        about = f"dead letters of {service}"
        if row["count"]:
            newest = f"{row['newest']:%Y-%m-%d %H:%M} UTC"
            yield Finding(about, False, f"{row['count']}, the newest of {newest}: see `chairside dead-letters list`")
        else:
            yield Finding(about, True, "none")
