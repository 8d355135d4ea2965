"""Somebody must be seen sooner than there is a time for them: staff hear it at once, with the nearest times there are.

Nobody's appointment is moved for it: whether this one moves, or another, is for staff to settle with the patient
(docs/decisions/0151).
"""

from datetime import datetime, timedelta
from itertools import islice

from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.daytime import by_day
from services.scheduling.domain.late import Late
from services.scheduling.domain.urgency import is_late
from services.scheduling.store import late as late_stored
from services.scheduling.use_cases.find_times_for_staff import Sought, find_times_for_staff
from services.scheduling.use_cases.hold_time import NoTimesToChoose
from services.scheduling.use_cases.urgency_now import urgency_now
from shared.database import Transaction
from shared.events.consultation import ConsultationLate, LateBecause
from shared.ids import uuid7

NEAREST = 3
LOOKED_AHEAD = timedelta(days=14)


async def say_if_late(tx: Transaction, consultation: Consultation, starts_at: datetime | None) -> None:
    """`starts_at` is the time that it has; None while it waits for one. Nobody hears of a deadline that was given up."""
    if not is_late(consultation.due_by, starts_at) or await late_stored.given_up(tx, consultation):
        return
    await say_late(tx, consultation, LateBecause.BOOKED_LATER if starts_at else LateBecause.NO_TIME, starts_at)


async def say_late(
    tx: Transaction, consultation: Consultation, because: LateBecause, starts_at: datetime | None
) -> None:
    """Of a deadline that has passed staff hear again, by day."""
    assert consultation.due_by is not None
    late = Late(uuid7())
    said_before = await late_stored.times_said(tx, consultation.id)
    await late_stored.keep(tx, late, consultation.id)
    if consultation.due_by <= tx.now:
        now = await urgency_now(tx, consultation.clinic_id)
        await late_stored.look_again(tx, consultation.id, by_day(tx.now + now.rules.again, now.zone))
    tx.emit(
        ConsultationLate(
            clinic_id=consultation.clinic_id,
            patient_id=consultation.patient_id,
            late_id=late.id,
            consultation_id=consultation.id,
            consultation_version=consultation.version,
            request_id=consultation.request_id,
            reference=consultation.reference,
            due_by=consultation.due_by,
            starts_at=starts_at,
            nearest=tuple(await nearest_times(tx, consultation, starts_at)),
            because=because,
            said_before=said_before,
        ),
        of=late,
    )


async def nearest_times(tx: Transaction, consultation: Consultation, before: datetime | None) -> list[datetime]:
    """The first that staff could give, also at shorter notice than patients can book; earlier than the one it has."""
    last = before if before and before > tx.now else tx.now + LOOKED_AHEAD
    sought = Sought(consultation.clinic_id, Purpose.CONSULTATION, tx.now, last, consultation.patient_id)
    try:
        found = (await find_times_for_staff(tx, sought)).found
    except NoTimesToChoose:
        return []
    return [one.during.start for one in islice(found, NEAREST)]
