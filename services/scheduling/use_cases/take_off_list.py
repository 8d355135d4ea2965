"""Staff take somebody off the waiting list, and say why."""

from enum import StrEnum
from uuid import UUID

from services.scheduling.domain.consultation import Consultation
from services.scheduling.store import waiting_list
from services.scheduling.use_cases.call_off_consultation import call_off
from services.scheduling.use_cases.offer_by_hand import lock_waiting
from shared.database import Transaction
from shared.events.values import DecidedBy


class LeavingReason(StrEnum):
    """Codes, no free text."""

    PATIENT_ASKED = "patient-asked"
    NOT_REACHED = "not-reached"
    SEEN_ELSEWHERE = "seen-elsewhere"
    TWICE = "asked-twice"


async def take_off_list(
    tx: Transaction, clinic_id: UUID, request_id: UUID, reason: LeavingReason, *, by: UUID
) -> Consultation:
    """The consultation is cancelled, and all are told; what they were offered ends. Raises NotOnTheList."""
    consultation = await lock_waiting(tx, clinic_id, request_id)
    await waiting_list.note_leaving(tx, consultation.id, reason, by)
    return await call_off(tx, consultation, DecidedBy.STAFF)
