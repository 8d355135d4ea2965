"""That staff gave a time against something is kept: what, who, by which role and why."""

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.override import Override
from services.scheduling.store import appointment_acts
from services.scheduling.store.appointment_acts import Did
from shared.database import Transaction


async def keep_override(tx: Transaction, appointment: Appointment, override: Override | None) -> None:
    """Nothing where nothing had to be overridden. What it was stands in the appointment itself."""
    if override is None or not appointment.overridden:
        return
    role = override.role(appointment.overridden)
    await appointment_acts.keep(
        tx, appointment, Did.OVERRIDDEN, staff_id=override.by, role=role, reason=override.reason
    )
