"""Staff do something with one appointment: it and what it is for, locked, as their page showed it."""

from dataclasses import dataclass
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.change import ChangedMeanwhile
from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.session import Session
from services.scheduling.store import appointments, consultations, sessions
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Press:
    """What somebody at the clinic pressed, on a page that showed the appointment at the version `seen`."""

    clinic_id: UUID
    appointment_id: UUID
    seen: int
    by: UUID


@dataclass(frozen=True, slots=True)
class InHand:
    """One of consultation and session is there."""

    appointment: Appointment
    consultation: Consultation | None = None
    session: Session | None = None


async def take_in_hand(tx: Transaction, press: Press) -> InHand:
    """Locked in the order in which everybody locks these. Raises AppointmentUnknown."""
    found = await appointments.find(tx, press.clinic_id, press.appointment_id)
    if (session_id := found.booking.session_id) is not None:
        session = await sessions.lock(tx, press.clinic_id, session_id)
        return InHand(await appointments.lock(tx, found.id), session=session)
    assert found.booking.consultation_id is not None
    consultation = await consultations.lock(tx, found.booking.consultation_id)
    return InHand(await appointments.lock(tx, found.id), consultation=consultation)


def must_be_seen(appointment: Appointment, press: Press) -> None:
    """Raises ChangedMeanwhile. What is so already needs no second look: it is asked for first."""
    if appointment.version != press.seen:
        raise ChangedMeanwhile
