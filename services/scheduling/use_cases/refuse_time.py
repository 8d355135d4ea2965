"""Whoever cannot have a time hears everything against it, and what they can have instead."""

from datetime import datetime
from uuid import UUID

from services.scheduling.domain.clinic import Clinic
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.refusal import TimeRefused, nearest
from services.scheduling.domain.rules import Rules
from services.scheduling.domain.slots import Wanted
from services.scheduling.store import bookings
from services.scheduling.use_cases.beside_others import beside_others
from shared.database import Transaction


async def refusal(
    tx: Transaction,
    clinic: Clinic,
    wanted: Wanted,
    start: datetime,
    rules: Rules,
    *,
    besides: UUID | None = None,
    but: datetime | None = None,
    contended: bool = False,
) -> TimeRefused:
    """By one look at what is taken. `besides` is what would move, and stands in nobody's way; `but` is a start that is theirs
    already. `contended`: somebody books the same at this moment, which nobody can see yet, unless this look sees it."""
    wanted = await beside_others(tx, wanted, besides=besides)
    reach = rules.reach(clinic, start, tx.now)
    window = Interval(min(reach.start, start), max(reach.end, start + wanted.kind.length))
    busy = await bookings.busy(tx, clinic.id, window, wanted.patient_id, besides=besides)
    held = await bookings.held_until(tx, clinic.id, window)
    missing = rules.against(clinic, wanted, start, busy, tx.now, held)
    return TimeRefused(missing, nearest(clinic, wanted, start, reach, busy, apart=contended and not missing, but=but))
