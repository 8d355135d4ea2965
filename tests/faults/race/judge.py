"""What a loser was offered, held against the twin's search through what the booking core saw."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from services.scheduling.domain.clinic import AppointmentKind, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.slots import Busy
from services.scheduling.store import bookings
from tests.faults.race.course import COURSE
from tests.unit.scheduling.twin import free_starts

MOST_OFFERED = 3
JUDGED = 4
_looked: ContextVar[Busy] = ContextVar("looked")


def remember_every_look() -> None:
    """From now on each racer knows what the booking core saw when it last looked at what is taken."""
    look = bookings.busy

    async def busy(*where: object, **besides: object) -> Busy:
        found = await look(*where, **besides)  # type: ignore[arg-type]
        _looked.set(found)
        return found

    bookings.busy = busy  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Sought:
    """What was wanted at `at`, by which patient, and where other times are looked for; with anybody, or with one person."""

    kind: AppointmentKind
    at: datetime
    patient_id: UUID
    window: Interval
    prescriber_id: UUID | None = None


def judge(refusal: TimeRefused, sought: Sought, chance: Random) -> str:
    """A word for what was offered; it begins with "broken" where that was not right. One in JUDGED is looked at, and
    always when too little was offered."""
    if len(refusal.instead) == MOST_OFFERED and chance.randrange(JUDGED):
        return "refused"
    able = [
        one
        for one in COURSE.resources
        if one.kind is not ResourceKind.CLINICIAN or sought.prescriber_id in (None, one.id)
    ]
    free = list(free_starts(COURSE, sought.kind, able, sought.window, _looked.get(), sought.patient_id))
    if not set(refusal.instead) <= set(free):
        return "broken offered what is taken"
    if len(refusal.instead) < min(MOST_OFFERED, len(free)):
        return "broken offered too little"
    far = max((abs(at - sought.at) for at in refusal.instead), default=timedelta())
    if any(abs(at - sought.at) < far for at in set(free) - set(refusal.instead)) and refusal.missing:
        return "broken offered what is not the nearest"
    return "refused" if free else "refused-full"
