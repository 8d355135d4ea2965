"""A risk was seen in what somebody asks for: it is kept and said in the transaction of the answer that shows it."""

from uuid import UUID

from services.intake.domain.risk import RiskFlag
from services.intake.store import risk_flags
from shared.database import Transaction
from shared.events.risk import RiskLevel, RiskRaised, SeenIn
from shared.ids import uuid7


async def raise_risk(
    tx: Transaction,
    level: RiskLevel,
    *,
    clinic_id: UUID,
    patient_id: UUID,
    request_id: UUID,
    reference: str,
    seen_in: SeenIn = SeenIn.REQUEST,
) -> RiskFlag:
    """The request need not have been sent: its id and reference lead staff to what was answered so far."""
    flag = RiskFlag(uuid7(), level, tx.now)
    raised = RiskRaised(
        clinic_id=clinic_id,
        patient_id=patient_id,
        risk_id=flag.id,
        level=level,
        seen_in=seen_in,
        request_id=request_id,
        reference=reference,
        raised_at=flag.raised_at,
    )
    await risk_flags.add(tx, raised)
    tx.emit(raised, of=flag)
    tx.changed("requests", f"request:{request_id}")
    return flag
