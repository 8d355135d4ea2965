"""Where a day does not go as planned, for whoever has to arrange it anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.scheduling.domain.day_conflicts import Conflict, Placed, conflicts
from services.scheduling.domain.interval import Interval
from services.scheduling.store import day_times
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class DaySeen:
    conflicts: tuple[Conflict, ...]
    placed: Mapping[UUID, Placed]

    def about(self, appointment_id: UUID) -> list[Conflict]:
        """Those that this one makes or suffers."""
        return [one for one in self.conflicts if appointment_id in (one.of, one.hits)]


async def see_conflicts(tx: Transaction, clinic_id: UUID, day: Interval) -> DaySeen:
    """As of now: an hour later there may be others, or none."""
    placed = await day_times.of_day(tx, clinic_id, day)
    return DaySeen(tuple(conflicts(placed, tx.now)), {one.id: one for one in placed})
