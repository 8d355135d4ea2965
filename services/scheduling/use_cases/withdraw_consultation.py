"""The patient no longer wants the consultation, or staff declined it: give its time back, in whatever order the news
arrives."""

from services.scheduling.domain.appointment import AHEAD
from services.scheduling.domain.consultation import Consultation, Request
from services.scheduling.store import appointments, holds
from services.scheduling.use_cases.call_off_consultation import call_off
from services.scheduling.use_cases.let_holds_lapse import give_back
from services.scheduling.use_cases.take_up_request import hear
from shared.database import Transaction
from shared.events.values import ContactEnvelope, DecidedBy


async def withdraw_consultation(
    tx: Transaction, request: Request, contact: ContactEnvelope, reachable: bool, by: DecidedBy
) -> Consultation:
    """Cancels it and says so once, also when the request itself was never heard of: it will find itself withdrawn.

    What has begun or already took place stays as it is.
    """
    consultation = await hear(tx, request, contact, reachable)
    if (hold := await holds.of_request(tx, request.id)) is not None:
        await give_back(tx, hold)
    appointment = await appointments.of_consultation(tx, consultation.id)
    if not consultation.can_be_cancelled or (appointment and appointment.state not in AHEAD):
        return consultation
    return await call_off(tx, consultation, by)
