"""A deadline has passed and nobody has been seen: staff hear it, and again until somebody is or they give it up.

Whatever holds it up: a decision on the request, the waiting list, a later time, or that the patient did not come
(docs/decisions/0173).
"""

from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.daytime import by_day
from services.scheduling.domain.late import look_at_passed
from services.scheduling.store import appointments, late
from services.scheduling.use_cases.pages_changed import consultation_changed
from services.scheduling.use_cases.say_late import say_late
from services.scheduling.use_cases.urgency_now import urgency_now
from shared.database import Database, Transaction
from shared.events.consultation import LateBecause


async def say_late_again(database: Database) -> int:
    """Looks at one consultation whose time to be looked at has come, in one transaction. How many: 0 or 1."""
    async with database.transaction() as tx:
        consultation = await late.claim_due(tx)
        if consultation is None:
            return 0
        await _look(tx, consultation)
        return 1


async def _look(tx: Transaction, consultation: Consultation) -> None:
    appointment = await appointments.look_at(tx, consultation.id)
    found = look_at_passed(consultation.state, appointment, tx.now)
    if found is LateBecause.MISSED and await late.is_booked_anew(tx, consultation):
        found = None
    if isinstance(found, LateBecause):
        await say_late(tx, consultation, found, appointment.starts_at if appointment else None)
        consultation_changed(tx, consultation)
        return
    now = await urgency_now(tx, consultation.clinic_id)
    await late.look_again(tx, consultation.id, found or by_day(tx.now + now.rules.again, now.zone))
