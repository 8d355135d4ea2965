"""Risk alerts."""

from uuid import UUID

from services.notifications.domain.alert import Alert
from services.notifications.domain.heard import RiskHeard
from shared.database.transaction import Transaction


async def add(tx: Transaction, heard: RiskHeard) -> bool:
    """False when it was known."""
    return bool(
        await tx.fetchval(
            """
            insert into alert (id, clinic_id, patient_id, level, seen_in, request_id, reference, raised_at, heard_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                on conflict (id) do nothing
            returning true
            """,
            heard.risk_id,
            heard.clinic_id,
            heard.patient_id,
            heard.level,
            heard.seen_in,
            heard.request_id,
            heard.reference,
            heard.raised_at,
            tx.now,
        )
    )


async def lock(tx: Transaction, alert_id: UUID) -> Alert:
    """Nobody else changes it before this transaction ends. Raises LookupError."""
    row = await tx.fetchrow(
        """
        select id, clinic_id, patient_id, acknowledged_at, acknowledged_by, version
          from alert
         where id = $1
           for no key update
        """,
        alert_id,
    )
    if row is None:
        raise LookupError(f"no alert {alert_id}")
    return Alert(**row)


async def save(tx: Transaction, alert: Alert) -> None:
    await tx.execute(
        "update alert set acknowledged_at = $2, acknowledged_by = $3, version = $4 where id = $1",
        alert.id,
        alert.acknowledged_at,
        alert.acknowledged_by,
        alert.version,
    )
