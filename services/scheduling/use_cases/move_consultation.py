"""A patient chooses another time for their consultation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.change import must_be_as_seen, must_be_movable
from services.scheduling.domain.rules import PatientsRules
from services.scheduling.domain.slots import Wanted
from services.scheduling.store import appointments, consultations
from services.scheduling.use_cases.hold_time import times_to_choose
from services.scheduling.use_cases.move_appointment import move_appointment
from services.scheduling.use_cases.schedule_consultation import booked
from shared.database import Transaction
from shared.events.values import DecidedBy


@dataclass(frozen=True, slots=True)
class Move:
    """`seen` is the revision that the patient had before them when they chose."""

    request_id: UUID
    starts_at: datetime
    seen: int


async def move_consultation(tx: Transaction, move: Move) -> Appointment:
    """The same appointment at that time, said to everybody; to the time it has already, nothing changes.

    When the time cannot be had the appointment stays as it is. Raises TimeRefused, NothingToChange, ChangedMeanwhile,
    TooLateToMove, TooManyMoves, NoTimesToChoose.
    """
    await consultations.alone_with(tx, move.request_id)
    consultation = await consultations.lock_of_request(tx, move.request_id)
    found = await appointments.of_consultation(tx, consultation.id) if consultation else None
    if found is not None and found.starts_at == move.starts_at and found.starts_at > tx.now:
        return found
    before = must_be_as_seen(found, move.seen, tx.now)
    assert consultation is not None
    clinic, kind = await times_to_choose(tx, before.booking.clinic_id)
    must_be_movable(before, clinic, tx.now)
    wanted = Wanted(kind, before.booking.patient_id)
    after = await move_appointment(tx, clinic, wanted, before, move.starts_at, PatientsRules(), DecidedBy.PATIENT)
    await booked(tx, consultation, after, by=DecidedBy.PATIENT)
    return after
