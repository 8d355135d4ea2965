"""Which open pages show an appointment."""

from datetime import timedelta

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.wall_clock import day_of
from shared.database import Transaction

SESSIONS = "sessions"
WAITING_LIST = "waiting-list"
CONSULTATIONS = "consultations"


def board_scope(day: object) -> str:
    """The day list of one local day (a date)."""
    return f"board:{day}"


def board_changed(tx: Transaction, appointment: Appointment) -> None:
    """Tells the day lists of its day, and of the next where it lasts over midnight, and the list of sessions when it is one."""
    last = day_of(appointment.ends_at - timedelta(microseconds=1), appointment.booking.zone)
    tx.changed(*{board_scope(day) for day in (appointment.local_start.date(), last)})
    if appointment.booking.session_id is not None:
        tx.changed(SESSIONS, f"session:{appointment.booking.session_id}")
    if appointment.booking.consultation_id is not None:
        tx.changed(CONSULTATIONS, f"consultation:{appointment.booking.consultation_id}")


def consultation_changed(tx: Transaction, consultation: Consultation) -> None:
    """Tells the list of consultations and its own page."""
    tx.changed(CONSULTATIONS, f"consultation:{consultation.id}")
