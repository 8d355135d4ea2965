"""A program books what it was offered, or what it has kept, by the same ways as staff on their pages."""

from uuid import UUID

from services.scheduling.domain.clinic import Purpose, ResourceKind
from services.scheduling.domain.proposal import Proposal
from services.scheduling.store import appointments, clinics, holds
from services.scheduling.use_cases.book_consultation import ConsultationWanted, book_consultation
from services.scheduling.use_cases.book_session import PrescriberUnknown, SessionWanted, book_session
from services.scheduling.use_cases.let_holds_lapse import free_kept
from shared.database import Transaction


class NotKept(LookupError):
    """No time of this id is kept by whoever asks: it is over, it is booked, or it is somebody else's."""


async def book_proposal(tx: Transaction, clinic_id: UUID, patient_id: UUID, wish: Proposal, *, by: UUID) -> UUID:
    """The id of the appointment. Raises TimeRefused and what else booking of this kind refuses."""
    if wish.purpose is Purpose.CONSULTATION:
        wanted = ConsultationWanted(clinic_id, patient_id, wish.starts_at, by, wish.clinician)
        return (await book_consultation(tx, wanted)).id
    if wish.clinician is None:
        raise PrescriberUnknown("A session needs a prescriber.")
    session = await book_session(tx, SessionWanted(clinic_id, patient_id, wish.clinician, wish.starts_at, by), tx.now)
    return (await appointments.of_session(tx, session.id)).id


async def book_kept(tx: Transaction, clinic_id: UUID, appointment_id: UUID, *, by: UUID) -> UUID:
    """What is kept becomes an appointment at the same time. Between giving it up and booking it nobody can come, for both
    are one transaction. Raises NotKept, and as `book_proposal`."""
    await holds.lock_of_staff(tx, by)
    kept = next((one for one in await holds.of_staff(tx, clinic_id, by) if one.id == appointment_id), None)
    if kept is None:
        raise NotKept("No time is kept under this id, or not any more.")
    clinic = await clinics.find(tx, clinic_id)
    assert clinic is not None
    clinician = next(
        (
            one.id
            for one in clinic.of_kind(ResourceKind.CLINICIAN)
            if kept.clinician_id in (one.id, one.staff_id) and kept.clinician_id is not None
        ),
        None,
    )
    wish = Proposal(kept.booking.purpose, kept.starts_at, kept.booking.patient_id, clinician)
    await free_kept(tx, kept.id)
    return await book_proposal(tx, clinic_id, kept.booking.patient_id, wish, by=by)
