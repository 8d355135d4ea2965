"""The copy of the staff directory that each service keeps from `staff-changed`, and how requests read it."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from shared.aging_cache import AgingCache
from shared.clock import Clock
from shared.database import Database, Transaction
from shared.events.staff import StaffChanged
from shared.web.staff_session import Standing

DIRECTORY_SQL = Path(__file__).with_name("sql") / "0001_staff_directory.sql"
KEEP = timedelta(seconds=3)
"""How long a revocation may go unnoticed by a process that heard of the person a moment ago."""
SIZE = 1000


async def store_staff(tx: Transaction, changes: Sequence[tuple[StaffChanged, int]]) -> None:
    """Upsert each (event, version); older versions than the stored one change nothing, in whatever order they come."""
    newest: dict[UUID, tuple[StaffChanged, int]] = {}
    for event, version in changes:
        if event.staff_id not in newest or newest[event.staff_id][1] < version:
            newest[event.staff_id] = (event, version)
    await tx.executemany(
        """
        insert into staff_directory as known
               (staff_id, clinic_id, display_name, roles, active, sessions_revoked_before, version)
        values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (staff_id) do update
           set clinic_id = excluded.clinic_id,
               display_name = excluded.display_name,
               roles = excluded.roles,
               active = excluded.active,
               sessions_revoked_before = excluded.sessions_revoked_before,
               version = excluded.version
         where known.version < excluded.version
        """,
        [
            (
                event.staff_id,
                event.clinic_id,
                event.display_name,
                [str(role) for role in event.roles],
                event.active,
                event.sessions_revoked_before,
                version,
            )
            # In one order, so that two batches never wait for each other.
            for _, (event, version) in sorted(newest.items())
        ],
    )


class DirectoryReader:
    """Reads the copy in this service's schema, and remembers each answer for KEEP. A `StaffDirectory`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._cache: AgingCache[UUID, Standing] = AgingCache(clock, KEEP, SIZE)

    async def standing(self, staff_id: UUID) -> Standing | None:
        """Nobody is remembered as unknown: somebody just invited is known as soon as the event is stored."""
        if (cached := self._cache.get(staff_id)) is not None:
            return cached
        async with self._database.transaction(read_only=True) as tx:
            row = await tx.fetchrow(
                """
                select clinic_id, display_name, roles, active, sessions_revoked_before
                  from staff_directory
                 where staff_id = $1
                """,
                staff_id,
            )
        if row is None:
            return None
        standing = Standing(
            display_name=row["display_name"],
            roles=frozenset(row["roles"]),
            clinics=frozenset([row["clinic_id"]]),
            active=row["active"],
            sessions_revoked_before=row["sessions_revoked_before"],
        )
        self._cache.put(staff_id, standing)
        return standing
