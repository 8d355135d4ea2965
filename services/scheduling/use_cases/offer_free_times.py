"""What is free is offered to those who wait: the next in line is asked, and the time is held for the answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby, islice
from uuid import UUID

from services.scheduling.domain.appointment import Appointment, Booking
from services.scheduling.domain.clinic import AppointmentKind, Clinic, Purpose
from services.scheduling.domain.consultation import Consultation, ConsultationState
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.room import room_at
from services.scheduling.domain.slot_offer import Offering, answer_by
from services.scheduling.domain.slots import (
    Busy,
    Candidate,
    Wanted,
    best_first,
    bookable_without_staff,
    candidates,
    is_free,
)
from services.scheduling.domain.waiting_line import Free, Waiting, line, too_many
from services.scheduling.store import bookings, clinics, consultations, patients, slot_offers
from services.scheduling.use_cases.book_appointment import book_appointment
from services.scheduling.use_cases.find_free_times import NOBODY
from services.scheduling.use_cases.make_offer import make_offer
from services.scheduling.use_cases.schedule_consultation import booked, schedule_consultation
from shared.database import Transaction
from shared.events.values import Urgency

LOOKED_AT = 200
"""Free starts, the earliest: more need nobody be given to choose the best from."""
PAGE = 500


async def offer_free_times(tx: Transaction, clinic_id: UUID, offering: Offering) -> bool:
    """One step: the first in line for whom there is something is asked, or gets it. False when there is nothing for
    anybody. Nobody else asks around at this clinic meanwhile, so that nobody is overtaken by a race."""
    clinic = await clinics.find(tx, clinic_id)
    kind = clinic.kind(Purpose.CONSULTATION) if clinic else None
    if clinic is None or kind is None:
        return False
    asking = _Asking(tx, clinic, kind, offering, await free_starts(tx, clinic, kind))
    skip = 0
    while asking.free.starts and (page := await consultations.to_be_asked(tx, clinic_id, most=PAGE, skip=skip)):
        in_line = line(page, asking.free, tx.now)
        for number in range(len(in_line)):
            if await asking.serve(in_line[number:]):
                return True
        skip += PAGE
    return False


async def free_starts(tx: Transaction, clinic: Clinic, kind: AppointmentKind) -> list[datetime]:
    """The earliest that anybody could have."""
    window, anybody = bookable_without_staff(clinic, tx.now), Wanted(kind, NOBODY)
    busy = await bookings.busy(tx, clinic.id, window, None)
    found = candidates(clinic, anybody, best_first(clinic, anybody, window), busy)
    return [candidate.during.start for candidate in islice(found, LOOKED_AT)]


class _Asking:
    """One step at one clinic."""

    def __init__(
        self, tx: Transaction, clinic: Clinic, kind: AppointmentKind, offering: Offering, free: Sequence[datetime]
    ) -> None:
        self._tx = tx
        self._clinic = clinic
        self._kind = kind
        self._offering = offering
        self._until = answer_by(tx.now, offering.within, clinic.zone)
        self._all_seen = len(free) < LOOKED_AT
        near = tx.now + offering.nearer_than
        # What could not be answered in time is neither offered nor, if it is not near enough for that, just booked.
        answerable = self._until + clinic.minimum_notice
        self.free = Free([at for at in free if at < near or at >= answerable], kind.length, clinic.zone)

    async def serve(self, in_line: Sequence[Waiting]) -> bool:
        """Whether there was something for the first. Those behind are asked for the same time if there are too many of
        them for a time each."""
        one = in_line[0]
        consultation = await self._still_waits(one)
        if consultation is None:
            return False
        if self._offering.book_urgent and consultation.urgency is Urgency.URGENT:
            after = await schedule_consultation(self._tx, consultation, self._tx.now)
            return after.state is ConsultationState.BOOKED
        near = self._tx.now + self._offering.nearer_than
        for is_near, starts in groupby(one.starts(self.free), key=lambda at: at < near):
            serve = self._book if is_near else self._ask
            if await serve(consultation, list(starts), in_line):
                return True
        return False

    async def _still_waits(self, one: Waiting) -> Consultation | None:
        """The consultation, locked, if nobody has done anything with it since."""
        consultation = await consultations.lock_of_request(self._tx, one.consultation.request_id)
        if consultation is None or consultation.state is not ConsultationState.WAITLISTED:
            return None
        if await slot_offers.open_one_of(self._tx, consultation.id) is not None:
            return None
        await patients.lock(self._tx, self._clinic.id, consultation.patient_id)
        return consultation

    async def _book(self, consultation: Consultation, starts: list[datetime], _in_line: Sequence[Waiting]) -> bool:
        appointment = await self._take(consultation, starts)
        if appointment is None:
            return False
        await booked(self._tx, consultation, appointment)
        return True

    async def _ask(self, consultation: Consultation, starts: list[datetime], in_line: Sequence[Waiting]) -> bool:
        share = await self._share(in_line)
        held = await self._take(consultation, starts, held_until=self._until)
        if held is None:
            return False
        await make_offer(self._tx, consultation, held, self._until, shared=share > 0)
        for other in in_line[1:]:
            if share == 0:
                break
            share -= await self._ask_too(other, held)
        return True

    async def _share(self, in_line: Sequence[Waiting]) -> int:
        """How many besides the first are asked for one time."""
        others = self._offering.asked - 1
        if others == 0 or len(in_line) == 1 or not self._all_seen:
            return 0
        starts, anybody = self.free.starts, Wanted(self._kind, NOBODY)
        window = Interval(min(starts), max(starts) + self._kind.length)
        busy = await bookings.busy(self._tx, self._clinic.id, window, None)
        room = {start: room_at(self._clinic, anybody, start, busy) for start in starts}
        return min(others, too_many(in_line, replace(self.free, room=room)))

    async def _take(
        self, consultation: Consultation, starts: list[datetime], *, held_until: datetime | None = None
    ) -> Appointment | None:
        """A held time is nobody's consultation yet."""
        wanted = Wanted(self._kind, consultation.patient_id)
        window = Interval(min(starts), max(starts) + self._kind.length)
        booking = Booking(
            self._clinic.id,
            consultation.patient_id,
            self._clinic.zone,
            consultation_id=None if held_until else consultation.id,
        )

        def first_left(busy: Busy, _losses: int) -> Candidate | None:
            return next(candidates(self._clinic, wanted, starts, busy), None)

        return await book_appointment(self._tx, booking, window, first_left, held_until=held_until)

    async def _ask_too(self, other: Waiting, held: Appointment) -> bool:
        if not other.may_be_asked(held.starts_at, self._kind.length) or (
            self._offering.book_urgent and other.consultation.urgency is Urgency.URGENT
        ):
            return False
        consultation = await self._still_waits(other)
        if consultation is None:
            return False
        busy = await bookings.busy(self._tx, self._clinic.id, held.during, consultation.patient_id, besides=held.id)
        if not is_free(busy, consultation.patient_id, held.during):
            return False
        await make_offer(self._tx, consultation, held, self._until, shared=True)
        return True
