"""Which open pages show an appointment."""

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.consultation import Consultation
from shared.database import Transaction

SESSIONS = "sessions"
WAITING_LIST = "waiting-list"
CONSULTATIONS = "consultations"


def board_scope(day: object) -> str:
    """The day list of one local day (a date)."""
    return f"board:{day}"


def board_changed(tx: Transaction, appointment: Appointment) -> None:
    """Tells the day list of its day, and the list of sessions when it is one."""
    tx.changed(board_scope(appointment.local_start.date()))
    if appointment.booking.session_id is not None:
        tx.changed(SESSIONS, f"session:{appointment.booking.session_id}")
    if appointment.booking.consultation_id is not None:
        tx.changed(CONSULTATIONS, f"consultation:{appointment.booking.consultation_id}")


def consultation_changed(tx: Transaction, consultation: Consultation) -> None:
    """Tells the list of consultations and its own page."""
    tx.changed(CONSULTATIONS, f"consultation:{consultation.id}")
